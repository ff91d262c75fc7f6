//! What anybody reads: published answers, each with the day and the area and nothing else of its report.

use chrono::{DateTime, Utc};
use contract::reports::v1::{self as pb, Outcome};
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::{Level, time};

use crate::{
    error::Error,
    paging::Cursor,
    store::coded::{Coded, area},
    view,
};

#[derive(Debug)]
pub struct PublishedRow {
    answer_id: Uuid,
    code: String,
    category_id: String,
    seen_at: DateTime<Utc>,
    area: Option<String>,
    outcome: String,
    public_text: String,
    published_at: DateTime<Utc>,
}

impl PublishedRow {
    pub fn cursor(&self) -> Cursor {
        Cursor { rank: 0, at: self.published_at, id: self.answer_id }
    }

    pub fn message(self) -> Result<pb::PublishedReport, Error> {
        let area = self.area.as_deref().map(area).transpose()?.filter(|area| area.level() != Level::Province);
        Ok(pb::PublishedReport {
            code: self.code,
            category_id: self.category_id,
            seen_on: time::day_of(self.seen_at).to_string(),
            area: area.and_then(view::area),
            outcome: Outcome::read(&self.outcome)?.into(),
            public_answer: self.public_text,
            published_at: Some(self.published_at.into()),
        })
    }
}

/// What is asked of published answers; every part that is given has to hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The key of an area, and what lies in it.
    pub area: Option<String>,
    pub category: Option<String>,
    /// Empty: all.
    pub codes: Vec<String>,
    /// From when it was received.
    pub from: Option<DateTime<Utc>>,
    /// Before when.
    pub before: Option<DateTime<Utc>>,
}

/// The newest first.
pub async fn page(conn: &mut PgConnection, filter: &Filter, after: Option<Cursor>, limit: i64) -> Result<Vec<PublishedRow>, Error> {
    let after = after.unwrap_or(Cursor { rank: 0, at: DateTime::<Utc>::MAX_UTC, id: Uuid::max() });
    let rows = sqlx::query_as!(
        PublishedRow,
        r#"select answers.answer_id, code, category_id, seen_at, area, outcome, public_text, published_at as "published_at!"
        from answers join reports on reports.published_id = answers.answer_id
        where published_at is not null and ($1::text is null or $1 = any(areas)) and ($2::text is null or category_id = $2)
          and (published_at, answers.answer_id) < ($3, $4) and (cardinality($6::text[]) = 0 or code = any($6))
          and ($7::timestamptz is null or received_at >= $7) and ($8::timestamptz is null or received_at < $8)
        order by published_at desc, answers.answer_id desc limit $5"#,
        filter.area,
        filter.category,
        after.at,
        after.id,
        limit,
        &filter.codes,
        filter.from,
        filter.before,
    );
    Ok(rows.fetch_all(conn).await?)
}
