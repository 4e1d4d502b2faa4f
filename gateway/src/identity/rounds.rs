//! Asking providers who somebody is: what waits is claimed by a lease, asked,
//! and ended in the change that says what came of it.
//!
//! A request never waits for it, and neither does the chat. A link is told once;
//! after that the provider is asked until it has decided or the link is over,
//! whether the person comes back or not. A process that dies with a row in its
//! hands gives it back when the lease runs out.

use super::face::{Begun, Face, Refused};
use super::proof::{self, Body as Proved};
use super::real_name::RealName;
use super::{Claim, Doubt, Outcome, Verifier, verifier};
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::{Moment, micros, moment};
use crate::ids::InboundId;
use crate::outbox::{Lane, Letter, Parcel, placed};
use crate::store::checks::{self, CheckRow, CheckStep, Due};
use crate::store::proofs::ProofRow;
use crate::store::{Changes, StoreError, requests};
use crate::texts;
use bots::Address;
use chrono::TimeDelta;
use futures::stream::{self, StreamExt};
use menus::Lang;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Longer than one attempt takes.
pub const LEASE: TimeDelta = TimeDelta::seconds(45);
const _: () = assert!(
    crate::config::LONGEST_ANSWER.as_secs() * 2 < LEASE.num_seconds().unsigned_abs(),
    "an answer that comes at the last moment is written while the lease holds"
);
/// How often to look although nobody gave a hint.
const POLL: TimeDelta = TimeDelta::seconds(2);
/// Asked at the same time.
const AT_ONCE: usize = 4;
/// How long something may wait to be begun, and the pause between two tries.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);
const RETRY: TimeDelta = TimeDelta::seconds(20);
/// Somebody may be on the page in its last second.
const SLACK: TimeDelta = TimeDelta::seconds(30);
/// How long after that a provider that is away is asked about what it knows.
const GRACE: TimeDelta = TimeDelta::hours(1);

/// What stands sealed in a row until it is over.
#[derive(Serialize, Deserialize)]
struct Body {
    name: String,
    number: String,
    lang: String,
    /// The provider's id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Match,
    NoMatch,
    CannotSay,
    Expired,
}

impl End {
    const fn code(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::NoMatch => "no_match",
            Self::CannotSay => "cannot_say",
            Self::Expired => "expired",
        }
    }
}

/// What follows from one attempt.
enum Next {
    Over(End),
    /// The person has a link now, for this long.
    Told(Begun, TimeDelta),
    /// Nothing yet: again after this time.
    Again(TimeDelta),
}

/// Something to ask, to be written with the request it is for.
pub fn wanted(
    core: &Core,
    verifier: &dyn Verifier,
    (address, request): (&str, &str),
    (name, number): (&str, &str),
    lang: Lang,
    now: Moment,
) -> CheckRow {
    let body = Body {
        name: name.to_owned(),
        number: number.to_owned(),
        lang: lang.tag().to_owned(),
        session: None,
    };
    CheckRow {
        id: InboundId::new(now).0,
        address: address.to_owned(),
        verifier: verifier.name().to_owned(),
        request: request.to_owned(),
        at: micros(now),
        until: micros(now + PATIENCE),
        body: core.seal.seal_json(&body),
    }
}

/// Runs until the token is cancelled.
pub async fn run(core: Arc<Core>, stop: CancellationToken) -> Result<(), Infallible> {
    let mut hints = core.bus.listen();
    loop {
        let next = match tick(&core).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "checks of who somebody is cannot be read; trying again");
                core.clock.now() + POLL
            }
        };
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = core.clock.sleep_until(next) => break,
                hint = hints.recv() => if matches!(hint, Ok(Hint::Checks) | Err(_)) {
                    break;
                },
            }
        }
    }
}

/// Asks about everything that is due; when to look again.
async fn tick(core: &Core) -> Result<Moment, StoreError> {
    loop {
        let now = core.clock.now();
        match checks::next(&core.db).await? {
            Some(next) if next <= micros(now) => {}
            next => return Ok(next.map_or(now + POLL, |n| moment(n).min(now + POLL))),
        }
        let lease = micros(now + LEASE);
        let claimed = checks::claim(&core.db, micros(now), lease, AT_ONCE as i64).await?;
        let mut work = stream::iter(claimed)
            .map(|due| attempt(core, due, lease))
            .buffer_unordered(AT_ONCE);
        while let Some(done) = work.next().await {
            match done {
                // Withdrawn or erased, or another process was faster.
                Ok(()) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

async fn attempt(core: &Core, due: Due, lease: i64) -> Result<(), StoreError> {
    let now = core.clock.now();
    let body: Option<Body> = core.seal.open_json(&due.body_sealed).ok();
    let next = match &body {
        Some(body) => ask(core, &due, body, now).await?,
        None => Next::Over(End::CannotSay),
    };
    let done = settled(core, &due, (body, next), lease, now);
    let mut changes = Changes::at(micros(now));
    changes.proving.check_steps.push(done.step);
    changes.proving.proofs.extend(done.proof);
    let letters = Vec::from_iter(done.letter);
    let held = core.write_letters(letters, &mut changes, now);
    let committed = core.db.commit(&changes).await?;
    core.outbox.send(placed(held, &committed));
    if let Some(news) = done.news {
        let labels = [due.verifier.as_str(), news];
        core.metrics.checks.with_label_values(&labels).inc();
        shown(core, &due).await?;
    }
    Ok(())
}

/// What one attempt writes.
struct Settled {
    step: CheckStep,
    letter: Option<Letter>,
    proof: Option<ProofRow>,
    /// What is new, as it is counted.
    news: Option<&'static str>,
}

fn settled(
    core: &Core,
    due: &Due,
    (body, next): (Option<Body>, Next),
    lease: i64,
    now: Moment,
) -> Settled {
    let lang = body.as_ref().and_then(|body| Lang::parse(&body.lang));
    let lang = lang.unwrap_or_default();
    let step = CheckStep {
        id: due.id.clone(),
        lease,
        state: due.state,
        next: lease,
        until: due.until_at,
        body: due.body_sealed.clone(),
        outcome: None,
    };
    let quiet = |step| Settled {
        step,
        letter: None,
        proof: None,
        news: None,
    };
    match (next, body) {
        (Next::Again(span), _) => quiet(CheckStep {
            next: micros(now + span),
            ..step
        }),
        (Next::Told(begun, lasts), Some(body)) => Settled {
            letter: link_letter(due, &begun.link, lasts, lang),
            news: Some("link"),
            ..quiet(CheckStep {
                state: 1,
                next: micros(now + pause(core, 0)),
                until: micros(now + lasts + SLACK),
                body: core.seal.seal_json(&Body {
                    session: Some(begun.session),
                    ..body
                }),
                ..step
            })
        },
        (Next::Told(..), None) => quiet(step),
        (Next::Over(end), body) => {
            let said = format!("prove.{}.{}", due.verifier, end.code());
            Settled {
                letter: letter(due, texts::text(lang, &said)),
                proof: proved(core, due, body.as_ref(), end, now),
                news: Some(end.code()),
                step: CheckStep {
                    state: 2,
                    body: core.seal.seal(b"{}"),
                    outcome: Some(end.code()),
                    ..step
                },
            }
        }
    }
}

/// Asks the provider of a row.
async fn ask(core: &Core, due: &Due, body: &Body, now: Moment) -> Result<Next, StoreError> {
    if due.verifier == RealName.name() {
        let claim = Claim::Papers {
            name: &body.name,
            number: &body.number,
        };
        let outcome = RealName.check(core, &due.address, claim, now).await?;
        return Ok(Next::Over(match outcome {
            Outcome::Match => End::Match,
            Outcome::NoMatch { .. } => End::NoMatch,
            Outcome::CannotSay(_) => End::CannotSay,
        }));
    }
    let Some(session) = &body.session else {
        return begin(core, due, body, now).await;
    };
    let claim = Claim::Session {
        id: &due.id,
        session,
    };
    let outcome = Face.check(core, &due.address, claim, now).await?;
    Ok(judged(core, due, outcome, now))
}

/// Begins what needs the person on a page.
async fn begin(core: &Core, due: &Due, body: &Body, now: Moment) -> Result<Next, StoreError> {
    let Some(provider) = &core.proving.face else {
        return Ok(Next::Over(End::CannotSay));
    };
    let (whose, papers) = ((&*due.address, &*due.id), (&*body.name, &*body.number));
    Ok(match provider.begin(core, whose, papers, now).await? {
        Ok(begun) => Next::Told(begun, provider.lasts()),
        Err(Refused::Away) if micros(now + RETRY) < due.until_at => Next::Again(RETRY),
        Err(Refused::Away | Refused::Spent) => Next::Over(End::CannotSay),
    })
}

/// What an answer means at this moment of the link's life.
fn judged(core: &Core, due: &Due, outcome: Outcome, now: Moment) -> Next {
    let left = moment(due.until_at) - now;
    match outcome {
        Outcome::Match => Next::Over(End::Match),
        Outcome::NoMatch { .. } => Next::Over(End::NoMatch),
        Outcome::CannotSay(Doubt::Over) => Next::Over(End::Expired),
        Outcome::CannotSay(_) if left > TimeDelta::zero() => {
            Next::Again(pause(core, due.attempts).min(left))
        }
        // Perhaps the person was through before it went away.
        Outcome::CannotSay(Doubt::Away) if left > -GRACE => Next::Again(TimeDelta::minutes(1)),
        Outcome::CannotSay(Doubt::Away) => Next::Over(End::CannotSay),
        Outcome::CannotSay(_) => Next::Over(End::Expired),
    }
}

fn pause(core: &Core, asked: i64) -> TimeDelta {
    let provider = core.proving.face.as_ref();
    provider.map_or(RETRY, |provider| provider.pause(asked))
}

/// The record of what came of it.
fn proved(core: &Core, due: &Due, body: Option<&Body>, end: End, now: Moment) -> Option<ProofRow> {
    let verifier = verifier(&due.verifier)?;
    let body = Proved {
        subject: body.map(|body| body.number.clone()),
        answer: (end != End::Match).then(|| end.code().to_owned()),
        place: None,
    };
    let by = ("system", Some(due.request.as_str()));
    Some(proof::row(core, &due.address, verifier, by, &body, now))
}

fn letter(due: &Due, text: impl Into<String>) -> Option<Letter> {
    Some(Letter {
        to: due.address.parse().ok()?,
        lane: Lane::Reply,
        request: None,
        parcel: Parcel::text(text),
        not_before: None,
    })
}

/// The link, and that there are other ways.
fn link_letter(due: &Due, link: &str, lasts: TimeDelta, lang: Lang) -> Option<Letter> {
    let minutes = lasts.num_minutes().max(1).to_string();
    let values = [("minutes", minutes.as_str()), ("link", link)];
    letter(due, texts::fill(lang, "prove.face.link", &values))
}

/// Tells the pages that show the chat and the request.
async fn shown(core: &Core, due: &Due) -> Result<(), StoreError> {
    if let Ok(address) = due.address.parse::<Address>() {
        core.bus.hint(Hint::Page(format!("chat:{}", address.chat)));
    }
    let ids = [due.request.clone()];
    for request in requests::by_ids(&core.db, &ids).await? {
        let page = format!("request:{}", request.reference);
        core.bus.hint(Hint::Page(page));
    }
    Ok(())
}
