//! What is kept of a person as one JSON document, to take elsewhere: the same as
//! is told in the chat, with codes beside the words and times in UTC.
//!
//! It is fetched by a link that is told in the chat, good for a quarter of an hour
//! and once; the link alone opens nothing once the proof in the chat is too old.

use super::told::shown;
use super::{Kept, Matter, Told, gather, proved_number};
use crate::app::Core;
use crate::app::door::{self, Door};
use crate::audit;
use crate::clock::{Moment, micros, moment};
use crate::people::persons::Fact;
use crate::store::rows::AuditRow;
use crate::store::{Changes, StoreError, persons};
use chrono::SecondsFormat;
use menus::Lang;
use serde::Serialize;

/// Names the shape; rises when a field changes its meaning.
const FORMAT: &str = "linli.personal-data/1";

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    made_at: String,
    language: &'static str,
    requests: Vec<Request<'a>>,
    facts: Vec<Known>,
    consents: Vec<Consent<'a>>,
    proofs: Vec<Proof<'a>>,
    /// Requests that are told in person only.
    left_out: usize,
}

#[derive(Serialize)]
struct Request<'a> {
    reference: &'a str,
    service: &'a str,
    title: &'a str,
    status: &'a str,
    opened_at: String,
    closed_at: Option<String>,
    words: &'a str,
    answers: Vec<Line<'a>>,
    opened_by: Vec<Seen<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    key: &'a str,
    label: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Seen<'a> {
    who: &'a str,
    at: String,
}

#[derive(Serialize)]
struct Known {
    kind: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Consent<'a> {
    kind: &'a str,
    given: bool,
    at: String,
    ended_at: Option<String>,
}

#[derive(Serialize)]
struct Proof<'a> {
    verifier: &'a str,
    at: String,
}

fn time(at: i64) -> String {
    moment(at).to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn line(told: &Told) -> Line<'_> {
    Line {
        key: &told.key,
        label: &told.label,
        value: &told.value,
    }
}

fn request(matter: &Matter) -> Request<'_> {
    Request {
        reference: &matter.reference,
        service: &matter.service,
        title: &matter.title,
        status: &matter.status,
        opened_at: time(matter.opened_at),
        closed_at: matter.closed_at.map(time),
        words: &matter.words,
        answers: matter.answers.iter().map(line).collect(),
        opened_by: matter
            .seen
            .iter()
            .map(|(who, at)| Seen { who, at: time(*at) })
            .collect(),
    }
}

/// The document.
pub fn document(kept: &Kept, lang: Lang, now: Moment) -> String {
    let known = |fact: &Fact| {
        Some(Known {
            kind: fact.kind.code(),
            value: shown(fact)?,
        })
    };
    let whole = Document {
        format: FORMAT,
        made_at: time(micros(now)),
        language: lang.tag(),
        requests: kept.matters.iter().map(request).collect(),
        facts: kept.facts.iter().filter_map(known).collect(),
        consents: kept
            .said
            .iter()
            .map(|row| Consent {
                kind: &row.kind,
                given: row.given == 1,
                at: time(row.at),
                ended_at: row.ended_at.map(time),
            })
            .collect(),
        proofs: kept
            .proved
            .iter()
            .map(|(verifier, at)| Proof {
                verifier,
                at: time(*at),
            })
            .collect(),
        left_out: kept.left_out,
    };
    serde_json::to_string_pretty(&whole).expect("plain data")
}

/// A link to the document of whoever proved `number` in a chat, to be told there;
/// `changes` makes it good.
pub fn link(core: &Core, address: &str, number: &str, changes: &mut Changes) -> String {
    let secret = door::secret(Door::Copy);
    let subject = format!("chat:{} {address}", of_number(core, number));
    let good = door::grant(core, Door::Copy, &subject, &secret);
    changes.grants.push(good);
    format!("{}/my-data#{secret}", core.proving.base_url)
}

/// The document behind a link, which is used up by it; `None` for a link that is
/// not good or comes too long after the proof.
///
/// # Errors
/// Of the store.
pub async fn fetch(core: &Core, secret: &str, lang: Lang) -> Result<Option<String>, StoreError> {
    let Some(subject) = door::behind(core, Door::Copy, secret).await? else {
        return Ok(None);
    };
    let whose = subject.strip_prefix("chat:");
    let Some((of, address)) = whose.and_then(|whose| whose.split_once(' ')) else {
        return Ok(None);
    };
    let now = core.clock.now();
    // Whoever proved another number since has a link of their own.
    let proved = proved_number(core, address, now).await?;
    let Some(number) = proved.filter(|number| of_number(core, number) == of) else {
        return Ok(None);
    };
    let kept = gather(core, address, Some(&number), lang).await?;
    let mut changes = Changes::at(micros(now));
    changes
        .grants_used
        .push(door::tag(core, Door::Copy, secret));
    let line = record(core, "resident", address, ("json", &kept), now).await?;
    changes.audit.push(line);
    match core.db.commit(&changes).await {
        Ok(_) => Ok(Some(document(&kept, lang, now))),
        // Somebody else was faster.
        Err(StoreError::Conflict) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The number as its link knows it: nobody reads it there.
fn of_number(core: &Core, number: &str) -> String {
    core.seal.name("copy-number", number)
}

/// The line that says that a copy was given.
///
/// # Errors
/// Of the store.
pub async fn record(
    core: &Core,
    actor: &str,
    address: &str,
    (form, kept): (&str, &Kept),
    now: Moment,
) -> Result<AuditRow, StoreError> {
    let person = persons::of_chat(&core.db, address).await?;
    let whose = person.map_or_else(|| "chat".to_owned(), |p| format!("person:{}", p.id));
    let detail = serde_json::json!({ "requests": kept.matters.len(), "form": form });
    Ok(audit::detailed(now, actor, "person.copy", &whose, &detail))
}
