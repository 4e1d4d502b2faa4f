//! Two thousand pages open at once on one process: what each costs, and how
//! long it takes until a page hears of something.
//!
//! A stream is a connection of its own that only counts the hints it gets.

use crate::drive::quantile;
use crate::place::{Engine, Place, memory, name_of};
use crate::visitor::Visitor;
use std::io::{Error, Result};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How long a hint may take before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// Streams open at once.
    pub(crate) streams: usize,
    /// Things that happen to one of them.
    pub(crate) to_one: usize,
    /// Things that happen to all of them.
    pub(crate) to_all: usize,
}

/// A hint that arrived: at which stream, and when.
type Heard = (usize, Instant);

/// Opens a stream and reports its hints until it ends.
async fn listen(
    (address, request): (String, String),
    number: usize,
    ready: mpsc::UnboundedSender<usize>,
    heard: mpsc::UnboundedSender<Heard>,
) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    stream.write_all(request.as_bytes()).await?;
    let (mut buffer, mut open) = ([0_u8; 1024], false);
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        let now = Instant::now();
        let text = String::from_utf8_lossy(&buffer[..read]);
        if !open && text.contains(": open") {
            open = true;
            let _ = ready.send(number);
        }
        // A hint is far shorter than what is read at once.
        if text.contains("event: hint") {
            let _ = heard.send((number, now));
        }
    }
}

/// Streams that are open, and what they hear.
struct Open {
    heard: mpsc::UnboundedReceiver<Heard>,
    /// Kilobytes the process grew by for each.
    each: f64,
    _tasks: JoinSet<Result<()>>,
}

async fn open(address: &str, pid: u32, requests: Vec<String>) -> Result<Open> {
    let before = memory(pid);
    let count = requests.len();
    let (ready, mut readied) = mpsc::unbounded_channel();
    let (tell, heard) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for (number, request) in requests.into_iter().enumerate() {
        let to = (address.to_owned(), request);
        tasks.spawn(listen(to, number, ready.clone(), tell.clone()));
        // Not all at once: a queue of connections has an end.
        if number % 100 == 99 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    for _ in 0..count {
        let one = tokio::time::timeout(PATIENCE, readied.recv()).await;
        one.map_err(|_| Error::other("a stream does not open"))?;
    }
    Ok(Open {
        heard,
        each: (memory(pid) - before) * 1024.0 / count as f64,
        _tasks: tasks,
    })
}

/// Waits for `count` different streams to hear of what happened at `at`.
async fn gather(open: &mut Open, count: usize, at: Instant) -> Result<Vec<f64>> {
    let mut waits = Vec::with_capacity(count);
    let mut known = std::collections::HashSet::with_capacity(count);
    while known.len() < count {
        let next = tokio::time::timeout(PATIENCE, open.heard.recv()).await;
        let heard = next.ok().flatten();
        let (number, when) = heard
            .ok_or_else(|| Error::other(format!("{} of {count} streams were told", known.len())))?;
        if when >= at && known.insert(number) {
            waits.push((when - at).as_secs_f64() * 1e3);
        }
    }
    Ok(waits)
}

fn row(what: &str, each: f64, mut waits: Vec<f64>) -> String {
    waits.sort_by(f64::total_cmp);
    let (p50, p99) = (quantile(&waits, 0.5), quantile(&waits, 0.99));
    eprintln!("{what}: {each:.1} KiB, {p99:.1} ms");
    format!("| {what} | {each:.1} KiB | {p50:.1} / {p99:.1} ms |\n")
}

/// The table: residents' chats, of which one hears, and workers' queues, of which
/// all do.
pub(crate) async fn table(place: &Place, size: Size) -> Result<String> {
    let chats = chats(place, size).await?;
    let queues = queues(place, size).await?;
    let head =
        "| streams | memory of each | from the act to the page, p50 / p99 |\n|---|---|---|\n";
    Ok(format!("{head}{chats}{queues}"))
}

async fn chats(place: &Place, size: Size) -> Result<String> {
    let gateway = place.start(&place.database(Engine::Postgres)?).await?;
    let mut visitors = Vec::with_capacity(size.streams);
    let mut requests = Vec::with_capacity(size.streams);
    for number in 0..size.streams {
        let mut visitor = Visitor::at(&gateway.address).await?;
        visitor.get("/chat").await?;
        requests.push(visitor.head("GET", "/chat/events") + "\r\n");
        if number < size.to_one {
            visitors.push(visitor);
        }
    }
    let mut open = open(&gateway.address, gateway.pid(), requests).await?;
    let mut waits = Vec::with_capacity(size.to_one);
    for visitor in &mut visitors {
        let at = visitor.says("你好").await?;
        waits.extend(gather(&mut open, 1, at).await?);
    }
    let what = format!("{} chats, one is answered", size.streams);
    Ok(row(&what, open.each, waits))
}

async fn queues(place: &Place, size: Size) -> Result<String> {
    let url = place.database(Engine::Postgres)?;
    let gateway = place.start(&url).await?;
    let mut resident = Visitor::at(&gateway.address).await?;
    resident.files("我想申请低保，我住新桥花园").await?;
    let whose = "SELECT lead_worker || ' ' || reference FROM requests";
    let line = place.psql(name_of(&url), whose)?;
    let (lead, reference) = line.split_once(' ').unwrap_or_default();
    let mut worker = Visitor::at(&gateway.address).await?;
    worker.signs_in(&place.link(&url, &[lead])?).await?;
    // The first look at a request changes it, too.
    worker.get(&format!("/worker/r/{reference}")).await?;
    let request = worker.head("GET", "/worker/events") + "\r\n";
    let requests = vec![request; size.streams];
    let mut open = open(&gateway.address, gateway.pid(), requests).await?;
    let mut waits = Vec::new();
    for turn in 0..size.to_all {
        let at = worker.notes(reference, &turn.to_string()).await?;
        waits.extend(gather(&mut open, size.streams, at).await?);
    }
    let what = format!("{} queues, all of them change", size.streams);
    Ok(row(&what, open.each, waits))
}
