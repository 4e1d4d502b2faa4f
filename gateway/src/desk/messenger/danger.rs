//! Danger in a worker's own words: the card at once, and somebody on duty is told.
//!
//! A worker's chat is for work and has no conversation: no request is opened
//! here. Whoever is on duty calls the worker, and opens one for who needs it.

use super::{Dialogue, LANG};
use crate::conversation::card;
use crate::outbox::{Lane, Letter, Parcel};
use crate::routing::{self, Rank, Scene};
use crate::texts;
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
        let role = worker.roles.first().copied();
        let mut people = role.map_or_else(Vec::new, |role| {
            let (tree, roster) = (&world.tree, &world.roster);
            routing::target(Rank::DutyDesk, &worker.unit, role, &scene, tree, roster)
        });
        people.retain(|id| *id != worker.id);
        let chats: Vec<_> = people.iter().flat_map(|id| world.chats_of(id)).collect();
        let card = card(&hit.service, &self.core.lines, chats.is_empty(), LANG);
        self.reply(card);
        let values = [
            ("who", worker.name.as_str()),
            ("unit", world.unit_name(&worker.unit)),
        ];
        let text = texts::fill(LANG, "desk.push.worker_danger", &values);
        for chat in chats {
            self.to.letters.push(Letter {
                to: chat.clone(),
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
}
