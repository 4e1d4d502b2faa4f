//! `demo`: the whole product with a made-up city, nothing to set up.
//!
//! Without a folder the database lives in a temporary one that is removed at
//! the end. Telegram works here too if the environment names a bot.

use super::Demo;
use crate::app::door::{self, Door};
use crate::app::register::{Imported, store};
use crate::app::{self, App, serve};
use crate::audit;
use crate::calendar::Calendar;
use crate::clock::{Clock, Moment, moment};
use crate::config::{Config, Loaded};
use crate::demo;
use crate::ids::WorkerId;
use crate::lifecycle::Lifecycle;
use crate::store::audit as records;
use anyhow::Context;
use chrono::TimeDelta;
use std::path::Path;
use tokio::net::TcpListener;

/// The worker whose console the demo signs in: the district's office, which sees
/// every ordinary request, whatever desk it went to.
const WORKER: &str = "YX005";

/// Runs until a signal ends it.
pub(super) async fn run(args: &Demo) -> anyhow::Result<()> {
    let temporary = args.data.is_none().then(tempfile::tempdir).transpose()?;
    let folder = match (&args.data, &temporary) {
        (Some(folder), _) => folder.clone(),
        (None, Some(folder)) => folder.path().to_owned(),
        (None, None) => unreachable!("a temporary folder is made when none is given"),
    };
    let loaded = configuration(&folder, args.speed)?;
    super::serve::observe(&loaded)?;
    let life = Lifecycle::new(loaded.config.shutdown.drain);
    life.obey_signals()?;
    let listener = TcpListener::bind(args.listen).await.with_context(|| {
        format!(
            "cannot listen on {} (try --listen 127.0.0.1:0)",
            args.listen
        )
    })?;
    let bound = listener.local_addr()?;
    let now = Clock::system().now();
    // What was kept of a fast clock's days lies ahead: time goes on from there.
    let kept = latest(&loaded)
        .await?
        .map_or_else(TimeDelta::zero, |at| at - now);
    let clock = Clock::running(args.speed, ahead(args.speed, now).max(kept));
    settle_in(&loaded, &clock).await?;
    let app = app::start(&loaded, clock, &life).await?;
    let router = serve::site(&app, &loaded.config, args.speed);
    welcome(&app, &format!("http://{bound}"), args.speed).await?;
    let web = {
        let app = app.clone();
        async move { serve::serve(listener, router, &app).await }
    };
    life.spawn("web", web);
    life.finished().await?;
    app.core.db.close().await;
    Ok(())
}

/// By how much a fast clock is ahead of the real one: on a Sunday or at night
/// nothing of an ordinary ladder would move for long, so it starts when the
/// offices have most of a day before them.
fn ahead(speed: f64, now: Moment) -> TimeDelta {
    let calendar = Calendar::builtin();
    let left_today = calendar.working_between(now, now + TimeDelta::hours(8));
    if speed <= 1.0 || calendar.is_open(now) && left_today >= TimeDelta::hours(4) {
        return TimeDelta::zero();
    }
    let next = if calendar.is_open(now) {
        calendar.next_open(now + TimeDelta::hours(12))
    } else {
        calendar.next_open(now)
    };
    next - now
}

/// The defaults in a folder of their own, and what the environment adds.
fn configuration(folder: &Path, speed: f64) -> anyhow::Result<Loaded> {
    // Whoever looks on sits there in real time.
    let hours = (12.0 * speed.max(1.0)).ceil();
    let text = format!(
        "[web]\nsession = \"{hours}h\"\nidle = \"{hours}h\"\n[database]\nurl = {:?}\n[secrets]\nstore = {:?}\n[spool]\ndir = {:?}\n[log]\nlevel = \"warn\"\n",
        format!("sqlite:{}", folder.join("demo.db").display()),
        folder.join("demo.key").display().to_string(),
        folder.join("spool").display().to_string(),
    );
    let channels = std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        ["LINLI__CHANNELS__", "LINLI__LOG__"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
    });
    Ok(Config::from_sources(Some(("demo", &text)), channels)?)
}

/// The latest moment that kept data knows of.
async fn latest(loaded: &Loaded) -> anyhow::Result<Option<Moment>> {
    let db = app::open(&loaded.config).await?;
    let at = records::newest(&db).await?;
    db.close().await;
    Ok(at.map(moment))
}

/// Puts the made-up city into the database, once.
async fn settle_in(loaded: &Loaded, clock: &Clock) -> anyhow::Result<()> {
    let db = app::open(&loaded.config).await?;
    let (seal, _) = app::seal(&loaded.config, &db).await?;
    let city = demo::city();
    let import = Imported {
        units: city.units,
        workers: city.workers,
        residents: city.residents,
        ..Imported::default()
    };
    store(&db, &seal, &import, clock.now()).await?;
    db.close().await;
    Ok(())
}

async fn welcome(app: &App, url: &str, speed: f64) -> anyhow::Result<()> {
    let world = app.core.world();
    let worker = WorkerId::from(WORKER);
    let duty = world
        .roster
        .workers()
        .iter()
        .find(|w| w.roles.contains(&crate::territory::Role::Duty));
    let link = door::hand_out(
        &app.core,
        Door::Link,
        &door::worker(&worker),
        audit::OPERATOR,
    )
    .await?;
    let admin = door::hand_out(&app.core, Door::Link, door::ADMIN, audit::OPERATOR).await?;
    let name = world
        .worker(&worker)
        .map(|w| format!("{}, {}", w.name, world.unit_name(&w.unit)))
        .unwrap_or_default();
    println!("\nLinli 邻里 is running, with the made-up city 云溪市.\n");
    println!("  Resident chat    {url}/chat");
    println!("  Worker console   {url}/sign-in?now#{link}");
    println!("                   ({name}; the link works once)");
    if let Some(duty) = duty {
        let link = door::hand_out(
            &app.core,
            Door::Link,
            &door::worker(&duty.id),
            audit::OPERATOR,
        )
        .await?;
        println!("  Duty desk        {url}/sign-in?now#{link}");
    }
    println!("  Administration   {url}/sign-in?now#{admin}\n");
    println!("Try this:");
    println!(
        "  1. In the chat write 我妈八十二了，一个人住新桥花园，做不了饭，想要送餐 and confirm."
    );
    println!("  2. In the worker console press 我来处理, then write to the resident.");
    println!("  3. In another chat write 家里煤气味很重: see the card at once, and the duty desk.");
    if speed > 1.0 {
        let local = Calendar::builtin().local(app.core.clock.now());
        println!(
            "\nTime runs {speed} times faster, from {} on: leave a request alone and watch its timeline climb.",
            local.format("%Y-%m-%d %H:%M")
        );
    } else {
        println!(
            "\nWith --speed 60 time runs faster: leave a request alone and watch its timeline climb."
        );
    }
    println!("Press Ctrl-C to stop.\n");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::ahead;
    use crate::calendar::Calendar;
    use crate::clock::Moment;
    use chrono::TimeDelta;

    fn at(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    #[test]
    fn a_fast_clock_starts_with_most_of_a_working_day_ahead() {
        let morning = at("2026-11-20T10:00:00+08:00"); // a Friday
        assert_eq!(ahead(60.0, morning), TimeDelta::zero());
        for (now, start) in [
            ("2026-11-20T16:00:00+08:00", "2026-11-23T09:00:00+08:00"),
            ("2026-11-22T08:00:00+08:00", "2026-11-23T09:00:00+08:00"),
            ("2026-11-23T03:00:00+08:00", "2026-11-23T09:00:00+08:00"),
        ] {
            let calendar = Calendar::builtin();
            assert_eq!(at(now) + ahead(60.0, at(now)), at(start), "from {now}");
            assert!(calendar.is_open(at(start)));
            assert_eq!(ahead(1.0, at(now)), TimeDelta::zero(), "real time stays");
        }
    }
}
