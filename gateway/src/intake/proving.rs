//! Proofs around a step: a code is looked at before it, what it decided is
//! carried out after it.

use super::effects::Gathered;
use super::group::Item;
use super::resident::Stepped;
use super::{copying, key, stamp};
use crate::app::Core;
use crate::bus::Hint;
use crate::clock::Moment;
use crate::conversation::accord::Consent;
use crate::conversation::{Effect, Opening, Proving, Reply, Snapshot, State, Wait, prove_ways};
use crate::identity::face::Face;
use crate::identity::phone_code::Sent;
use crate::identity::real_name::RealName;
use crate::identity::roster::Roster;
use crate::identity::{self, Claim, Outcome, Verifier, phone_code, proof, rounds};
use crate::ids::DraftId;
use crate::people::mask;
use crate::store::checks::CheckEnd;
use crate::store::proofs::UsedRow;
use crate::store::{Changes, StoreError};
use crate::texts;
use crate::world::World;
use bots::Content;
use menus::question::Answer;
use menus::{Assurance, Lang};

/// What the step may know: what can be proved here, what was, and what came of
/// a code in this message. Such a code is counted, whatever becomes of the step.
pub(super) async fn known(
    core: &Core,
    stored: Option<&Snapshot>,
    proved: Option<i64>,
    item: &Item,
    now: Moment,
) -> Result<Proving, StoreError> {
    let can = &core.proving;
    let mut proving = Proving {
        codes: can.codes,
        real_name: can.real_name.is_some(),
        face: can.face.is_some(),
        reached: identity::level(proved.unwrap_or(0)),
        fresh: None,
        outcome: None,
    };
    if matches!(stored.map(|s| &s.state), Some(State::MyData)) {
        let address = item.inbound.address.to_string();
        proving.fresh = crate::copying::proved_number(core, &address, now).await?;
    }
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
        Effect::Copy { number } => copying::give(core, step, number, changes, now).await,
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
    let whose = (address.as_str(), step.network.as_deref());
    let sent = phone_code::begin(core, whose, code, lang, (changes, now)).await?;
    let key = match sent {
        Sent::Yes if wait.for_copy => "prove.copy.sent",
        Sent::Yes => "prove.sent",
        Sent::TooMany => "prove.too_often",
        Sent::TooManyHere => "prove.too_often_here",
    };
    if sent == Sent::Yes {
        all.hint(Hint::Texts);
    }
    let phone = mask::phone(&wait.phone);
    let text = texts::fill(lang, key, &[("phone", &phone)]);
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

/// What nobody is to be asked any more once an agreement is taken back.
pub(super) fn unwanted(step: &Stepped, consent: Consent) -> Option<CheckEnd> {
    let verifier: &dyn Verifier = match consent {
        Consent::RealName => &RealName,
        Consent::Face => &Face,
        _ => return None,
    };
    Some(CheckEnd {
        address: step.address.to_string(),
        verifier: verifier.name(),
    })
}

/// Name and document number in what opens a request, where its service wants
/// more than is proved and they are the writer's own.
pub(super) struct Papers {
    name: String,
    number: String,
    /// What the person agreed to have asked of a provider.
    real_name: bool,
    face: bool,
    lang: Lang,
}

impl Papers {
    pub(super) fn of(opening: &Opening, world: &World, step: &Stepped) -> Option<Self> {
        let published = world.catalogue(step.snapshot.catalogue);
        let service = published.catalogue.service(&opening.service)?;
        let needs = service.assurance;
        let wanted = needs >= Assurance::L2 && needs > identity::level(step.proved);
        let text = |key: &str| match opening.answers.get(key) {
            Some(Answer::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let agreed = |consent| opening.accord.agreed.get(&consent) == Some(&true);
        let own = opening.for_other.is_none();
        (wanted && own).then(|| {
            Some(Self {
                name: text("name")?,
                number: text("id_number")?,
                real_name: agreed(Consent::RealName),
                face: agreed(Consent::Face) && needs == Assurance::L3,
                lang: opening.lang,
            })
        })?
    }

    /// Compares them with the register and puts the answer on record; where the
    /// register does not know them, or wants more, a provider is asked after this.
    pub(super) async fn look_up(
        &self,
        core: &Core,
        step: &Stepped,
        (changes, all, now): (&mut Changes, &mut Gathered, Moment),
    ) -> Result<(), StoreError> {
        let address = step.address.to_string();
        let request = step.inbound.request.as_deref();
        let mut known = step.proved >= 2;
        if !known {
            let claim = Claim::Papers {
                name: &self.name,
                number: &self.number,
            };
            let answer = match Roster.check(core, &address, claim, now).await? {
                Outcome::Match => None,
                Outcome::NoMatch { .. } => Some("no_match".to_owned()),
                Outcome::CannotSay(_) => Some("cannot_say".to_owned()),
            };
            known = answer.is_none();
            let body = proof::Body {
                subject: Some(self.number.clone()),
                answer,
                place: None,
            };
            let row = proof::row(core, &address, &Roster, ("system", request), &body, now);
            changes.proving.proofs.push(row);
        }
        let can = &core.proving;
        let verifier: &dyn Verifier = if self.face && can.face.is_some() {
            &Face
        } else if self.real_name && !known && can.real_name.is_some() {
            &RealName
        } else {
            return Ok(());
        };
        let whose = (address.as_str(), request.unwrap_or_default());
        let papers = (self.name.as_str(), self.number.as_str());
        let row = rounds::wanted(core, verifier, whose, papers, self.lang, now);
        changes.proving.checks.push(row);
        all.hint(Hint::Checks);
        Ok(())
    }
}
