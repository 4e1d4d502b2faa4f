//! Starting a gateway: from a configuration to running tasks.

use super::keys::seal;
use super::{Core, survey, upkeep, watch};
use crate::bus::Bus;
use crate::clock::{Clock, micros};
use crate::config::{Config, Loaded, Problems, Retention};
use crate::conversation::Lines;
use crate::escalation::engine;
use crate::identity;
use crate::intake::{self, Intake, Limits};
use crate::lifecycle::Lifecycle;
use crate::outbox::{self, Outbox};
use crate::probing::{self, Nowhere};
use crate::requests::notify;
use crate::second_opinion::SecondOpinion;
use crate::sms;
use crate::spool::{Spool, SpoolError};
use crate::staff::{self, oidc::Oidc};
use crate::store::{Db, StoreError, outbox as waiting, timers};
use crate::telemetry::Metrics;
use crate::webhooks;
use crate::world::{Documents, World, WorldError};
use bots::Channel;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

/// A running gateway.
#[derive(Clone)]
pub struct App {
    /// Its shared parts.
    pub core: Arc<Core>,
    /// Where messages come in.
    pub intake: Intake,
    /// How it ends.
    pub life: Lifecycle,
    /// Things an administrator should know since the start.
    /// In Chinese and in English.
    pub alarms: Arc<Vec<(String, String)>>,
    /// How long people stay signed in.
    pub staff: staff::Settings,
    /// The city's single sign-on, where there is one.
    pub(super) oidc: Option<Arc<Oidc>>,
    /// How long data are kept.
    pub keep: Retention,
    /// How the engine works, for `settle` in tests.
    pub engine: engine::Settings,
    /// Keeps other processes from serving the same SQLite file.
    _alone: Option<Arc<File>>,
}

/// Why a gateway does not start. Nothing runs then.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] Problems),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The documents in it, or the ones to publish.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The spool folder.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// A file that cannot be read.
    #[error("{0}")]
    File(String),
}

/// Opens everything and starts the tasks.
///
/// # Errors
/// [`StoreError::Away`] if the database cannot be reached: nothing has begun then,
/// and it may be tried again.
pub async fn start(loaded: &Loaded, clock: Clock, life: &Lifecycle) -> Result<App, StartError> {
    Box::pin(start_with(loaded, clock, life, None)).await
}

/// The same with the spool that messages are being kept in already.
pub(super) async fn start_with(
    loaded: &Loaded,
    clock: Clock,
    life: &Lifecycle,
    spool: Option<Spool>,
) -> Result<App, StartError> {
    let config = &loaded.config;
    let settings = outbox_settings(config);
    let lease = settings.lease;
    let (core, alarms, sending) = join(loaded, clock, life, settings).await?;
    let alone = core.db.serve_alone()?;
    if alone.is_some() {
        // What an earlier process held when it died is free at once. On PostgreSQL,
        // where others may live, the leases run out.
        let now = core.clock.now();
        timers::release(&core.db).await?;
        waiting::release(&core.db, micros(now), micros(now + lease)).await?;
    }
    let spool = match spool {
        Some(spool) => spool,
        None => Spool::open(&config.spool.dir, config.spool.max_bytes, core.seal.clone())?,
    };
    Ok(run(core, config, spool, life, alarms, sending, alone))
}

/// The shared parts alone, for commands beside a running gateway: nothing is
/// received, sent or fired here, and what is written to be sent is left to the
/// processes that have the channels.
pub async fn parts(
    loaded: &Loaded,
    clock: Clock,
    life: &Lifecycle,
) -> Result<Arc<Core>, StartError> {
    let settings = outbox::Settings {
        room: 0,
        ..outbox_settings(&loaded.config)
    };
    Ok(join(loaded, clock, life, settings).await?.0)
}

/// The sending loop, not yet running.
type Sending = futures::future::BoxFuture<'static, Result<(), StoreError>>;

async fn join(
    loaded: &Loaded,
    clock: Clock,
    life: &Lifecycle,
    settings: outbox::Settings,
) -> Result<(Arc<Core>, Vec<(String, String)>, Sending), StartError> {
    let config = &loaded.config;
    let mut warnings = loaded.warnings.clone();
    let channels = loaded.build_channels()?;
    let documents = documents(config)?;
    let db = open(config).await?;
    let (seal, warning) = seal(config, &db).await?;
    warnings.extend(warning);
    // What concerns the machine is for those who run it, in one language.
    let mut alarms: Vec<(String, String)> = warnings.into_iter().map(|w| (w.clone(), w)).collect();
    let now = clock.now();
    World::publish(&db, &documents, now).await?;
    let today = now.with_timezone(&notify::offset()).date_naive();
    let world = World::load(&db, &seal, today, None).await?;
    alarms.extend(calendar_alarm(&world, today));
    let bus = bus(config, life)?;
    let metrics = Arc::new(Metrics::new());
    let nowhere = Arc::new(Nowhere::default());
    let probes: Arc<dyn Channel> = Arc::clone(&nowhere) as _;
    let channels: HashMap<String, Arc<dyn Channel>> = channels
        .into_iter()
        .chain([probes])
        .map(|c| (format!("{}/{}", c.name(), c.account()), c))
        .collect();
    let parts = outbox::Parts {
        db: db.clone(),
        seal: seal.clone(),
        clock: clock.clone(),
        bus: bus.clone(),
        metrics: Arc::clone(&metrics),
        channels: channels.clone(),
    };
    let (outbox, sending) = Outbox::new(parts, settings, life.draining().clone());
    let core = Core::new(
        db,
        seal,
        clock,
        bus,
        metrics,
        outbox,
        channels,
        lines(config),
        identity::Settings::of(config),
        webhooks::Caller::new(&config.webhooks.allow),
        nowhere,
        world,
    );
    Ok((Arc::new(core), alarms, Box::pin(sending)))
}

fn run(
    core: Arc<Core>,
    config: &Config,
    spool: Spool,
    life: &Lifecycle,
    alarms: Vec<(String, String)>,
    sending: impl Future<Output = Result<(), StoreError>> + Send + 'static,
    alone: Option<File>,
) -> App {
    let stop = life.draining();
    let opinion = SecondOpinion::new(
        &config.second_opinion,
        core.clock.clone(),
        Arc::clone(&core.metrics),
    );
    let (intake, receiving) = Intake::new(
        Arc::clone(&core),
        spool.clone(),
        intake_settings(config),
        opinion,
        stop.clone(),
    );
    let engine = engine::Settings {
        batch: config.escalation.batch as usize,
        lease: delta(config.escalation.lease),
        poll: delta(config.escalation.poll),
    };
    life.spawn("outbox", sending);
    life.spawn("intake", receiving);
    life.spawn(
        "engine",
        engine::run(Arc::clone(&core), engine, stop.clone()),
    );
    run_upkeep(&core, config, spool, life);
    if let Some(sender) = sms::Sender::new(&config.sms) {
        life.spawn("texts", sms::run(Arc::clone(&core), sender, stop.clone()));
    }
    if core.proving.asks_providers() {
        let work = identity::rounds::run(Arc::clone(&core), stop.clone());
        life.spawn("checks", work);
    }
    run_channels(&core, &intake, life);
    let app = App {
        core,
        intake,
        life: life.clone(),
        alarms: Arc::new(alarms),
        staff: staff::Settings::of(&config.web),
        oidc: Oidc::new(&config.staff.oidc, &config.public_url).map(Arc::new),
        keep: config.retention.clone(),
        engine,
        _alone: alone.map(Arc::new),
    };
    let every = delta(config.probe.every);
    life.spawn("probe", probing::run(app.clone(), every, stop.clone()));
    app
}

/// What goes on by itself.
fn run_upkeep(core: &Arc<Core>, config: &Config, spool: Spool, life: &Lifecycle) {
    let stop = life.draining();
    life.spawn(
        "reference data",
        upkeep::refresh(Arc::clone(core), stop.clone()),
    );
    life.spawn(
        "gauges",
        upkeep::gauges(Arc::clone(core), spool, stop.clone()),
    );
    life.spawn(
        "retention",
        crate::retention::daily(Arc::clone(core), config.retention.clone(), stop.clone()),
    );
    life.spawn(
        "releases",
        crate::editing::run(Arc::clone(core), stop.clone()),
    );
    life.spawn("webhooks", webhooks::run(Arc::clone(core), stop.clone()));
    life.spawn("roster", watch::watch(Arc::clone(core), stop.clone()));
    life.spawn(
        "auditor",
        survey::auditor(
            Arc::clone(core),
            config.escalation.audit_every,
            stop.clone(),
        ),
    );
}

fn run_channels(core: &Arc<Core>, intake: &Intake, life: &Lifecycle) {
    let stop = life.draining();
    for channel in core.channels.values() {
        let (channel, intake, stop) = (Arc::clone(channel), intake.clone(), stop.clone());
        life.spawn_optional("channel", async move {
            let Ok(()) = upkeep::start_channel(Arc::clone(&channel), stop.clone()).await;
            let Ok(()) = upkeep::poll(channel, intake, stop.clone()).await;
            stop.cancelled().await;
            Ok::<(), std::convert::Infallible>(())
        });
    }
}

/// The database, migrated.
///
/// # Errors
/// [`StoreError::Away`] with the reason if it cannot be reached.
pub async fn open(config: &Config) -> Result<Db, StoreError> {
    let options = &config.database;
    let db = Db::open(
        options.url.expose(),
        options.max_connections,
        options.acquire_timeout,
    )
    .await?;
    Box::pin(db.reach(options.acquire_timeout)).await?;
    if options.migrate {
        Box::pin(db.migrate()).await?;
    }
    Ok(db)
}

fn documents(config: &Config) -> Result<Documents, StartError> {
    let read = |path: &Option<std::path::PathBuf>| -> Result<Option<String>, StartError> {
        path.as_ref()
            .map(|p| {
                std::fs::read_to_string(p)
                    .map_err(|e| StartError::File(format!("{}: {e}", p.display())))
            })
            .transpose()
    };
    Ok(Documents {
        policy: read(&config.escalation.policy_file)?,
        calendar: read(&config.escalation.calendar_file)?,
    })
}

fn bus(config: &Config, life: &Lifecycle) -> Result<Bus, StartError> {
    let url = config.redis.url.expose();
    if url.is_empty() {
        return Ok(Bus::local());
    }
    let (bus, work) = Bus::shared(url).map_err(StartError::File)?;
    let stop = life.draining().clone();
    life.spawn_optional("redis", async move {
        tokio::select! {
            () = work => {}
            () = stop.cancelled() => {}
        }
        Ok::<(), std::convert::Infallible>(())
    });
    Ok(bus)
}

fn calendar_alarm(world: &World, today: chrono::NaiveDate) -> Option<(String, String)> {
    use chrono::Datelike;
    let calendar = world.calendar(world.versions().2);
    let years = calendar.known_years()?;
    let year = [today.year(), today.year() + 1]
        .into_iter()
        .find(|y| !years.contains(y))?;
    // The notice for the next year comes in autumn: no alarm before.
    (year == today.year() || today.month() >= 11).then(|| {
        (
            format!("工作日历里还没有{year}年的放假安排：先按周一到周五算，答复里会说明。"),
            format!("The holidays of {year} are not in the working calendar: plain weekdays are used and promises say so."),
        )
    })
}

fn intake_settings(config: &Config) -> intake::Settings {
    intake::Settings {
        group_max: config.intake.group_max as usize,
        limits: Limits {
            per_minute: match config.intake.per_chat_per_minute {
                0 => f64::MAX,
                n => f64::from(n),
            },
            burst: f64::from(config.intake.burst).max(1.0),
        },
    }
}

fn outbox_settings(config: &Config) -> outbox::Settings {
    outbox::Settings {
        senders: config.outbox.senders as usize,
        lease: delta(config.outbox.lease),
        longest_send: delta(config.outbox.lease / 2),
        give_up_after: delta(config.outbox.give_up_after),
        rates: outbox::Rates {
            reply_per_second: config.outbox.reply_per_second,
            bulk_per_second: config.outbox.bulk_per_second,
            chat_per_second: config.outbox.chat_per_second,
            chat_burst: f64::from(config.outbox.chat_burst),
        },
        ..outbox::Settings::default()
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

pub(super) fn lines(config: &Config) -> Lines {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    Lines {
        police: config.crisis.police.clone(),
        fire: config.crisis.fire.clone(),
        ambulance: config.crisis.ambulance.clone(),
        police_sms: some(&config.crisis.police_sms),
        mind: some(&config.crisis.psychological),
        city: some(&config.crisis.city),
        duty: some(&config.crisis.duty_desk),
    }
}
