//! The product as a person starts it: the `demo` command and what it prints.

use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A running demo; ends with the value.
pub(crate) struct Product {
    _process: Child,
    pub(crate) url: String,
    /// Sign-in addresses as printed: worker, duty desk, administration.
    pub(crate) worker: String,
    pub(crate) duty: String,
    pub(crate) admin: String,
}

/// The program beside the tests, built by the same run.
fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("LINLI_TEST_GATEWAY") {
        return named.into();
    }
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().unwrap().parent().unwrap().join("gateway");
    assert!(
        program.exists(),
        "build the program first: cargo build -p gateway"
    );
    program
}

impl Product {
    /// Starts the demo with a clock that runs `speed` times faster.
    pub(crate) async fn start(speed: u32) -> Self {
        let mut process = Command::new(program())
            .args([
                "demo",
                "--listen",
                "127.0.0.1:0",
                "--speed",
                &speed.to_string(),
            ])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut links = Vec::new();
        let mut url = String::new();
        while let Some(line) = lines.next_line().await.unwrap() {
            let link = line
                .split_whitespace()
                .find(|word| word.starts_with("http://"));
            if let Some(link) = link {
                if let Some(start) = link.strip_suffix("/chat") {
                    start.clone_into(&mut url);
                }
                links.push(link.to_owned());
            }
            if line.starts_with("Press Ctrl-C") {
                break;
            }
        }
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let [_, worker, duty, admin] = links.try_into().expect("four addresses are printed");
        Self {
            _process: process,
            url,
            worker,
            duty,
            admin,
        }
    }
}
