//! A new account with its grants. Sent twice it is one account; the link for the first password is shown once.

use audit::Kind;
use chrono::{DateTime, Utc};
use contract::{
    Permission,
    accounts::v1::{CreateAccountRequest, CreateAccountResponse},
};
use ids::{AccountId, GrantId, LinkId, UnitId};
use runtime::{Caller, Transaction};
use serde_json::json;
use vietnam::{Era, PersonName};

use crate::{
    account::{Account, Happened},
    authority::Grant,
    decode::Reader,
    error::Error,
    login::Login,
    proto, publish,
    service::Accounts,
    store::{self, accounts::NewAccount},
    token::Token,
    trail,
    wanted_grant::WantedGrant,
};

struct Wanted {
    id: AccountId,
    login: Login,
    full_name: PersonName,
    unit: UnitId,
    grants: Vec<WantedGrant>,
}

pub async fn handle(accounts: &Accounts, caller: Caller, request: CreateAccountRequest) -> Result<CreateAccountResponse, Error> {
    caller.require(Permission::AccountsAccountsManage)?;
    let wanted = decode(&request, accounts.era)?;
    let request_digest = accounts.keyring.index("accounts.accounts.request", &wanted.canonical())?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    store::accounts::reserve(&mut tx, wanted.id).await?;
    let (by, administrator) = accounts.administrator(&mut tx, &caller, now).await?;
    if let Some(earlier) = store::accounts::made_by(&mut tx, wanted.id).await? {
        return if earlier == (request_digest.to_vec(), Some(by)) {
            replay(accounts, &caller, tx, wanted.id, now).await
        } else {
            Err(Error::IdReused)
        };
    }

    let unit = store::units::get(&mut tx, wanted.unit).await?.ok_or_else(unknown_unit)?;
    administrator.reaches(&unit, now)?;
    let mut grants = Vec::with_capacity(wanted.grants.len());
    for (index, grant) in wanted.grants.iter().enumerate() {
        grants.push(grant.judged(&mut tx, &format!("grants[{index}]"), GrantId::mint(now), now).await?);
    }
    grants.iter().try_for_each(|grant| administrator.may_give(grant, now))?;

    let (login, full_name) = (wanted.login.as_str(), wanted.full_name.as_str());
    let new = NewAccount { id: wanted.id, login, full_name, unit: &unit, request_digest, created_by: Some(by), now };
    store::accounts::insert(&mut tx, &accounts.keyring, &new).await?;
    for grant in &grants {
        store::grants::insert(&mut tx, wanted.id, grant, Some(by), now).await?;
    }
    let token = Token::random().map_err(Error::internal)?;
    let link_expires_at = store::links::replace(&mut tx, LinkId::mint(now), wanted.id, &token, now).await?;
    let account = store::accounts::own(&mut tx, &accounts.keyring, wanted.id, now).await?.ok_or(Error::NotFound)?;
    publish::append(&mut tx, &account, &[Happened::Changed], now).await?;
    record(&mut tx, &caller, now, &account).await?;
    tx.commit().await?;
    Ok(CreateAccountResponse {
        account: Some(proto::account(&account)),
        link_token: token.text(),
        link_expires_at: Some(link_expires_at.into()),
    })
}

/// The account as it is by now; its link was shown when it was made.
async fn replay(
    accounts: &Accounts,
    caller: &Caller,
    mut tx: Transaction,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<CreateAccountResponse, Error> {
    let areas = caller.areas(Permission::AccountsAccountsManage);
    let account = store::accounts::visible(&mut tx, &accounts.keyring, id, &areas, now).await?.ok_or(Error::NotFound)?;
    let permission = Some(Permission::AccountsAccountsManage);
    let detail = json!({ "repeated": true });
    let row = trail::Row { kind: Kind::Read, action: "accounts.CreateAccount", permission, account: Some(&account), detail };
    trail::record(&mut tx, caller, now, row).await?;
    tx.commit().await?;
    Ok(CreateAccountResponse { account: Some(proto::account(&account)), link_token: String::new(), link_expires_at: None })
}

async fn record(tx: &mut Transaction, caller: &Caller, now: DateTime<Utc>, account: &Account) -> Result<(), Error> {
    let given = |grant: &Grant| json!({ "grant": grant.id.to_string(), "role": grant.role, "area": grant.area.to_string(), "until": grant.valid_until });
    let detail = json!({ "unit": account.unit.id.to_string(), "grants": account.grants.iter().map(given).collect::<Vec<_>>() });
    let permission = Some(Permission::AccountsAccountsManage);
    trail::record(
        tx,
        caller,
        now,
        trail::Row { kind: Kind::Write, action: "accounts.CreateAccount", permission, account: Some(account), detail },
    )
    .await
}

impl Wanted {
    /// Equal exactly when two requests ask for the same.
    fn canonical(&self) -> String {
        let mut text = format!("{}\n{}\n{}", self.login.as_str(), self.full_name.as_str(), self.unit);
        for grant in &self.grants {
            text.push_str(&format!("\n{} {} {:?} {:?}", grant.role, grant.area, grant.from, grant.until));
        }
        text
    }
}

fn decode(request: &CreateAccountRequest, era: Era) -> Result<Wanted, Error> {
    let mut reader = Reader::of(request);
    let id = reader.id("account_id", &request.account_id, AccountId::parse);
    let unit = reader.id("unit_id", &request.unit_id, UnitId::parse);
    let login = Login::parse(&request.login).ok();
    if login.is_none() {
        let (vi, en) = (
            "Tên đăng nhập gồm 3 đến 60 chữ cái không dấu, chữ số, dấu chấm, gạch ngang; bắt đầu bằng chữ hoặc số.",
            "A login has 3 to 60 letters without marks, digits, dots and dashes, and begins with a letter or digit.",
        );
        reader.refuse("login", "MALFORMED", vi, en);
    }
    let full_name = PersonName::parse(&request.full_name).ok();
    if full_name.is_none() {
        reader.refuse(
            "full_name",
            "MALFORMED",
            "Họ tên chỉ gồm chữ cái, dấu cách, gạch nối và dấu phẩy trên.",
            "A name has letters, spaces, hyphens and apostrophes.",
        );
    }
    let mut grants = Some(Vec::with_capacity(request.grants.len()));
    for (index, grant) in request.grants.iter().enumerate() {
        let at = format!("grants[{index}]");
        if !grant.grant_id.is_empty() {
            let (vi, en) = ("Hãy để trống: hệ thống đặt mã này.", "Leave it empty: the system makes this id.");
            reader.refuse(format!("{at}.grant_id"), "UNKNOWN_VALUE", vi, en);
        }
        let wanted = WantedGrant::read(&mut reader, &at, grant, era);
        grants = grants.zip(wanted).map(|(mut grants, wanted)| {
            grants.push(wanted);
            grants
        });
    }
    reader.finish((|| Some(Wanted { id: id?, login: login?, full_name: full_name?, unit: unit?, grants: grants? }))())
}

fn unknown_unit() -> Error {
    let mut reader = Reader::of_nothing();
    reader.refuse("unit_id", "UNKNOWN_VALUE", "Không có đơn vị này.", "There is no such unit.");
    reader.refused()
}
