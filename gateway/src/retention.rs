//! What is deleted when it is too old, and the work of deleting it.
//!
//! One class of data after the other, window by window; every window is done or
//! not, so that whoever dies in the middle leaves sound rows and the next run
//! goes on. Nothing of an open request and nothing on hold is deleted, and what
//! is left of a request still counts. How long each class is kept is
//! configuration.

use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, micros};
use crate::config::Retention;
use crate::conversation::Snapshot;
use crate::store::expired::{
    self, ATTEMPTS, CHATS, CHECKS, CODES, CONSENTS, CORRECTIONS, Class, LOOKS, PERSONS, PHOTOS,
    PROOFS, RECEIVED, REGISTER, REQUESTS, SENT, SESSIONS, SIGN_INS, TEXTS, TOLD, WRITES,
};
use crate::store::rows::ConversationRow;
use crate::store::{self, Changes, StoreError, conversations, fault};
use chrono::TimeDelta;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Rows looked at by one statement.
pub const WINDOW: i64 = 1000;
const CHORE: &str = "retention";
/// A process that died over it gives it back after this time.
const LEASE: TimeDelta = TimeDelta::minutes(30);
/// Tries at forgetting a chat against somebody who goes on writing in it.
const FORGETS: u32 = 8;
const DAILY: TimeDelta = TimeDelta::hours(20);

/// What was, or would be, deleted of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Class, as in the configuration.
    pub class: &'static str,
    /// Days it is kept.
    pub days: i64,
    /// Rows.
    pub rows: u64,
}

/// How much would be deleted now.
///
/// # Errors
/// Of the store.
pub async fn dry_run(core: &Core, keep: &Retention) -> Result<Vec<Deleted>, StoreError> {
    go(core, keep, &mut Going::new(WINDOW, None)).await
}

/// Deletes what is too old, and puts on record how much that was.
///
/// # Errors
/// Of the store; what was deleted until then is gone.
pub async fn run(core: &Core, keep: &Retention, window: i64) -> Result<Vec<Deleted>, StoreError> {
    let mut going = Going::new(window, Some(core.seal.seal(b"{}")));
    delete(core, keep, &mut going).await
}

async fn delete(
    core: &Core,
    keep: &Retention,
    going: &mut Going,
) -> Result<Vec<Deleted>, StoreError> {
    let all = go(core, keep, going).await?;
    let counts: serde_json::Map<String, serde_json::Value> = all
        .iter()
        .map(|d| (d.class.to_owned(), d.rows.into()))
        .collect();
    let now = core.clock.now();
    let mut changes = Changes::at(micros(now));
    changes.audit.push(audit::detailed(
        now,
        audit::SYSTEM,
        "retention.run",
        "all",
        &counts.into(),
    ));
    core.db.commit(&changes).await?;
    Ok(all)
}

/// The same once a day, by one process for all; `None` if it is not its turn.
///
/// # Errors
/// Of the store.
pub async fn in_turn(
    core: &Core,
    keep: &Retention,
    window: i64,
) -> Result<Option<Vec<Deleted>>, StoreError> {
    let now = core.clock.now();
    let (until, since) = (now + LEASE, micros(now - DAILY));
    if !expired::claim(&core.db, CHORE, micros(now), micros(until), since).await? {
        return Ok(None);
    }
    let mut going = Going::new(window, Some(core.seal.seal(b"{}")));
    going.lease = Some(until);
    let all = match delete(core, keep, &mut going).await {
        // It took so long over one window that another process goes on with it.
        Err(StoreError::Conflict) => return Ok(None),
        all => all?,
    };
    expired::done(&core.db, CHORE, micros(core.clock.now())).await?;
    Ok(Some(all))
}

/// Looks again and again whether it is time.
pub async fn daily(
    core: Arc<Core>,
    keep: Retention,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(Duration::from_mins(10)) => {}
        }
        match in_turn(&core, &keep, WINDOW).await {
            Ok(None) => {}
            Ok(Some(all)) => {
                for deleted in all.iter().filter(|d| d.rows > 0) {
                    tracing::info!(
                        class = deleted.class,
                        rows = deleted.rows,
                        "too old, deleted"
                    );
                }
                log_end(&core).await;
            }
            Err(error) => tracing::warn!(%error, "what is too old cannot be deleted now"),
        }
    }
}

/// The end of the audit chain, into the log: kept elsewhere, it shows later
/// whether the chain was cut or written anew.
async fn log_end(core: &Core) {
    if let Ok(head) = store::audit::head(&core.db).await {
        tracing::info!(line = head.seq, hash = head.hash, "end of the audit log");
    }
}

/// Takes what a person told of themselves out of what is kept of their chat,
/// beside a running gateway.
///
/// # Errors
/// Of the store; a conflict if they go on writing all the time.
pub async fn forget(core: &Core, address: &str, now: Moment) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        let Some(found) = conversations::one(&core.db, address).await? else {
            return Ok(());
        };
        let plain = core.seal.open(&found.state_sealed).unwrap_or_default();
        let snapshot = Snapshot::from_json(&String::from_utf8_lossy(&plain), 0).forgotten();
        let (menu, lang) = crate::editing::under_way(&snapshot);
        let mut changes = Changes::at(micros(now));
        changes.conversations.push(ConversationRow {
            address: address.to_owned(),
            before: found.version,
            state: core.seal.seal(snapshot.to_json().as_bytes()),
            requests: found.requests,
            at: micros(now),
            ended: None,
            menu,
            lang,
        });
        tries += 1;
        match core.db.commit(&changes).await {
            Err(StoreError::Conflict) if tries < FORGETS => {}
            done => return done.map(|_| ()),
        }
    }
}

/// A run under way.
struct Going {
    /// Rows looked at by one statement.
    window: i64,
    /// What a sealed field is emptied to; `None`: nothing is deleted.
    empty: Option<String>,
    /// Until when no other process does the same.
    lease: Option<Moment>,
}

impl Going {
    fn new(window: i64, empty: Option<String>) -> Self {
        Self {
            window,
            empty,
            lease: None,
        }
    }

    /// After each window: the lease lasts as long as the work does.
    async fn goes_on(&mut self, core: &Core) -> Result<(), StoreError> {
        if self.empty.is_some() {
            fault("retention.window");
        }
        let now = core.clock.now();
        let Some(had) = self.lease.filter(|until| *until - now < LEASE / 2) else {
            return Ok(());
        };
        let until = now + LEASE;
        if !expired::renew(&core.db, CHORE, micros(had), micros(until)).await? {
            return Err(StoreError::Conflict);
        }
        self.lease = Some(until);
        Ok(())
    }
}

async fn go(core: &Core, keep: &Retention, going: &mut Going) -> Result<Vec<Deleted>, StoreError> {
    let now = core.clock.now();
    let mut all: Vec<Deleted> = Vec::new();
    for (classes, span) in [
        (&[RECEIVED, SENT, PHOTOS][..], keep.messages),
        (&[REQUESTS], keep.requests),
        (&[PERSONS], keep.persons),
        (&[CONSENTS], keep.consents),
        (&[REGISTER], keep.register),
        (&[CHATS, PROOFS], keep.chats),
        (&[CORRECTIONS], keep.corrections),
        (
            &[
                SIGN_INS, SESSIONS, ATTEMPTS, WRITES, TOLD, CODES, TEXTS, CHECKS,
            ],
            keep.sign_ins,
        ),
    ] {
        let (before, days) = cut(now, span);
        let mut rows = 0;
        for class in classes {
            rows += sweep(core, class, before, going).await?;
        }
        let class = classes[0].name;
        all.push(Deleted { class, days, rows });
    }
    let (before, days) = cut(now, keep.audit);
    let mut rows = sweep(core, &LOOKS, before, going).await?;
    rows += audit_lines(core, before, going).await?;
    let class = "audit";
    all.push(Deleted { class, days, rows });
    Ok(all)
}

/// The moment before which something is too old, and the days it is kept.
fn cut(now: Moment, span: Duration) -> (i64, i64) {
    let span = TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX);
    let before = now.checked_sub_signed(span).map_or(i64::MIN, micros);
    (before, span.num_days())
}

async fn sweep(
    core: &Core,
    class: &Class,
    before: i64,
    going: &mut Going,
) -> Result<u64, StoreError> {
    let (mut after, mut rows) = (String::new(), 0);
    while let Some(end) = class.window(&core.db, &after, going.window).await? {
        let between = (after.as_str(), end.as_str());
        rows += match &going.empty {
            None => class.count(&core.db, between, before).await?.unsigned_abs(),
            Some(empty) => class.delete(&core.db, between, before, empty).await?,
        };
        going.goes_on(core).await?;
        after = end;
    }
    Ok(rows)
}

/// Old lines go from the beginning of the chain, so that it stays one.
async fn audit_lines(core: &Core, before: i64, going: &mut Going) -> Result<u64, StoreError> {
    let head = store::audit::head(&core.db).await?;
    let (mut after, mut rows) = (head.floor_seq, 0);
    loop {
        let lines = store::audit::after(&core.db, after, head.seq, going.window).await?;
        let old = lines.iter().take_while(|line| line.at < before);
        let (count, last) = old.fold((0, None), |(n, _), line| (n + 1, Some(line)));
        let Some(last) = last else {
            return Ok(rows);
        };
        rows += count;
        after = last.seq;
        if going.empty.is_some() {
            expired::cut_audit(&core.db, last.seq, &last.hash).await?;
        }
        going.goes_on(core).await?;
    }
}
