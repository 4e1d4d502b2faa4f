//! Danger in a worker's own words: the card at once, and somebody on duty is told.
//!
//! A worker's chat is for work and has no conversation: no request is opened
//! here. Whoever is on duty calls the worker, and opens one for who needs it.

use super::{Dialogue, LANG};
use crate::conversation::card;
use crate::outbox::{Lane, Letter, Parcel};
use crate::routing::{self, Rank, Scene};
use crate::texts;
use bots::Address;
use intents::CrisisHit;

impl Dialogue<'_> {
    /// Says the card and pages the duty desk of the worker's unit.
    pub(super) fn danger(&mut self, hit: &CrisisHit) {
        let (world, worker) = (self.world, self.worker);
        let scene = Scene {
            at: self.now,
            open: world.calendar(world.versions().2).is_open(self.now),
            ..Scene::default()
        };
        let chats = self.others_awake(&scene);
        let card = card(&hit.service, &self.core.lines, chats.is_empty(), LANG);
        self.reply(card);
        let values = [
            ("who", worker.name.as_str()),
            ("unit", world.unit_name(&worker.unit)),
        ];
        let text = texts::fill(LANG, "desk.push.worker_danger", &values);
        for chat in chats {
            self.to.letters.push(Letter {
                to: chat,
                lane: Lane::Crisis,
                request: None,
                parcel: Parcel::text(text.clone()),
                not_before: None,
            });
        }
        let actor = format!("worker:{}", worker.id);
        let line = crate::audit::line(self.now, &actor, "chat.danger", &actor);
        self.to.changes.audit.push(line);
    }

    /// The chats of the first desk from the duty desk up where somebody else has one.
    fn others_awake(&self, scene: &Scene) -> Vec<Address> {
        const RANKS: [Rank; 4] = [
            Rank::DutyDesk,
            Rank::DutyChief,
            Rank::StreetLeader,
            Rank::BureauLeader,
        ];
        let (world, worker) = (self.world, self.worker);
        let Some(role) = worker.roles.first().copied() else {
            return Vec::new();
        };
        let chats = |rank| -> Vec<Address> {
            let (tree, roster) = (&world.tree, &world.roster);
            let people = routing::target(rank, &worker.unit, role, scene, tree, roster);
            let others = people.iter().filter(|id| **id != worker.id);
            others.flat_map(|id| world.chats_of(id)).cloned().collect()
        };
        let mut desks = RANKS.into_iter().map(chats);
        desks.find(|found| !found.is_empty()).unwrap_or_default()
    }
}
