//! What is kept of a person in words, for their chat: few messages, none too
//! long, masked where a messenger is no place for it.

use super::{Kept, Matter};
use crate::clock::moment;
use crate::conversation::accord::Consent;
use crate::conversation::moment_words;
use crate::people::persons::fact::{Fact, Kind};
use crate::requests::notify::offset;
use crate::store::copies::Said;
use crate::texts;
use menus::Lang;

/// Requests told at most, the newest.
const MOST: usize = 20;
/// Characters of one message, and messages at most.
const PAGE: usize = 3000;
const PAGES: usize = 8;

/// The messages that tell it.
pub fn told(kept: &Kept, lang: Lang) -> Vec<String> {
    let teller = Teller { lang };
    let told = kept.matters.iter().take(MOST);
    let mut parts: Vec<String> = told.map(|matter| teller.matter(matter)).collect();
    if parts.is_empty() {
        parts.push(teller.fill("none", &[]));
    }
    parts.extend(teller.person(kept));
    let mut tail = teller.fill("tail", &[("most", &MOST.to_string())]);
    if kept.left_out > 0 {
        let count = kept.left_out.to_string();
        tail = format!("{}\n{tail}", teller.fill("left_out", &[("count", &count)]));
    }
    parts.push(tail);
    pages(parts)
}

/// Whoever puts it into words.
struct Teller {
    lang: Lang,
}

impl Teller {
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

    fn matter(&self, matter: &Matter) -> String {
        let at = self.when(matter.opened_at);
        let values = [
            ("reference", matter.reference.as_str()),
            ("title", &matter.title),
            ("at", &at),
            ("status", &matter.status),
        ];
        let mut lines = vec![self.fill("matter", &values)];
        if !matter.words.is_empty() {
            lines.push(self.fill("words", &[("words", &matter.words)]));
        }
        for answer in &matter.answers {
            let values = [
                ("label", answer.label.as_str()),
                ("value", answer.value.as_str()),
            ];
            lines.push(self.fill("line", &values));
        }
        let seen = matter.seen.iter().map(|(who, at)| {
            let at = self.when(*at);
            self.fill("seen_by", &[("who", who), ("at", &at)])
        });
        let seen: Vec<String> = seen.collect();
        let seen = self.list("seen", &seen);
        lines.push(seen.unwrap_or_else(|| self.fill("nobody", &[])));
        lines.join("\n")
    }

    /// What is known of the person, what they agreed to, and what was proved.
    fn person(&self, kept: &Kept) -> Vec<String> {
        let facts = kept.facts.iter().filter_map(|fact| self.fact(fact));
        let facts: Vec<String> = facts.collect();
        let said = kept.said.iter().filter_map(|row| self.said(row));
        let said: Vec<String> = said.collect();
        let proved = kept.proved.iter().map(|(verifier, at)| {
            let way = texts::text(self.lang, &format!("consent.copy.way.{verifier}"));
            let at = self.when(*at);
            self.fill("proof", &[("what", way), ("at", &at)])
        });
        let proved: Vec<String> = proved.collect();
        let parts = [
            self.list("facts", &facts),
            self.list("consents", &said),
            self.list("proofs", &proved),
        ];
        parts.into_iter().flatten().collect()
    }

    fn said(&self, row: &Said) -> Option<String> {
        let known = Consent::ALL.into_iter().find(|c| c.code() == row.kind)?;
        let name = texts::text(self.lang, &format!("consent.{}.name", known.code()));
        let (key, at) = match (row.ended_at, row.given) {
            (Some(at), _) => ("withdrawn", at),
            (None, 0) => ("refused", row.at),
            (None, _) => ("agreed", row.at),
        };
        let at = self.when(at);
        Some(self.fill(key, &[("name", name), ("at", &at)]))
    }

    fn fact(&self, fact: &Fact) -> Option<String> {
        let what = texts::text(self.lang, &format!("task.kind.{}", fact.kind.code()));
        let value = shown(fact)?;
        Some(self.fill("fact", &[("what", what), ("value", &value)]))
    }
}

/// The value of a fact as its person is shown it; `None` for what means nothing
/// to them.
pub(super) fn shown(fact: &Fact) -> Option<String> {
    match fact.kind {
        Kind::Document => Some(fact.masked()),
        // A number of the register.
        Kind::Household => None,
        Kind::Name | Kind::Phone => Some(fact.value.expose().clone()),
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
