//! The dated data in force at a time.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::Purpose;
use sqlx::{PgConnection, types::Json};
use vietnam::AreaKey;

use crate::{
    assessment::Rulebook,
    commitment::Template,
    error::Error,
    policy::{Policy, Rules},
    store::coded::{Coded, texts},
};

/// Policy, origin level, commitment and public kinds in force at `at`.
pub async fn at(conn: &mut PgConnection, at: DateTime<Utc>, purpose: Purpose, origin: AreaKey) -> Result<Rulebook, Error> {
    at_all(conn, at, &[(purpose, origin)]).await?.pop().ok_or(Error::corrupt("no policy is in force"))
}

/// [`at`] for several purposes and origins, in their order and in one statement.
pub async fn at_all(conn: &mut PgConnection, at: DateTime<Utc>, cases: &[(Purpose, AreaKey)]) -> Result<Vec<Rulebook>, Error> {
    let purposes: Vec<&str> = cases.iter().map(|(purpose, _)| purpose.code()).collect();
    // An array of arrays must be a rectangle; these differ in length, so each travels as one text.
    let origins: Vec<String> = cases.iter().map(|(_, origin)| texts(&origin.ancestors()).join(" ")).collect();
    let rows = sqlx::query!(
        r#"select p.policy_id, p.version, p.valid_from, case c.place when 1 then p.rules end as "rules: Json<Rules>",
            (select l.level from area_levels l where l.area = any(string_to_array(c.origin, ' ')) and l.valid_from <= $1
                order by length(l.area) desc, l.valid_from desc limit 1) as level,
            (select s.value from settings s where s.name = 'public_list' and s.valid_from <= $1
                order by s.valid_from desc limit 1) as public_list,
            t.template_id as "template_id?", t.version as "template_version?", t.valid_from as "template_from?",
            t.clauses_vi as "clauses_vi?", t.clauses_en as "clauses_en?"
        from (select * from policies where valid_from <= $1 order by valid_from desc, version desc limit 1) p
        cross join unnest($2::text[], $3::text[]) with ordinality c (purpose, origin, place)
        left join lateral (
            select * from commitment_templates c2 where c2.purpose = c.purpose and c2.valid_from <= $1
            order by c2.valid_from desc, c2.version desc limit 1
        ) t on true
        order by c.place"#,
        at,
        &purposes as &[&str],
        &origins,
    )
    .fetch_all(conn)
    .await?;
    let rules = rows.first().and_then(|row| row.rules.clone()).ok_or(Error::corrupt("no policy is in force"))?.0;
    let mut books = Vec::with_capacity(rows.len());
    for (row, (purpose, _)) in rows.into_iter().zip(cases) {
        let template = row.template_id.zip(row.template_version).zip(row.template_from).map(|((id, version), valid_from)| Template {
            id,
            version,
            purpose: *purpose,
            valid_from,
            clauses_vi: row.clauses_vi.unwrap_or_default(),
            clauses_en: row.clauses_en.unwrap_or_default(),
        });
        books.push(Rulebook {
            policy: Policy { id: row.policy_id, version: row.version, valid_from: row.valid_from, rules: rules.clone() },
            origin_level: row.level.unwrap_or_default(),
            template,
            also_public: also_public(row.public_list.as_ref()),
        });
    }
    Ok(books)
}

/// The policy in force at a time alone.
pub async fn policy_at(conn: &mut PgConnection, at: DateTime<Utc>) -> Result<Policy, Error> {
    let row = sqlx::query!(
        r#"select policy_id, version, valid_from, rules as "rules: Json<Rules>" from policies
        where valid_from <= $1 order by valid_from desc, version desc limit 1"#,
        at
    );
    let row = row.fetch_optional(conn).await?.ok_or(Error::corrupt("no policy is in force"))?;
    Ok(Policy { id: row.policy_id, version: row.version, valid_from: row.valid_from, rules: row.rules.0 })
}

fn also_public(setting: Option<&serde_json::Value>) -> Vec<String> {
    let kinds = setting.and_then(|value| value.get("also")).and_then(serde_json::Value::as_array);
    kinds.into_iter().flatten().filter_map(|kind| kind.as_str().map(str::to_owned)).collect()
}
