//! What tells an open page to look again.
//!
//! The bus carries hints inside the process, and with Redis to the others.
//! Where several processes share a database without it, a page looks by itself
//! every few seconds: slower, and the same otherwise.

use crate::app::{App, Core, resume};
use crate::bus::Hint as BusHint;
use crate::clock::micros;
use crate::requests::reference::Reference;
use crate::store::Db;
use crate::web::{Hint, Topic};
use chrono::TimeDelta;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};
use prometheus::IntGauge;
use std::sync::Arc;
use std::time::Duration;
use tokio_stream::wrappers::{BroadcastStream, IntervalStream};

/// How often a page looks by itself where nobody tells it.
const LOOK: Duration = Duration::from_secs(5);
/// How often it is looked whether a further browser still has its conversation.
const PARTED: TimeDelta = TimeDelta::seconds(15);

impl App {
    pub(super) fn page_hints(&self, topic: Topic) -> BoxStream<'static, Hint> {
        let alone = topic == Topic::Live
            || self.looks_alone() && matches!(topic, Topic::Worker(_) | Topic::Request(_));
        // Listening begins before looking up whose chat it is.
        let told = BroadcastStream::new(self.core.bus.pages());
        let core = Arc::clone(&self.core);
        let clock = core.clock.clone();
        let stop = self.life.draining().clone();
        let ended = parted(Arc::clone(&core), topic.clone());
        let open = Open::of(&core.metrics.streams);
        let told = async move {
            let page = page(&core, topic).await;
            told.filter_map(move |hint| {
                let wanted = match hint {
                    Ok(BusHint::Page(name)) => name == page,
                    Ok(_) => false,
                    // Missed some: look again.
                    Err(_) => true,
                };
                async move { wanted.then_some(()) }
            })
        };
        let looks = stream::select(stream::once(told).flatten(), own_looks(alone));
        let hints = looks.map(move |()| {
            let _counted = &open;
            Hint {
                cursor: micros(clock.now()).to_string(),
            }
        });
        let end = async move {
            tokio::select! {
                () = stop.cancelled_owned() => {}
                () = ended => {}
            }
        };
        hints.take_until(Box::pin(end)).boxed()
    }

    /// Whether other processes may change what nobody here is told of.
    fn looks_alone(&self) -> bool {
        let shared = matches!(self.core.db, Db::Postgres(_));
        shared && self.core.bus.reaches_others() != Some(true)
    }
}

/// A stream that is counted for as long as it is open.
struct Open(IntGauge);

impl Open {
    fn of(streams: &IntGauge) -> Self {
        streams.inc();
        Self(streams.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Comes about soon after a further browser was parted from the conversation it
/// had joined.
async fn parted(core: Arc<Core>, topic: Topic) {
    let Topic::Chat(session) = topic else {
        return std::future::pending().await;
    };
    loop {
        let look = core.clock.now() + core.clock.ahead(PARTED);
        core.clock.sleep_until(look).await;
        // While the store is away nobody can tell.
        if resume::is_parted(&core, &session).await.unwrap_or(false) {
            return;
        }
    }
}

/// The name by which the bus knows what a page is about.
async fn page(core: &Core, topic: Topic) -> String {
    match topic {
        Topic::Chat(session) => {
            let chat = resume::chat(core, &session).await;
            format!("chat:{}", chat.unwrap_or_default())
        }
        Topic::Request(reference) => {
            let code = Reference::parse(&reference).map(|r| r.code().to_owned());
            format!("request:{}", code.unwrap_or(reference))
        }
        Topic::Worker(_) | Topic::Admin => "desk".to_owned(),
        // Nobody tells: the page looks by itself.
        Topic::Live => "live".to_owned(),
    }
}

fn own_looks(alone: bool) -> impl Stream<Item = ()> {
    let mut ticks = tokio::time::interval(LOOK);
    // The first tick comes at once; the page was just drawn.
    ticks.reset();
    let ticks = IntervalStream::new(ticks).map(|_| ());
    ticks.take_while(move |()| async move { alone })
}
