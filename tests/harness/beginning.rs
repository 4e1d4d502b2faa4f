//! A gateway that begins while its database is away, and the wire between them.

use crate::botapi::BotApi;
use crate::browser::Page;
use crate::database::Database;
use crate::moments::local;
use crate::town::{SECRET, configuration};
use gateway::app::{self, App, StartError};
use gateway::clock::Clock;
use gateway::config::Config;
use gateway::lifecycle::Lifecycle;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a beginning comes to.
type Begun = Result<Option<(App, TcpListener)>, StartError>;

/// A process that has its port and perhaps no database.
pub struct Beginning {
    pub telegram: BotApi,
    address: SocketAddr,
    life: Lifecycle,
    begun: JoinHandle<Begun>,
    _folder: tempfile::TempDir,
}

impl Beginning {
    /// On this database; without a key its key would be in the database.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn on(database: &str, key: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Clock::manual(local("2026-03-02 09:00"));
        let telegram = BotApi::start(&clock).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has one");
        let url = format!("http://{address}");
        let text = configuration(&folder, database, &url, &telegram.url(), !key);
        let loaded = Config::from_sources(Some(("story", &text)), []);
        let loaded = loaded.unwrap_or_else(|e| panic!("the configuration is unsound: {e}"));
        let life = Lifecycle::new(Duration::from_secs(10));
        let begun = {
            let life = life.clone();
            tokio::spawn(async move { app::begin(&loaded, clock, &life, listener).await })
        };
        Self {
            telegram,
            address,
            life,
            begun,
            _folder: folder,
        }
    }

    /// Posts to the webhook as the messenger does.
    ///
    /// # Panics
    /// If nobody answers.
    pub async fn hook(&self, body: String) -> Page {
        let url = format!("http://{}/hooks/telegram/main", self.address);
        let client = reqwest::Client::builder().no_proxy().build();
        let client = client.expect("constant options");
        for _ in 0..1000 {
            let call = client.post(&url).body(body.clone());
            let call = call.header("x-telegram-bot-api-secret-token", SECRET);
            match call.send().await {
                Ok(answer) => {
                    return Page {
                        status: answer.status(),
                        location: None,
                        retry_after: None,
                        body: answer.text().await.unwrap_or_default(),
                    };
                }
                // It looks for its database first.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
        panic!("nobody answers");
    }

    /// Ends it; whether it had come to run.
    ///
    /// # Panics
    /// If it failed.
    pub async fn ends(self) -> bool {
        self.life.shut_down();
        let begun = self.begun.await.expect("it does not panic");
        let begun = begun.unwrap_or_else(|e| panic!("it ended by itself: {e}"));
        let _ = self.life.finished().await;
        if let Some((app, _)) = &begun {
            app.core.db.close().await;
        }
        begun.is_some()
    }

    /// Waits until it runs, or failed.
    ///
    /// # Panics
    /// If neither comes about.
    pub async fn comes_to_an_end(&self) {
        for _ in 0..3000 {
            if self.begun.is_finished() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it waits on");
    }
}

/// A wire to the test server that breaks when certain words go over it, once for
/// each, in their order.
pub struct Wire {
    /// The database behind it.
    pub url: String,
    left: Arc<Mutex<Vec<&'static str>>>,
    server: JoinHandle<()>,
    _database: Database,
}

impl Wire {
    /// To a fresh database.
    ///
    /// # Panics
    /// Without a free port, or where the engine is not PostgreSQL.
    pub async fn that_breaks_at(words: &[&'static str]) -> Self {
        let database = Database::fresh(std::path::Path::new("")).await;
        let (user, rest) = database.url.split_once('@').expect("a user");
        let (server, name) = rest.split_once('/').expect("a database");
        let server = server.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has one");
        let url = format!("{user}@{address}/{name}");
        let left = Arc::new(Mutex::new(words.to_vec()));
        let accepting = {
            let left = Arc::clone(&left);
            tokio::spawn(async move {
                while let Ok((client, _)) = listener.accept().await {
                    tokio::spawn(carry(client, server.clone(), Arc::clone(&left)));
                }
            })
        };
        Self {
            url,
            left,
            server: accepting,
            _database: database,
        }
    }

    /// Where it has not broken yet.
    pub fn left(&self) -> Vec<&'static str> {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.clone()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Carries one connection until either side, or the wire, ends it.
async fn carry(client: TcpStream, server: String, left: Arc<Mutex<Vec<&'static str>>>) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::io::copy(&mut from_server, &mut to_client);
    let there = async {
        let mut part = vec![0; 1 << 20];
        while let Ok(size @ 1..) = from_client.read(&mut part).await {
            let said = &part[..size];
            let breaks = {
                let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
                let word = left.first().map_or(&b""[..], |word| word.as_bytes());
                let breaks = !word.is_empty() && said.windows(word.len()).any(|w| w == word);
                if breaks {
                    left.remove(0);
                }
                breaks
            };
            if breaks || to_server.write_all(said).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        _ = back => {}
        () = there => {}
    }
}
