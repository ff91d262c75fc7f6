//! `gsvt first-administrator`: the account from which every other one comes.

use accounts::Agency;
use runtime::Env;
use vietnam::{province::Profile, time};

use crate::{cli::FirstAdministrator, say};

pub async fn first_administrator(env: &Env, asked: FirstAdministrator) -> anyhow::Result<()> {
    let profile = Profile::load(&env.text_or("GSVT_PROVINCE", "gia-lai-2021"))?;
    let agency = if asked.health { Agency::Health } else { Agency::Police };
    let link = accounts::first_administrator(env, &profile, agency, &asked.login, &asked.name).await?;
    say::line(format_args!("{}/password/{}", asked.url.trim_end_matches('/'), link.token));
    let until = time::local(link.expires_at);
    say::line(format_args!("works once, until {}: give it to him in person", until.format("%H:%M, %d/%m/%Y")));
    Ok(())
}
