//! One command on one import: what its RPCs have in common. The import is locked, and the command is done once.

use chrono::{DateTime, Utc};
use contract::{Permission, lab::v1 as pb, rules::Limited};
use ids::{AccountId, CommandId, ResultImportId};
use prost::Message;
use runtime::{Caller, Transaction};
use seal::DataKey;

use crate::{
    access,
    error::Error,
    request, result_jobs, result_rows,
    service::Lab,
    store::{
        commands,
        result_imports::{self, ResultImport},
    },
    trail::{self, Act},
};

/// What a request names.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub import_id: &'a str,
    pub command_id: &'a str,
    /// `lab.RetryResultImport`
    pub action: &'static str,
    pub permission: Permission,
}

pub struct Case {
    pub transaction: Transaction,
    pub import: ResultImport,
    pub key: DataKey,
    /// The command was not done before.
    pub is_new: bool,
    pub account: AccountId,
    pub now: DateTime<Utc>,
    eyes: Vec<String>,
}

pub async fn open<M: Message + Limited>(service: &Lab, caller: &Caller, request: &M, named: Named<'_>) -> Result<Case, Error> {
    request::check(request)?;
    let id = request::id(ResultImportId::parse(named.import_id), "import_id")?;
    let command = request::id(CommandId::parse(named.command_id), "command_id")?;
    let (now, account, eyes) = (service.now(), caller.account()?.account_id, access::eyes(caller, named.permission));
    let mut transaction = service.begin().await?;
    result_imports::lock(&mut transaction, id, &eyes).await?;
    let hash = request::hash(&service.keyring, request)?;
    let is_new = commands::begin(&mut transaction, command, &hash, Some(account), now).await?;
    let import = result_imports::get(&mut transaction, id, &eyes).await?;
    let key = seal::open_key(&mut transaction, &service.keyring, id.as_uuid()).await?;
    let act = Act::write(named.action, id.as_uuid(), import.laboratory.area);
    trail::record(&mut transaction, caller, named.permission, act, now).await?;
    Ok(Case { transaction, import, key, is_new, account, now, eyes })
}

impl Case {
    /// Commits, works on it for a moment, and says how far it is.
    pub async fn finish(self, service: &Lab) -> Result<pb::ResultImport, Error> {
        let id = self.import.id;
        self.transaction.commit().await?;
        result_jobs::work_for_a_moment(service, id).await;
        let mut conn = service.database.acquire().await?;
        Ok(result_rows::import(&result_imports::get(&mut conn, id, &self.eyes).await?))
    }
}
