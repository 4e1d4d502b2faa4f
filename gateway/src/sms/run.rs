//! Sending what waits: claimed by a lease, handed over, the result recorded.
//!
//! A process that dies with a message in its hands gives it back when the lease
//! runs out, and it is sent again while its code still holds. What nobody needs
//! any more is given up; the person is told and goes on without.

use super::{Outcome, Sender, Text};
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::{Moment, micros, moment};
use crate::ids::InboundId;
use crate::outbox::{Lane, Letter, Parcel, placed};
use crate::store::proofs::{self, Settled, TextRow, Waiting};
use crate::store::{Changes, StoreError};
use crate::texts;
use chrono::TimeDelta;
use futures::stream::{self, StreamExt};
use menus::Lang;
use std::convert::Infallible;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Longer than one attempt takes.
pub const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How often to look although nobody gave a hint.
const POLL: TimeDelta = TimeDelta::seconds(2);
/// On their way at the same time.
const AT_ONCE: usize = 8;

/// A message to be written with the change that wants it.
pub fn wanted(core: &Core, text: &Text, now: Moment) -> TextRow {
    TextRow {
        id: InboundId::new(now).0,
        at: micros(now),
        until: micros(now + TimeDelta::minutes(i64::from(text.minutes))),
        body: core.seal.seal_json(text),
    }
}

/// Runs until the token is cancelled.
pub async fn run(
    core: Arc<Core>,
    sender: Sender,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    let mut hints = core.bus.listen();
    loop {
        let next = match tick(&core, &sender).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "text messages cannot be read; trying again");
                core.clock.now() + POLL
            }
        };
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = core.clock.sleep_until(next) => break,
                hint = hints.recv() => if matches!(hint, Ok(Hint::Texts) | Err(_)) {
                    break;
                },
            }
        }
    }
}

/// Sends everything that is due; when to look again.
async fn tick(core: &Core, sender: &Sender) -> Result<Moment, StoreError> {
    loop {
        let now = core.clock.now();
        match proofs::next(&core.db).await? {
            Some(next) if next <= micros(now) => {}
            next => return Ok(next.map_or(now + POLL, |n| moment(n).min(now + POLL))),
        }
        let lease = micros(now + LEASE);
        let claimed = proofs::claim(&core.db, micros(now), lease, AT_ONCE as i64).await?;
        let mut work = stream::iter(claimed)
            .map(|one| deliver(core, sender, one, lease))
            .buffer_unordered(AT_ONCE);
        while let Some(done) = work.next().await {
            done?;
        }
    }
}

async fn deliver(core: &Core, sender: &Sender, one: Waiting, lease: i64) -> Result<(), StoreError> {
    let now = core.clock.now();
    let text: Option<Text> = core.seal.open_json(&one.body_sealed).ok();
    let outcome = match &text {
        Some(_) if moment(one.until_at) <= now => Outcome::Never,
        Some(text) => sender.send(text, now).await,
        None => Outcome::Fault("the stored message cannot be read".into()),
    };
    core.metrics
        .texts
        .with_label_values(&[outcome.label()])
        .inc();
    let mut done = Settled {
        id: &one.id,
        lease,
        state: 2,
        next: lease,
        receipt: None,
        cause: None,
    };
    match &outcome {
        Outcome::Sent(receipt) => {
            done.state = 1;
            done.receipt = receipt.as_deref();
        }
        Outcome::Later(span) if micros(now + *span) < one.until_at => {
            done.state = 0;
            done.next = micros(now + *span);
        }
        Outcome::Later(_) => done.cause = Some("not before its code ends"),
        Outcome::Never => done.cause = Some("not to this number, or too late"),
        Outcome::Unknown => {
            done.state = 1;
            done.cause = Some("no answer: it may have arrived");
        }
        Outcome::Fault(what) => {
            tracing::error!(
                code = what,
                "the provider of text messages refuses: look at [sms]"
            );
            done.cause = Some(what);
        }
    }
    let given_up = done.state == 2;
    let mine = proofs::settle(&core.db, &done).await?;
    match text.filter(|_| given_up && mine) {
        Some(text) => console(core, &text, now).await,
        None => Ok(()),
    }
}

/// Tells the person that no code comes, and that nothing is lost by it.
async fn console(core: &Core, text: &Text, now: Moment) -> Result<(), StoreError> {
    let Ok(to) = text.address.parse() else {
        return Ok(());
    };
    let lang = Lang::parse(&text.lang).unwrap_or_default();
    let letter = Letter {
        to,
        lane: Lane::Reply,
        request: None,
        parcel: Parcel::text(texts::text(lang, "prove.not_sent").to_owned()),
        not_before: None,
    };
    let mut changes = Changes::at(micros(now));
    let held = core.write_letters(vec![letter], &mut changes, now);
    let committed = core.db.commit(&changes).await?;
    core.outbox.send(placed(held, &committed));
    Ok(())
}
