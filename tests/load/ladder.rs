//! Rows about timers: thousands due at one instant, single ones, a process
//! that dies with its claims, a million that wait.
//!
//! One request is opened through the front door and then copied in SQL with
//! its history moved, so that its next rung is due when the row wants it.

use crate::drive::{median, quantile};
use crate::place::{Engine, Gateway, Place, cpu, name_of};
use crate::sink::Sink;
use std::io::{Error, Result};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// First chat of the workers.
const WORKERS: i64 = 8_000_000_000;

fn unix(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_micros() as i64
}

/// A database with one open crisis and bound workers, its timer taken out.
async fn template(place: &Place) -> Result<String> {
    let url = place.database(Engine::Postgres)?;
    let name = name_of(&url);
    let gateway = place.start(&url).await?;
    gateway.say(1, 1, "我不想活了，现在就要跳楼").await?;
    drop(gateway);
    let open = place.psql(name, "SELECT COUNT(*) FROM timers WHERE danger = 0")?;
    if open != "1" {
        return Err(Error::other("the words of danger opened no case"));
    }
    let chats = format!(
        "INSERT INTO worker_chats (address, worker, bound_at)
         SELECT 'telegram/main/' || ({WORKERS} + row_number() OVER (ORDER BY id)), id, 0 FROM workers;
         CREATE TABLE pattern AS SELECT * FROM timers;
         DELETE FROM timers;"
    );
    place.psql(name, &chats)?;
    Ok(url)
}

/// Adds `count` copies whose rungs are due at `first` (microseconds) and `step` apart.
fn copies(place: &Place, url: &str, count: u64, first: i64, step: i64) -> Result<()> {
    let name = name_of(url);
    let columns = "address, service, class, status, version, lead_unit, lead_role, lead_worker, copy_unit,
        copy_role, level, restricted, catalogue, policy, calendar, story_sealed, summary, updated_at, closed_at";
    let moved = format!("{first} + g * {step} - p.due_at");
    place.psql(
        name,
        &format!(
            "INSERT INTO requests (id, reference, draft, opened_at, {columns})
             SELECT r.id || g, r.reference || g, r.draft || g, r.opened_at + {moved}, {columns}
             FROM pattern p JOIN requests r ON r.id = p.request, generate_series(1, {count}) g;
             INSERT INTO events (request, seq, at, actor, kind, detail, note_sealed)
             SELECT e.request || g, e.seq, e.at + {moved}, e.actor, e.kind, e.detail, e.note_sealed
             FROM pattern p JOIN events e ON e.request = p.request, generate_series(1, {count}) g;
             INSERT INTO timers (request, rung, due_at, danger, lease_until, attempts)
             SELECT p.request || g, p.rung, {first} + g * {step}, p.danger, 0, 0
             FROM pattern p, generate_series(1, {count}) g;
             ANALYZE requests; ANALYZE events; ANALYZE timers;"
        ),
    )?;
    Ok(())
}

/// How many rungs fired, and how many different ones.
fn fired(place: &Place, url: &str) -> Result<(u64, u64)> {
    let line = place.psql(
        name_of(url),
        "SELECT COUNT(*), COUNT(DISTINCT request || detail) FROM events WHERE kind = 'fired'",
    )?;
    let (all, different) = line.split_once('|').unwrap_or_default();
    Ok((all.parse().unwrap_or(0), different.parse().unwrap_or(0)))
}

fn exactly(place: &Place, url: &str, count: u64) -> Result<()> {
    let found = fired(place, url)?;
    if found == (count, count) {
        return Ok(());
    }
    Err(Error::other(format!("{found:?} of {count} rungs fired")))
}

async fn reaches(gateway: &Gateway, count: u64, patience: Duration) -> Result<()> {
    let until = Instant::now() + patience;
    while Instant::now() < until {
        if gateway.counter("linli_rungs_fired_total").await? >= count as f64 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(Error::other("the rungs do not all fire"))
}

/// `count` rungs due at one instant: fired a second.
pub(crate) async fn burst(place: &Place, count: u64) -> Result<f64> {
    let url = template(place).await?;
    let gateway = place.start(&url).await?;
    let base = (Instant::now(), SystemTime::now());
    let ahead = Duration::from_secs(3 + count / 8_000);
    copies(place, &url, count, unix(base.1 + ahead), 0)?;
    let due = base.0 + ahead;
    if Instant::now() > due {
        return Err(Error::other("the copies took too long"));
    }
    tokio::time::sleep_until(due.into()).await;
    reaches(&gateway, count, Duration::from_mins(1)).await?;
    let took = due.elapsed();
    exactly(place, &url, count)?;
    Ok(count as f64 / took.as_secs_f64())
}

/// Single rungs on a quiet system: milliseconds from due to the worker's
/// messenger, the 99th of a hundred.
pub(crate) async fn lateness(place: &Place, sink: &Sink, count: u64) -> Result<f64> {
    const APART: Duration = Duration::from_millis(100);
    let url = template(place).await?;
    let gateway = place.start(&url).await?;
    sink.clear();
    let base = (Instant::now(), SystemTime::now());
    let ahead = Duration::from_secs(3);
    copies(
        place,
        &url,
        count,
        unix(base.1 + ahead),
        APART.as_micros() as i64,
    )?;
    let first = base.0 + ahead + APART;
    tokio::time::sleep_until((first + APART * count as u32).into()).await;
    reaches(&gateway, count, Duration::from_secs(10)).await?;
    let arrived = sink.moments(|chat| chat > WORKERS);
    let late = |n: u32| {
        let due = first + APART * n;
        let next = arrived.partition_point(|at| *at < due);
        arrived
            .get(next)
            .map_or(f64::INFINITY, |at| (*at - due).as_secs_f64() * 1e3)
    };
    let mut all: Vec<f64> = (0..count as u32).map(late).collect();
    all.sort_by(f64::total_cmp);
    Ok(quantile(&all, 0.99))
}

/// Two processes, one killed amid the work: seconds until all rungs fired,
/// each once.
pub(crate) async fn killed(place: &Place, count: u64) -> Result<f64> {
    let url = template(place).await?;
    let mut one = place.start(&url).await?;
    let _two = place.start(&url).await?;
    let base = (Instant::now(), SystemTime::now());
    let ahead = Duration::from_secs(3 + count / 8_000);
    copies(place, &url, count, unix(base.1 + ahead), 0)?;
    tokio::time::sleep_until((base.0 + ahead).into()).await;
    while one.counter("linli_rungs_fired_total").await? < 256.0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    one.kill();
    let at = Instant::now();
    while fired(place, &url)?.0 < count {
        if at.elapsed() > Duration::from_secs(40) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let took = at.elapsed().as_secs_f64();
    exactly(place, &url, count)?;
    Ok(took)
}

/// Processor time of a quiet second with `count` open timers, as a multiple of
/// that with none.
pub(crate) async fn quiet(place: &Place, count: u64, span: Duration) -> Result<f64> {
    let url = place.database(Engine::Postgres)?;
    let name = name_of(&url);
    place.psql(name, "ALTER TABLE timers SET (autovacuum_enabled = false)")?;
    let mut costs = Vec::new();
    for open in [0, count] {
        let due = unix(SystemTime::now() + Duration::from_hours(30 * 24));
        place.psql(
            name,
            &format!(
                "INSERT INTO timers (request, rung, due_at, danger, lease_until, attempts)
                 SELECT 'x' || g, 'accept/x/1', {due} + g, 3, 0, 0 FROM generate_series(1, {open}) g;
                 ANALYZE timers; CHECKPOINT;"
            ),
        )?;
        let gateway = place.start(&url).await?;
        tokio::time::sleep(Duration::from_secs(4)).await;
        let mut windows = Vec::new();
        for _ in 0..3 {
            let before = cpu(gateway.pid()) + cpu(place.postgres.pid);
            tokio::time::sleep(span / 3).await;
            windows.push(cpu(gateway.pid()) + cpu(place.postgres.pid) - before);
        }
        costs.push(median(windows).max(0.01));
    }
    Ok(costs[1] / costs[0])
}
