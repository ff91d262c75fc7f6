//! The database alone: the rows that something of ours wrote, written once more into tables alike, in as many transactions, and nothing else.

use std::time::{Duration, Instant};

use anyhow::Result;
use sqlx::{Acquire as _, AssertSqlSafe, Executor as _, PgConnection, Row as _};

/// Where a database stands: what is written later is told from what was there.
pub struct Mark(i64);

/// Every table with rows of its own, with its columns.
const TABLES: &str = "select format('%I.%I', n.nspname, c.relname), string_agg(quote_ident(a.attname), ', ' order by a.attnum)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema|alone)' group by 1 order by 1";

impl Mark {
    pub async fn now(database: &mut PgConnection) -> Result<Self> {
        Ok(Self(database.fetch_one("select pg_current_xact_id()::text::bigint").await?.try_get(0)?))
    }

    /// How long it takes to write what was written since into tables alike, in so many transactions. Rows that were changed count once.
    pub async fn write_again(self, database: &mut PgConnection, transactions: usize) -> Result<Duration> {
        let tables = self.keep(database, transactions).await?;
        let mut took = Duration::ZERO;
        for part in 1..=transactions {
            let begun = Instant::now();
            let mut writing = database.begin().await?;
            for (number, columns) in &tables {
                let insert = format!(
                    "insert into alone.table_{number} ({columns}) overriding system value
                     select {columns} from alone.kept_{number} where part_of_all = {part}"
                );
                writing.execute(AssertSqlSafe(insert)).await?;
            }
            writing.commit().await?;
            took += begun.elapsed();
        }
        database.execute("drop schema alone cascade").await?;
        Ok(took)
    }

    /// Lays the rows ready, and makes tables with the same columns, checks and indexes; those that have rows, with their columns.
    async fn keep(&self, database: &mut PgConnection, transactions: usize) -> Result<Vec<(usize, String)>> {
        database.execute("create schema alone").await?;
        let mut kept = Vec::new();
        for (number, row) in database.fetch_all(TABLES).await?.iter().enumerate() {
            let (table, columns): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let keep = format!(
                "create unlogged table alone.kept_{number} as select *, ntile({transactions}) over (order by ctid) as part_of_all
                 from {table} where xmin::text::bigint >= {};
                 create index on alone.kept_{number} (part_of_all);
                 create table alone.table_{number} (like {table} including all);
                 analyze alone.kept_{number}",
                self.0
            );
            database.execute(sqlx::raw_sql(AssertSqlSafe(keep))).await?;
            let any = format!("select exists (select from alone.kept_{number})");
            if database.fetch_one(AssertSqlSafe(any)).await?.try_get(0)? {
                kept.push((number, columns));
            }
        }
        Ok(kept)
    }
}
