//! The wells that the rows of a file may speak of, out of `runs`, `wells`, `well_tubes` and `results`.

use std::collections::HashMap;

use ids::RunId;
use requests::Coded;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Error, reading::Measured, result_import::Well, store::readings};

/// Those of a laboratory's started runs first, then those of other runs that the file names by their number
/// or by a tube in them, newest first. Put together here, since no plan of a join of them holds at every size.
pub async fn of_rows(
    conn: &mut PgConnection,
    laboratory: &str,
    numbers: &[String],
    barcodes: &[String],
    only: Option<RunId>,
) -> Result<Vec<Well>, Error> {
    let runs = sqlx::query!(
        "select run_id, number, state, method from runs
         where laboratory_id = $1 and (state = 'STARTED' or number = any($2) or run_id = $4
           or run_id in (select p.run_id from well_tubes p join tubes t using (tube_id) where t.barcode = any($3)))
         order by state <> 'STARTED', started_at desc, run_id",
        laboratory,
        numbers,
        barcodes,
        only.map(RunId::as_uuid)
    );
    let runs = runs.fetch_all(&mut *conn).await?;
    let ids: Vec<Uuid> = runs.iter().map(|run| run.run_id).collect();
    let mut tubes: HashMap<(Uuid, String), Vec<String>> = HashMap::new();
    let placed = sqlx::query!(
        "select p.run_id, p.position, t.barcode from well_tubes p join tubes t using (tube_id) where p.run_id = any($1) order by t.barcode",
        &ids
    );
    for row in placed.fetch_all(&mut *conn).await? {
        tubes.entry((row.run_id, row.position)).or_default().push(row.barcode);
    }
    let mut said: HashMap<(Uuid, String), Measured> = HashMap::new();
    let results = sqlx::query!("select run_id, position, outcome, ct from results where run_id = any($1) order by version", &ids);
    for row in results.fetch_all(&mut *conn).await? {
        said.insert((row.run_id, row.position), Measured { outcome: Coded::read(&row.outcome)?, ct: readings::ct(row.ct)? });
    }
    let rows = sqlx::query!("select run_id, position, kind from wells where run_id = any($1) order by run_id, ordinal", &ids);
    let mut wells: HashMap<Uuid, Vec<Well>> = HashMap::new();
    let by_id: HashMap<Uuid, _> = runs.iter().map(|run| (run.run_id, run)).collect();
    for row in rows.fetch_all(conn).await? {
        let run = by_id.get(&row.run_id).ok_or(Error::corrupt("the run of a well"))?;
        let at = (row.run_id, row.position);
        wells.entry(row.run_id).or_default().push(Well {
            run: RunId::from_uuid(row.run_id),
            number: run.number.clone(),
            state: Coded::read(&run.state)?,
            method: Coded::read(&run.method)?,
            kind: Coded::read(&row.kind)?,
            barcodes: tubes.remove(&at).unwrap_or_default(),
            said: said.remove(&at),
            position: at.1,
        });
    }
    Ok(runs.iter().flat_map(|run| wells.remove(&run.run_id).unwrap_or_default()).collect())
}
