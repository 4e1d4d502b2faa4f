//! An act of a worker, from loading the case to what has to be written.
//!
//! Used by the messenger, the pages and the interface alike. `perform` decides;
//! here the case and the resident's conversation are read and the result is
//! gathered as one change.

use super::identity;
use super::pairing::Pairing;
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::{Moment, micros};
use crate::conversation::{Held as Holding, Snapshot};
use crate::ids::RequestId;
use crate::intake::{self, hush, spoken};
use crate::learning::propose;
use crate::outbox::{Held, Letter, placed};
use crate::requests::act::{Act, ActRefused};
use crate::requests::case::Case;
use crate::requests::perform::{Done, Talk, perform};
use crate::rights::Right;
use crate::store::rows::{AuditRow, ConversationRow};
use crate::store::{Changes, StoreError, audit, conversations};
use crate::territory::Worker;
use crate::world::World;

/// Tries of an act against others who change the same request.
const MOST_TRIES: usize = 5;

/// What is to be written, sent and hinted.
#[derive(Default)]
pub struct Consequence {
    /// Rows.
    pub changes: Changes,
    /// Messages.
    pub letters: Vec<Letter>,
    /// Hints for after the commit.
    pub hints: Vec<Hint>,
    /// The request it is about.
    pub request: Option<String>,
}

impl Consequence {
    /// Adds everything to what others gathered.
    pub fn merge(self, changes: &mut Changes, letters: &mut Vec<Letter>, hints: &mut Vec<Hint>) {
        changes.absorb(self.changes);
        letters.extend(self.letters);
        hints.extend(self.hints);
    }

    /// Writes it by itself; returns what to send.
    pub async fn commit(mut self, core: &Core, now: Moment) -> Result<Vec<Held>, StoreError> {
        let held = core.write_letters(std::mem::take(&mut self.letters), &mut self.changes, now);
        self.changes.at = micros(now);
        let committed = core.db.commit(&self.changes).await?;
        let held = placed(held, &committed);
        for hint in self.hints {
            core.bus.hint(hint);
        }
        Ok(held)
    }
}

/// A line of the audit log: somebody asked for what is not theirs.
pub fn refusal(actor: &str, right: Right, subject: &str, now: Moment) -> AuditRow {
    crate::audit::line(now, actor, &format!("refused.{}", right.code()), subject)
}

/// Loads one case; `None` if there is no such request.
pub async fn load(core: &Core, id: &RequestId) -> Result<Option<Case>, StoreError> {
    Ok(intake::load_cases(core, std::slice::from_ref(&id.0))
        .await?
        .remove(&id.0))
}

/// What an act leads to, or why it is refused. Nothing is written yet.
pub async fn doing(
    core: &Core,
    world: &World,
    worker: &Worker,
    mut case: Case,
    act: &Act,
    now: Moment,
) -> Result<Result<(Case, Consequence), ActRefused>, StoreError> {
    let was = case.service.clone();
    if act.moves() {
        case.loads = intake::loads(core).await?;
    }
    let mut done = match perform(&mut case, worker, act, world, now) {
        Ok(done) => done,
        Err(refused) => return Ok(Err(refused)),
    };
    let mut to = Consequence {
        request: Some(case.id.0.clone()),
        ..Consequence::default()
    };
    to.changes.at = micros(now);
    to.changes
        .conversations
        .extend(talk(core, &case, worker, &mut done, now).await?);
    if matches!(act, Act::Recategorise { .. }) {
        let proposed = propose(&case, &was, world, &core.seal, now);
        to.changes.corrections.extend(proposed);
    }
    let pairing = Pairing {
        core,
        world,
        worker,
        now,
    };
    to.letters = done.letters;
    if let Err(refused) = pairing.others(&mut case, act, &mut to).await? {
        return Ok(Err(refused));
    }
    if !matches!(act, Act::Ask { .. }) {
        let other = Vec::from_iter(spoken(&case));
        hush(core, &mut to.letters, &other, now).await?;
    }
    let proof = identity::vouched(core, &case, worker, act, now).await?;
    to.changes.proving.proofs.extend(proof);
    case.write(&mut to.changes, world, &core.seal);
    let (by, about) = (
        format!("worker:{}", worker.id),
        format!("request:{}", case.id),
    );
    let line = crate::audit::line(now, &by, &format!("act.{}", act.name()), &about);
    to.changes.audit.push(line);
    to.hints = vec![
        Hint::Timers,
        Hint::Page("desk".into()),
        Hint::Page(format!("request:{}", case.reference)),
        Hint::Page(format!("chat:{}", case.address.chat)),
    ];
    Ok(Ok((case, to)))
}

/// The resident's conversation, if the act changes who talks to them or asks
/// them something.
async fn talk(
    core: &Core,
    case: &Case,
    worker: &Worker,
    done: &mut Done,
    now: Moment,
) -> Result<Option<ConversationRow>, StoreError> {
    if done.talk == Talk::Same && done.offers.is_empty() {
        return Ok(None);
    }
    let address = case.address.to_string();
    let Some(found) = conversations::one(&core.db, &address).await? else {
        return Ok(None);
    };
    let damaged = |e: crate::seal::SealError| StoreError::Damaged {
        table: "conversations",
        why: e.to_string(),
    };
    let plain = core.seal.open(&found.state_sealed).map_err(damaged)?;
    let mut snapshot = Snapshot::from_json(&String::from_utf8_lossy(&plain), case.versions.0);
    if !done.offers.is_empty() {
        let numbered = snapshot.offer_news(&done.offers);
        let mine = |letter: &&mut Letter| letter.to == case.address;
        if let Some(letter) = done.letters.iter_mut().rfind(mine) {
            letter.parcel.message.open = !numbered;
        }
    }
    match done.talk {
        Talk::Hold => {
            let by = worker.name.clone();
            snapshot.held = Some(Holding {
                request: case.id.clone(),
                by,
                told: false,
            });
        }
        // Another worker may hold it for another request: leave that alone.
        Talk::Release if snapshot.held.as_ref().is_some_and(|h| h.request == case.id) => {
            snapshot.held = None;
        }
        _ if done.offers.is_empty() => return Ok(None),
        _ => {}
    }
    let (menu, lang) = crate::editing::under_way(&snapshot);
    Ok(Some(ConversationRow {
        address,
        before: found.version,
        state: core.seal.seal(snapshot.to_json().as_bytes()),
        requests: found.requests,
        at: micros(now),
        ended: None,
        menu,
        lang,
    }))
}

/// A press of a button on a page.
pub struct Press<'a> {
    /// The request.
    pub request: &'a RequestId,
    /// What the page showed; another version now means that it was stale.
    pub version: Option<u32>,
    /// The act.
    pub act: &'a Act,
    /// Names the press: the same name again was a double click, and changes nothing.
    pub once: &'a str,
}

/// Does an act and commits it, from a page or an interface.
pub async fn act(core: &Core, worker: &Worker, press: &Press<'_>) -> Result<(), ActRefused> {
    for _ in 0..MOST_TRIES {
        match Box::pin(attempt(core, worker, press)).await {
            Err(StoreError::Conflict) => {}
            Err(error) => {
                tracing::warn!(%error, "an act could not be stored");
                return Err(ActRefused::Away);
            }
            Ok(result) => return result,
        }
    }
    Err(ActRefused::Stale)
}

async fn attempt(
    core: &Core,
    worker: &Worker,
    press: &Press<'_>,
) -> Result<Result<(), ActRefused>, StoreError> {
    let line = line_of(core, worker, press);
    if landed(core, line.as_deref()).await? {
        return Ok(Ok(()));
    }
    let done = press_once(core, worker, press, line.clone()).await?;
    // The same press, sent twice at once, may be the reason of the refusal.
    if done.is_err() && landed(core, line.as_deref()).await? {
        return Ok(Ok(()));
    }
    Ok(done)
}

/// Whether a press was done before; asked of what is not theirs any more.
pub async fn was_done(core: &Core, worker: &Worker, press: &Press<'_>) -> Result<bool, StoreError> {
    landed(core, line_of(core, worker, press).as_deref()).await
}

/// The audit line that bears the name of a press.
fn line_of(core: &Core, worker: &Worker, press: &Press<'_>) -> Option<String> {
    let name = format!("{}/{}/{}", worker.id, press.request, press.once);
    (!press.once.is_empty()).then(|| core.seal.name("press", &name))
}

/// Whether a press is done already, by the audit line that bears its name.
async fn landed(core: &Core, line: Option<&str>) -> Result<bool, StoreError> {
    match line {
        Some(id) => audit::is_audited(&core.db, id).await,
        None => Ok(false),
    }
}

async fn press_once(
    core: &Core,
    worker: &Worker,
    press: &Press<'_>,
    line: Option<String>,
) -> Result<Result<(), ActRefused>, StoreError> {
    let (world, now) = (core.world(), core.clock.now());
    let Some(case) = load(core, press.request).await? else {
        return Ok(Err(ActRefused::Unknown));
    };
    if press.version.is_some_and(|v| case.moved_since(v)) {
        let known = super::access(worker, &case, &world, now) > super::Access::None;
        return Ok(Err(if known {
            ActRefused::Stale
        } else {
            ActRefused::Unknown
        }));
    }
    match doing(core, &world, worker, case, press.act, now).await? {
        Err(refused) => Ok(Err(refused)),
        Ok((_, mut consequence)) => {
            // The audit line of this press bears its name: it can land once.
            if let (Some(id), Some(last)) = (line, consequence.changes.audit.last_mut()) {
                last.id = id;
            }
            let held = consequence.commit(core, now).await?;
            core.outbox.send(held);
            Ok(Ok(()))
        }
    }
}
