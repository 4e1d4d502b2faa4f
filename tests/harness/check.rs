//! The checker: what has to be true of the tables whatever happened.
//!
//! The only part of the harness that looks behind the front door, and the only
//! one that damages something on purpose.

use crate::database::{Engine, engine};
use crate::town::World;
use gateway::app::survey;
use gateway::clock::micros;
use gateway::requests::case::{Case, rung_column};
use gateway::requests::status::project;
use gateway::store::rows::DocumentRow;
use gateway::store::{Changes, probe, requests, timers};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

/// Every sealed value opened: how many there are, and how many the current key sealed.
pub(crate) async fn sealed_values(core: &gateway::app::Core) -> (usize, usize) {
    let (mut all, mut current) = (0, 0);
    for column in &gateway::store::sealed::COLUMNS {
        let first = (String::new(), -1);
        let rows = column.next(&core.db, "-", &first, 1_000_000).await;
        for row in rows.expect("readable") {
            let opened = core.seal.open(&row.sealed);
            assert!(opened.is_ok(), "{} {}: {opened:?}", column.table, row.a);
            all += 1;
            current += usize::from(row.sealed.starts_with(&core.seal.prefix()));
        }
    }
    (all, current)
}

impl World {
    /// Rows of a query over text columns.
    ///
    /// # Panics
    /// If the database does not understand it.
    pub async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let rows = probe::rows(&self.app().core.db, sql).await;
        let rows = rows.unwrap_or_else(|e| panic!("{sql}: {e}"));
        let text = |row: Vec<Option<String>>| row.into_iter().map(Option::unwrap_or_default);
        rows.into_iter().map(|row| text(row).collect()).collect()
    }

    /// One number.
    ///
    /// # Panics
    /// If the query gives none.
    pub async fn count(&self, from: &str) -> i64 {
        let rows = self
            .rows(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {from}"))
            .await;
        rows[0][0].parse().expect("a count")
    }

    /// Damages the database on purpose.
    ///
    /// # Panics
    /// If nothing was changed.
    pub async fn damages(&self, sql: &str) {
        let done = probe::execute(&self.app().core.db, sql).await;
        assert!(done.is_ok_and(|rows| rows > 0), "{sql}");
    }

    /// The disk of the database is full: nothing that needs another page can be
    /// written, and what is there can be read.
    ///
    /// # Panics
    /// If the database does not understand it.
    pub async fn fills_its_disk(&self) {
        let said: &[&str] = match engine() {
            // Never less than there are.
            Engine::Sqlite => &["PRAGMA max_page_count = 1"],
            Engine::Postgres => &[
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$",
                "CREATE TRIGGER full_disk BEFORE INSERT ON inbound
                 FOR EACH STATEMENT EXECUTE FUNCTION full_disk()",
            ],
        };
        self.tells_the_database(said).await;
    }

    /// The disk has room again.
    ///
    /// # Panics
    /// If the database does not understand it.
    pub async fn makes_room(&self) {
        let said: &[&str] = match engine() {
            Engine::Sqlite => &["PRAGMA max_page_count = 4294967294"],
            Engine::Postgres => &["DROP TRIGGER full_disk ON inbound"],
        };
        self.tells_the_database(said).await;
    }

    async fn tells_the_database(&self, statements: &[&str]) {
        for sql in statements {
            let done = probe::execute(&self.app().core.db, sql).await;
            done.unwrap_or_else(|e| panic!("{sql}: {e}"));
        }
    }

    /// Publishes another version of the catalogue.
    ///
    /// # Panics
    /// If there is one of that number.
    pub async fn publishes(&self, catalogue: &menus::Catalogue) {
        let core = self.app().core;
        let at = micros(self.clock.now());
        let mut changes = Changes::at(at);
        changes.documents.push(DocumentRow {
            kind: "catalogue".into(),
            version: i64::from(catalogue.version()),
            body: menus::document::to_json(catalogue),
            at,
        });
        core.db.commit(&changes).await.expect("a new number");
        core.bus.hint(gateway::bus::Hint::Reference);
        self.settle().await;
    }

    /// What the auditor finds.
    pub async fn audit(&self) -> Vec<String> {
        survey::audit_all(&self.app().core).await.expect("readable")
    }

    /// Everything that must hold.
    ///
    /// # Panics
    /// If something does not; says what.
    pub async fn check(&self) {
        let app = self.app();
        assert!(
            !app.life.draining().is_cancelled(),
            "an essential task died"
        );
        self.requests_follow_from_their_events().await;
        self.letters_are_delivered().await;
        assert_eq!(
            self.count("inbound WHERE state = 1").await,
            0,
            "parked messages"
        );
        assert_eq!(
            self.count("timers WHERE cause IS NOT NULL").await,
            0,
            "timers set aside"
        );
        assert_eq!(self.audit().await, Vec::<String>::new(), "the auditor");
    }

    /// Every sealed value of the database, opened with the keys that are here: how
    /// many there are, and how many the current key sealed.
    ///
    /// # Panics
    /// If one cannot be opened.
    pub async fn sealed_values(&self) -> (usize, usize) {
        sealed_values(&self.app().core).await
    }

    async fn letters_are_delivered(&self) {
        let now = micros(self.clock.now());
        let due = format!("outbox WHERE state = 0 AND next_at <= {now}");
        assert_eq!(self.count(&due).await, 0, "letters that should have left");
        if !self.losses.load(Ordering::Relaxed) {
            let lost = self
                .rows("SELECT address, cause FROM outbox WHERE state = 2")
                .await;
            assert!(lost.is_empty(), "letters given up: {lost:?}");
        }
    }

    async fn requests_follow_from_their_events(&self) {
        let app = self.app();
        let core = &app.core;
        let world = core.world();
        let ids = self.rows("SELECT id, draft FROM requests").await;
        let drafts: HashSet<&String> = ids.iter().map(|row| &row[1]).collect();
        assert_eq!(drafts.len(), ids.len(), "one draft, one request");
        let ids: Vec<String> = ids.iter().map(|row| row[0].clone()).collect();
        let mut logs: HashMap<String, Vec<requests::StoredEvent>> = HashMap::new();
        for event in requests::events(&core.db, &ids).await.expect("readable") {
            logs.entry(event.request.clone()).or_default().push(event);
        }
        for row in requests::by_ids(&core.db, &ids).await.expect("readable") {
            let log = logs.remove(&row.id).unwrap_or_default();
            let seqs: Vec<i64> = log.iter().map(|e| e.seq).collect();
            let gapless: Vec<i64> = (1..=row.version).collect();
            assert_eq!(seqs, gapless, "events of {}", row.reference);
            let (status, level) = (row.status.clone(), row.level);
            let (closed, worker) = (row.closed_at, row.lead_worker.clone());
            let case = Case::load(row, &log, &core.seal).expect("a sound case");
            let now = project(&case.log).expect("a log that begins");
            assert_eq!(
                now.refused, 0,
                "facts the status table refuses: {:?}",
                case.log
            );
            assert_eq!(status, now.status.code(), "status of {}", case.reference);
            assert_eq!(level, i64::from(now.level), "level of {}", case.reference);
            assert_eq!(
                closed,
                now.closed_at.map(micros),
                "end of {}",
                case.reference
            );
            assert_eq!(
                worker,
                now.worker.as_ref().map(|w| w.0.clone()),
                "worker of {}",
                case.reference
            );
            let timer = timers::one(&core.db, &case.id.0).await.expect("readable");
            let set = timer.map(|t| (t.rung, t.due_at));
            let planned = case.next(&world);
            let planned = planned.map(|p| (rung_column(&p), micros(p.at)));
            assert_eq!(set, planned, "timer of {}", case.reference);
        }
        let timers = self
            .count("timers WHERE request NOT IN (SELECT id FROM requests)")
            .await;
        assert_eq!(timers, 0, "timers of no request");
    }
}
