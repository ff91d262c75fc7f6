//! A grant as somebody asks for it: what it must be before authority judges it.

use chrono::{DateTime, Utc};
use contract::accounts::v1 as wire;
use ids::GrantId;
use sqlx::PgConnection;
use vietnam::{AreaKey, Era};

use crate::{authority::Grant, decode::Reader, error::Error, store};

pub struct WantedGrant {
    pub role: String,
    pub area: AreaKey,
    /// `None`: from now on.
    pub from: Option<DateTime<Utc>>,
    /// `None`: until revoked.
    pub until: Option<DateTime<Utc>>,
}

impl WantedGrant {
    /// Reads the grant that lies at `at` in a request.
    pub fn read(reader: &mut Reader, at: &str, grant: &wire::Grant, era: Era) -> Option<Self> {
        let area = reader.area(&format!("{at}.area"), grant.area.as_ref(), era);
        let from = reader.time(&format!("{at}.valid_from"), grant.valid_from);
        let until = reader.time(&format!("{at}.valid_until"), grant.valid_until);
        Some(Self { role: grant.role_id.clone(), area: area?, from, until })
    }

    /// The grant as it is judged and stored: it does not begin in the past, and has what its role can do.
    pub async fn judged(&self, conn: &mut PgConnection, at: &str, id: GrantId, now: DateTime<Utc>) -> Result<Grant, Error> {
        let valid_from = self.from.unwrap_or(now).max(now);
        let powers = store::grants::powers(conn, &self.role, now, self.until).await?;
        let mut reader = Reader::of_nothing();
        if powers.is_none() {
            reader.refuse(format!("{at}.role_id"), "UNKNOWN_VALUE", "Không có vai trò này.", "There is no such role.");
        }
        if self.until.is_some_and(|until| until <= valid_from) {
            let (vi, en) = ("Thời hạn phải kết thúc sau khi bắt đầu và ở tương lai.", "It must end after it begins, and in the future.");
            reader.refuse(format!("{at}.valid_until"), "OUT_OF_RANGE", vi, en);
        }
        let powers = reader.finish(powers)?;
        let (role, area, valid_until) = (self.role.clone(), self.area, self.until);
        Ok(Grant { id, role, area, valid_from, valid_until, permissions: powers.now, ever: powers.ever })
    }
}
