//! Two requests that belong together: one that is split in two, and two that
//! are about the same thing.
//!
//! Of two about the same thing one leads and the other follows: it ends as a
//! duplicate, and its resident hears what came of the one that leads. That can
//! be undone. Both change in one commit or neither.

use super::doing::{self, Consequence};
use super::{Access, access};
use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::conversation::{Opening, notices};
use crate::ids::{DraftId, RequestId, WorkerId};
use crate::intake::{filed, nobody_knows, silenced};
use crate::requests::act::{Act, ActRefused};
use crate::requests::case::Case;
use crate::requests::event::{Actor, Fact, Outcome, Tie};
use crate::requests::notify;
use crate::requests::open::{self, Context, Registered};
use crate::requests::perform::{why, written};
use crate::requests::reference::Reference;
use crate::requests::status::{Refused, Status};
use crate::store::person_rows::PeopleRows;
use crate::store::{StoreError, requests};
use crate::territory::Worker;
use crate::world::World;
use menus::Urgency;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who pairs, where and when.
pub(super) struct Pairing<'a> {
    pub(super) core: &'a Core,
    pub(super) world: &'a World,
    pub(super) worker: &'a Worker,
    pub(super) now: Moment,
}

/// The other requests a request is tied to at this moment: how, and to which.
pub fn ties(case: &Case) -> Vec<(Tie, RequestId)> {
    let mut ties: BTreeMap<RequestId, Tie> = BTreeMap::new();
    for entry in &case.log {
        match &entry.fact {
            Fact::Tied {
                how: Tie::Loose,
                to,
            } => {
                ties.remove(to);
            }
            Fact::Tied { how, to } => {
                ties.insert(to.clone(), *how);
            }
            _ => {}
        }
    }
    ties.into_iter().map(|(to, how)| (how, to)).collect()
}

/// The request this one follows, if it does.
pub fn followed(case: &Case) -> Option<RequestId> {
    let mut ties = ties(case).into_iter();
    ties.find_map(|(how, to)| (how == Tie::Follows).then_some(to))
}

type Paired = Result<Result<(), ActRefused>, StoreError>;

fn not_now(why_not: &'static str) -> ActRefused {
    ActRefused::NotNow(why(&Refused { why: why_not }))
}

impl Pairing<'_> {
    fn actor(&self) -> Actor {
        Actor::Worker(self.worker.id.clone())
    }

    /// What goes with an act on `case` for other requests.
    pub(super) async fn others(&self, case: &mut Case, act: &Act, to: &mut Consequence) -> Paired {
        match act {
            Act::Split { service, text } => {
                // Filing is rare and large; the other acts do not carry it.
                Box::pin(self.split(case, service, text, to)).await
            }
            Act::Link { leader } => self.link(case, leader, to).await,
            Act::Unlink => self.unlink(case, to).await,
            Act::Finish { .. } => self.tell_followers(case, to).await,
            _ => Ok(Ok(())),
        }
    }

    fn tie(&self, case: &mut Case, how: Tie, to: &RequestId) -> Result<(), ActRefused> {
        let fact = Fact::Tied {
            how,
            to: to.clone(),
        };
        self.record(case, fact)
    }

    fn record(&self, case: &mut Case, fact: Fact) -> Result<(), ActRefused> {
        case.record(self.actor(), fact, self.now, None)
            .map_err(|refused| ActRefused::NotNow(why(&refused)))
    }

    async fn split(
        &self,
        case: &mut Case,
        service: &str,
        text: &str,
        to: &mut Consequence,
    ) -> Paired {
        let invalid = |code| Ok(Err(ActRefused::Invalid(why(&Refused { why: code }))));
        let catalogue = &self.world.catalogue(case.versions.0).catalogue;
        if catalogue.service(service).is_none() {
            return invalid("unknown_service");
        }
        let text = match written(text) {
            Ok(text) => text,
            Err(refused) => return Ok(Err(refused)),
        };
        let from = open::From {
            address: &case.address,
            sender: case.story.sender.as_deref(),
            context: Context {
                register: Some(Registered {
                    household: case.story.household.clone(),
                    ..Registered::default()
                }),
                known_worker: Some(self.worker.id.clone()),
                loads: Arc::clone(&case.loads),
            },
            catalogue: case.versions.0,
        };
        let opening = opening(case, service, text);
        let opened = open::open(opening, &from, self.world, self.now, rand::random());
        let Some(mut opened) = opened else {
            return invalid("unknown_service");
        };
        let tied = self
            .tie(case, Tie::Split, &opened.case.id)
            .and_then(|()| self.tie(&mut opened.case, Tie::Part, &case.id));
        if let Err(refused) = tied {
            return Ok(Err(refused));
        }
        // Whoever may not speak for the other has no part in the second one either.
        let silenced = silenced(self.core, case, self.now).await?;
        if !nobody_knows(case) {
            let nothing = PeopleRows::default();
            let mut filed = filed(self.core, self.world, &opened.case, &nothing, self.now).await?;
            if silenced {
                filed.end_speaking(micros(self.now));
            }
            to.changes.people.absorb(filed);
        }
        to.letters.append(&mut opened.letters);
        if let Some(card) = opened.card.filter(|_| !silenced) {
            to.letters.push(notify::resident(&opened.case, card, false));
        }
        opened
            .case
            .write(&mut to.changes, self.world, &self.core.seal);
        Ok(Ok(()))
    }

    /// Another request, if the worker may act on it.
    async fn other(&self, id: &RequestId) -> Result<Option<Case>, StoreError> {
        let found = doing::load(self.core, id).await?;
        Ok(found.filter(|c| access(self.worker, c, self.world, self.now) >= Access::Act))
    }

    async fn link(&self, case: &mut Case, leader: &str, to: &mut Consequence) -> Paired {
        let Ok(reference) = Reference::parse(leader) else {
            return Ok(Err(not_now("no_such_request")));
        };
        let found = requests::by_reference(&self.core.db, reference.code()).await?;
        let found = match found {
            Some(row) => self.other(&RequestId(row.id)).await?,
            None => None,
        };
        let Some(mut leader) = found.filter(|other| other.id != case.id) else {
            return Ok(Err(not_now("no_such_request")));
        };
        if !leader.status().is_active() || followed(&leader).is_some() {
            return Ok(Err(not_now("leader_is_over")));
        }
        if leader.restricted != case.restricted || leader.class() < case.class() {
            return Ok(Err(not_now("leader_is_milder")));
        }
        if ties(case).iter().any(|(how, _)| *how == Tie::Leads) {
            return Ok(Err(not_now("others_follow")));
        }
        let closed = Fact::Closed {
            why: Outcome::Duplicate.code().to_owned(),
        };
        let outcome = Outcome::Duplicate;
        let done = self
            .tie(case, Tie::Follows, &leader.id)
            .and_then(|()| self.record(case, Fact::Decided { outcome }))
            .and_then(|()| self.record(case, closed))
            .and_then(|()| self.tie(&mut leader, Tie::Leads, &case.id));
        if let Err(refused) = done {
            return Ok(Err(refused));
        }
        let title = notify::title(case, self.world, case.lang());
        let same = leader.address == case.address;
        let other = same.then(|| notify::shown(&leader.reference));
        let own = notify::shown(&case.reference);
        let reply = notices::joined(case.lang(), &own, &title, other.as_deref());
        to.letters.push(notify::resident(case, reply, false));
        leader.write(&mut to.changes, self.world, &self.core.seal);
        Ok(Ok(()))
    }

    async fn unlink(&self, case: &mut Case, to: &mut Consequence) -> Paired {
        let Some(id) = followed(case) else {
            return Ok(Err(not_now("not_linked")));
        };
        let level = case.level;
        let worker: WorkerId = self.worker.id.clone();
        let place = Fact::Assigned {
            unit: case.place.unit.clone(),
            worker: Some(worker.clone()),
            level,
        };
        let done = self
            .record(case, Fact::Reopened { level })
            .and_then(|()| self.record(case, place))
            .and_then(|()| self.record(case, Fact::Accepted { worker }))
            .and_then(|()| self.tie(case, Tie::Loose, &id));
        if let Err(refused) = done {
            return Ok(Err(refused));
        }
        if let Some(mut leader) = doing::load(self.core, &id).await? {
            if let Err(refused) = self.tie(&mut leader, Tie::Loose, &case.id) {
                return Ok(Err(refused));
            }
            leader.write(&mut to.changes, self.world, &self.core.seal);
        }
        let own = notify::shown(&case.reference);
        let title = notify::title(case, self.world, case.lang());
        let reply = notices::parted(case.lang(), &own, &title);
        to.letters.push(notify::resident(case, reply, false));
        Ok(Ok(()))
    }

    /// Residents of the requests that follow hear that it is done, and nothing of
    /// the other's affairs; the same resident has heard already.
    async fn tell_followers(&self, case: &Case, to: &mut Consequence) -> Paired {
        if case.status() < Status::Decided {
            return Ok(Ok(()));
        }
        for (how, id) in ties(case) {
            if how != Tie::Leads {
                continue;
            }
            let Some(follower) = doing::load(self.core, &id).await? else {
                continue;
            };
            if follower.address != case.address && !silenced(self.core, &follower, self.now).await?
            {
                let (lang, own) = (follower.lang(), notify::shown(&follower.reference));
                let title = notify::title(&follower, self.world, lang);
                let reply = notices::followed(lang, &own, &title);
                to.letters.push(notify::resident(&follower, reply, false));
            }
        }
        Ok(Ok(()))
    }
}

/// What the second request begins with: its own words, and of the first what
/// says where and who.
fn opening(case: &Case, service: &str, text: String) -> Opening {
    let story = &case.story;
    let phone = story.answers.get("phone");
    Opening {
        draft: DraftId(format!("{}/{}", case.id, case.version())),
        service: service.to_owned(),
        words: vec![text],
        answers: phone
            .map(|p| ("phone".to_owned(), p.clone()))
            .into_iter()
            .collect(),
        attachments: Vec::new(),
        class_hint: Urgency::Normal,
        evidence: Vec::new(),
        guesses: Vec::new(),
        silent: false,
        crisis_words: Vec::new(),
        unit: story.unit.clone(),
        hukou: story.hukou.clone(),
        known: story.known.clone(),
        pin: story.pin,
        for_other: story.for_other.clone(),
        accord: story.accord.clone(),
        lang: case.lang(),
        related: Some(case.draft()),
    }
}
