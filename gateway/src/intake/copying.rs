//! What is kept of a person, told to them in the chat where they have just proved
//! who they are: requests with their words and answers, what is known of them,
//! what they agreed to, and which desks opened what.
//!
//! Bounded, masked where a messenger is no place for it, and on record. What is
//! only told in person is left out. That it may be given is decided before.

use super::load_cases;
use super::resident::Stepped;
use crate::app::Core;
use crate::audit;
use crate::clock::{Moment, moment};
use crate::conversation::accord::Consent;
use crate::conversation::{Mine, Reply, moment_words};
use crate::people::mask;
use crate::people::persons::fact::{Fact, Kind};
use crate::requests::case::Case;
use crate::requests::notify::{self, offset};
use crate::requests::summary;
use crate::store::copies::{self, Opened};
use crate::store::requests::{self, Brief};
use crate::store::{Changes, StoreError, persons, proofs};
use crate::texts;
use crate::world::World;
use menus::Lang;
use menus::question::{self, Answer};

/// Requests told at most, the newest.
const MOST: usize = 20;
/// Other lines of a kind at most.
const LINES: usize = 30;
/// Characters of one message, and messages at most.
const PAGE: usize = 3000;
const PAGES: usize = 8;

/// Tells it, and puts that on record.
pub(super) async fn give(
    core: &Core,
    step: &mut Stepped,
    changes: &mut Changes,
    now: Moment,
) -> Result<(), StoreError> {
    let address = step.address.to_string();
    let world = core.world();
    let teller = Teller {
        core,
        world: &world,
        lang: step.snapshot.lang,
    };
    let (count, mut parts) = teller.matters(&address).await?;
    parts.extend(teller.person(&address).await?);
    let most = MOST.to_string();
    parts.push(teller.fill("tail", &[("most", &most)]));
    for page in pages(parts) {
        step.replies.push(Reply::plain(page));
    }
    let person = persons::of_chat(&core.db, &address).await?;
    let whose = person.map_or_else(|| "chat".to_owned(), |p| format!("person:{}", p.id));
    let detail = serde_json::json!({ "requests": count });
    let line = audit::detailed(now, "resident", "person.copy", &whose, &detail);
    changes.audit.push(line);
    Ok(())
}

/// Whoever puts it into words.
struct Teller<'a> {
    core: &'a Core,
    world: &'a World,
    lang: Lang,
}

impl Teller<'_> {
    fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        texts::fill(self.lang, &format!("consent.copy.{key}"), values)
    }

    fn when(&self, at: i64) -> String {
        moment_words(moment(at), offset(), self.lang)
    }

    /// Several things in one line; `None` for none.
    fn list(&self, key: &str, all: &[String]) -> Option<String> {
        let list = all.join(texts::text(self.lang, "talk.comma"));
        (!all.is_empty()).then(|| self.fill(key, &[("list", &list)]))
    }

    /// How many requests there are, and a part for each of those told.
    async fn matters(&self, address: &str) -> Result<(usize, Vec<String>), StoreError> {
        let db = &self.core.db;
        let mut briefs = requests::of_addresses(db, &[address.to_owned()], 0).await?;
        // What must not stand on a screen is told in person.
        briefs.retain(|brief| brief.restricted == 0);
        briefs.truncate(MOST);
        let ids: Vec<String> = briefs.iter().map(|b| b.id.clone()).collect();
        let cases = load_cases(self.core, &ids).await?;
        let subjects: Vec<String> = ids.iter().map(|id| format!("request:{id}")).collect();
        let opened = copies::opened(db, &subjects, 200).await?;
        let part = |brief| self.matter(brief, cases.get(&brief.id), &opened);
        let mut parts: Vec<String> = briefs.iter().map(part).collect();
        if parts.is_empty() {
            parts.push(self.fill("none", &[]));
        }
        Ok((briefs.len(), parts))
    }

    fn matter(&self, brief: &Brief, case: Option<&Case>, opened: &[Opened]) -> String {
        let mine: Mine = summary::mine(brief, self.world, self.lang);
        let values = [
            ("reference", notify::shown(&brief.reference)),
            ("title", mine.title(self.lang)),
            ("at", self.when(brief.opened_at)),
            ("status", mine.status),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let mut lines = vec![self.fill("matter", &values)];
        if let Some(case) = case {
            let words = own_words(case);
            if !words.is_empty() {
                lines.push(self.fill("words", &[("words", &words)]));
            }
            lines.extend(self.answers(case));
        }
        let subject = format!("request:{}", brief.id);
        let own = opened.iter().filter(|line| line.subject == subject);
        let mut seen: Vec<String> = own.take(LINES).map(|line| self.seen(line)).collect();
        seen.dedup();
        let seen = self.list("seen", &seen);
        lines.push(seen.unwrap_or_else(|| self.fill("nobody", &[])));
        lines.join("\n")
    }

    fn answers(&self, case: &Case) -> Vec<String> {
        let catalogue = &self.world.catalogue(case.versions.0).catalogue;
        let Some(service) = catalogue.service(&case.service) else {
            return Vec::new();
        };
        let told = |(key, answer): (&String, &Answer)| {
            let field = service.field(key)?;
            let shown = question::shown(field, answer, self.lang);
            let value = match field.kind.key() {
                "id_number" => mask::id_number(&shown),
                _ => shown,
            };
            let values = [("label", field.label.get(self.lang)), ("value", &*value)];
            Some(self.fill("line", &values))
        };
        case.story.answers.iter().filter_map(told).collect()
    }

    /// Which desk it was: nobody is named who does not lead.
    fn seen(&self, line: &Opened) -> String {
        let id = line.actor.strip_prefix("worker:").unwrap_or_default();
        let who = summary::looker(id, self.world, self.lang);
        self.fill("seen_by", &[("who", &who), ("at", &self.when(line.at))])
    }

    /// What is known of the person, what they agreed to, and what was proved.
    async fn person(&self, address: &str) -> Result<Vec<String>, StoreError> {
        let (db, lang) = (&self.core.db, self.lang);
        let mut facts = Vec::new();
        if let Some(person) = persons::of_chat(db, address).await? {
            for row in persons::facts_of(db, &person.id).await? {
                let fact = Fact::open(&row.value_sealed, &self.core.seal).ok();
                facts.extend(fact.and_then(|fact| self.fact(&fact)));
            }
        }
        let mut said = Vec::new();
        for row in copies::consents(db, address, LINES as i64).await? {
            let known = Consent::ALL.into_iter().find(|c| c.code() == row.kind);
            let Some(consent) = known else { continue };
            let name = texts::text(lang, &format!("consent.{}.name", consent.code()));
            let (key, at) = match (row.ended_at, row.given) {
                (Some(at), _) => ("withdrawn", at),
                (None, 0) => ("refused", row.at),
                (None, _) => ("agreed", row.at),
            };
            said.push(self.fill(key, &[("name", name), ("at", &self.when(at))]));
        }
        let mut proved = Vec::new();
        let standing = proofs::of_chat(db, address, "").await?;
        for row in standing.iter().filter(|p| p.level > 0).rev().take(LINES) {
            let way = texts::text(lang, &format!("consent.copy.way.{}", row.verifier));
            proved.push(self.fill("proof", &[("what", way), ("at", &self.when(row.at))]));
        }
        let parts = [
            self.list("facts", &facts),
            self.list("consents", &said),
            self.list("proofs", &proved),
        ];
        Ok(parts.into_iter().flatten().collect())
    }

    fn fact(&self, fact: &Fact) -> Option<String> {
        let what = texts::text(self.lang, &format!("task.kind.{}", fact.kind.code()));
        let value = match fact.kind {
            Kind::Document => fact.masked(),
            // A number of the register that means nothing to them.
            Kind::Household => return None,
            Kind::Name | Kind::Phone => fact.value.expose().clone(),
        };
        Some(self.fill("fact", &[("what", what), ("value", &value)]))
    }
}

/// What they wrote, with the number of their card masked in it, too.
fn own_words(case: &Case) -> String {
    let words = case.story.words.join(" ");
    match case.story.answers.get("id_number") {
        Some(Answer::Text(number)) => words.replace(number.as_str(), &mask::id_number(number)),
        _ => words,
    }
}

/// Parts as messages that are not too long; what does not fit is left out, which
/// the last part, always there, says.
fn pages(mut parts: Vec<String>) -> Vec<String> {
    let tail = parts.pop().unwrap_or_default();
    let mut pages: Vec<String> = Vec::new();
    for part in parts {
        let part: String = part.chars().take(PAGE).collect();
        match pages.last_mut() {
            Some(page) if page.chars().count() + part.chars().count() < PAGE => {
                page.push_str("\n\n");
                page.push_str(&part);
            }
            _ => pages.push(part),
        }
    }
    pages.truncate(PAGES - 1);
    pages.push(tail);
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_much_is_kept_the_messages_stay_few_and_short_and_end_alike() {
        for (count, long) in [(0, 0), (1, 10), (3, 2999), (50, 900), (200, 20_000)] {
            let mut parts = vec!["字".repeat(long); count];
            parts.push("尾".to_owned());
            let pages = pages(parts);
            assert!(pages.len() <= PAGES);
            assert!(pages.iter().all(|page| page.chars().count() <= PAGE));
            assert_eq!(pages.last().map(String::as_str), Some("尾"));
        }
    }
}
