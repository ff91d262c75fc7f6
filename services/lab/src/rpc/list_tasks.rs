//! ListTasks: re-swabs, re-runs and alarms of the caller's areas, overdue first. A re-swab is done as soon as the person's next swab is sealed that can
//! answer; a re-run when the tube has a result of its own.

use contract::{
    Permission,
    lab::v1::{self as pb, ListTasksRequest, ListTasksResponse, TaskKind},
};
use runtime::Caller;
use uuid::Uuid;

use crate::{
    access,
    error::Error,
    paging::{self, Cursor},
    request, sealed,
    service::Lab,
    store::tasks::{self, TaskRow},
    task_view,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabTasksRead;

pub async fn handle(service: &Lab, caller: &Caller, request: ListTasksRequest) -> Result<ListTasksResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let (now, size) = (service.now(), paging::size(request.page_size, 50, 200)?);
    let filters = ListTasksRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?;
    let kind = TaskKind::try_from(request.kind).unwrap_or_default();
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut transaction = service.begin().await?;
    let mut rows = tasks::list(&mut transaction, kind, request.done, &access::eyes(caller, PERMISSION), after, limit).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, cursor);
    let people: Vec<Uuid> = rows.iter().filter_map(|row| Some(row.subject.as_ref()?.0.as_uuid())).collect();
    let keys = seal::open_keys(&mut transaction, &service.keyring, &people).await?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in &rows {
        let person = row.subject.as_ref().and_then(|(id, _, words)| Some((id, words, keys.get(&id.as_uuid())?)));
        let person = person.map(|(id, words, key)| sealed::open::<pb::Subject>(key, sealed::subject(*id), words)).transpose()?;
        shown.push(task_view::task(row, person.as_ref(), now));
    }
    let act = Act::read("lab.ListTasks", None, None).with(serde_json::json!({ "people": people }));
    trail::record(&mut transaction, caller, PERMISSION, act, now).await?;
    transaction.commit().await?;
    Ok(ListTasksResponse { tasks: shown, next_page_token })
}

fn cursor(row: &TaskRow) -> Cursor {
    Cursor { rank: 0, at: row.done_at.unwrap_or(row.due_at), id: row.id.as_uuid() }
}
