//! Where a run happens: databases made for it, gateways started for it.
//!
//! Everything lives in one temporary folder and on loopback; processes are
//! stopped by their own id.

use crate::drive::{SECRET, request};
use crate::wire::{Wire, get};
use std::io::{Error, Result};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Clock ticks a second in /proc; fixed on Linux.
const TICKS: f64 = 100.0;
const KEY: &str = "6c6f61646c6f61646c6f61646c6f61646c6f61646c6f61646c6f61646c6f6164";

/// What every gateway of a run has in common.
pub(crate) struct Place {
    /// The program under test.
    pub(crate) program: PathBuf,
    /// Folder of the made-up city's CSV files.
    pub(crate) city: PathBuf,
    /// Temporary folder.
    pub(crate) folder: PathBuf,
    /// The server's URL without a database name, and its tools and process.
    pub(crate) postgres: Postgres,
    /// Where messages go.
    pub(crate) sink: String,
    made: AtomicU32,
}

/// A PostgreSQL server of our own.
#[derive(Clone)]
pub(crate) struct Postgres {
    /// "postgres://user@host:port".
    pub(crate) server: String,
    /// Folder of psql and pgbench.
    pub(crate) tools: PathBuf,
    /// Process id of the server.
    pub(crate) pid: u32,
}

/// Which engine a row is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Server, durable commits.
    Postgres,
    /// Embedded, `synchronous=FULL`.
    Sqlite,
}

/// A running gateway; killed when dropped.
pub(crate) struct Gateway {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
}

impl Place {
    /// Makes the place.
    pub(crate) fn new(
        program: PathBuf,
        city: PathBuf,
        folder: PathBuf,
        postgres: Postgres,
        sink: String,
    ) -> Self {
        Self {
            program,
            city,
            folder,
            postgres,
            sink,
            made: AtomicU32::new(0),
        }
    }

    /// A fresh database with the made-up city; gives its URL.
    pub(crate) fn database(&self, engine: Engine) -> Result<String> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}/{number}.db", self.folder.display()),
            Engine::Postgres => {
                self.psql("postgres", &format!("CREATE DATABASE load_{number}"))?;
                format!("{}/load_{number}", self.postgres.server)
            }
        };
        for what in ["units", "workers"] {
            let file = self.city.join(format!("{what}.csv"));
            let mut import = self.command(&url, 1);
            let done = import.args(["import", what]).arg(&file).output()?;
            if !done.status.success() {
                let why = String::from_utf8_lossy(&done.stderr).into_owned();
                return Err(Error::other(format!("import {what}: {why}")));
            }
        }
        Ok(url)
    }

    /// The secret of a one-time link for whoever the arguments name.
    pub(crate) fn link(&self, url: &str, who: &[&str]) -> Result<String> {
        let mut command = self.command(url, 1);
        command.arg("link").args(who).stdout(Stdio::piped());
        let done = command.output()?;
        let told = String::from_utf8_lossy(&done.stdout).into_owned();
        let secret = told.lines().next().and_then(|line| line.split_once('#'));
        secret
            .map(|(_, secret)| secret.to_owned())
            .ok_or_else(|| Error::other(String::from_utf8_lossy(&done.stderr).into_owned()))
    }

    /// Runs SQL in a database of the server; gives what it prints.
    pub(crate) fn psql(&self, database: &str, sql: &str) -> Result<String> {
        let done = Command::new(self.postgres.tools.join("psql"))
            .args(["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .arg(format!("{}/{database}", self.postgres.server))
            .output()?;
        if done.status.success() {
            return Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned());
        }
        Err(Error::other(
            String::from_utf8_lossy(&done.stderr).into_owned(),
        ))
    }

    fn command(&self, url: &str, port: u16) -> Command {
        let mut command = Command::new(&self.program);
        let folder = |name: &str| self.folder.join(format!("{name}-{port}"));
        command
            .env("LINLI__DATABASE__URL", url)
            .env("LINLI__LISTEN", format!("127.0.0.1:{port}"))
            .env("LINLI__SECRETS__KEY", KEY)
            .env("LINLI__SPOOL__DIR", folder("spool"))
            .env("LINLI__LOG__LEVEL", "warn")
            // A thousand chats stand for a city: none is slowed, none held back.
            .env("LINLI__INTAKE__PER_CHAT_PER_MINUTE", "0")
            .env("LINLI__CHANNELS__TELEGRAM__TOKEN", "1:T")
            .env("LINLI__CHANNELS__TELEGRAM__MODE", "webhook")
            .env("LINLI__CHANNELS__TELEGRAM__SECRET", SECRET)
            .env(
                "LINLI__CHANNELS__TELEGRAM__API_URL",
                format!("http://{}", self.sink),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a gateway without waiting for it.
    pub(crate) fn spawn(&self, url: &str) -> Result<Gateway> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = std::fs::File::create(self.folder.join(format!("gateway-{port}.log")))?;
        let mut command = self.command(url, port);
        let child = command.arg("serve").stderr(log).spawn()?;
        Ok(Gateway {
            child,
            address: format!("127.0.0.1:{port}"),
        })
    }

    /// Starts a gateway and waits until it is ready.
    pub(crate) async fn start(&self, url: &str) -> Result<Gateway> {
        let gateway = self.spawn(url)?;
        for _ in 0..600 {
            if matches!(get(&gateway.address, "/readyz").await, Ok((200, _))) {
                return Ok(gateway);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let log = self
            .folder
            .join(format!("gateway-{}.log", &gateway.address[10..]));
        let log = std::fs::read_to_string(log).unwrap_or_default();
        Err(Error::other(format!(
            "the gateway does not get ready: {log}"
        )))
    }
}

impl Gateway {
    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Posts one message of a chat until it is accepted.
    pub(crate) async fn say(&self, update: i64, chat: i64, text: &str) -> Result<()> {
        let body = format!(
            r#"{{"update_id":{update},"message":{{"message_id":{update},"date":1790000000,"from":{{"id":{chat},"is_bot":false,"first_name":"居民","language_code":"zh-hans"}},"chat":{{"id":{chat},"type":"private"}},"text":"{text}"}}}}"#
        );
        let bytes = request(&self.address, &body);
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            if let Ok(mut wire) = Wire::connect(&self.address).await
                && let Ok((200, _)) = wire.post(&bytes).await
            {
                return Ok(());
            }
            if Instant::now() > patience {
                return Err(Error::other("a message is not accepted"));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// The sum of a counter over its labels.
    pub(crate) async fn counter(&self, name: &str) -> Result<f64> {
        let (_, text) = get(&self.address, "/metrics").await?;
        let values = text.lines().filter(|l| l.starts_with(name));
        Ok(values
            .filter_map(|l| l.rsplit(' ').next()?.parse::<f64>().ok())
            .sum())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Processor seconds of a process and its descendants so far.
pub(crate) fn cpu(pid: u32) -> f64 {
    let mut ticks = 0.0;
    for id in family(pid) {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let after = stat.rsplit(')').next().unwrap_or_default();
        let field = |n: usize| -> f64 {
            let value = after.split_whitespace().nth(n);
            value.and_then(|v| v.parse().ok()).unwrap_or(0.0)
        };
        // A child that ended counts in its parent.
        ticks += field(11) + field(12) + field(13) + field(14);
    }
    ticks / TICKS
}

fn family(pid: u32) -> Vec<u32> {
    let mut all = vec![pid];
    let mut next = 0;
    while next < all.len() {
        let id = all[next];
        let path = format!("/proc/{id}/task/{id}/children");
        let children = std::fs::read_to_string(path).unwrap_or_default();
        all.extend(
            children
                .split_whitespace()
                .filter_map(|c| c.parse::<u32>().ok()),
        );
        next += 1;
    }
    all
}

/// Resident memory of a process in megabytes.
pub(crate) fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}

/// The database part of a URL.
pub(crate) fn name_of(url: &str) -> &str {
    Path::new(url)
        .file_name()
        .and_then(|n| n.to_str())
        .unwrap_or_default()
}
