//! The people of tubes, opened: for those who work with them. Each opening is audited by who asks for it.

use std::collections::HashMap;

use contract::lab::v1 as pb;
use ids::TubeId;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::ShortCode;

use crate::{
    error::Error,
    sealed,
    service::Lab,
    store::{
        members::{self, MemberRow},
        subjects::SubjectRow,
    },
    tube::Tube,
    view,
};

/// Tubes with their people.
pub async fn tubes(service: &Lab, conn: &mut PgConnection, tubes: &[Tube]) -> Result<Vec<pb::Tube>, Error> {
    let ids: Vec<Uuid> = tubes.iter().map(|tube| tube.id.as_uuid()).collect();
    let rows = members::of_tubes(conn, &ids).await?;
    let records: Vec<Uuid> = rows.iter().map(|row| row.subject.as_uuid()).collect();
    let keys = seal::open_keys(conn, &service.keyring, &records).await?;
    let mut people: HashMap<TubeId, Vec<pb::TubeMember>> = HashMap::new();
    for row in rows {
        // Somebody whose data were erased is still a swab in the tube.
        let subject = match keys.get(&row.subject.as_uuid()) {
            Some(key) => sealed::open(key, sealed::subject(row.subject), &row.sealed)?,
            None => pb::Subject::default(),
        };
        people.entry(row.tube).or_default().push(member(&row, subject));
    }
    Ok(tubes.iter().map(|tube| pb::Tube { members: people.remove(&tube.id).unwrap_or_default(), ..view::tube(tube) }).collect())
}

pub async fn tube(service: &Lab, conn: &mut PgConnection, tube: &Tube) -> Result<pb::Tube, Error> {
    let one = tubes(service, conn, std::slice::from_ref(tube)).await?;
    one.into_iter().next().ok_or(Error::not_found())
}

fn member(row: &MemberRow, subject: pb::Subject) -> pb::TubeMember {
    pb::TubeMember {
        subject_id: row.subject.to_string(),
        position: row.position.into(),
        swabbed_at: Some(row.swabbed_at.into()),
        full_name: subject.full_name,
        birth: subject.birth,
        code: shown(&row.code),
    }
}

/// A stored code as it is shown: `7K3M-2Q9G`.
pub fn shown(code: &str) -> String {
    ShortCode::parse(code).map(|code| code.to_string()).unwrap_or_default()
}

/// A person's row, opened.
pub async fn subject(service: &Lab, conn: &mut PgConnection, row: &SubjectRow) -> Result<pb::Subject, Error> {
    let key = seal::open_key(conn, &service.keyring, row.id.as_uuid()).await?;
    let subject: pb::Subject = sealed::open(&key, sealed::subject(row.id), &row.sealed)?;
    Ok(pb::Subject { code: shown(&row.code), ..subject })
}

/// People who may be meant, each with what is the same.
pub async fn matches(service: &Lab, conn: &mut PgConnection, rows: Vec<(SubjectRow, String)>) -> Result<Vec<pb::SubjectMatch>, Error> {
    let mut found = Vec::with_capacity(rows.len());
    for (row, same) in rows {
        let subject = subject(service, conn, &row).await?;
        let (code, full_name, birth) = (subject.code, subject.full_name, subject.birth);
        found.push(pb::SubjectMatch { subject_id: row.id.to_string(), code, full_name, birth, same });
    }
    Ok(found)
}
