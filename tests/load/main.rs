//! `load`: measures a release build of the gateway and prints the table.
//!
//! Started by `tests/load/run`, which builds everything and starts the
//! database. Loopback only; every row is bounded in count and time. It proves
//! nothing about behaviour beyond counting: that is what the stories are for.
#![allow(clippy::disallowed_methods, reason = "it measures real time")]

mod drive;
mod ladder;
mod limits;
mod pages;
mod place;
mod sink;
mod streams;
mod visitor;
mod wire;

use drive::{Plan, drive, median, quantile, replies};
use place::{Engine, Gateway, Place, Postgres, cpu, memory};
use sink::Sink;
use std::fmt::Write;
use std::io::{Error, Result};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How much is measured.
#[derive(Clone, Copy)]
struct Size {
    runs: usize,
    closed: u64,
    open: u64,
    burst: u64,
    single: u64,
    timers: u64,
    quiet: Duration,
    plain: Duration,
    /// Askings for each page.
    pages: usize,
    streams: streams::Size,
}

const FULL: Size = Size {
    runs: 3,
    closed: 40_000,
    open: 10_000,
    burst: 20_000,
    single: 100,
    timers: 1_000_000,
    quiet: Duration::from_secs(30),
    plain: Duration::from_secs(3),
    pages: 1_000,
    streams: streams::Size {
        streams: 2_000,
        to_one: 500,
        to_all: 20,
    },
};
const QUICK: Size = Size {
    runs: 1,
    closed: 10_000,
    open: 4_000,
    burst: 5_000,
    single: 30,
    timers: 200_000,
    quiet: Duration::from_secs(9),
    plain: Duration::from_secs(2),
    pages: 200,
    streams: streams::Size {
        streams: 2_000,
        to_one: 100,
        to_all: 5,
    },
};

/// The table, row by row; a row that fails says why and the rest goes on.
#[derive(Default)]
struct Table {
    text: String,
    failed: usize,
}

impl Table {
    fn row(&mut self, what: &str, floor: &str, aim: &str, found: Result<String>) {
        let found = found.unwrap_or_else(|error| {
            self.failed += 1;
            format!("failed: {error}")
        });
        eprintln!("{what}: {found}");
        let _ = writeln!(self.text, "| {what} | {floor} | {aim} | {found} |");
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let quick = std::env::args().any(|a| a == "--quick");
    let only = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let size = if quick { QUICK } else { FULL };
    let wanted = |name: &str| only.as_deref().is_none_or(|o| name.starts_with(o));
    let var = |name: &str| {
        std::env::var(name)
            .map_err(|_| Error::other(format!("{name} is not set: use tests/load/run")))
    };
    let (sink, address) = Sink::start().await?;
    let place = Place::new(
        PathBuf::from(var("LINLI_LOAD_GATEWAY")?),
        PathBuf::from(var("LINLI_LOAD_CITY")?),
        PathBuf::from(var("LINLI_LOAD_FOLDER")?),
        Postgres {
            server: var("LINLI_LOAD_POSTGRES")?,
            tools: PathBuf::from(var("LINLI_LOAD_POSTGRES_TOOLS")?),
            pid: var("LINLI_LOAD_POSTGRES_PID")?
                .parse()
                .map_err(Error::other)?,
        },
        address,
    );
    let mut table = Table::default();
    if wanted("limits") {
        let plain = limits::postgres(&place, size.plain);
        table.row(
            "plain inserts, one per commit, 32 clients, PostgreSQL",
            "",
            "",
            plain.map(per_second),
        );
        let plain = limits::sqlite(&place, size.plain).await;
        table.row(
            "plain commits, one writer, SQLite",
            "",
            "",
            plain.map(per_second),
        );
    }
    if wanted("closed") {
        let found = closed(&place, &sink, size, Engine::Postgres).await;
        table.row(
            "closed loop, 64 connections, 1,000 chats, 5 % redelivered, PostgreSQL with fsync",
            "4,000/s",
            "12,000/s",
            found,
        );
        let found = closed(&place, &sink, size, Engine::Sqlite).await;
        table.row(
            "the same on SQLite, `synchronous=FULL`",
            "4,000/s",
            "15,000/s",
            found,
        );
    }
    if wanted("open") {
        opened(&place, &sink, size, &mut table).await;
    }
    if wanted("ladder") {
        ladder_rows(&place, &sink, size, &mut table).await;
    }
    if wanted("quiet") {
        let found = ladder::quiet(&place, size.timers, size.quiet).await;
        let name = format!(
            "a quiet second with {} open timers, beside none",
            size.timers
        );
        table.row(&name, "1.5×", "1.1×", found.map(|f| format!("{f:.2}×")));
    }
    if wanted("start") {
        let found = start(&place, &sink, size).await;
        table.row(
            "cold start to the first reply / idle memory / memory under load",
            "1.5 s / 150 MB / 300 MB",
            "0.5 s / 100 MB / 150 MB",
            found,
        );
    }
    if !table.text.is_empty() {
        println!(
            "| measure | floor | aim | here |\n|---|---|---|---|\n{}",
            table.text
        );
    }
    if wanted("pages") {
        println!("{}", pages::table(&place, size.pages).await?);
    }
    if wanted("streams") {
        println!("{}", streams::table(&place, size.streams).await?);
    }
    if table.failed > 0 {
        return Err(Error::other(format!("{} rows failed", table.failed)));
    }
    Ok(())
}

fn per_second(value: f64) -> String {
    format!("{value:.0}/s")
}

fn plan(gateway: &Gateway, messages: u64, chats: u64, run: usize) -> Plan {
    Plan {
        address: gateway.address.clone(),
        messages,
        chats,
        first_chat: 10_000_000 + run as i64 * 10_000_000,
        first_update: 1 + run as i64 * 100_000_000,
        connections: 64,
        again: 0.05,
        rate: None,
    }
}

async fn closed(place: &Place, sink: &Sink, size: Size, engine: Engine) -> Result<String> {
    let mut rates = Vec::new();
    let mut slow = Vec::new();
    for run in 0..size.runs {
        sink.clear();
        let url = place.database(engine)?;
        let gateway = place.start(&url).await?;
        drive(plan(&gateway, 2_000, 1_000, 50 + run)).await?;
        let outcome = drive(plan(&gateway, size.closed, 1_000, run)).await?;
        if outcome.refused > 0 {
            return Err(Error::other(format!(
                "{} posts were refused",
                outcome.refused
            )));
        }
        rates.push(outcome.rate());
        slow.push(quantile(&outcome.waits, 0.99));
    }
    Ok(format!(
        "{:.0}/s, p99 {:.0} ms",
        median(rates),
        median(slow)
    ))
}

async fn opened(place: &Place, sink: &Sink, size: Size, table: &mut Table) {
    let mut columns: [Vec<f64>; 4] = Default::default();
    let mut result = Ok(());
    for run in 0..size.runs {
        match open_once(place, sink, size, run).await {
            Ok(found) => (0..4).for_each(|i| columns[i].push(found[i])),
            Err(error) => result = Err(error),
        }
    }
    let [p99, p999, reply, used] = columns.map(median);
    let failed = result.as_ref().err().map(ToString::to_string);
    let found = |text: String| match &failed {
        Some(why) => Err(Error::other(why.clone())),
        None => Ok(text),
    };
    table.row(
        "open loop 1,000/s, Poisson: webhook p99 / p99.9",
        "15 / 40 ms",
        "4 / 10 ms",
        found(format!("{p99:.1} / {p999:.1} ms")),
    );
    table.row(
        "update to reply in the Bot API, open loop 1,000/s, p99",
        "60 ms",
        "15 ms",
        found(format!("{reply:.1} ms")),
    );
    table.row(
        "gateway CPU per message at 1,000/s",
        "250 µs",
        "150 µs",
        found(format!("{used:.0} µs")),
    );
}

async fn open_once(place: &Place, sink: &Sink, size: Size, run: usize) -> Result<[f64; 4]> {
    sink.clear();
    let url = place.database(Engine::Postgres)?;
    let gateway = place.start(&url).await?;
    drive(plan(&gateway, 2_000, 1_000, 50)).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    sink.clear();
    let before = cpu(gateway.pid());
    let mut plan = plan(&gateway, size.open, size.open, run);
    plan.rate = Some(1_000.0);
    let outcome = drive(plan).await?;
    let waits = replies(&outcome, sink).await;
    let used = (cpu(gateway.pid()) - before) * 1e6 / size.open as f64;
    if outcome.refused > 0 {
        return Err(Error::other(format!(
            "{} posts were refused",
            outcome.refused
        )));
    }
    Ok([
        quantile(&outcome.waits, 0.99),
        quantile(&outcome.waits, 0.999),
        quantile(&waits, 0.99),
        used,
    ])
}

async fn ladder_rows(place: &Place, sink: &Sink, size: Size, table: &mut Table) {
    let name = format!("{} rungs due at one instant", size.burst);
    let mut rates = Vec::new();
    let mut result = Ok(());
    for _ in 0..size.runs {
        match ladder::burst(place, size.burst).await {
            Ok(rate) => rates.push(rate),
            Err(error) => result = Err(error),
        }
    }
    table.row(
        &name,
        "5,000/s",
        "20,000/s",
        result.map(|()| per_second(median(rates))),
    );
    let late = ladder::lateness(place, sink, size.single).await;
    table.row(
        "lateness of single rungs at the messenger, p99",
        "30 ms",
        "5 ms",
        late.map(|ms| format!("{ms:.1} ms")),
    );
    let took = ladder::killed(place, size.burst).await;
    let took = took.map(|s| format!("{s:.1} s, none missing, none double"));
    table.row(
        "one of two processes killed with its claims: all fired within",
        "10 s",
        "5 s",
        took,
    );
}

async fn start(place: &Place, sink: &Sink, size: Size) -> Result<String> {
    let (mut firsts, mut idle, mut loaded) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..size.runs {
        sink.clear();
        let url = place.database(Engine::Sqlite)?;
        let began = Instant::now();
        let gateway = place.spawn(&url)?;
        gateway.say(1, 42, "你好").await?;
        while sink.first(42).is_none() {
            if began.elapsed() > Duration::from_secs(30) {
                return Err(Error::other("no reply came"));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        firsts.push(began.elapsed().as_secs_f64());
        tokio::time::sleep(Duration::from_secs(2)).await;
        idle.push(memory(gateway.pid()));
        drive(plan(&gateway, size.closed / 2, 1_000, run)).await?;
        loaded.push(memory(gateway.pid()));
    }
    Ok(format!(
        "{:.2} s / {:.0} MB / {:.0} MB",
        median(firsts),
        median(idle),
        median(loaded)
    ))
}
