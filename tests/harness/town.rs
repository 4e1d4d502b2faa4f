//! The town of a test: a gateway in this process, its database, its messenger
//! and its clock.
//!
//! Time stands still until [`World::advance`] moves it; [`World::settle`] waits
//! until everything that is due has been done. People are in `resident` and
//! `worker`.

use crate::botapi::{BotApi, TOKEN};
use crate::browser::{Browser, Page};
use crate::database::Database;
use crate::moments::local;
use crate::resident::Resident;
use crate::worker::{Worker, enters};
use axum::Router;
use chrono::TimeDelta;
use gateway::app::{self, App, StartError, register, serve};
use gateway::clock::{Clock, Moment, micros, moment};
use gateway::config::{Config, Loaded};
use gateway::demo;
use gateway::ids::WorkerId;
use gateway::lifecycle::Lifecycle;
use gateway::store::{self, probe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What Telegram sends to prove itself.
pub const SECRET: &str = "the-hook_secret";
/// The configuration, for programs of their own.
const FILE: &str = "linli.toml";
/// Where the keys are that nobody configured.
const KEY_FILE: &str = "key";
/// Rounds of a millisecond `settle` waits at most.
const PATIENCE: usize = 20_000;

/// How a town begins.
pub struct Setup {
    /// The first moment.
    pub at: Moment,
    /// Settings as in the environment: ("LINLI__SPOOL__MAX_BYTES", "100").
    pub settings: Vec<(String, String)>,
    /// Whether the made-up city is imported.
    pub city: bool,
    /// Whether the data key is in a file of the town instead of its configuration.
    pub key_file: bool,
}

impl Default for Setup {
    /// A Monday morning in working hours.
    fn default() -> Self {
        Self {
            at: local("2026-03-02 09:00"),
            settings: Vec::new(),
            city: true,
            key_file: false,
        }
    }
}

impl Setup {
    /// Beginning at this local time.
    pub fn at(text: &str) -> Self {
        Self {
            at: local(text),
            ..Self::default()
        }
    }

    /// With a setting.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.settings.push((key.to_owned(), value.into()));
        self
    }

    /// Starts it.
    pub async fn start(self) -> World {
        World::build(self)
            .await
            .unwrap_or_else(|e| panic!("the gateway does not start: {e}"))
    }

    /// Expects that it does not start; why.
    pub async fn refused(self) -> StartError {
        match World::build(self).await {
            Err(error) => error,
            Ok(_) => panic!("it started"),
        }
    }
}

struct Running {
    app: App,
    site: Router,
    server: tokio::task::JoinHandle<()>,
}

/// A town with a gateway.
pub struct World {
    pub clock: Clock,
    pub telegram: BotApi,
    folder: tempfile::TempDir,
    loaded: Loaded,
    listener: std::net::TcpListener,
    running: Mutex<Option<Running>>,
    /// Messages that were given up are no failure in this story.
    pub(crate) losses: AtomicBool,
    database: Database,
}

impl World {
    /// The made-up city on a Monday morning.
    pub async fn start() -> Self {
        Setup::default().start().await
    }

    async fn build(setup: Setup) -> Result<Self, StartError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = Database::fresh(folder.path()).await;
        let clock = Clock::manual(setup.at);
        let telegram = BotApi::start(&clock).await;
        telegram.retries_at_least_every(1);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a fresh socket");
        let address = listener.local_addr().expect("a bound socket has one");
        let url = format!("http://{address}");
        let text = configuration(
            &folder,
            &database.url,
            &url,
            &telegram.url(),
            setup.key_file,
        );
        std::fs::write(folder.path().join(FILE), &text).expect("a fresh folder");
        if setup.key_file {
            let path = folder.path().join(KEY_FILE);
            gateway::seal::file::read_or_make(&path).expect("a fresh folder");
        }
        let settings = setup.settings.into_iter();
        let loaded = Config::from_sources(
            Some(("story", &text)),
            settings.map(|(k, v)| (k.into(), v.into())),
        )?;
        let world = Self {
            clock,
            telegram,
            folder,
            loaded,
            listener,
            running: Mutex::new(None),
            losses: AtomicBool::new(false),
            database,
        };
        if setup.city {
            world.settle_in().await?;
        }
        world.launch().await?;
        Ok(world)
    }

    async fn settle_in(&self) -> Result<(), StartError> {
        let db = app::open(&self.loaded.config).await?;
        let (seal, _) = app::seal(&self.loaded.config, &db).await?;
        let city = demo::city();
        let import = register::Imported {
            units: city.units,
            workers: city.workers,
            residents: city.residents,
            ..register::Imported::default()
        };
        register::store(&db, &seal, &import, self.clock.now()).await?;
        db.close().await;
        Ok(())
    }

    async fn launch(&self) -> Result<(), StartError> {
        let life = Lifecycle::new(Duration::from_secs(10));
        let app = app::start(&self.loaded, self.clock.clone(), &life).await?;
        let site = serve::site(&app, &self.loaded.config, 1.0);
        let socket = self.listener.try_clone().expect("a socket can be shared");
        let socket = tokio::net::TcpListener::from_std(socket).expect("it does not block");
        let server = {
            let (app, site) = (app.clone(), site.clone());
            tokio::spawn(async move {
                let _ = serve::serve(socket, site, &app).await;
            })
        };
        *self.lock() = Some(Running { app, site, server });
        // The webhook is set by a task of its own.
        self.telegram.wait_for_calls("setwebhook", 1).await;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The running gateway.
    ///
    /// # Panics
    /// While it is stopped.
    pub fn app(&self) -> App {
        let running = self.lock();
        running.as_ref().expect("the gateway runs").app.clone()
    }

    /// Its pages.
    ///
    /// # Panics
    /// While it is stopped.
    pub fn site(&self) -> Router {
        let running = self.lock();
        running.as_ref().expect("the gateway runs").site.clone()
    }

    /// A resident who writes in Telegram.
    pub fn resident_on_telegram(&self, id: i64) -> Resident<'_> {
        Resident::on_telegram(self, id)
    }

    /// A resident in a browser.
    pub fn resident_on_web(&self) -> Resident<'_> {
        Resident::on_web(self)
    }

    /// A worker, signed in at the console, with a messenger bound by code.
    pub async fn worker(&self, id: &str) -> Worker<'_> {
        let worker = self.worker_without_chat(id).await;
        worker.binds_chat().await;
        worker
    }

    /// A worker, signed in at the console only.
    pub async fn worker_without_chat(&self, id: &str) -> Worker<'_> {
        Worker::signs_in(self, id).await
    }

    /// An administrator's browser, signed in.
    pub async fn administrator(&self) -> Browser {
        enters(self, gateway::app::door::ADMIN).await
    }

    /// Posts a body to the webhook with these secrets.
    pub async fn hook(&self, secrets: &[&str], body: impl Into<axum::body::Body>) -> Page {
        let headers: Vec<(&str, &str)> = secrets
            .iter()
            .map(|s| ("x-telegram-bot-api-secret-token", *s))
            .collect();
        let path = "/hooks/telegram/main";
        Browser::new()
            .posts_raw(&self.site(), path, &headers, body)
            .await
    }

    /// The database goes away until the gateway is started again.
    pub async fn loses_its_database(&self) {
        self.app().core.db.close().await;
    }

    /// Its configuration.
    pub fn settings(&self) -> &Config {
        &self.loaded.config
    }

    /// The folder of this town: database, spool.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The file of the keys that nobody configured.
    pub fn key_file(&self) -> std::path::PathBuf {
        self.folder.path().join(KEY_FILE)
    }

    pub(crate) fn configuration(&self) -> std::path::PathBuf {
        self.folder.path().join(FILE)
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Stops the gateway in good order.
    pub async fn stop(&self) {
        let Some(Running { app, server, .. }) = self.lock().take() else {
            return;
        };
        app.life.shut_down();
        let _ = server.await;
        let ended = app.life.finished().await;
        assert_eq!(ended, Ok(()), "it ends in good order");
        app.core.db.close().await;
    }

    /// Starts it again.
    pub async fn starts_again(&self) {
        self.launch().await.expect("it started before");
    }

    /// Stops it and starts it again at the same moment.
    pub async fn restart(&self) {
        self.stop().await;
        self.starts_again().await;
        self.settle().await;
    }

    /// An outage: it is off while the clock goes on.
    pub async fn is_off_for(&self, span: TimeDelta) {
        self.stop().await;
        self.clock.advance(span);
        self.starts_again().await;
        self.settle().await;
    }

    /// Moves the clock, stopping at every moment at which something is due.
    pub async fn advance(&self, span: TimeDelta) {
        self.at(self.clock.now() + span).await;
    }

    /// Moves the clock to this moment, as [`World::advance`] does.
    pub async fn at(&self, target: Moment) {
        loop {
            self.settle().await;
            let app = self.app();
            let timer = store::timers::next(&app.core.db).await.expect("readable");
            let letter = store::outbox::next(&app.core.db).await.expect("readable");
            let text = store::proofs::next(&app.core.db).await.expect("readable");
            let check = store::checks::next(&app.core.db).await.expect("readable");
            let told = store::webhooks::next(&app.core.db).await.expect("readable");
            let next = [timer, letter, text, check, told]
                .into_iter()
                .flatten()
                .min()
                .map(moment);
            match next.filter(|at| *at <= target) {
                Some(at) => self
                    .clock
                    .set(at.max(self.clock.now() + TimeDelta::microseconds(1))),
                None => break,
            }
        }
        self.clock.set(target);
        self.settle().await;
    }

    /// Waits until nothing that is due now is left to do.
    ///
    /// # Panics
    /// If that does not come about; says what is left.
    pub async fn settle(&self) {
        let (mut calm, mut left) = (0, String::new());
        for _ in 0..PATIENCE {
            match self.busy().await {
                None if calm == 1 => return,
                None => {
                    calm += 1;
                    tokio::task::yield_now().await;
                }
                Some(what) => {
                    (calm, left) = (0, what);
                    // Real time, for sockets and threads to get their turn.
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        }
        panic!("it does not settle: {left}");
    }

    /// Waits until pushes to a worker go to this chat: who is where is read anew
    /// beside the work, after the binding was answered.
    ///
    /// # Panics
    /// If that does not come about.
    pub(crate) async fn knows_chat_of(&self, worker: &str, chat: i64) {
        let (worker, chat) = (WorkerId::from(worker), chat.to_string());
        for _ in 0..PATIENCE {
            let known = self.app().core.world();
            if known.chats_of(&worker).iter().any(|at| at.chat == chat) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("nobody learns that {worker} has the chat {chat}");
    }

    /// What is still going on.
    async fn busy(&self) -> Option<String> {
        let app = self.app();
        let core = &app.core;
        let waiting = self.telegram.waiting();
        if !waiting.is_empty() {
            return Some(format!("updates on their way: {waiting:?}"));
        }
        let (queued, held) = (core.metrics.unprocessed.get(), core.outbox.holding());
        if queued != 0 || held != 0 || app.intake.spool().is_active() {
            return Some(format!(
                "{queued} messages in work, {held} held, or spooled"
            ));
        }
        let now = micros(self.clock.now());
        let lease = now + self.loaded.config.outbox.lease.as_micros() as i64;
        let text_lease = now + gateway::sms::LEASE.num_microseconds().unwrap_or_default();
        let check_lease = now
            + gateway::identity::rounds::LEASE
                .num_microseconds()
                .unwrap_or_default();
        let sql = format!(
            "SELECT CAST((SELECT COUNT(*) FROM outbox WHERE state = 0 AND (next_at <= {now} OR next_at = {lease}))
                    AS TEXT),
                    CAST((SELECT COUNT(*) FROM timers WHERE cause IS NULL AND due_at <= {now}) AS TEXT),
                    CAST((SELECT COUNT(*) FROM releases WHERE state = 1 AND publish_at <= {now}) AS TEXT),
                    CAST((SELECT COUNT(*) FROM texts WHERE state = 0 AND (next_at <= {now} OR next_at = {text_lease}))
                    AS TEXT),
                    CAST((SELECT COUNT(*) FROM checks WHERE state < 2 AND (next_at <= {now} OR next_at = {check_lease}))
                    AS TEXT)"
        );
        let rows = probe::rows(&core.db, &sql).await.expect("readable");
        let column = |at: usize| rows[0][at].as_deref();
        let (letters, timers, texts) = (column(0)?, column(1)?, column(3)?);
        if texts != "0" {
            core.bus.hint(gateway::bus::Hint::Texts);
            return Some(format!("{texts} text messages due"));
        }
        if column(4)? != "0" {
            core.bus.hint(gateway::bus::Hint::Checks);
            return Some("checks due".to_owned());
        }
        let told = store::webhooks::next(&core.db).await.expect("readable");
        let told_lease = now
            + gateway::webhooks::LEASE
                .num_microseconds()
                .unwrap_or_default();
        if told.is_some_and(|at| at <= now || at == told_lease) {
            core.bus.hint(gateway::bus::Hint::Reference);
            return Some("programs to be told".to_owned());
        }
        if letters != "0" {
            core.bus.hint(gateway::bus::Hint::Outbox);
            return Some(format!("{letters} letters due"));
        }
        if timers != "0" {
            return Some(format!("{timers} timers due"));
        }
        if rows[0][2].as_deref()? != "0" {
            core.bus.hint(gateway::bus::Hint::Reference);
            return Some("releases due".to_owned());
        }
        let stamp = store::people::stamp(&core.db).await.expect("readable");
        (stamp != core.world().stamp).then(|| "reference data to be read".to_owned())
    }

    /// Messages that nobody can receive belong to this story.
    pub fn expects_losses(&self) {
        self.losses.store(true, Ordering::Relaxed);
    }

    /// The end of a story: everything done, checked, stopped.
    pub async fn ends(self) {
        self.settle().await;
        self.check().await;
        self.stop().await;
    }
}

pub(crate) fn configuration(
    folder: &tempfile::TempDir,
    database: &str,
    url: &str,
    api: &str,
    key_file: bool,
) -> String {
    // Counters of rates live for seconds of real time and are named by those of the
    // manual clock: worlds that live at once would count for each other.
    let redis = std::env::var("LINLI_TEST_REDIS");
    let redis = redis.map_or_else(
        |_| String::new(),
        |redis| format!("{redis}/{}", std::process::id() % 16),
    );
    let spool = folder.path().join("spool");
    format!(
        "public_url = {url:?}\n[probe]\nevery = \"0s\"\n[database]\nurl = {database:?}\n[redis]\nurl = {redis:?}\n\
         [secrets]\nkey = {:?}\nstore = {:?}\n[spool]\ndir = {:?}\n\
         [channels.telegram]\ntoken = {TOKEN:?}\nmode = \"webhook\"\nsecret = {SECRET:?}\n\
         public_url = {url:?}\napi_url = {api:?}\n",
        if key_file {
            String::new()
        } else {
            "5a".repeat(32)
        },
        folder.path().join(KEY_FILE).display().to_string(),
        spool.display().to_string(),
    )
}
