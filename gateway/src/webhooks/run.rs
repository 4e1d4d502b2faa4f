//! Telling programs: claimed by a lease, signed, sent, the answer recorded.
//!
//! An attempt ends with any answer, which is read a little way; redirects are
//! not followed and no proxy is asked. What is not taken is tried again at ever
//! longer intervals, for three days; what comes after it about the same request
//! waits. A process that dies gives its claims back when the lease runs out.

use super::guard::Guard;
use super::places::Places;
use super::{Endpoint, sign};
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::{Moment, micros, moment};
use crate::store::StoreError;
use crate::store::webhooks::{Settled, Waiting, claim, due, next, settle};
use chrono::TimeDelta;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesUnordered, StreamExt};
use ipnet::IpNet;
use reqwest::{Url, header};
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Longer than one attempt takes.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often to look although nobody gave a hint.
const POLL: TimeDelta = TimeDelta::seconds(1);
/// After which it is given up.
const GIVE_UP: TimeDelta = TimeDelta::days(3);
/// Seconds until the next attempt; the last one repeats.
const WAITS: [i64; 7] = [5, 30, 120, 600, 1800, 3600, 10_800];
/// An answer is read this far, and this much of it is kept.
const READ: usize = 4096;
const KEPT: usize = 300;

/// Calls addresses of programs.
pub struct Caller {
    guard: Guard,
    client: reqwest::Client,
}

/// What came of an attempt.
struct Outcome {
    taken: bool,
    status: Option<i64>,
    /// The beginning of the answer, or what was in the way.
    answer: String,
}

impl Outcome {
    fn failed(why: impl Into<String>) -> Self {
        Self {
            taken: false,
            status: None,
            answer: why.into(),
        }
    }
}

impl Caller {
    /// One that calls public addresses, and these networks.
    pub fn new(allow: &[IpNet]) -> Self {
        let guard = Guard::new(allow);
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(guard.clone()))
            .build()
            .expect("the options are constant");
        Self { guard, client }
    }

    /// Whether an address may be registered. Its name is looked up with every
    /// call.
    pub(super) fn admits(&self, url: &str) -> bool {
        url.len() <= super::LONGEST_URL && self.readable(url).is_some()
    }

    /// The address if it may be called: https, or an address that the
    /// configuration names. Numbers are not looked up and judged here.
    fn readable(&self, url: &str) -> Option<Url> {
        let url = Url::parse(url).ok()?;
        let bare =
            url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let host = url.host_str()?;
        let number: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let good = match number {
            Some(ip) => self.guard.admits(ip) && (url.scheme() == "https" || self.guard.allows(ip)),
            None => url.scheme() == "https",
        };
        (bare && good && matches!(url.scheme(), "https" | "http")).then_some(url)
    }

    async fn call(&self, to: &Endpoint, one: &Waiting, now: Moment) -> Outcome {
        let Some(url) = self.readable(&to.url) else {
            return Outcome::failed("this address may not be called");
        };
        let seconds = now.timestamp();
        let signed = sign::signature(&to.secret, &one.id, seconds, &one.body);
        let call = self
            .client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "Linli")
            .header("webhook-id", &one.id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signed)
            .header("webhook-key-id", &to.id)
            .body(one.body.clone());
        let mut answer = match call.send().await {
            Ok(answer) => answer,
            Err(error) => return Outcome::failed(reason(&error)),
        };
        let status = answer.status();
        let mut body = Vec::new();
        while let Ok(Some(part)) = answer.chunk().await {
            body.extend_from_slice(&part[..part.len().min(READ - body.len())]);
            if body.len() >= READ {
                break;
            }
        }
        Outcome {
            taken: status.is_success(),
            status: Some(i64::from(status.as_u16())),
            answer: String::from_utf8_lossy(&body).chars().take(KEPT).collect(),
        }
    }
}

/// What was in the way, without the address.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection, or an address that may not be called"
    } else {
        "the connection broke"
    }
}

/// Attempts on their way, and whose places they take.
#[derive(Default)]
struct Work<'c> {
    attempts: FuturesUnordered<BoxFuture<'c, (String, Result<bool, StoreError>)>>,
    places: Places,
}

impl<'c> Work<'c> {
    fn begin(&mut self, core: &'c Core, to: &Endpoint, one: Waiting, lease: i64) {
        self.places.take(&to.id);
        let to = to.clone();
        let attempt = async move { (to.id.clone(), deliver(core, to, one, lease).await) };
        self.attempts.push(attempt.boxed());
    }

    /// The next attempt that ended; never where none is on its way.
    async fn ended(&mut self) {
        let Some((id, done)) = self.attempts.next().await else {
            return std::future::pending().await;
        };
        self.places.give_back(&id, *done.as_ref().unwrap_or(&false));
        if let Err(error) = done {
            tracing::warn!(%error, "what a program answered cannot be written; it is told again");
        }
    }
}

/// Runs until the token is cancelled; what is on its way then is waited for.
/// Addresses that do not answer leave room for those that do.
pub async fn run(core: Arc<Core>, stop: CancellationToken) -> Result<(), Infallible> {
    let mut hints = core.bus.listen();
    let mut work = Work::default();
    loop {
        let next = match begin(&core, &mut work).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "what programs are to be told cannot be read; trying again");
                core.clock.now() + POLL
            }
        };
        loop {
            tokio::select! {
                () = stop.cancelled() => {
                    while !work.attempts.is_empty() {
                        work.ended().await;
                    }
                    return Ok(());
                }
                () = work.ended() => break,
                () = core.clock.sleep_until(next) => break,
                hint = hints.recv() => if matches!(hint, Ok(Hint::Reference) | Err(_)) {
                    break;
                },
            }
        }
    }
}

/// Begins to tell what is due, as far as there is room; when to look again.
async fn begin<'c>(core: &'c Core, work: &mut Work<'c>) -> Result<Moment, StoreError> {
    let now = core.clock.now();
    match next(&core.db).await? {
        Some(next) if next <= micros(now) => {}
        next => return Ok(next.map_or(now + POLL, |n| moment(n).min(now + POLL))),
    }
    let lease = micros(now + LEASE);
    let endpoints = super::load(&core.db, &core.seal).await?;
    let due = due(&core.db, micros(now)).await?;
    for id in work.places.in_turn(due) {
        let room = work.places.room(&id);
        let to = endpoints.iter().find(|e| e.id == id);
        let Some(to) = to.filter(|_| room > 0) else {
            continue;
        };
        for one in claim(&core.db, &id, micros(now), lease, room as i64).await? {
            work.begin(core, to, one, lease);
        }
    }
    Ok(now + POLL)
}

/// One attempt with its record; whether there was any answer.
async fn deliver(core: &Core, to: Endpoint, one: Waiting, lease: i64) -> Result<bool, StoreError> {
    let now = core.clock.now();
    let outcome = if to.until <= now {
        Outcome::failed("this address is over")
    } else {
        core.webhooks.call(&to, &one, now).await
    };
    let label = match (outcome.taken, outcome.status) {
        (true, _) => "taken",
        (false, Some(_)) => "refused",
        (false, None) => "failed",
    };
    core.metrics.webhooks.with_label_values(&[label]).inc();
    let nth = usize::try_from(one.attempts).unwrap_or_default();
    let wait = TimeDelta::seconds(WAITS[nth.min(WAITS.len() - 1)]);
    let over = to.until <= now || now + wait > moment(one.at) + GIVE_UP;
    let state = match (outcome.taken, over) {
        (true, _) => 1,
        (false, true) => 2,
        (false, false) => 0,
    };
    let answer = core.seal.seal(outcome.answer.as_bytes());
    let done = Settled {
        id: &one.id,
        lease,
        state,
        next: micros(now + wait),
        status: outcome.status,
        answer: &answer,
        over: (state != 0).then(|| micros(now)),
    };
    let settled = settle(&core.db, &done).await;
    settled.map(|_| outcome.status.is_some())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_public_addresses_over_https_are_registered() {
        let caller = Caller::new(&[]);
        for good in ["https://example.org/in?key=1", "https://1.1.1.1/x"] {
            assert!(caller.admits(good), "{good}");
        }
        let long = format!("https://example.org/{}", "a".repeat(500));
        for bad in [
            "http://example.org/",
            "ftp://example.org/",
            "https://me:secret@example.org/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
            "file:///etc/passwd",
            "not an address",
            &long,
        ] {
            assert!(!caller.admits(bad), "{bad}");
        }
        let inner = Caller::new(&["127.0.0.0/8".parse().unwrap()]);
        assert!(inner.admits("http://127.0.0.1:8080/x") && !inner.admits("http://10.0.0.1/"));
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_not_called() {
        let caller = Caller::new(&[]);
        let endpoint = Endpoint {
            id: "e".into(),
            client: String::new(),
            name: String::new(),
            subject: "admin".into(),
            kinds: Vec::new(),
            url: "https://localhost/".into(),
            made: moment(0),
            until: moment(i64::MAX / 2),
            secret: b"secret".to_vec(),
        };
        let one = Waiting {
            id: "m".into(),
            at: 0,
            body: "{}".into(),
            attempts: 0,
        };
        let outcome = caller.call(&endpoint, &one, moment(0)).await;
        assert!(!outcome.taken && outcome.status.is_none());
        assert!(
            outcome.answer.contains("may not be called"),
            "{}",
            outcome.answer
        );
    }
}
