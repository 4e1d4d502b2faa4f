//! The commands of the gateway as programs of their own, beside the one that
//! runs in this process or while it is off.
//!
//! A command has the clock of the town and reads the same configuration; what
//! it says and how it ends is for the story to judge.

use crate::town::World;
use gateway::clock::micros;
use gateway::store::{Db, probe};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a command said.
#[derive(Debug)]
pub struct Told {
    /// 0 done, 1 failed, 2 the configuration is unsound.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Told {
    /// # Panics
    /// If it did not end well or did not say this.
    #[track_caller]
    pub fn says(&self, part: &str) -> &Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert!(self.out.contains(part), "no {part:?} in {self:?}");
        self
    }

    /// # Panics
    /// If it ended well or did not say this.
    #[track_caller]
    pub fn refuses(&self, part: &str) -> &Self {
        assert_eq!(self.code, Some(1), "{self:?}");
        let all = format!("{}{}", self.out, self.err);
        assert!(all.contains(part), "no {part:?} in {self:?}");
        self
    }
}

impl World {
    /// Runs a command to its end. `program` is the gateway as a binary.
    ///
    /// # Panics
    /// If it cannot be started.
    pub async fn command(&self, program: &str, arguments: &[&str]) -> Told {
        self.command_with(program, arguments, &[]).await
    }

    /// The same with further variables.
    ///
    /// # Panics
    /// If it cannot be started.
    pub async fn command_with(
        &self,
        program: &str,
        arguments: &[&str],
        with: &[(&str, &str)],
    ) -> Told {
        let mut command = Command::new(program);
        command
            .envs(with.iter().copied())
            .args(arguments)
            .env("LINLI_CONFIG", self.configuration())
            // The town's clock stands still.
            .env(
                "LINLI_TEST_SPEED",
                format!("0.000000001@{}", micros(self.clock.now())),
            )
            .stdin(Stdio::null());
        let done = tokio::task::spawn_blocking(move || command.output());
        let done = done.await.expect("it does not panic");
        let done = done.expect("the program can be started");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Told {
            code: done.status.code(),
            out: text(&done.stdout),
            err: text(&done.stderr),
        }
    }

    /// Rows of the database while no gateway runs.
    ///
    /// # Panics
    /// If it cannot be read.
    pub async fn rows_at_rest(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let db = Db::open(&self.database().url, 2, Duration::from_secs(10)).await;
        let db = db.expect("its URL is sound");
        let rows = probe::rows(&db, sql).await.expect("readable");
        db.close().await;
        rows
    }
}
