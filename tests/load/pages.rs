//! How long the pages take, beside a bare axum that makes one indexed query:
//! same machine, same database, same client, same run.
//!
//! One connection asks for one page after the other, so that what is measured is
//! the answer and not a queue.

use crate::drive::quantile;
use crate::place::{Engine, Gateway, Place, name_of};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use gateway::store::{Db, requests};
use std::fmt::Write;
use std::io::{Error, Result};
use std::time::{Duration, Instant};

/// Cards in the queue.
const CARDS: u32 = 200;
const NEED: &str = "我想申请低保，我住新桥花园";

/// Who asks for a page.
#[derive(Clone, Copy)]
enum Who {
    Resident,
    Worker,
    Admin,
}

/// Answers and times of one page.
struct Found {
    bytes: usize,
    waits: Vec<f64>,
}

struct Town {
    gateway: Gateway,
    url: String,
    reference: String,
    resident: Visitor,
    worker: Visitor,
    admin: Visitor,
}

/// A resident with a request, and as many more as a full queue holds.
async fn town(place: &Place) -> Result<Town> {
    let url = place.database(Engine::Postgres)?;
    let name = name_of(&url);
    let gateway = place.start(&url).await?;
    let address = &gateway.address;
    let mut resident = Visitor::at(address).await?;
    resident.files(NEED).await?;
    let whose = "SELECT lead_worker || ' ' || reference FROM requests";
    let line = place.psql(name, whose)?;
    let (lead, reference) = line
        .split_once(' ')
        .ok_or_else(|| Error::other("the request has no worker"))?;
    copies(place, name)?;
    let mut worker = Visitor::at(address).await?;
    worker.signs_in(&place.link(&url, &[lead])?).await?;
    let mut admin = Visitor::at(address).await?;
    admin.signs_in(&place.link(&url, &["--admin"])?).await?;
    Ok(Town {
        reference: reference.to_owned(),
        url: url.clone(),
        gateway,
        resident,
        worker,
        admin,
    })
}

/// The same request again and again, each of another chat and a second later.
fn copies(place: &Place, name: &str) -> Result<()> {
    let columns = "service, class, status, version, lead_unit, lead_role, lead_worker, copy_unit,
        copy_role, level, restricted, catalogue, policy, calendar, story_sealed, summary, updated_at, closed_at";
    let most = CARDS - 1;
    place.psql(
        name,
        &format!(
            "INSERT INTO requests (id, reference, draft, address, opened_at, {columns})
             SELECT r.id || g, r.reference || g, r.draft || g, r.address || g, r.opened_at + g * 1000000, {columns}
             FROM requests r, generate_series(1, {most}) g;
             INSERT INTO events (request, seq, at, actor, kind, detail, note_sealed)
             SELECT e.request || g, e.seq, e.at + g * 1000000, e.actor, e.kind, e.detail, e.note_sealed
             FROM events e, generate_series(1, {most}) g;
             ANALYZE requests; ANALYZE events;"
        ),
    )
    .map(|_| ())
}

/// The floor: a route and one query by an index.
async fn bare(url: &str) -> Result<String> {
    let db = Db::open(url, 4, Duration::from_secs(5));
    let db = db.await.map_err(|e| Error::other(e.to_string()))?;
    let answer = async |State((db, reference)): State<(Db, String)>| {
        let found = requests::by_reference(&db, &reference).await;
        found
            .ok()
            .flatten()
            .map_or_else(String::new, |row| row.status)
    };
    let first = requests::newest(&db).await;
    let first = first.map_err(|e| Error::other(e.to_string()))?;
    let ids = Vec::from_iter(first);
    let rows = requests::by_ids(&db, &ids).await;
    let rows = rows.map_err(|e| Error::other(e.to_string()))?;
    let reference = rows.into_iter().next().map(|row| row.reference);
    let state = (db, reference.unwrap_or_default());
    let router = Router::new().route("/bare", get(answer)).with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(async move {
        let _ = axum::serve(listener, router).await;
    });
    Ok(address)
}

async fn measure(visitor: &mut Visitor, path: &str, times: usize) -> Result<Found> {
    let mut found = Found {
        bytes: 0,
        waits: Vec::with_capacity(times),
    };
    // The first few warm caches and connections.
    for turn in 0..times + times / 10 {
        let asked = Instant::now();
        let page = visitor.get(path).await?;
        let took = asked.elapsed().as_secs_f64() * 1e3;
        if page.status != 200 || page.body.is_empty() {
            return Err(Error::other(format!("{path} gives {}", page.status)));
        }
        found.bytes = page.body.len();
        if turn >= times / 10 {
            found.waits.push(took);
        }
    }
    found.waits.sort_by(f64::total_cmp);
    Ok(found)
}

/// The table: a line for each page.
pub(crate) async fn table(place: &Place, times: usize) -> Result<String> {
    let mut town = town(place).await?;
    let floor = bare(&town.url).await?;
    let mut table = String::from(
        "| page | bytes | p50 | p99 | p99 beside the bare one |\n|---|---|---|---|---|\n",
    );
    let plain = measure(&mut Visitor::at(&floor).await?, "/bare", times).await?;
    let least = quantile(&plain.waits, 0.99);
    line(&mut table, "bare axum, one indexed query", &plain, least);
    let sheet = format!("/worker/r/{}", town.reference);
    let pages = [
        ("chat with a request", Who::Resident, "/chat"),
        ("my requests", Who::Resident, "/chat/mine"),
        ("queue of 200 cards", Who::Worker, "/worker"),
        ("one request (reading is written down)", Who::Worker, &sheet),
        ("board", Who::Admin, "/admin/board"),
        ("administrators' first page", Who::Admin, "/admin"),
        ("menu editor", Who::Admin, "/admin/menu"),
        (
            "a service in it",
            Who::Admin,
            "/admin/menu/service/ELD-MEAL",
        ),
    ];
    for (what, who, path) in pages {
        let visitor = match who {
            Who::Resident => &mut town.resident,
            Who::Worker => &mut town.worker,
            Who::Admin => &mut town.admin,
        };
        let found = measure(visitor, path, times).await?;
        line(&mut table, what, &found, least);
    }
    drop(town.gateway);
    Ok(table)
}

fn line(table: &mut String, what: &str, found: &Found, least: f64) {
    let (p50, p99) = (quantile(&found.waits, 0.5), quantile(&found.waits, 0.99));
    let times = p99 / least;
    eprintln!("{what}: {p99:.2} ms");
    let _ = writeln!(
        table,
        "| {what} | {} | {p50:.2} ms | {p99:.2} ms | {times:.1}× |",
        found.bytes
    );
}
