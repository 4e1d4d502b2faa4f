//! What pages ask about desks: who would get a request, who is there when.
//!
//! Reading only; who leads is decided by `routing`, who is there by `territory`.

use crate::app::{App, watch};
use crate::requests::open::class;
use crate::routing::trial::{Trial, locate, trial};
use crate::territory::lint::Finding;
use menus::{Lang, Urgency};

impl App {
    /// The lines of a trial; `None` for an unknown service.
    pub(super) fn tried(
        &self,
        service: &str,
        asked: &Trial,
        lang: Lang,
    ) -> Option<Vec<(String, String)>> {
        let world = self.core.world();
        let lives = locate(&asked.address, asked.pin, &world.tree).unit();
        let here = world.locally(world.newest(), lives.as_ref());
        let service = here.catalogue.service(service)?;
        let now = self.core.clock.now();
        let open = world.calendar(world.versions().2).is_open(now);
        let class = class(service, Urgency::Normal);
        let (tree, roster) = (&world.tree, &world.roster);
        let tried = trial(asked, (service, class), (now, open), tree, roster);
        Some(tried.lines(tree, roster, lang))
    }

    /// What is wrong with the roster of the next two weeks.
    pub(super) fn linted(&self, lang: Lang) -> Vec<String> {
        let world = self.core.world();
        let findings = watch::lint_days(&world, self.core.clock.now(), 14);
        let zh = lang != Lang::En;
        let words = |f: &Finding| f.words(&world.tree, &world.roster, zh);
        findings.iter().map(words).collect()
    }

    /// Code and name of every service.
    pub(super) fn service_names(&self, lang: Lang) -> Vec<(String, String)> {
        let world = self.core.world();
        let services = world.newest().catalogue.services().iter();
        let named = |s: &menus::Service| (s.code.to_string(), s.name.get(lang).to_owned());
        services.map(named).collect()
    }
}
