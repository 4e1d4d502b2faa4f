//! A fresh database for every test, gone when the test is.
//!
//! `LINLI_TEST_ENGINE` names the engine, `LINLI_TEST_POSTGRES` a server in
//! which databases may be made. Starting servers is `tests/run`'s.

use gateway::store::{Db, probe};
use std::path::Path;
use std::time::Duration;

/// Which engine the stories run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The engine of this run.
///
/// # Panics
/// If `LINLI_TEST_ENGINE` names something else.
pub fn engine() -> Engine {
    match std::env::var("LINLI_TEST_ENGINE").as_deref() {
        Ok("postgres") => Engine::Postgres,
        Ok("sqlite") | Err(_) => Engine::Sqlite,
        Ok(other) => panic!("LINLI_TEST_ENGINE is {other:?}, must be sqlite or postgres"),
    }
}

/// A database of one test.
pub(crate) struct Database {
    /// As the configuration takes it.
    pub(crate) url: String,
    /// Server and name of what has to be dropped.
    made: Option<(String, String)>,
}

async fn on_server(server: &str, statement: &str) {
    let db = Db::open(server, 2, Duration::from_secs(10))
        .await
        .expect("the URL of the test server is sound");
    probe::execute(&db, statement)
        .await
        .unwrap_or_else(|e| panic!("{statement}: {e}"));
    db.close().await;
}

impl Database {
    /// Makes one.
    ///
    /// # Panics
    /// If the server does not answer or is not named.
    pub(crate) async fn fresh(folder: &Path) -> Self {
        if engine() == Engine::Sqlite {
            let url = format!("sqlite:{}", folder.join("linli.db").display());
            return Self { url, made: None };
        }
        let server = std::env::var("LINLI_TEST_POSTGRES")
            .expect("LINLI_TEST_POSTGRES names a server for the stories");
        let name = format!("story_{:032x}", rand::random::<u128>());
        on_server(&server, &format!("CREATE DATABASE {name}")).await;
        let (base, _) = server.rsplit_once('/').expect("a URL has a path");
        Self {
            url: format!("{base}/{name}"),
            made: Some((server, name)),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = self.made.take() else {
            return;
        };
        // A thread of its own: the test's runtime may be ending.
        let drop = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            runtime.block_on(on_server(&server, &statement));
        });
        let _ = drop.join();
    }
}
