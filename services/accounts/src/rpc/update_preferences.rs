//! How the caller likes his pages.

use contract::accounts::v1::{Preferences as Chosen, UpdatePreferencesRequest, UpdatePreferencesResponse};
use runtime::Caller;

use crate::{
    decode::Reader,
    error::Error,
    proto,
    service::Accounts,
    store::{self, accounts::Preferences},
};

pub async fn handle(accounts: &Accounts, caller: Caller, request: UpdatePreferencesRequest) -> Result<UpdatePreferencesResponse, Error> {
    let me = caller.account()?;
    let chosen = decode(request)?;
    let mut tx = accounts.database.begin().await?;
    store::accounts::set_preferences(&mut tx, me.account_id, &chosen).await?;
    tx.commit().await?;
    Ok(UpdatePreferencesResponse { preferences: Some(proto::preferences(chosen)) })
}

fn decode(request: UpdatePreferencesRequest) -> Result<Preferences, Error> {
    let mut reader = Reader::of(&request);
    let Some(Chosen { language, theme, gloves }) = request.preferences else { return reader.finish(None) };
    let mut one_of = |field: &str, value: &str, known: &[&str]| {
        if !known.contains(&value) {
            reader.refuse(field, "UNKNOWN_VALUE", "Giá trị này không có trong danh sách.", "This value is not one of the list.");
        }
    };
    one_of("preferences.language", &language, &["vi", "en"]);
    one_of("preferences.theme", &theme, &["", "light", "dark"]);
    reader.finish(Some(Preferences { language, theme, gloves }))
}
