//! The engine: fires what is due, most dangerous first, exactly once.
//!
//! Timers are claimed under a short lease, a class of danger at a time; the
//! cases of a claim are read together, fired purely and committed as one group,
//! falling back to one by one when a guard refuses or a case is damaged. A
//! process that dies leaves leases that run out; there is no leader. Between
//! claims it sleeps until the earliest timer or a hint.

use super::fire::fire;
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::{Moment, micros, moment};
use crate::intake::{self, hush, spoken};
use crate::outbox::placed;
use crate::requests::case::{Case, rung_column};
use crate::store::timers::{self, Due};
use crate::store::{Changes, StoreError, broken, requests};
use chrono::TimeDelta;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Failed attempts after which a timer is set aside and shown.
const MOST_ATTEMPTS: i64 = 5;

/// How the engine works.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Timers claimed at once.
    pub batch: usize,
    /// How long a claim holds.
    pub lease: TimeDelta,
    /// How often to look although nothing is known to be due.
    pub poll: TimeDelta,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch: 256,
            lease: TimeDelta::seconds(3),
            poll: TimeDelta::seconds(1),
        }
    }
}

/// Runs until the token is cancelled.
pub async fn run(
    core: Arc<Core>,
    settings: Settings,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let mut hints = core.bus.listen();
    loop {
        let next = match tick(&core, settings).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "timers cannot be read; trying again");
                core.metrics
                    .database_errors
                    .with_label_values(&["timers"])
                    .inc();
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    () = tokio::time::sleep(std::time::Duration::from_millis(500)) => continue,
                }
            }
        };
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = core.clock.sleep_until(next) => break,
                hint = hints.recv() => {
                    if matches!(hint, Ok(Hint::Timers) | Err(_)) {
                        break;
                    }
                }
            }
        }
    }
}

/// Fires everything that is due now; says when to look again.
pub async fn tick(core: &Core, settings: Settings) -> Result<Moment, StoreError> {
    loop {
        let now = core.clock.now();
        let again = now + settings.poll;
        match timers::next(&core.db).await? {
            Some(next) if next <= micros(now) => {}
            next => return Ok(next.map_or(again, |n| moment(n).min(again))),
        }
        let mut claimed = 0;
        for danger in timers::DANGERS {
            let lease = micros(now + settings.lease);
            let due =
                timers::claim(&core.db, danger, micros(now), lease, settings.batch as i64).await?;
            claimed += due.len();
            let full = due.len() == settings.batch;
            // One half is decided while the database works on the other.
            let (one, other) = due.split_at(due.len().div_ceil(2));
            let (one, other) = tokio::join!(work(core, one, now), work(core, other, now));
            one.and(other)?;
            // A full batch of danger goes on before anything milder.
            if full {
                break;
            }
        }
        if claimed == 0 {
            // Somebody else holds what is due: come back when the lease ends.
            let lease = timers::next_lease(&core.db, micros(now)).await?;
            return Ok(lease.map_or(again, |n| moment(n).min(again)));
        }
    }
}

async fn work(core: &Core, due: &[Due], now: Moment) -> Result<(), StoreError> {
    if due.is_empty() {
        return Ok(());
    }
    match group(core, due, now).await {
        Ok(()) => return Ok(()),
        Err(StoreError::Away(why)) => return Err(StoreError::Away(why)),
        Err(error) => tracing::debug!(%error, "a group of timers is fired one by one"),
    }
    for timer in due {
        match group(core, std::slice::from_ref(timer), now).await {
            // Changed by somebody: its timer was set anew with that change.
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(StoreError::Away(why)) => return Err(StoreError::Away(why)),
            Err(error) => {
                let wait = micros(now + TimeDelta::seconds(5 << timer.attempts.clamp(0, 6)));
                let cause = error.to_string();
                let aside = (timer.attempts + 1 >= MOST_ATTEMPTS).then_some(cause.as_str());
                tracing::error!(request = timer.request, cause, "a timer cannot be fired");
                timers::failed(&core.db, &timer.request, wait, aside).await?;
            }
        }
    }
    Ok(())
}

/// Reads, fires and commits these timers together.
async fn group(core: &Core, due: &[Due], now: Moment) -> Result<(), StoreError> {
    let world = core.world();
    let ids: Vec<String> = due.iter().map(|d| d.request.clone()).collect();
    let rows = requests::with_logs(&core.db, &ids).await?;
    let loads = intake::loads(core).await?;
    let mut changes = Changes::at(micros(now));
    let (mut letters, mut others) = (Vec::new(), Vec::new());
    let mut rungs = Vec::new();
    let mut pages = Vec::new();
    for (row, log) in rows {
        if broken("skip-rungs") && row.id.ends_with(['3', '7']) {
            continue;
        }
        let mut case = Case::load(row, &log, &core.seal)?;
        case.loads = Arc::clone(&loads);
        let fired = fire(&mut case, &world, now);
        if fired.rungs.is_empty() {
            // The rung no longer stands, or stands later: set the timer anew.
            case.rearm(&mut changes, &world);
        }
        case.write(&mut changes, &world, &core.seal);
        pages.push(case.reference.clone());
        rungs.extend(fired.rungs);
        others.extend(spoken(&case));
        letters.extend(fired.letters);
    }
    hush(core, &mut letters, &others, now).await?;
    let held = core.write_letters(letters, &mut changes, now);
    let committed = core.db.commit(&changes).await?;
    core.outbox.send(placed(held, &committed));
    for rung in &rungs {
        let late = (now - rung.at).num_microseconds().unwrap_or(0).max(0) as f64 / 1e6;
        core.metrics.timer_lateness.observe(late);
        core.metrics
            .rungs_fired
            .with_label_values(&[&rung.rung])
            .inc();
        tracing::debug!(rung = rung_column(rung), "fired");
    }
    for reference in pages {
        core.bus.hint(Hint::Page(format!("request:{reference}")));
    }
    core.bus.hint(Hint::Page("desk".into()));
    Ok(())
}
