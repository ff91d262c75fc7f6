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

/// Policy, origin level, commitment and public kinds in force at `at`, in one statement.
pub async fn at(conn: &mut PgConnection, at: DateTime<Utc>, purpose: Purpose, origin: AreaKey) -> Result<Rulebook, Error> {
    let row = sqlx::query!(
        r#"select p.policy_id, p.version, p.valid_from, p.rules as "rules: Json<Rules>",
            (select l.level from area_levels l where l.area = any($3) and l.valid_from <= $1
                order by length(l.area) desc, l.valid_from desc limit 1) as level,
            (select s.value from settings s where s.name = 'public_list' and s.valid_from <= $1
                order by s.valid_from desc limit 1) as public_list,
            t.template_id as "template_id?", t.version as "template_version?", t.valid_from as "template_from?",
            t.clauses_vi as "clauses_vi?", t.clauses_en as "clauses_en?"
        from (select * from policies where valid_from <= $1 order by valid_from desc, version desc limit 1) p
        left join lateral (
            select * from commitment_templates c where c.purpose = $2 and c.valid_from <= $1
            order by c.valid_from desc, c.version desc limit 1
        ) t on true"#,
        at,
        purpose.code(),
        &texts(&origin.ancestors()),
    )
    .fetch_optional(conn)
    .await?
    .ok_or(Error::corrupt("no policy is in force"))?;
    let template = row.template_id.zip(row.template_version).zip(row.template_from).map(|((id, version), valid_from)| Template {
        id,
        version,
        purpose,
        valid_from,
        clauses_vi: row.clauses_vi.unwrap_or_default(),
        clauses_en: row.clauses_en.unwrap_or_default(),
    });
    Ok(Rulebook {
        policy: Policy { id: row.policy_id, version: row.version, valid_from: row.valid_from, rules: row.rules.0 },
        origin_level: row.level.unwrap_or_default(),
        template,
        also_public: also_public(row.public_list.as_ref()),
    })
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
