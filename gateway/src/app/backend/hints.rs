//! What tells an open page to look again.
//!
//! The bus carries hints inside the process, and with Redis to the others.
//! Where several processes share a database without it, a page looks by itself
//! every few seconds: slower, and the same otherwise.

use crate::app::{App, Core, resume};
use crate::bus::Hint as BusHint;
use crate::clock::micros;
use crate::requests::reference::Reference;
use crate::store::{Db, StoreError, inbound, outbox};
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
        let alone = topic == Topic::Live || self.looks_alone();
        // Listening begins before looking up whose chat it is.
        let told = BroadcastStream::new(self.core.bus.pages());
        let core = Arc::clone(&self.core);
        let clock = core.clock.clone();
        let stop = self.life.draining().clone();
        let ended = parted(Arc::clone(&core), topic.clone());
        let open = Open::of(&core.metrics.streams);
        let looks = async move {
            // While the store is away nobody knows whose page it is: it ends, and
            // the browser comes back.
            let Ok(page) = page(&core, &topic).await else {
                return stream::empty().boxed();
            };
            let told = told.filter_map(move |hint| {
                let wanted = match hint {
                    Ok(BusHint::Page(name)) => name == page,
                    Ok(_) => false,
                    // Missed some: look again.
                    Err(_) => true,
                };
                async move { wanted.then_some(()) }
            });
            stream::select(told, own_looks(core, topic, alone)).boxed()
        };
        let looks = stream::once(looks).flatten();
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
async fn page(core: &Core, topic: &Topic) -> Result<String, StoreError> {
    Ok(match topic {
        Topic::Chat(session) => format!("chat:{}", resume::chat(core, session).await?),
        Topic::Request(reference) => {
            let code = Reference::parse(reference).map(|r| r.code().to_owned());
            format!("request:{}", code.unwrap_or_else(|_| reference.clone()))
        }
        Topic::Worker(_) | Topic::Admin => "desk".to_owned(),
        // Nobody tells: the page looks by itself.
        Topic::Live => "live".to_owned(),
    })
}

/// When a page that nobody tells looks by itself.
fn own_looks(core: Arc<Core>, topic: Topic, alone: bool) -> BoxStream<'static, ()> {
    if !alone {
        return stream::empty().boxed();
    }
    let mut ticks = tokio::time::interval(LOOK);
    // The first tick comes at once; the page was just drawn.
    ticks.reset();
    let ticks = IntervalStream::new(ticks).map(|_| ());
    match topic {
        // There are many, and mostly nothing is new: drawing one is dear.
        Topic::Chat(session) => renewed(ticks, move || {
            let (core, session) = (Arc::clone(&core), session.clone());
            async move { newest(&core, &session).await }
        })
        .boxed(),
        _ => ticks.boxed(),
    }
}

/// The newest lines of a chat, his and ours.
async fn newest(core: &Core, session: &str) -> Result<String, StoreError> {
    let address = resume::address(core, session).await?.to_string();
    let ours = outbox::of_page(&core.db, &address, 1).await?;
    let theirs = inbound::of_page(&core.db, &address, 1).await?;
    let ours = ours.first().map_or("", |row| &row.id);
    Ok(format!(
        "{ours} {}",
        theirs.first().map_or("", |row| &row.id)
    ))
}

/// Those of the ticks at which `look` finds another mark than at the one before;
/// the first one always: nobody knows what the page was drawn with.
fn renewed<F>(
    ticks: impl Stream<Item = ()> + Send + 'static,
    look: impl Fn() -> F + Send + 'static,
) -> impl Stream<Item = ()> + Send
where
    F: Future<Output = Result<String, StoreError>> + Send,
{
    let ticks = Box::pin(ticks);
    stream::unfold(
        (ticks, look, None),
        |(mut ticks, look, mut last)| async move {
            loop {
                ticks.next().await?;
                // Away: the next tick will tell.
                let Ok(mark) = look().await else { continue };
                if last.as_ref() != Some(&mark) {
                    last = Some(mark);
                    return Some(((), (ticks, look, last)));
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[tokio::test]
    async fn a_page_that_looks_by_itself_is_drawn_anew_only_for_something_new() {
        let away = || Err(StoreError::Away("a test".into()));
        let marks = ["a", "a", "", "a", "b", "b", "a"];
        let left = Mutex::new(marks.into_iter());
        let look = move || {
            let mark = left.lock().expect("one at a time").next();
            let mark = mark.expect("a mark for each tick");
            async move {
                if mark.is_empty() {
                    away()
                } else {
                    Ok(mark.to_owned())
                }
            }
        };
        let ticks = stream::iter(marks.map(|_| ()));
        assert_eq!(renewed(ticks, look).count().await, 3);
    }
}
