//! A message sent through the whole of it on a schedule, so that somebody learns
//! of a break before a resident does: received and stored like one of the web
//! chat's, understood, routed, answered through the outbox to nowhere.
//!
//! It asks for something and takes it back, so nothing is ever opened; what the
//! former left behind is deleted by the next. One process at a time does it.

use crate::app::{App, Core};
use crate::clock::{Moment, micros, moment};
use crate::ids::OutboxId;
use crate::intake::Kept;
use crate::requests::open::class;
use crate::routing::trial::{Trial, trial};
use crate::store::probes::{self, ProbeRow};
use crate::store::{StoreError, expired};
use crate::texts;
use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::HeaderMap;
use bots::{
    Address, Channel, Content, FetchError, Inbound, Limits, Outbound, Poller, Receipt,
    ReceiveError, SendError, Sender, StartError,
};
use chrono::TimeDelta;
use menus::{Lang, Urgency};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The kind of its channel, and its only chat.
pub const CHANNEL: &str = "probe";
const ACCOUNT: &str = "main";
const CHAT: &str = "probe";
/// What it says, what must be understood, and how it takes it back.
const NEED: &str = "我想申请低保";
const SERVICE: &str = "BAS-DIBAO";
const BACK: &str = "取消";
const CHORE: &str = "probe";
/// How long is kept how they went.
const KEPT: TimeDelta = TimeDelta::days(30);
/// The longest a part of the way may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The parts of the way, in order.
pub const HOPS: [&str; 4] = ["intake", "understanding", "routing", "outbox"];

/// How a probe went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// When it began.
    pub at: Moment,
    /// Microseconds each part took, as far as it came.
    pub hops: Vec<(String, u64)>,
    /// Where it got stuck.
    pub stuck: Option<String>,
}

/// The channel that leads nowhere: it only counts what came through.
pub struct Nowhere {
    came: watch::Sender<u64>,
}

impl Default for Nowhere {
    fn default() -> Self {
        Self {
            came: watch::Sender::new(0),
        }
    }
}

impl Nowhere {
    /// What came through so far, from now on.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.came.subscribe()
    }
}

#[async_trait]
impl Channel for Nowhere {
    fn name(&self) -> &'static str {
        CHANNEL
    }

    fn account(&self) -> &str {
        ACCOUNT
    }

    fn receive(&self, _: &HeaderMap, _: &str, _: &[u8]) -> Result<Vec<Inbound>, ReceiveError> {
        Err(ReceiveError::Unauthorized)
    }

    async fn send(&self, _: &Address, _: &Outbound) -> Result<Receipt, SendError> {
        self.came.send_modify(|came| *came += 1);
        // With a receipt it is found again and deleted.
        Ok(Receipt {
            message: Some("nowhere".into()),
        })
    }

    async fn start(&self) -> Result<(), StartError> {
        Ok(())
    }

    fn poller(&self) -> Option<Box<dyn Poller>> {
        None
    }

    fn limits(&self) -> Limits {
        bots::Kind::named(bots::webchat::NAME)
            .expect("the web chat is a kind of channel")
            .limits
    }

    fn redactions(&self) -> Vec<String> {
        Vec::new()
    }

    async fn fetch(&self, _: &str) -> Result<Bytes, FetchError> {
        Err(FetchError::Gone)
    }
}

/// Where the messages of probes come from and go to.
fn address() -> Address {
    Address {
        channel: CHANNEL.to_owned(),
        account: ACCOUNT.to_owned(),
        chat: CHAT.to_owned(),
    }
}

fn said(words: &str, now: Moment) -> Inbound {
    Inbound {
        address: address(),
        key: OutboxId::new(now).0,
        sent_at: None,
        sender: Sender::default(),
        network: None,
        content: Content::Text(words.to_owned()),
        message: None,
    }
}

/// Sends one, if none was sent for so long by whatever process, again and again
/// until the token is cancelled.
pub async fn run(app: App, every: TimeDelta, stop: CancellationToken) -> Result<(), Infallible> {
    if every <= TimeDelta::zero() {
        stop.cancelled().await;
        return Ok(());
    }
    let look = every
        .to_std()
        .unwrap_or(PATIENCE)
        .min(Duration::from_mins(1));
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(look) => {}
        }
        if let Err(error) = in_turn(&app, every).await {
            tracing::warn!(%error, "no probe could be sent");
        }
    }
}

async fn in_turn(app: &App, every: TimeDelta) -> Result<(), StoreError> {
    let (db, now) = (&app.core.db, app.core.clock.now());
    let (lease, since) = (micros(now + TimeDelta::minutes(2)), micros(now - every));
    if expired::claim(db, CHORE, micros(now), lease, since).await? {
        send(app).await?;
        expired::done(db, CHORE, micros(app.core.clock.now())).await?;
    }
    Ok(())
}

/// Sends one now and keeps how it went.
///
/// # Errors
/// Of the store, if even that cannot be kept.
pub async fn send(app: &App) -> Result<Probe, StoreError> {
    let core = &app.core;
    let now = core.clock.now();
    probes::sweep(
        &core.db,
        &address().to_string(),
        &format!("{CHANNEL}/{ACCOUNT}"),
    )
    .await?;
    let probe = walk(app, now).await;
    let took = serde_json::to_string(&probe.hops).expect("plain data");
    let row = ProbeRow {
        id: OutboxId::new(now).0,
        at: micros(now),
        hops: took,
        stuck: probe.stuck.clone(),
    };
    probes::keep(&core.db, &row, micros(now - KEPT)).await?;
    core.metrics
        .probe_good
        .set(i64::from(probe.stuck.is_none()));
    if let Some(hop) = &probe.stuck {
        tracing::error!(hop, "a probe got stuck");
    }
    Ok(probe)
}

/// The way itself.
async fn walk(app: &App, now: Moment) -> Probe {
    let core = &app.core;
    let mut hops: Vec<(String, u64)> = Vec::new();
    let mut came = core.nowhere.listen();
    let mut stuck = None;
    for hop in HOPS {
        let watch = core.clock.stopwatch();
        let through = match hop {
            "intake" => {
                let stored = app.intake.receive(said(NEED, now));
                matches!(
                    tokio::time::timeout(PATIENCE, stored).await,
                    Ok(Ok(Kept::Stored))
                )
            }
            "understanding" => understood(core),
            "routing" => routed(core, now),
            _ => tokio::time::timeout(PATIENCE, came.changed()).await.is_ok(),
        };
        hops.push((hop.to_owned(), watch.elapsed().as_micros() as u64));
        if !through {
            stuck = Some(hop.to_owned());
            break;
        }
    }
    // Whoever asked for something takes it back.
    let back = app.intake.receive(said(BACK, core.clock.now()));
    let _ = tokio::time::timeout(PATIENCE, back).await;
    Probe {
        at: now,
        hops,
        stuck,
    }
}

fn understood(core: &Core) -> bool {
    let verdict = core.world().classifier.classify(NEED);
    verdict
        .ranked
        .first()
        .is_some_and(|first| first.service == SERVICE)
}

fn routed(core: &Core, now: Moment) -> bool {
    let world = core.world();
    let Some(service) = world.newest().catalogue.service(SERVICE) else {
        return false;
    };
    let asked = (service, class(service, Urgency::Normal));
    let open = world.calendar(world.versions().2).is_open(now);
    let tried = trial(
        &Trial::default(),
        asked,
        (now, open),
        &world.tree,
        &world.roster,
    );
    tried.responsible.is_some()
}

/// A part of the way in words.
pub fn name(lang: Lang, hop: &str) -> &'static str {
    texts::text(lang, &format!("desk.probe.{hop}"))
}

/// The last probes, newest first.
///
/// # Errors
/// Of the store.
pub async fn last(core: &Core, most: i64) -> Result<Vec<Probe>, StoreError> {
    let rows = probes::last(&core.db, most).await?;
    Ok(rows
        .into_iter()
        .map(|row| Probe {
            at: moment(row.at),
            hops: serde_json::from_str(&row.hops).unwrap_or_default(),
            stuck: row.stuck,
        })
        .collect())
}

/// What administrators should know: the last probe got stuck.
///
/// # Errors
/// Of the store.
pub async fn alarm(core: &Core, lang: Lang) -> Result<Option<String>, StoreError> {
    let newest = last(core, 1).await?.pop();
    let stuck = newest.and_then(|probe| probe.stuck);
    Ok(stuck.map(|hop| texts::fill(lang, "desk.probe.alarm", &[("hop", name(lang, &hop))])))
}
