//! Transactions whose begin and commit no caller can interrupt.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use sqlx::{AssertSqlSafe, Executor, PgConnection, PgPool, Postgres};
use tokio::{sync::Notify, task::JoinHandle};
use tracing::Instrument;

use super::DatabaseError;
use crate::grpc;

/// How long a caller waits for his commit. Replication may hold it for longer than any `statement_timeout`; it goes on without him.
const COMMIT_WAIT: Duration = Duration::from_secs(4);

/// An open transaction; give `&mut transaction` to whatever takes a `&mut PgConnection`. Dropping it rolls back.
#[derive(Debug)]
pub struct Transaction {
    open: sqlx::Transaction<'static, Postgres>,
    committed: Arc<Notify>,
}

/// Begins with these settings, each as in `set local`.
pub(super) async fn begin(
    pool: PgPool,
    statement_timeout: Duration,
    committed: Arc<Notify>,
    mut settings: Vec<String>,
) -> Result<Transaction, DatabaseError> {
    if let Some(left) = grpc::remaining().filter(|left| *left < statement_timeout) {
        settings.push(format!("statement_timeout = {}", left.as_millis().max(1)));
    }
    let open = detached(async move {
        if settings.is_empty() {
            #[expect(clippy::disallowed_methods, reason = "this is the door: it runs to its end, whatever becomes of the caller")]
            pool.begin().await
        } else {
            pool.begin_with(AssertSqlSafe(format!("begin; set local {}", settings.join("; set local ")))).await
        }
    })
    .await??;
    Ok(Transaction { open, committed })
}

impl Transaction {
    /// Commits. `Unknown` means that the answer did not come in time or the connection broke: the change may be there or not, and doing the
    /// same again under the same id finds out.
    pub async fn commit(self) -> Result<(), DatabaseError> {
        let Self { mut open, committed } = self;
        // PostgreSQL answers the commit of a failed transaction with a rollback and no error; the select before it fails there instead. sqlx does not
        // see this commit and sends a rollback when the connection is given back: that of the chained transaction, which is empty. Without one
        // PostgreSQL would warn in its log, once a commit.
        let committing = detached(async move {
            open.execute("select; commit and chain").await?;
            committed.notify_one();
            Ok(())
        });
        match tokio::time::timeout(COMMIT_WAIT, committing).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(error))) => Err(DatabaseError::of_commit(error)),
            Ok(Err(gone)) => Err(gone),
            Err(_) => Err(DatabaseError::Unknown(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))),
        }
    }

    /// Rolls back and waits for it; dropping does the same behind the caller's back.
    pub async fn rollback(self) -> Result<(), DatabaseError> {
        Ok(detached(self.open.rollback()).await??)
    }
}

impl Deref for Transaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.open
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.open
    }
}

/// Runs to its end even when the caller is dropped. It never panics on its own; the runtime's end is the one thing that takes it away.
async fn detached<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, DatabaseError> {
    start(work).await.map_err(|_| DatabaseError::Unknown(sqlx::Error::WorkerCrashed))
}

/// Starts what runs to its end whoever waits for it.
pub(super) fn start<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a commit outlives its request but no statement_timeout, so there is nobody to wait for it"
    )]
    tokio::spawn(work.in_current_span())
}
