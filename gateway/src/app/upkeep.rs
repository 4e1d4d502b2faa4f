//! Work that goes on by itself: reference data kept fresh, gauges, channels
//! started and polled. The auditor's is [`super::survey`].

use super::Core;
use crate::bus::Hint;
use crate::clock::{micros, moment};
use crate::intake::Intake;
use crate::requests::notify;
use crate::spool::Spool;
use crate::store::channels::{self, Beat};
use crate::store::{StoreError, inbound, outbox, people, timers};
use crate::world::World;
use bots::{Channel, Inbound};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Reloads the world when units, workers, chats or documents changed, and at
/// midnight, when units may begin or end.
pub async fn refresh(core: Arc<Core>, stop: CancellationToken) -> Result<(), Infallible> {
    let mut hints = core.bus.listen();
    let mut day = today(&core);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(Duration::from_secs(2)) => core.seal.reload(),
            hint = hints.recv() => {
                if !matches!(hint, Ok(Hint::Reference)) {
                    continue;
                }
            }
        }
        let stale = match people::stamp(&core.db).await {
            Ok(stamp) => stamp != core.world().stamp || day != today(&core),
            Err(_) => continue,
        };
        if stale {
            day = today(&core);
            if let Err(error) = reload(&core).await {
                tracing::error!(%error, "reference data cannot be read; the former stay in force");
            }
        }
    }
}

/// Reads the reference data anew.
pub async fn reload(core: &Core) -> Result<(), crate::world::WorldError> {
    let before = core.world();
    let world = World::load(&core.db, &core.seal, today(core), Some(&before)).await?;
    core.set_world(world);
    Ok(())
}

fn today(core: &Core) -> chrono::NaiveDate {
    core.clock
        .now()
        .with_timezone(&notify::offset())
        .date_naive()
}

/// Keeps the gauges of `/metrics` fresh, and nothing in memory beyond its time.
pub async fn gauges(
    core: Arc<Core>,
    spool: Spool,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    let mut told = Vec::new();
    loop {
        core.history.sample(&core.metrics, core.clock.now());
        core.cases.forget(core.clock.now());
        let beats = beats(&core);
        if beats != told && channels::beat(&core.db, &beats).await.is_ok() {
            told = beats;
        }
        if let Err(error) = measure(&core, &spool).await {
            core.metrics.database_up.set(0);
            tracing::debug!(%error, "gauges cannot be read");
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
    }
}

/// When each channel last did something in this process.
pub fn beats(core: &Core) -> Vec<Beat> {
    let beat = |name: &String| Beat {
        name: name.clone(),
        in_at: core.metrics.channel_last(name, "in"),
        out_at: core.metrics.channel_last(name, "out"),
        failed_at: core.metrics.channel_last(name, "failed"),
    };
    core.channels.keys().map(beat).collect()
}

/// Sets all gauges once.
pub async fn measure(core: &Core, spool: &Spool) -> Result<(), StoreError> {
    let metrics = &core.metrics;
    let now = core.clock.now();
    let contents = spool.contents();
    metrics.spool_messages.set(contents.messages as i64);
    metrics.spool_bytes.set(contents.bytes as i64);
    let age = |since: i64| (now - moment(since)).as_seconds_f64().max(0.0);
    metrics.spool_age.set(if contents.oldest == 0 {
        0.0
    } else {
        age(contents.oldest)
    });
    let backlog = outbox::backlog(&core.db, micros(now - TimeDelta::days(7))).await?;
    metrics.outbox_pending.set(backlog.waiting);
    metrics.outbox_age.set(backlog.oldest.map_or(0.0, age));
    let due = timers::load(&core.db, micros(now)).await?;
    metrics.timers_due.set(due.due);
    metrics.parked.set(inbound::parked_count(&core.db).await?.0);
    metrics.database_up.set(1);
    Ok(())
}

/// Starts a channel, trying again until the provider answers.
pub async fn start_channel(
    channel: Arc<dyn Channel>,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    let mut pause = Duration::from_secs(1);
    loop {
        match channel.start().await {
            Ok(()) => {
                tracing::info!(
                    channel = channel.name(),
                    account = channel.account(),
                    "the channel is ready"
                );
                return Ok(());
            }
            Err(error) => {
                tracing::warn!(channel = channel.name(), account = channel.account(), %error, "the channel cannot start yet");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(Duration::from_mins(1));
    }
}

/// Fetches messages where no webhook reaches us. A batch is confirmed to the
/// provider only after all of it is stored.
pub async fn poll(
    channel: Arc<dyn Channel>,
    intake: Intake,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    let Some(mut poller) = channel.poller() else {
        return Ok(());
    };
    loop {
        let batch = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            batch = poller.next() => batch,
        };
        let wait = match batch {
            Ok(batch) => {
                if !take_in(batch, &intake, &stop).await {
                    return Ok(());
                }
                continue;
            }
            Err(bots::PollError::RetryAfter(wait)) => wait,
            Err(error) => {
                tracing::warn!(channel = channel.name(), %error, "messages cannot be fetched");
                Duration::from_secs(3)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Stores a batch: chats beside each other, each in its order. `false` if it was
/// to stop before that.
async fn take_in(batch: Vec<Inbound>, intake: &Intake, stop: &CancellationToken) -> bool {
    let mut chats: BTreeMap<String, Vec<Inbound>> = BTreeMap::new();
    for inbound in batch {
        let chat = inbound.address.to_string();
        chats.entry(chat).or_default().push(inbound);
    }
    let stored = chats.into_values().map(|messages| async move {
        let last = messages.len() - 1;
        for (position, inbound) in messages.into_iter().enumerate() {
            loop {
                let done = if position == last {
                    intake.receive(inbound.clone()).await
                } else {
                    intake.receive_before_others(inbound.clone()).await
                };
                if done.is_ok() {
                    break;
                }
                tokio::select! {
                    () = stop.cancelled() => return false,
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
            }
        }
        true
    });
    let stored = futures::future::join_all(stored).await;
    stored.into_iter().all(|done| done)
}
