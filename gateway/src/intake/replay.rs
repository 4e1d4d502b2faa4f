//! Brings the spool back into the database once it answers again, in order.

use super::Intake;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Messages replayed together.
const BATCH: usize = 256;

/// Looks until the token is cancelled.
pub(super) async fn run(intake: Intake, stop: CancellationToken) {
    loop {
        // Real time: this waits for a machine, not for a moment.
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
        }
        if intake.spool.is_active() && intake.core.db.ping().await.is_ok() {
            replay(&intake).await;
        }
    }
}

/// Replays until the spool is empty or the database is away again.
async fn replay(intake: &Intake) {
    loop {
        let (entries, bytes) = match intake.spool.peek(BATCH) {
            Ok(batch) => batch,
            Err(error) => {
                tracing::error!(%error, "the spool cannot be read");
                return;
            }
        };
        if entries.is_empty() {
            tracing::info!("the spool is empty again");
            return;
        }
        let count = entries.len();
        // Submitted together: the group keeps the order within each chat.
        let waiting: Vec<_> = entries
            .into_iter()
            .map(|e| intake.enqueue(e.inbound, e.at, true))
            .collect();
        let results = futures::future::join_all(waiting).await;
        if results.iter().any(|r| !matches!(r, Ok(Ok(_)))) {
            return;
        }
        intake.spool.replayed(count, bytes);
    }
}
