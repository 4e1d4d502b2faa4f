//! The commands that work on the database without a running gateway:
//! `migrate`, `link`, `worker-code`, `parked`, `why`.

use super::{Link, Parked, ParkedAct, Why, WorkerCode};
use crate::app::door::{self, Door};
use crate::app::{self, Core};
use crate::audit;
use crate::config::{Config, Loaded};
use crate::escalation::why::why;
use crate::ids::WorkerId;
use crate::intake::{load_cases, retry};
use crate::lifecycle::Lifecycle;
use crate::requests::reference::Reference;
use crate::store::{self, inbound, requests};
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What a command works with. The gateway may be running beside it: nothing is
/// received, sent or fired here.
pub(super) struct Parts {
    pub(super) core: Arc<Core>,
    life: Lifecycle,
}

pub(super) async fn assemble(file: Option<&Path>) -> anyhow::Result<Parts> {
    let loaded = Config::load(file)?;
    // A new one would be empty, and say of everything that it is well.
    if let Some(missing) = missing(&loaded.config) {
        bail!(
            "there is no database at {} (database.url): `gateway import`, `migrate` or `serve` \
             makes one\nA relative path in a configuration file begins at the folder of that \
             file, any other at the current folder.",
            missing.display()
        );
    }
    join(loaded).await
}

/// The same where a new database is meant as well; says so if it makes one.
pub(super) async fn assemble_or_make(file: Option<&Path>) -> anyhow::Result<Parts> {
    let loaded = Config::load(file)?;
    if let Some(missing) = missing(&loaded.config) {
        println!("Making a new database: {}", missing.display());
    }
    join(loaded).await
}

/// Where a database should be and is not.
fn missing(config: &Config) -> Option<PathBuf> {
    let file = store::file_of(config.database.url.expose())?;
    (!file.exists()).then(|| store::full(&file))
}

async fn join(mut loaded: Loaded) -> anyhow::Result<Parts> {
    loaded.config.channels = crate::config::Channels::default();
    let life = Lifecycle::new(Duration::from_secs(5));
    let core = app::parts(&loaded, super::serve::clock(), &life).await?;
    Ok(Parts { core, life })
}

pub(super) async fn end(app: &Parts) {
    app.life.shut_down();
    let _ = app.life.finished().await;
    app.core.db.close().await;
}

/// `migrate`.
pub(super) async fn migrate(file: Option<&Path>) -> anyhow::Result<()> {
    let loaded = Config::load(file)?;
    let mut config = loaded.config;
    config.database.migrate = true;
    let db = app::open(&config).await?;
    let done = db.migrate().await?;
    println!("The database is at version {}.", done.version);
    db.close().await;
    Ok(())
}

/// `link`.
pub(super) async fn link(args: &Link, file: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(file).await?;
    let subject = match &args.worker {
        None => Some(door::ADMIN.to_owned()),
        Some(worker) => {
            let id = WorkerId::from(worker.as_str());
            app.core.world().worker(&id).map(|_| door::worker(&id))
        }
    };
    let secret = match &subject {
        Some(subject) => {
            Some(door::hand_out(&app.core, Door::Link, subject, audit::OPERATOR).await?)
        }
        None => None,
    };
    let config = Config::load(file)?.config;
    end(&app).await;
    let Some(secret) = secret else {
        bail!("there is no such worker")
    };
    println!("{}/sign-in#{secret}", config.base_url(config.listen));
    println!("(works once, for a week)");
    Ok(())
}

/// `worker-code`.
pub(super) async fn worker_code(args: &WorkerCode, file: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(file).await?;
    let id = WorkerId::from(args.worker.as_str());
    let known = app.core.world().worker(&id).is_some();
    let code = if known {
        Some(door::hand_out(&app.core, Door::Bind, &door::worker(&id), audit::OPERATOR).await?)
    } else {
        None
    };
    end(&app).await;
    let Some(code) = code else {
        bail!("there is no worker {}", args.worker)
    };
    println!("{code}");
    println!("The worker sends the bot: 绑定 {code}   (works once, for a day)");
    Ok(())
}

/// `parked`.
pub(super) async fn parked(args: &Parked, file: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(file).await?;
    let result = parked_in(&app, args).await;
    end(&app).await;
    result
}

async fn parked_in(app: &Parts, args: &Parked) -> anyhow::Result<()> {
    let list = inbound::parked(&app.core.db, 10_000).await?;
    let keys: Vec<String> = match &args.act {
        ParkedAct::List => {
            for row in &list {
                println!(
                    "{}  {}  {}",
                    row.id,
                    crate::clock::moment(row.at),
                    row.cause.as_deref().unwrap_or("")
                );
            }
            println!("{} parked", list.len());
            return Ok(());
        }
        ParkedAct::Retry { id: Some(id), .. } => list
            .iter()
            .filter(|r| &r.id == id || &r.key == id)
            .map(|r| r.key.clone())
            .collect(),
        ParkedAct::Retry { .. } => list.iter().map(|r| r.key.clone()).collect(),
    };
    if keys.is_empty() {
        bail!("there is no such message; see `gateway parked list`");
    }
    let mut failed = 0;
    for key in &keys {
        match retry::retry(&app.core, key).await {
            Ok(_) => println!("handled"),
            Err(error) => {
                failed += 1;
                println!("still parked: {error}");
            }
        }
    }
    if failed == 0 {
        Ok(())
    } else {
        bail!("{failed} of {} are still parked", keys.len())
    }
}

/// `why`.
pub(super) async fn explain(args: &Why, file: Option<&Path>) -> anyhow::Result<()> {
    let reference = Reference::parse(&args.reference)?;
    let app = assemble(file).await?;
    let result = explain_in(&app, &reference).await;
    end(&app).await;
    result
}

async fn explain_in(app: &Parts, reference: &Reference) -> anyhow::Result<()> {
    let Some(row) = requests::by_reference(&app.core.db, reference.code()).await? else {
        bail!("there is no request {reference}");
    };
    let id = row.id.clone();
    let case = load_cases(&app.core, std::slice::from_ref(&id))
        .await?
        .remove(&id);
    let case = case.context("the request vanished")?;
    let world = app.core.world();
    let (calendar, policy, limits) = case.rules(&world);
    let now = app.core.clock.now();
    let answer = why(&case.log, calendar, policy, &limits, now);
    println!("{}\n{}", answer.sentence.zh, answer.sentence.en);
    for clock in crate::escalation::clocks(&case.log, calendar, policy, &limits, now) {
        println!("\n{}", clock.clock.code());
        for line in crate::escalation::why::explain(&clock, calendar, policy) {
            println!("  {}", line.en);
        }
    }
    Ok(())
}
