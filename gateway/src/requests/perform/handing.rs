//! Giving a request to another desk, or putting it under another service.

use super::{Done, Performing, Talk, invalid, why, written};
use crate::conversation::notices;
use crate::desk::desks;
use crate::ids::{UnitId, WorkerId};
use crate::requests::act::ActRefused;
use crate::requests::event::Fact;
use crate::requests::status::{Refused, project};
use crate::requests::stays::{self, MOST_TRANSFERS};
use crate::requests::{notify, open};
use crate::routing::{self, Rank};
use crate::territory::{Role, Worker};
use crate::texts;
use menus::Lang;

/// A reason for the file, with what else decided who has it.
fn with(reason: &str, full: Option<String>) -> String {
    match full {
        None => reason.to_owned(),
        Some(full) => format!("{reason}（{full}）"),
    }
}

impl Performing<'_> {
    pub(super) fn transfer(
        &mut self,
        unit: &str,
        text: &str,
        done: &mut Done,
    ) -> Result<(), ActRefused> {
        let desk = desks::parse(unit);
        let fits =
            |desk: &(UnitId, Option<Role>)| desks::takes(self.case, self.world, desk, self.now);
        let Some((unit, asked)) = desk.filter(fits) else {
            return Err(invalid("unknown_unit"));
        };
        if !self.worker.roles.iter().any(|r| r.assigns()) {
            let refuse = |why_not| Err(ActRefused::NotNow(why(&Refused { why: why_not })));
            if stays::bound(&self.case.log) {
                return refuse("binding");
            }
            if project(&self.case.log).is_some_and(|p| p.transfers >= MOST_TRANSFERS) {
                return refuse("too_many_transfers");
            }
        }
        let reason = written(text)?;
        let (worker, role) = match asked {
            Some(role) => (self.holders_at(&unit, role), role),
            None => self.lead_at(&unit, self.case.place.role),
        };
        let scene = open::scene_of(self.case, self.world, self.now);
        let full = notify::passed_over(&worker, &scene, self.world);
        self.record(
            Fact::Transferred {
                unit,
                worker: worker.first().cloned(),
            },
            Some(with(&reason, full)),
        )?;
        self.case.place.role = role;
        for new in worker.iter().take(1) {
            done.letters.extend(notify::push(
                self.case,
                new,
                "desk.push.reassigned",
                self.world,
                self.now,
            ));
        }
        let who = notify::who(self.case, self.world, self.lang());
        done.letters.push(self.to_resident(
            notices::transferred(self.lang(), &self.reference(), &who, &reason),
            false,
        ));
        done.talk = Talk::Release;
        Ok(())
    }

    /// Gives it to a colleague by name, at the end of one's own turn: no
    /// hand-over between desks, so that it neither counts nor comes back.
    pub(super) fn entrust(
        &mut self,
        to: &str,
        text: &str,
        done: &mut Done,
    ) -> Result<(), ActRefused> {
        let scene = open::scene_of(self.case, self.world, self.now);
        let place = &self.case.place;
        let to = self.world.worker(&WorkerId::from(to));
        let fit = |w: &&Worker| {
            let able = w.roles.contains(&place.role) || w.unit == place.unit;
            w.active && !scene.bars(w) && scene.suits_one_of(w) && able
        };
        let Some(to) = to.filter(fit) else {
            return Err(invalid("unknown_unit"));
        };
        let reason = written(text)?;
        // Whoever is full is passed over while another of the desk is not.
        let (world, now) = (self.world, self.now);
        let others = || {
            let holders = world.roster.present(&place.unit, place.role, now);
            let other = |w: &&Worker| w.id != self.worker.id && fit(w) && scene.has_room(w);
            holders.into_iter().find(other)
        };
        let free = Some(to).filter(|to| scene.has_room(to)).or_else(others);
        let full = free.filter(|free| free.id != to.id);
        let full = full.map(|_| texts::text(Lang::Zh, "desk.roster.full").to_owned());
        let to = free.unwrap_or(to);
        let fact = Fact::Assigned {
            unit: place.unit.clone(),
            worker: Some(to.id.clone()),
            level: self.case.level,
        };
        self.record(fact, Some(with(&reason, full)))?;
        let key = "desk.push.reassigned";
        let letters = notify::push(self.case, &to.id, key, world, now);
        done.letters.extend(letters);
        let who = notify::who(self.case, self.world, self.lang());
        let notice = notices::transferred(self.lang(), &self.reference(), &who, &reason);
        done.letters.push(self.to_resident(notice, false));
        done.talk = Talk::Release;
        Ok(())
    }

    /// Who could lead at one of a unit's desks, the first does: whoever is
    /// there, else whoever will be.
    fn holders_at(&self, unit: &UnitId, role: Role) -> Vec<WorkerId> {
        let scene = open::scene_of(self.case, self.world, self.now);
        let roster = &self.world.roster;
        let mut there = roster.present(unit, role, self.now);
        let holders = roster.at(unit).filter(|w| w.active);
        let away = holders.filter(|w| w.roles.contains(&role));
        let away: Vec<&Worker> = away
            .filter(|w| there.iter().all(|t| t.id != w.id))
            .collect();
        there.sort_by_key(|w| !scene.has_room(w));
        there.extend(away);
        there.retain(|w| !scene.bars(w));
        there.into_iter().map(|w| w.id.clone()).collect()
    }

    /// Who could lead at a unit, the first does: holders of the role, else of the
    /// unit's own office.
    fn lead_at(&self, unit: &UnitId, role: Role) -> (Vec<WorkerId>, Role) {
        let scene = open::scene_of(self.case, self.world, self.now);
        let mut here: Vec<&Worker> = self
            .world
            .roster
            .at(unit)
            .filter(|w| w.present(self.now))
            .collect();
        here.retain(|w| !scene.bars(w) && scene.suits_one_of(w));
        here.sort_by_key(|w| !scene.has_room(w));
        let holders = here.iter().filter(|w| w.roles.contains(&role));
        let holders: Vec<WorkerId> = holders.map(|w| w.id.clone()).collect();
        if !holders.is_empty() {
            return (holders, role);
        }
        match here.first() {
            Some(first) => (
                vec![first.id.clone()],
                first.roles.first().copied().unwrap_or(role),
            ),
            None => (
                routing::target(
                    Rank::Street,
                    unit,
                    role,
                    &scene,
                    &self.world.tree,
                    &self.world.roster,
                ),
                role,
            ),
        }
    }

    pub(super) fn recategorise(
        &mut self,
        service: &str,
        done: &mut Done,
    ) -> Result<(), ActRefused> {
        let published = self.case.published(self.world);
        let Some(to) = published.catalogue.service(service) else {
            return Err(invalid("unknown_service"));
        };
        self.record(
            Fact::Recategorised {
                service: service.to_owned(),
            },
            None,
        )?;
        self.case.restricted = to.restricted || self.case.restricted;
        let responsible = open::route(self.case, to, self.world, self.now);
        let Some(responsible) = responsible else {
            return Ok(());
        };
        let lead = responsible.lead;
        if lead.unit != self.case.place.unit || lead.role != self.case.place.role {
            self.case.place.role = lead.role;
            let level = self.case.level;
            let (unit, worker) = (lead.unit, lead.worker.clone());
            self.record(
                Fact::Assigned {
                    unit,
                    worker,
                    level,
                },
                None,
            )?;
            if let Some(new) = &lead.worker {
                done.letters.extend(notify::push(
                    self.case,
                    new,
                    "desk.push.reassigned",
                    self.world,
                    self.now,
                ));
            }
            let who = notify::who(self.case, self.world, self.lang());
            let reason = texts::text(self.lang(), "desk.act.recategorise");
            done.letters.push(self.to_resident(
                notices::transferred(self.lang(), &self.reference(), &who, reason),
                false,
            ));
        }
        Ok(())
    }
}
