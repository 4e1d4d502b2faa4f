//! The beginning while the database is away: the process says that it lives and
//! what it waits for, takes messages in on disk, and goes on when the database
//! is there. What messengers hold back until somebody fetches it stays there.

use super::backend::hooks;
use super::start::{lines, start_with};
use super::{App, StartError, keys, serve, start};
use crate::clock::Clock;
use crate::config::Loaded;
use crate::intake::{Aside, Voice};
use crate::lifecycle::Lifecycle;
use crate::spool::Spool;
use crate::store::{Db, StoreError};
use crate::web::{Hook, HookAnswer, Porch, porch};
use crate::world::WorldError;
use async_trait::async_trait;
use bots::Channel;
use intents::Classifier;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long to wait between two looks for the database.
const PAUSE: Duration = Duration::from_secs(1);
/// Looks between two lines of the log that say the same.
const AGAIN: u32 = 60;

/// Who answers until the gateway does.
struct Waiting {
    channels: HashMap<String, Arc<dyn Channel>>,
    voice: Voice,
    /// `None`: there is no key to keep messages with.
    aside: Option<Aside>,
    classifier: Classifier,
    clock: Clock,
    numbers: Vec<String>,
    why: Mutex<String>,
}

/// Starts the gateway, once its database is there. The listener comes back for
/// its pages; `None` if the process is to end before.
///
/// # Errors
/// As [`start`], but for a database that is away.
pub async fn begin(
    loaded: &Loaded,
    clock: Clock,
    life: &Lifecycle,
    listener: TcpListener,
) -> Result<Option<(App, TcpListener)>, StartError> {
    let why = match start(loaded, clock.clone(), life).await {
        Ok(app) => return Ok(Some((app, listener))),
        Err(error) => away(error)?,
    };
    let waiting = Arc::new(Waiting::new(loaded, clock.clone(), why)?);
    // Two ends of one socket: what comes while they change is let in by the other.
    let socket = |e: std::io::Error| StartError::File(format!("the port cannot be shared: {e}"));
    let first = listener.into_std().map_err(socket)?;
    let second = first.try_clone().map_err(socket)?;
    let first = TcpListener::from_std(first).map_err(socket)?;
    let second = TcpListener::from_std(second).map_err(socket)?;
    let over = life.draining().child_token();
    tokio::spawn(answer(first, Arc::clone(&waiting), over.clone()));
    let begun = until_there(loaded, &clock, life, &waiting).await;
    over.cancel();
    Ok(begun?.map(|app| (app, second)))
}

/// Tries to start until it works.
async fn until_there(
    loaded: &Loaded,
    clock: &Clock,
    life: &Lifecycle,
    waiting: &Waiting,
) -> Result<Option<App>, StartError> {
    let database = &loaded.config.database;
    let url = database.url.expose();
    let place = Db::open(url, 1, database.acquire_timeout).await?.place();
    for look in 0_u32.. {
        if look % AGAIN == 0 {
            let why = waiting.why();
            tracing::warn!(place, why, "the database is away; waiting for it");
        }
        tokio::select! {
            () = life.draining().cancelled() => return Ok(None),
            () = tokio::time::sleep(PAUSE) => {}
        }
        let spool = waiting.aside.as_ref().map(|aside| aside.spool().clone());
        match Box::pin(start_with(loaded, clock.clone(), life, spool)).await {
            Ok(app) => return Ok(Some(app)),
            Err(error) => {
                let why = away(error)?;
                if why != waiting.why() {
                    tracing::warn!(place, why, "the database is still away");
                    *waiting.why.lock().unwrap_or_else(PoisonError::into_inner) = why;
                }
            }
        }
    }
    Ok(None)
}

/// Why the database is away, at whichever step of the start; any other error as
/// it is.
fn away(error: StartError) -> Result<String, StartError> {
    match error {
        StartError::Store(StoreError::Away(why))
        | StartError::World(WorldError::Store(StoreError::Away(why))) => Ok(why),
        error => Err(error),
    }
}

async fn answer(listener: TcpListener, waiting: Arc<Waiting>, over: CancellationToken) {
    let service = porch(waiting).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service)
        .with_graceful_shutdown(async move { over.cancelled().await })
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "the port does not answer while the database is away");
    }
}

impl Waiting {
    fn new(loaded: &Loaded, clock: Clock, why: String) -> Result<Self, StartError> {
        let config = &loaded.config;
        let named = |c: Arc<dyn Channel>| (format!("{}/{}", c.name(), c.account()), c);
        let channels: HashMap<_, _> = loaded.build_channels()?.into_iter().map(named).collect();
        let seal = keys::key_alone(config)?;
        if seal.is_none() {
            tracing::warn!("the data key is not here: messengers are asked to come again");
        }
        let spool = |seal| Spool::open(&config.spool.dir, config.spool.max_bytes, seal);
        let spool = seal.map(spool).transpose()?;
        let voice = Voice::new(channels.clone(), lines(config));
        Ok(Self {
            aside: spool.map(|spool| Aside::new(voice.clone(), spool)),
            voice,
            channels,
            classifier: crate::learning::train(menus::starter()),
            clock,
            numbers: serve::numbers(config),
            why: Mutex::new(why),
        })
    }
}

#[async_trait]
impl Porch for Waiting {
    fn why(&self) -> String {
        let why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        why.clone()
    }

    fn numbers(&self) -> Vec<String> {
        self.numbers.clone()
    }

    async fn hook(&self, hook: Hook) -> HookAnswer {
        let messages = match hooks::read(&self.channels, None, &hook) {
            Ok(messages) => messages,
            Err(answer) => return answer,
        };
        let now = self.clock.now();
        let Some(aside) = &self.aside else {
            for message in messages {
                self.voice.unkept(message, now, &self.classifier);
            }
            return hooks::come_again();
        };
        for message in messages {
            let kept = aside.receive(message, now, &self.classifier);
            if kept.await.is_err() {
                return hooks::come_again();
            }
        }
        hooks::taken()
    }
}
