//! A made-up city served by real processes.

use super::balancer::Balancer;
use super::check::Seen;
use super::process::{Postgres, Process, free_port, listens};
use crate::botapi::{BotApi, TOKEN};
use bots::{Address, Content, Inbound, Sender};
use chrono::TimeDelta;
use gateway::app::{self, Core, door, register, survey};
use gateway::clock::{Clock, Moment, micros};
use gateway::config::Config;
use gateway::ids::{InboundId, WorkerId};
use gateway::lifecycle::Lifecycle;
use gateway::store::rows::InboundRow;
use gateway::store::{Changes, inspect};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// How much faster than the machine's all clocks run.
const SPEED: f64 = 100.0;
/// How wrong the clocks of several processes are, one way and the other: a whole
/// second of real time, so that it reaches as far into leases as it does in life.
const SKEW: TimeDelta = TimeDelta::seconds(SPEED as i64);
/// Whom danger reaches first, and the chat they read.
const DUTY: (&str, i64) = ("YX001", 7001);

/// What is to be run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The program.
    pub program: PathBuf,
    /// On PostgreSQL, else on SQLite.
    pub postgres: bool,
    /// Gateways on the one database.
    pub processes: usize,
    /// A Redis for hints.
    pub redis: Option<String>,
    /// Whether the processes keep what they cannot store in one folder.
    pub one_spool: bool,
    /// Variables for every process.
    pub with: Vec<(String, String)>,
}

/// The running city.
pub struct City {
    pub bot: Arc<BotApi>,
    pub clock: Clock,
    pub postgres: Option<Postgres>,
    plan: Plan,
    /// The key that seals, and one that only opens.
    keys: (String, String),
    epoch: Moment,
    balancer: Balancer,
    ports: Vec<u16>,
    processes: Vec<Option<Process>>,
    kills: Vec<Moment>,
    /// Chats that went away.
    pub gone: Vec<i64>,
    /// Last, so that it goes when nothing works in it any more.
    folder: tempfile::TempDir,
}

impl City {
    /// Founds the city: database, people, processes. Every process is ready.
    pub async fn founded(plan: Plan) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        open_to_servers(folder.path());
        let postgres = if plan.postgres {
            Some(Postgres::found(folder.path()).await)
        } else {
            None
        };
        let epoch = Clock::system().now();
        let clock = Clock::running_since(epoch, SPEED, TimeDelta::zero());
        let bot = Arc::new(BotApi::start(&clock).await);
        bot.retries_at_least_every(SPEED as i64);
        let ports: Vec<u16> = (0..plan.processes).map(|_| free_port()).collect();
        let balancer = Balancer::start(ports.clone()).await;
        let mut city = Self {
            bot,
            clock,
            postgres,
            processes: ports.iter().map(|_| None).collect(),
            plan,
            keys: ("5a".repeat(32), String::new()),
            epoch,
            balancer,
            ports,
            kills: Vec::new(),
            gone: Vec::new(),
            folder,
        };
        city.settled().await;
        let code = city.code().await;
        for n in 0..city.processes.len() {
            city.starts(n, None).await;
        }
        city.bot.user(DUTY.1).says(&format!("绑定 {code}"));
        city
    }

    /// How wrong the clocks of the processes may be.
    fn skew(&self) -> TimeDelta {
        if self.plan.processes > 1 {
            SKEW
        } else {
            TimeDelta::zero()
        }
    }

    /// Runs a command beside the processes, perhaps with a fault; whether it
    /// did its work.
    pub async fn runs(&self, arguments: &[&str], fault: Option<&str>) -> bool {
        self.runs_on(arguments, fault, &self.url()).await
    }

    /// The same on another database.
    pub async fn runs_on(&self, arguments: &[&str], fault: Option<&str>, url: &str) -> bool {
        let mut command = Command::new(&self.plan.program);
        command.args(arguments).envs(self.variables(0));
        command.env("LINLI__DATABASE__URL", url);
        if let Some(fault) = fault {
            command.env("LINLI_FAULT", fault);
        }
        let log = self.folder.path().join("commands.log");
        let mut process = Process::start(command, &log);
        let done = tokio::task::spawn_blocking(move || process.succeeds());
        done.await.expect("waiting does not panic")
    }

    /// A database beside the city's that nothing was ever written to.
    pub fn empty_database(&self) -> String {
        match &self.postgres {
            // The only other one that a new server lets people into.
            Some(server) => server.url().replace("/postgres", "/template1"),
            None => format!("sqlite:{}", self.folder.path().join("empty.db").display()),
        }
    }

    /// A message that was put aside because it could not be handled.
    pub async fn sets_aside(&self, chat: i64, words: &str) {
        let (core, life) = self.beside().await;
        let now = self.clock.now();
        let inbound = Inbound {
            address: Address::new("telegram", "main", chat.to_string()),
            key: format!("u:aside-{chat}"),
            message: None,
            network: None,
            sent_at: None,
            sender: Sender::default(),
            content: Content::Text(words.into()),
        };
        let mut changes = Changes::at(micros(now));
        changes.inbound.push(InboundRow {
            key: format!("telegram/main/{}", inbound.key),
            id: InboundId::new(now).0,
            address: inbound.address.to_string(),
            at: micros(now),
            body: core.seal.seal_json(&inbound),
            request: None,
            state: 1,
            cause: Some("a test".into()),
            page: 0,
        });
        core.db.commit(&changes).await.expect("a free key");
        leave(&core, &life).await;
    }

    /// The chat of the worker on duty.
    pub fn duty_chat(&self) -> i64 {
        DUTY.1
    }

    /// Puts units and workers in place.
    async fn settled(&self) {
        let (core, life) = self.beside().await;
        let made = gateway::demo::city();
        let import = register::Imported {
            units: made.units,
            workers: made.workers,
            residents: made.residents,
            ..register::Imported::default()
        };
        register::store(&core.db, &core.seal, &import, self.clock.now())
            .await
            .expect("the made-up city is sound");
        leave(&core, &life).await;
    }

    /// A one-time code that binds a chat to the worker on duty.
    pub async fn code(&self) -> String {
        let (core, life) = self.beside().await;
        let worker = door::worker(&WorkerId::from(DUTY.0));
        let code = door::hand_out(&core, door::Door::Bind, &worker, "operator")
            .await
            .expect("a code");
        leave(&core, &life).await;
        code
    }

    /// The shared parts, as a command beside the processes has them.
    async fn beside(&self) -> (Arc<Core>, Lifecycle) {
        let life = Lifecycle::new(Duration::from_secs(5));
        let mut variables = self.variables(0);
        variables.retain(|(name, _)| !name.starts_with("LINLI__CHANNELS"));
        let variables = variables
            .into_iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let loaded = Config::from_sources(None, variables)
            .unwrap_or_else(|e| panic!("the configuration is unsound: {e}"));
        let core = app::parts(&loaded, self.clock.clone(), &life)
            .await
            .unwrap_or_else(|e| panic!("the database cannot be used: {e}"));
        (core, life)
    }

    /// The city's database.
    fn url(&self) -> String {
        match &self.postgres {
            Some(server) => server.url(),
            None => format!("sqlite:{}", self.folder.path().join("linli.db").display()),
        }
    }

    /// What process `n` is told.
    fn variables(&self, n: usize) -> Vec<(String, String)> {
        let folder = self.folder.path();
        let url = self.url();
        let seconds = |real: f64| format!("{}s", (real * SPEED) as u64);
        let skew = SKEW.num_milliseconds() * [-1, 1, 0][n % 3];
        let spool = if self.plan.one_spool { 0 } else { n };
        let spool = folder.join(format!("spool-{spool}"));
        let mut all: Vec<(String, String)> = [
            ("LINLI__LISTEN", format!("127.0.0.1:{}", self.ports[n])),
            ("LINLI__DATABASE__URL", url),
            ("LINLI__DATABASE__MAX_CONNECTIONS", "8".into()),
            ("LINLI__DATABASE__ACQUIRE_TIMEOUT", "2s".into()),
            (
                "LINLI__REDIS__URL",
                self.plan.redis.clone().unwrap_or_default(),
            ),
            ("LINLI__SECRETS__KEY", self.keys.0.clone()),
            ("LINLI__SECRETS__OTHERS", self.keys.1.clone()),
            ("LINLI__SPOOL__DIR", spool.display().to_string()),
            ("LINLI__INTAKE__PER_CHAT_PER_MINUTE", "0".into()),
            ("LINLI__PROBE__EVERY", "0s".into()),
            ("LINLI__OUTBOX__LEASE", seconds(5.0)),
            ("LINLI__OUTBOX__BULK_PER_SECOND", "0".into()),
            ("LINLI__ESCALATION__LEASE", seconds(3.0)),
            ("LINLI__ESCALATION__POLL", seconds(0.25)),
            ("LINLI__LOG__LEVEL", "warn".into()),
            ("LINLI__CHANNELS__TELEGRAM__TOKEN", TOKEN.into()),
            ("LINLI__CHANNELS__TELEGRAM__API_URL", self.bot.url()),
            ("LINLI__CHANNELS__TELEGRAM__MODE", "webhook".into()),
            (
                "LINLI__CHANNELS__TELEGRAM__SECRET",
                "kill-test-secret-0123456789".into(),
            ),
            ("LINLI__CHANNELS__TELEGRAM__PUBLIC_URL", self.balancer.url()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if self.plan.processes > 1 {
            all.push(("LINLI_TEST_SKEW_MS".into(), skew.to_string()));
        }
        let speed = format!("{SPEED}@{}", micros(self.epoch));
        all.push(("LINLI_TEST_SPEED".into(), speed));
        all
    }

    /// Starts process `n`, perhaps with a fault, and waits until it listens;
    /// `false` if it died before.
    pub async fn starts(&mut self, n: usize, fault: Option<&str>) -> bool {
        let mut process = self.process(n, fault);
        let up = listens(self.ports[n], &mut process).await
            && is_ready(self.ports[n], &mut process).await;
        assert!(up || fault.is_some(), "a gateway ended: {}", process.said());
        if !up {
            self.kills.push(self.clock.now());
        }
        self.processes[n] = up.then_some(process);
        up
    }

    /// Starts process `n` while its database is away: it lives, and says what it
    /// waits for.
    ///
    /// # Panics
    /// If it does not.
    pub async fn begins_without_a_database(&mut self, n: usize) {
        let mut process = self.process(n, None);
        let port = self.ports[n];
        let mut looks = 0..3000;
        let ready = loop {
            assert!(!process.is_gone(), "it ended: {}", process.said());
            assert!(looks.next().is_some(), "no answer: {}", process.said());
            if let Some(answer) = asks(port, "readyz").await {
                break answer;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        assert_eq!(ready.0, 503, "{ready:?}");
        assert!(ready.1.contains("connection refused"), "{ready:?}");
        let alive = asks(port, "healthz").await.map(|answer| answer.0);
        assert_eq!(alive, Some(200), "{}", process.said());
        self.processes[n] = Some(process);
    }

    /// Waits until process `n`, which has begun, says that it works.
    ///
    /// # Panics
    /// If it ended instead.
    pub async fn sees_ready(&mut self, n: usize) {
        let port = self.ports[n];
        let process = self.processes[n].as_mut().expect("it has begun");
        assert!(is_ready(port, process).await, "{}", process.said());
    }

    fn process(&self, n: usize, fault: Option<&str>) -> Process {
        let mut command = Command::new(&self.plan.program);
        command.arg("serve").envs(self.variables(n));
        command.envs(self.plan.with.iter().cloned());
        if let Some(fault) = fault {
            command.env("LINLI_FAULT", fault);
        }
        let log = self.folder.path().join(format!("gateway-{n}.log"));
        Process::start(command, &log)
    }

    /// From now on whoever starts has these keys: one that seals, one that opens.
    pub fn has_keys(&mut self, key: &str, other: &str) {
        self.keys = (key.to_owned(), other.to_owned());
    }

    /// How many sealed values there are, and how many of them the key that seals
    /// now has sealed.
    ///
    /// # Panics
    /// If one cannot be opened.
    pub async fn sealed_values(&self) -> (usize, usize) {
        let (core, life) = self.beside().await;
        let values = crate::check::sealed_values(&core).await;
        leave(&core, &life).await;
        values
    }

    /// SIGKILL for process `n`.
    pub fn kills(&mut self, n: usize) {
        if let Some(mut process) = self.processes[n].take() {
            process.kill();
            self.kills.push(self.clock.now());
        }
    }

    /// Waits until process `n` died by itself; `false` if it does not.
    pub async fn sees_death_of(&mut self, n: usize, patience: Duration) -> bool {
        let Some(process) = &mut self.processes[n] else {
            return true;
        };
        let wait = async {
            while !process.is_gone() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let died = tokio::time::timeout(patience, wait).await.is_ok();
        if died {
            self.processes[n] = None;
            self.kills.push(self.clock.now());
        }
        died
    }

    /// Whether process `n` is there.
    pub fn has(&self, n: usize) -> bool {
        self.processes[n].is_some()
    }

    /// What process `n` logged last, over all its lives.
    pub fn log_of(&self, n: usize) -> String {
        let log = self.folder.path().join(format!("gateway-{n}.log"));
        std::fs::read_to_string(log).unwrap_or_default()
    }

    /// Waits until everything written has been sent and every rung that is due
    /// has fired, then says what is stored and what was seen. The processes
    /// go on running.
    pub async fn comes_to_rest(&self) -> Seen {
        let (core, life) = self.beside().await;
        let (mut audit, mut before): (Vec<String>, Vec<String>) = Default::default();
        // A rung may wait for a restart and the end of a lease. If somebody acts
        // meanwhile it is rightly lost.
        let grace = TimeDelta::seconds((10.0 * SPEED) as i64) + self.skew() * 2;
        let began = self.clock.now();
        let mut settled = began - grace;
        let mut tables = inspect::Tables::default();
        let mut sent_before = 0;
        for _ in 0..15 {
            let found = survey::audit_within(&core, grace).await.expect("an audit");
            // What fires late is not missing: it stands in no two audits running.
            before.retain(|f| found.contains(f));
            audit = std::mem::replace(&mut before, found);
            settled = self.clock.now() - grace;
            sent_before = self.bot.sent().len();
            tables = inspect::tables(&core.db).await.expect("readable tables");
            let waits = |row: &inspect::OutboxFact| row.state == 0 && row.at <= micros(settled);
            let waiting = tables.outbox.iter().any(waits);
            // Whatever happened until now has had its time.
            let long_enough = settled > began;
            if long_enough && before.is_empty() && !waiting && self.bot.waiting().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
        let seen = Seen {
            tables,
            audit,
            settled,
            skew: self.skew(),
            deliveries: self.bot.deliveries(),
            sent: self.bot.sent(),
            sent_before,
            kills: self.kills.clone(),
            seal: core.seal.clone(),
            gone: self.gone.clone(),
        };
        leave(&core, &life).await;
        seen
    }
}

/// Waits until a gateway says that it works; `false` if it died instead.
async fn is_ready(port: u16, process: &mut Process) -> bool {
    for _ in 0..3000 {
        if process.is_gone() {
            return false;
        }
        if asks(port, "readyz")
            .await
            .is_some_and(|(status, _)| status == 200)
        {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a gateway is not ready: {}", process.said());
}

/// What a gateway answers under an address: status and text.
async fn asks(port: u16, path: &str) -> Option<(u16, String)> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("constant options");
    let url = format!("http://127.0.0.1:{port}/{path}");
    let answer = client.get(&url).timeout(Duration::from_secs(2)).send();
    let answer = answer.await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.text().await.ok()?))
}

async fn leave(core: &Core, life: &Lifecycle) {
    life.shut_down();
    let _ = life.finished().await;
    core.db.close().await;
}

/// Servers that run as somebody else must be able to pass through.
fn open_to_servers(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(folder, mode).expect("our own folder");
}
