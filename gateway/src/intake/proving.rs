//! Proofs around a step: a code is looked at before it, what it decided is
//! carried out after it.

use super::effects::Gathered;
use super::group::Item;
use super::resident::Stepped;
use super::{key, stamp};
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::Moment;
use crate::conversation::{Effect, Opening, Proving, Reply, Snapshot, State, Wait, prove_ways};
use crate::identity::roster::Roster;
use crate::identity::{self, Claim, Outcome, Verifier, phone_code, proof};
use crate::ids::DraftId;
use crate::people::mask;
use crate::store::proofs::UsedRow;
use crate::store::{Changes, StoreError};
use crate::texts;
use crate::world::World;
use bots::Content;
use menus::Assurance;
use menus::question::Answer;

/// What the step may know: what can be proved here, what was, and what came of
/// a code in this message. Such a code is counted, whatever becomes of the step.
pub(super) async fn known(
    core: &Core,
    stored: Option<&Snapshot>,
    proved: Option<i64>,
    item: &Item,
    now: Moment,
) -> Result<Proving, StoreError> {
    let mut proving = Proving {
        codes: core.proving.codes,
        reached: identity::level(proved.unwrap_or(0)),
        outcome: None,
    };
    let (Some(State::Prove(wait)), Content::Text(text)) =
        (stored.map(|s| &s.state), &item.inbound.content)
    else {
        return Ok(proving);
    };
    if let Some(digits) = phone_code::digits(text) {
        proving.outcome = Some(look(core, wait, &digits, item, now).await?);
    }
    Ok(proving)
}

async fn look(
    core: &Core,
    wait: &Wait,
    digits: &str,
    item: &Item,
    now: Moment,
) -> Result<Outcome, StoreError> {
    let address = item.inbound.address.to_string();
    let message = key(&item.inbound);
    let claim = Claim::Code {
        id: &wait.code,
        phone: &wait.phone,
        digits,
        message: &message,
    };
    phone_code::PhoneCode
        .check(core, &address, claim, now)
        .await
}

/// Carries out an effect about proofs; any other is left alone.
pub(super) async fn apply(
    core: &Core,
    step: &mut Stepped,
    effect: &Effect,
    (changes, all): (&mut Changes, &mut Gathered),
    now: Moment,
) -> Result<(), StoreError> {
    match effect {
        Effect::SendCode { draft, wait } => {
            send(core, step, (draft, wait), (changes, all), now).await
        }
        Effect::Proved {
            verifier,
            subject,
            code,
        } => {
            proved(
                core,
                step,
                (verifier, subject, code.as_deref()),
                changes,
                now,
            );
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn send(
    core: &Core,
    step: &mut Stepped,
    (draft, wait): (&DraftId, &Wait),
    (changes, all): (&mut Changes, &mut Gathered),
    now: Moment,
) -> Result<(), StoreError> {
    let (address, lang) = (step.address.to_string(), step.snapshot.lang);
    let code = (wait.code.as_str(), wait.phone.as_str());
    let sent = phone_code::begin(core, &address, code, lang, (changes, now)).await?;
    let text = if sent {
        all.hint(Hint::Texts);
        let phone = mask::phone(&wait.phone);
        texts::fill(lang, "prove.sent", &[("phone", &phone)])
    } else {
        texts::text(lang, "prove.too_often").to_owned()
    };
    let reply = prove_ways(lang, Reply::plain(text), draft);
    step.snapshot.offer(&reply);
    step.replies.push(reply);
    Ok(())
}

fn proved(
    core: &Core,
    step: &Stepped,
    (verifier, subject, code): (&str, &str, Option<&str>),
    changes: &mut Changes,
    now: Moment,
) {
    let Some(verifier) = identity::verifier(verifier) else {
        return;
    };
    if let Some(code) = code {
        changes.proving.codes_used.push(UsedRow {
            id: code.to_owned(),
            at: stamp(now),
        });
    }
    let body = proof::Body {
        subject: Some(subject.to_owned()),
        ..proof::Body::default()
    };
    let (address, by) = (step.address.to_string(), ("system", None));
    let row = proof::row(core, &address, verifier, by, &body, now);
    changes.proving.proofs.push(row);
}

/// Name and document number in what opens a request, where its service wants
/// them checked and they are the writer's own.
pub(super) struct Papers {
    name: String,
    number: String,
}

impl Papers {
    pub(super) fn of(opening: &Opening, world: &World, step: &Stepped) -> Option<Self> {
        let published = world.catalogue(step.snapshot.catalogue);
        let service = published.catalogue.service(&opening.service)?;
        let wanted = service.assurance >= Assurance::L2 && step.proved < 2;
        let text = |key: &str| match opening.answers.get(key) {
            Some(Answer::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let own = opening.for_other.is_none();
        (wanted && own).then(|| {
            Some(Self {
                name: text("name")?,
                number: text("id_number")?,
            })
        })?
    }

    /// Compares them with the register and puts the answer on record.
    pub(super) async fn look_up(
        &self,
        core: &Core,
        step: &Stepped,
        (changes, now): (&mut Changes, Moment),
    ) -> Result<(), StoreError> {
        let address = step.address.to_string();
        let about = ("system", step.inbound.request.as_deref());
        let claim = Claim::Papers {
            name: &self.name,
            number: &self.number,
        };
        let answer = match Roster.check(core, &address, claim, now).await? {
            Outcome::Match => None,
            Outcome::NoMatch { .. } => Some("no_match".to_owned()),
            Outcome::CannotSay(_) => Some("cannot_say".to_owned()),
        };
        let body = proof::Body {
            subject: Some(self.number.clone()),
            answer,
            place: None,
        };
        let row = proof::row(core, &address, &Roster, about, &body, now);
        changes.proving.proofs.push(row);
        Ok(())
    }
}
