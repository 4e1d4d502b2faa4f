//! Brings the spool back into the database once it answers again, in order.

use super::Intake;
use crate::app::resume;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Messages replayed together.
const BATCH: usize = 256;

/// Looks for the database so many times until it looks for messages that a
/// process beside this one left when it died.
const LEFT: u32 = 10;

/// Looks until the token is cancelled.
pub(super) async fn run(intake: Intake, stop: CancellationToken) {
    for look in 1_u32.. {
        // Real time: this waits for a machine, not for a moment.
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
        }
        if look % LEFT == 0
            && let Err(error) = intake.spool().adopt_left()
        {
            tracing::error!(%error, "the spool folder cannot be read");
        }
        if intake.spool().is_active() && intake.core.db.ping().await.is_ok() {
            replay(&intake).await;
        }
    }
}

/// Replays until the spool is empty or the database is away again.
async fn replay(intake: &Intake) {
    loop {
        let (mut entries, bytes) = match intake.spool().peek(BATCH) {
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
        for entry in &mut entries {
            if let Err(error) = resume::place(&intake.core, &mut entry.inbound, entry.at).await {
                tracing::warn!(%error, "a kept message does not find its chat yet");
                return;
            }
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
        intake.spool().replayed(count, bytes);
    }
}
