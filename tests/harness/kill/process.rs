//! Real processes that are killed: gateways, PostgreSQL, Redis.
//!
//! Each ends only what it started, by its own process id.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a process may take until it is ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// A child that is killed when it is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program; what it says goes to the end of `log`.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn start(mut command: Command, log: &Path) -> Self {
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .expect("the log can be written");
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("an open file"))
            .stderr(file)
            .spawn()
            .unwrap_or_else(|e| panic!("{command:?} cannot be started: {e}"));
        Self {
            child,
            log: log.to_owned(),
        }
    }

    /// SIGKILL; returns when it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Another signal, by its name.
    pub fn signal(&self, name: &str) {
        let _ = Command::new("kill")
            .args([format!("-{name}"), self.child.id().to_string()])
            .status();
    }

    /// Whether it is gone, by itself or killed.
    pub fn is_gone(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until it is gone.
    pub fn wait(&mut self) {
        let _ = self.child.wait();
    }

    /// Waits until it is gone; whether it ended well.
    pub fn succeeds(&mut self) -> bool {
        self.child.wait().is_ok_and(|status| status.success())
    }

    /// The end of what it said.
    pub fn said(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let from = text.len().saturating_sub(4000);
        text[text.ceil_char_boundary(from)..].to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A loopback port nobody uses now.
///
/// # Panics
/// If there is none.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener
        .local_addr()
        .expect("a bound socket has one")
        .port()
}

/// Waits until something listens there; `false` if `process` ended instead.
pub(crate) async fn listens(port: u16, process: &mut Process) -> bool {
    until(|| {
        if process.is_gone() {
            return Some(false);
        }
        std::net::TcpStream::connect(("127.0.0.1", port))
            .is_ok()
            .then_some(true)
    })
    .await
}

/// Looks again and again, every few milliseconds.
///
/// # Panics
/// After a minute.
pub(crate) async fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let search = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, search)
        .await
        .expect("it comes within a minute")
}

/// A PostgreSQL of one test, with fsync on.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    tools: PathBuf,
    port: u16,
    process: Option<Process>,
}

impl Postgres {
    /// Makes and starts one in this folder.
    ///
    /// # Panics
    /// If its programs are missing.
    pub async fn found(folder: &Path) -> Self {
        let tools = std::env::var("LINLI_TEST_POSTGRES_TOOLS")
            .expect("LINLI_TEST_POSTGRES_TOOLS names the folder of initdb and postgres");
        let mut server = Self {
            folder: folder.join("postgres"),
            tools: tools.into(),
            port: free_port(),
            process: None,
        };
        std::fs::create_dir(&server.folder).expect("a new folder");
        if is_root() {
            let mut chown = Command::new("chown");
            chown.arg("postgres").arg(&server.folder);
            run(chown);
        }
        let mut init = server.command("initdb");
        init.args(["-U", "linli", "-A", "trust", "-E", "UTF8", "--no-sync"]);
        init.args(["--locale=C.UTF-8", "-D"]).arg(&server.folder);
        run(init);
        server.start().await;
        server
    }

    /// PostgreSQL refuses to run as root.
    fn command(&self, program: &str) -> Command {
        let program = self.tools.join(program);
        let mut command = if is_root() {
            let mut other = Command::new("setpriv");
            other.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
            other.arg(program);
            other
        } else {
            Command::new(program)
        };
        command.current_dir("/");
        command
    }

    /// Starts it (again) on its port.
    pub async fn start(&mut self) {
        let mut command = self.command("postgres");
        command.arg("-D").arg(&self.folder);
        command.args(["-p", &self.port.to_string(), "-h", "127.0.0.1", "-k"]);
        command.arg(&self.folder);
        command.args(["-c", "log_min_messages=fatal", "-c", "max_connections=120"]);
        let log = self.folder.with_extension("log");
        let mut process = Process::start(command, &log);
        let pid = self.folder.join("postmaster.pid");
        until(|| {
            assert!(!process.is_gone(), "PostgreSQL ended: {}", process.said());
            let text = std::fs::read_to_string(&pid).ok()?;
            text.lines().any(|l| l.trim() == "ready").then_some(())
        })
        .await;
        self.process = Some(process);
    }

    /// Stops it as an administrator does, cutting all connections.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal("INT");
            process.wait();
        }
    }

    /// What the gateway connects to.
    pub fn url(&self) -> String {
        format!("postgres://linli@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(mut command: Command) {
    let done = command.output().expect("the program is there");
    assert!(
        done.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|o| o.stdout.starts_with(b"0\n"))
}

/// A Redis of one test, which keeps nothing.
///
/// # Panics
/// If it cannot be started.
pub async fn redis(folder: &Path) -> (String, Process) {
    let port = free_port();
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
    command
        .args(["--save", "", "--appendonly", "no", "--dir"])
        .arg(folder);
    let mut process = Process::start(command, &folder.join("redis.log"));
    assert!(listens(port, &mut process).await, "{}", process.said());
    (format!("redis://127.0.0.1:{port}"), process)
}
