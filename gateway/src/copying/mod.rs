//! What is kept of a person, gathered for the person: requests with their words
//! and answers, what is known of them, what they agreed to, what was proved, and
//! which desks opened what.
//!
//! A chat may have had several hands. Whoever proved a number is given what was
//! filed under that number and nothing else, whatever was told before or later;
//! the rest is counted, and told in person. [`told`] puts it into words for the
//! chat, [`document`] into JSON for a program. Reading only; putting it on record
//! is the caller's.

pub mod document;
pub mod told;

use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::identity::{Verifier, proof};
use crate::identity::{contact_card::ContactCard, phone_code::PhoneCode};
use crate::intake::load_cases;
use crate::people::persons::fact::{Basis, Fact, Kind};
use crate::people::{mask, phone};
use crate::requests::case::Case;
use crate::requests::notify;
use crate::requests::summary;
use crate::store::copies::{self, Opened, Said, StoredKnown};
use crate::store::requests::{self, Brief};
use crate::store::{StoreError, persons, proofs};
use crate::world::World;
use chrono::TimeDelta;
use menus::Lang;
use menus::question::{self, Answer};
use std::collections::{HashMap, HashSet};

/// How long a proof opens what is kept.
pub const FRESH: TimeDelta = TimeDelta::minutes(15);
/// Requests that are told, and other lines of a kind, at most.
const MOST: usize = 200;
const LINES: usize = 30;

/// What is kept, ready to be put into words.
pub struct Kept {
    pub matters: Vec<Matter>,
    /// How many requests are told in person only.
    pub left_out: usize,
    pub facts: Vec<Fact>,
    pub said: Vec<Said>,
    /// Verifier and time, microseconds.
    pub proved: Vec<(String, i64)>,
}

/// A request.
pub struct Matter {
    pub reference: String,
    /// Code of the service.
    pub service: String,
    pub title: String,
    /// What is known of its progress, in words.
    pub status: String,
    /// Microseconds.
    pub opened_at: i64,
    pub closed_at: Option<i64>,
    /// The person's own words.
    pub words: String,
    pub answers: Vec<Told>,
    /// Who opened it and when, microseconds; newest first.
    pub seen: Vec<(String, i64)>,
}

/// An answer.
pub struct Told {
    pub key: String,
    pub label: String,
    pub value: String,
}

/// The number that was proved in this chat, by its person, a moment ago.
///
/// # Errors
/// Of the store.
pub async fn proved_number(
    core: &Core,
    address: &str,
    now: Moment,
) -> Result<Option<String>, StoreError> {
    let rows = proofs::at(&core.db, address, micros(now - FRESH)).await?;
    let ways = [PhoneCode.name(), ContactCard.name()];
    let mut newest = rows.into_iter().rev();
    let newest = newest.find(|p| ways.contains(&p.verifier.as_str()));
    let number = newest.and_then(|p| subject(core, &p.body_sealed));
    Ok(number.as_deref().map(plain))
}

/// What a proof is about.
fn subject(core: &Core, sealed: &str) -> Option<String> {
    core.seal.open_json::<proof::Body>(sealed).ok()?.subject
}

/// A number in its one form.
fn plain(number: &str) -> String {
    phone::parse(number).map_or_else(|| number.to_owned(), |(plain, _)| plain)
}

/// A chat as it is parted for one of its hands.
struct Parted<'a> {
    /// Requests of that hand, those included that are told in person only.
    briefs: Vec<Brief>,
    cases: HashMap<String, Case>,
    /// Facts of the chat's person, each with its source and how surely it holds.
    facts: Vec<(Fact, String, Basis)>,
    /// How many requests are another hand's.
    others: usize,
    /// The number to keep to, where there is anything to part.
    only: Option<&'a str>,
}

async fn part<'a>(
    core: &Core,
    address: &str,
    number: Option<&'a str>,
) -> Result<Parted<'a>, StoreError> {
    let db = &core.db;
    let now = micros(core.clock.now());
    let mut briefs = requests::of_addresses(db, &[address.to_owned()], 0, now).await?;
    let ids: Vec<String> = briefs.iter().map(|b| b.id.clone()).collect();
    let cases = load_cases(core, &ids).await?;
    let facts = match persons::of_chat(db, address).await? {
        Some(person) => known(core, &person.id).await?,
        None => Vec::new(),
    };
    let under = |brief: &Brief, number: &str| {
        let case = cases.get(&brief.id);
        case.and_then(filed_under).as_deref() == Some(number)
    };
    // Where everything was filed under one number there is nothing to part. What
    // is not told counts as well: its number may be somebody else's.
    let one = |number: &str| !briefs.is_empty() && briefs.iter().all(|b| under(b, number));
    let only = number.filter(|number| !replaced(&facts, number) && !one(number));
    briefs.retain(|brief| brief.silenced == 0);
    let all = briefs.len();
    briefs.retain(|brief| only.is_none_or(|number| under(brief, number)));
    Ok(Parted {
        others: all - briefs.len(),
        briefs,
        cases,
        facts,
        only,
    })
}

/// The requests in a chat of whoever has this number; without one, all of them.
///
/// # Errors
/// Of the store.
pub async fn theirs(
    core: &Core,
    address: &str,
    number: Option<&str>,
) -> Result<Vec<String>, StoreError> {
    let parted = part(core, address, number).await?;
    Ok(parted.briefs.into_iter().map(|b| b.id).collect())
}

/// What is kept of whoever proved this number in a chat; without a number, of the
/// chat as a whole.
///
/// # Errors
/// Of the store.
pub async fn gather(
    core: &Core,
    address: &str,
    number: Option<&str>,
    lang: Lang,
) -> Result<Kept, StoreError> {
    let db = &core.db;
    let Parted {
        mut briefs,
        cases,
        facts,
        others,
        only,
    } = part(core, address, number).await?;
    let own = briefs.len();
    // What must not stand on a screen is told in person.
    briefs.retain(|brief| brief.restricted == 0);
    briefs.truncate(MOST);
    let left_out = others + own - briefs.len();
    let told: HashSet<&str> = briefs.iter().map(|b| b.id.as_str()).collect();
    let theirs = |source: &str| match source.strip_prefix("request:") {
        Some(request) => told.contains(request),
        None => only.is_none(),
    };
    let subjects: Vec<String> = briefs.iter().map(|b| format!("request:{}", b.id)).collect();
    let opened = copies::opened(db, &subjects, MOST as i64).await?;
    let world = core.world();
    let teller = Teller {
        world: &world,
        lang,
    };
    let matter = |brief: &Brief| teller.matter(brief, cases.get(&brief.id), &opened);
    let matters = briefs.iter().map(matter);
    let drafts: HashSet<&str> = briefs.iter().map(|b| b.draft.as_str()).collect();
    let mut said = copies::consents(db, address, LINES as i64).await?;
    said.retain(|row| only.is_none() || row.draft.as_deref().is_some_and(|d| drafts.contains(d)));
    let facts = facts.into_iter().filter(|(_, source, _)| theirs(source));
    Ok(Kept {
        matters: matters.collect(),
        left_out,
        facts: facts.map(|(fact, ..)| fact).collect(),
        said,
        proved: proved(core, address, only).await?,
    })
}

/// Facts of a person that hold, each with its source and how surely it holds.
async fn known(core: &Core, person: &str) -> Result<Vec<(Fact, String, Basis)>, StoreError> {
    let rows = copies::known(&core.db, person).await?;
    let read = |row: StoredKnown| {
        let fact = Fact::open(&row.value_sealed, &core.seal).ok()?;
        Some((fact, row.source, Basis::from_code(row.basis)))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Whether a worker put this number in the place of every other one: then it
/// stands for what was filed under those.
fn replaced(facts: &[(Fact, String, Basis)], number: &str) -> bool {
    let mut phones = facts.iter().filter(|(fact, ..)| fact.kind == Kind::Phone);
    let looked_at = |(fact, _, basis): &(Fact, String, Basis)| {
        plain(fact.value.expose()) == number && *basis == Basis::Verified
    };
    phones.clone().next().is_some() && phones.all(looked_at)
}

/// The number a request was filed under.
pub fn filed_under(case: &Case) -> Option<String> {
    let number = match case.story.answers.get("phone") {
        Some(Answer::Text(number)) => Some(number),
        _ => case.story.known.phone.as_ref(),
    };
    number.map(|number| plain(number))
}

/// What was proved in the chat: with a number, of that number alone.
async fn proved(
    core: &Core,
    address: &str,
    only: Option<&str>,
) -> Result<Vec<(String, i64)>, StoreError> {
    let mut standing = proofs::of_chat(&core.db, address, "").await?;
    standing.retain(|row| {
        let about = || subject(core, &row.body_sealed).map(|number| plain(&number));
        row.level > 0 && (only.is_none() || about().as_deref() == only)
    });
    let newest = standing.into_iter().rev().take(LINES);
    Ok(newest.map(|row| (row.verifier, row.at)).collect())
}

/// Names things in a language.
struct Teller<'a> {
    world: &'a World,
    lang: Lang,
}

impl Teller<'_> {
    fn matter(&self, brief: &Brief, case: Option<&Case>, opened: &[Opened]) -> Matter {
        let mine = summary::mine(brief, self.world, self.lang);
        let subject = format!("request:{}", brief.id);
        let own = opened.iter().filter(|line| line.subject == subject);
        let mut seen: Vec<_> = own.take(LINES).map(|line| self.seen(line)).collect();
        seen.dedup();
        Matter {
            reference: notify::shown(&brief.reference),
            service: brief.service.clone(),
            title: mine.title(self.lang),
            status: mine.status,
            opened_at: brief.opened_at,
            closed_at: brief.closed_at,
            words: case.map(own_words).unwrap_or_default(),
            answers: case.map(|case| self.answers(case)).unwrap_or_default(),
            seen,
        }
    }

    fn answers(&self, case: &Case) -> Vec<Told> {
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
            Some(Told {
                key: key.clone(),
                label: field.label.get(self.lang).to_owned(),
                value,
            })
        };
        case.story.answers.iter().filter_map(told).collect()
    }

    /// Which desk it was: nobody is named who does not lead.
    fn seen(&self, line: &Opened) -> (String, i64) {
        let id = line.actor.strip_prefix("worker:").unwrap_or_default();
        (summary::looker(id, self.world, self.lang), line.at)
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
