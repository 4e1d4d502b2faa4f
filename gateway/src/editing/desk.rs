//! Orders on one kind of document: saving with a revision, publishing, the
//! second person.
//!
//! Nothing is decided by a page: every order is checked here again.

use super::blast::{self, Blast};
use super::draft::{self, Standing};
use super::edits::{Edits, Unmade};
use super::known;
use super::order::{Said, Version, Workbench};
use super::paper::{Kind, Paper};
use super::places;
use super::release::{self, Outcome, Release};
use super::words;
use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, micros, moment};
use crate::store::drafts::{ReleaseRow, ReleaseStep};
use crate::store::{Changes, StoreError, documents, drafts};
use menus::diff::Change;
use std::sync::Arc;

/// Versions and releases listed.
const LISTED: i64 = 20;

/// What orders are carried out on.
pub(super) struct Desk<'a> {
    pub(super) core: &'a Core,
    actor: &'a str,
    pub(super) kind: Kind,
    pub(super) live: u32,
    live_text: Arc<str>,
    pub(super) standing: Standing,
}

impl<'a> Desk<'a> {
    pub(super) async fn open(
        core: &'a Core,
        actor: &'a str,
        kind: Kind,
    ) -> Result<Self, StoreError> {
        let newest = core.papers.in_force(&core.db, kind).await?;
        let (live, live_text) = newest.ok_or_else(|| damaged("nothing is published"))?;
        let standing = draft::standing(&core.db, kind).await?;
        Ok(Self {
            core,
            actor,
            kind,
            live,
            live_text,
            standing,
        })
    }

    fn text(&self) -> &str {
        let draft = self.standing.draft.as_ref();
        draft.map_or(&self.live_text, |d| &d.body)
    }

    /// What one changes about the other, in words.
    fn changes(&self, before: &Paper, after: &Paper) -> Vec<Change> {
        words::changes(before, after, &self.core.world().tree)
    }

    fn live_paper(&self) -> Result<Arc<Paper>, StoreError> {
        let read = self.core.papers.read(self.kind, &self.live_text);
        let read = read.map_err(|_| damaged("what is in force is unreadable"))?;
        Ok(Arc::clone(&read.paper))
    }

    pub(super) async fn look(self, said: Option<Said>) -> Result<Workbench, StoreError> {
        let (db, now) = (&self.core.db, self.core.clock.now());
        let live_paper = self.live_paper()?;
        let (paper, findings) = match self.core.papers.read(self.kind, self.text()) {
            Ok(read) => (Some(Arc::clone(&read.paper)), read.findings.clone()),
            Err(findings) => (None, findings),
        };
        let draft = paper.as_deref().unwrap_or(&live_paper);
        let mut findings = findings;
        findings.extend(places::findings(draft, &self.core.world().tree));
        findings.sort_by_key(|finding| !finding.grave);
        let changes = match self.standing.draft {
            Some(_) => self.changes(&live_paper, draft),
            None => Vec::new(),
        };
        let blast = match self.standing.draft {
            Some(_) => blast::count(db, (&live_paper, self.live), draft, now).await?,
            None => Blast::default(),
        };
        let releases = drafts::releases(db, self.kind.code(), LISTED).await?;
        let versions = documents::history(db, self.kind.code(), LISTED).await?;
        let version = |(number, at): (i64, i64)| Version {
            number: number as u32,
            at: moment(at),
        };
        Ok(Workbench {
            kind: self.kind,
            live: self.live,
            needs_two: live_paper.needs_two(draft),
            revision: self.standing.revision,
            releases: releases.into_iter().map(Release::of).collect(),
            versions: versions.into_iter().map(version).collect(),
            live_text: self.live_text,
            draft: self.standing.draft,
            actor: self.actor.to_owned(),
            ended: places::ended(draft, &self.core.world().tree),
            places: known::places(self.core, self.kind),
            live_paper,
            paper,
            findings,
            changes,
            blast,
            said,
        })
    }

    pub(super) async fn edit(&self, revision: i64, edits: &Edits) -> Result<Said, StoreError> {
        if edits.kind() != self.kind {
            return Ok(Said::Gone);
        }
        if revision != self.standing.revision {
            let seen = draft::seen(&self.core.db, self.kind, revision, &self.live_text).await?;
            let Some(seen) = seen else {
                return Ok(Said::Gone);
            };
            let yours = edits.apply(&seen).ok();
            return Ok(self.stale(&seen, yours.as_deref()));
        }
        if let Some(refused) = known::refused(self.core, self.live, self.text(), edits) {
            return Ok(Said::Refused(refused));
        }
        let same = |after: &str| Paper::alike(self.kind, after, self.text());
        match edits.apply(self.text()) {
            Ok(after) if same(&after) => Ok(Said::Nothing),
            Ok(after) => self.save(after).await,
            Err(Unmade::Refused(why)) => Ok(Said::Refused(why)),
            Err(Unmade::Grave(found)) => Ok(Said::Grave(found)),
            Err(Unmade::Gone) => Ok(Said::Gone),
        }
    }

    pub(super) async fn write(&self, revision: i64, text: String) -> Result<Said, StoreError> {
        let paper = match Paper::read(self.kind, &text) {
            Ok(paper) => paper,
            Err(found) => return Ok(Said::Grave(found)),
        };
        // One text for one catalogue, however it was written.
        let text = match &paper {
            Paper::Menu(catalogue) => menus::document::to_json(catalogue),
            _ => text.replace("\r\n", "\n"),
        };
        if revision != self.standing.revision {
            let seen = draft::seen(&self.core.db, self.kind, revision, &self.live_text).await?;
            return Ok(seen.map_or(Said::Gone, |seen| self.stale(&seen, Some(&text))));
        }
        if text == self.text() {
            return Ok(Said::Nothing);
        }
        if let Some(refused) = known::refused_text(self.core, self.live, self.text(), &paper) {
            return Ok(Said::Refused(refused));
        }
        self.save(text).await
    }

    /// What both changed since this text.
    fn stale(&self, seen: &str, yours: Option<&str>) -> Said {
        let Ok(before) = Paper::read(self.kind, seen) else {
            return Said::Gone;
        };
        let changes = |text: &str| match Paper::read(self.kind, text) {
            Ok(after) => self.changes(&before, &after),
            Err(_) => Vec::new(),
        };
        Said::Stale {
            theirs: changes(self.text()),
            yours: yours.map(changes).unwrap_or_default(),
        }
    }

    async fn save(&self, body: String) -> Result<Said, StoreError> {
        let done = self.keep(Some(body), "draft.save").await?;
        Ok(if done { Said::Saved } else { missed() })
    }

    pub(super) async fn discard(&self, revision: i64) -> Result<Said, StoreError> {
        if self.standing.draft.is_none() || revision != self.standing.revision {
            return Ok(Said::Gone);
        }
        let done = self.keep(None, "draft.discard").await?;
        Ok(if done { Said::Discarded } else { missed() })
    }

    async fn keep(&self, body: Option<String>, act: &str) -> Result<bool, StoreError> {
        let now = self.core.clock.now();
        let row = draft::row(self.kind, &self.standing, self.live, body, self.actor, now);
        let subject = format!("{}:draft:{}", self.kind.code(), row.revision);
        let mut changes = Changes::at(micros(now));
        changes
            .audit
            .push(audit::line(now, self.actor, act, &subject));
        self.take_back(&mut changes, row.body.as_deref(), now)
            .await?;
        changes.drafts.push(row);
        self.commit(&changes).await
    }

    /// What waits to be published came from a draft that says something else now:
    /// it is asked for again, and agreed to again. Words in another order say
    /// nothing else, and a copy of a former version never came from it.
    async fn take_back(
        &self,
        changes: &mut Changes,
        body: Option<&str>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let waiting = drafts::waiting(&self.core.db, self.kind.code()).await?;
        let same =
            |row: &ReleaseRow| body.is_some_and(|body| Paper::alike(self.kind, &row.body, body));
        let mut outdated = waiting;
        outdated.retain(|row| row.copy_of.is_none() && !same(row));
        for row in &outdated {
            let subject = format!("release:{}", row.id);
            let line = audit::line(now, self.actor, "release.outdated", &subject);
            changes.audit.push(line);
            changes.release_steps.push(ReleaseStep {
                cause: Some("the draft changed afterwards".to_owned()),
                ..release::step(row, 4, now)
            });
        }
        Ok(())
    }

    async fn commit(&self, changes: &Changes) -> Result<bool, StoreError> {
        match self.core.db.commit(changes).await {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn publish(
        &self,
        revision: i64,
        live: u32,
        at: Option<Moment>,
        note: &str,
    ) -> Result<Said, StoreError> {
        let now = self.core.clock.now();
        let Some(draft) = &self.standing.draft else {
            return Ok(Said::Gone);
        };
        if revision != self.standing.revision || live != self.live {
            return Ok(Said::Gone);
        }
        let row = release::fresh(
            self.kind,
            (self.live, draft.body.clone()),
            &draft.authors,
            self.actor,
            now,
        );
        let at = at.filter(|at| *at > now);
        self.release(release::noted(row, note), at).await
    }

    pub(super) async fn revert(&self, to: u32, note: &str) -> Result<Said, StoreError> {
        let row = release::copy(self.core, self.kind, (self.live, to), self.actor).await?;
        match row {
            Some(row) => self.release(release::noted(row, note), None).await,
            None => Ok(Said::Gone),
        }
    }

    /// Publishes, or plans, or waits for a second person.
    async fn release(&self, mut row: ReleaseRow, at: Option<Moment>) -> Result<Said, StoreError> {
        let grave = release::obstacles(self.core, self.kind, &row.body).await?;
        if !grave.is_empty() {
            return Ok(Said::Grave(grave));
        }
        let draft = self.core.papers.read(self.kind, &row.body);
        let draft = draft.map_err(|_| damaged("an unreadable draft"))?;
        let live = self.live_paper()?;
        row.changes = Some(release::told(&self.changes(&live, &draft.paper)));
        let two = live.needs_two(&draft.paper);
        if two && !release::is_named(self.actor) {
            return Ok(Said::NeedsAccount);
        }
        if !two && at.is_none() {
            let done = release::publish(self.core, row, false, self.actor).await?;
            return Ok(said(done));
        }
        row.state = i64::from(!two);
        row.publish_at = at.map_or(row.publish_at, micros);
        let act = if two { "release.ask" } else { "release.plan" };
        let now = self.core.clock.now();
        let mut changes = Changes::at(micros(now));
        let subject = format!("release:{}", row.id);
        changes
            .audit
            .push(audit::line(now, self.actor, act, &subject));
        changes.releases.push(row);
        let kept = self.commit(&changes).await?;
        Ok(match at {
            _ if !kept => Said::Gone,
            _ if two => Said::WaitsForSecond,
            Some(at) => Said::Planned(at),
            None => Said::Gone,
        })
    }

    pub(super) async fn approve(&self, id: &str) -> Result<Said, StoreError> {
        let Some(row) = self.waiting(id).await?.filter(|row| row.state == 0) else {
            return Ok(Said::Gone);
        };
        if !release::is_named(self.actor) {
            return Ok(Said::NeedsAccount);
        }
        if !Release::of(row.clone()).may_approve(self.actor) {
            return Ok(Said::NotYou);
        }
        let now = self.core.clock.now();
        if row.publish_at <= micros(now) {
            let row = ReleaseRow {
                approved_by: Some(self.actor.to_owned()),
                ..row
            };
            return Ok(said(
                release::publish(self.core, row, true, self.actor).await?,
            ));
        }
        let at = moment(row.publish_at);
        let done = self.step(&row, 1, "release.approve").await?;
        Ok(if done { Said::Planned(at) } else { Said::Gone })
    }

    pub(super) async fn withdraw(&self, id: &str) -> Result<Said, StoreError> {
        let Some(row) = self.waiting(id).await? else {
            return Ok(Said::Gone);
        };
        let done = self.step(&row, 3, "release.withdraw").await?;
        Ok(if done { Said::Withdrawn } else { Said::Gone })
    }

    /// A release of this kind that is not published yet.
    pub(super) async fn waiting(&self, id: &str) -> Result<Option<ReleaseRow>, StoreError> {
        let row = drafts::release(&self.core.db, id).await?;
        Ok(row.filter(|row| row.kind == self.kind.code() && row.state < 2))
    }

    async fn step(&self, row: &ReleaseRow, state: i64, act: &str) -> Result<bool, StoreError> {
        let now = self.core.clock.now();
        let mut changes = Changes::at(micros(now));
        let subject = format!("release:{}", row.id);
        changes
            .audit
            .push(audit::line(now, self.actor, act, &subject));
        changes.release_steps.push(ReleaseStep {
            approved_by: (state == 1).then(|| self.actor.to_owned()),
            ..release::step(row, state, now)
        });
        self.commit(&changes).await
    }
}

/// Somebody was quicker by a moment.
fn missed() -> Said {
    Said::Stale {
        theirs: Vec::new(),
        yours: Vec::new(),
    }
}

fn said(outcome: Outcome) -> Said {
    match outcome {
        Outcome::InForce(version) => Said::InForce(version),
        Outcome::Stale => Said::Gone,
        Outcome::Grave(found) => Said::Grave(found),
    }
}

fn damaged(why: &str) -> StoreError {
    StoreError::Damaged {
        table: "documents",
        why: why.to_owned(),
    }
}
