//! Messages about a request: to the workers who have it, to the resident.
//!
//! Pushes to workers carry the need, the place and the deadline, never a name,
//! a number or a word of the resident. Notices of restricted cases say nothing
//! a bystander should not read.

use super::case::Case;
use super::event::ClockName;
use crate::clock::Moment;
use crate::conversation::{self, Reply, ReplyKind, moment_words, notices};
use crate::desk::{Access, Button, access};
use crate::escalation;
use crate::ids::{UnitId, WorkerId};
use crate::outbox::{Lane, Letter, Parcel};
use crate::requests::event::Class;
use crate::routing::{self, Scene};
use crate::territory::Worker;
use crate::texts;
use crate::world::World;
use bots::{Ask, Choice, Outbound};
use chrono::FixedOffset;
use menus::Lang;

/// The district's offset from UTC. China has one time zone.
pub fn offset() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).expect("eight hours is a valid offset")
}

/// The public reference as people read it: in two groups.
pub fn shown(reference: &str) -> String {
    match super::reference::Reference::parse(reference) {
        Ok(reference) => reference.to_string(),
        Err(_) => reference.to_owned(),
    }
}

/// The service's name, or a neutral one for restricted cases.
pub fn title(case: &Case, world: &World, lang: Lang) -> String {
    if case.restricted {
        return texts::text(lang, "desk.push.restricted").to_owned();
    }
    let published = case.published(world);
    published
        .catalogue
        .service(&case.service)
        .map_or_else(|| case.service.clone(), |s| s.name.get(lang).to_owned())
}

/// Who leads, as residents may read it: the worker's name and the desk.
pub fn who(case: &Case, world: &World, lang: Lang) -> String {
    who_at(
        world,
        &case.place.unit,
        case.place.role,
        case.place.worker.as_ref(),
        lang,
    )
}

/// The same from parts.
pub fn who_at(
    world: &World,
    unit: &UnitId,
    role: crate::territory::Role,
    worker: Option<&WorkerId>,
    lang: Lang,
) -> String {
    let person = worker.and_then(|w| world.worker(w));
    // Whoever took it from another desk is named by their own.
    let (unit, role) = match person {
        Some(person) if !person.roles.contains(&role) => {
            let own = person.roles.first().copied();
            (&person.unit, own.unwrap_or(role))
        }
        _ => (unit, role),
    };
    let gap = if lang == Lang::En { " " } else { "" };
    let unit = world.tree.get(unit).map_or("", |u| u.name.as_str());
    let role = if lang == Lang::En {
        role.en()
    } else {
        role.zh()
    };
    let role = beyond(unit, role);
    match worker.and_then(|w| world.worker_name(w)) {
        Some(name) => format!("{unit}{gap}{role} {name}"),
        None => format!("{unit}{gap}{role}"),
    }
}

/// What a role says beyond the end of its unit's name: 溪东区 + 区民政局 is 溪东区民政局.
/// Of Latin words only whole ones are said twice.
fn beyond<'r>(unit: &str, role: &'r str) -> &'r str {
    let ends = role.char_indices().map(|(at, _)| at).rev();
    let said = ends
        .filter(|at| *at > 0)
        .find(|at| unit.ends_with(&role[..*at]) && !cuts_a_word(unit, role, *at));
    role[said.unwrap_or(0)..].trim_start()
}

/// Whether the first `at` bytes of a role, with which a unit's name ends too, are a
/// part of a longer Latin word in either.
fn cuts_a_word(unit: &str, role: &str, at: usize) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c < '\u{2E80}');
    let (said, more) = role.split_at(at);
    let before = unit[..unit.len() - at].chars().next_back();
    let (first, last) = (said.chars().next(), said.chars().next_back());
    (latin(before) && latin(first)) || (latin(last) && latin(more.chars().next()))
}

/// Where help is needed, coarse enough for a push.
pub fn place(case: &Case, world: &World) -> String {
    let unit = case.story.unit.as_ref().unwrap_or(&case.place.unit);
    world.unit_name(unit).to_owned()
}

/// When the next open clock is due, in words; empty if none runs.
pub fn due(case: &Case, world: &World, now: Moment, lang: Lang) -> String {
    let (calendar, policy, limits) = case.rules(world);
    let clocks = escalation::clocks(&case.log, calendar, policy, &limits, now);
    let open = clocks.iter().filter(|c| c.stopped_at.is_none());
    // What the resident was promised comes before the house's own limits.
    let contact = open.clone().find(|c| c.clock == ClockName::Contact);
    contact
        .or_else(|| open.min_by_key(|c| c.due.at))
        .map_or(String::new(), |c| moment_words(c.due.at, offset(), lang))
}

/// A push to all chats of a worker, with the buttons that fit.
pub fn push(case: &Case, worker: &WorkerId, key: &str, world: &World, now: Moment) -> Vec<Letter> {
    push_with(case, worker, key, &[], world, now)
}

/// A push with further places to fill.
pub fn push_with(
    case: &Case,
    worker: &WorkerId,
    key: &str,
    more: &[(&str, &str)],
    world: &World,
    now: Moment,
) -> Vec<Letter> {
    let chats = world.chats_of(worker);
    if chats.is_empty() {
        return Vec::new();
    }
    let lang = Lang::Zh;
    let (title, reference) = (title(case, world, lang), shown(&case.reference));
    let (place, by) = (place(case, world), due(case, world, now, lang));
    let who = who(case, world, lang);
    let mut values = vec![
        ("title", title.as_str()),
        ("reference", &reference),
        ("place", &place),
        ("by", &by),
        ("who", &who),
    ];
    values.extend_from_slice(more);
    let mut parcel = Parcel::text(texts::fill(lang, key, &values));
    let worker = world.worker(worker);
    // Whoever is only told of it has nothing to press but what they may do.
    let theirs = |w: &&Worker| access(w, case, world, now) == Access::Act;
    for button in worker
        .filter(theirs)
        .map_or_else(Vec::new, |w| Button::fitting(case, w))
    {
        parcel = parcel.button(button.label(lang), &button);
    }
    let lane = if case.class() == Class::Crisis {
        Lane::Crisis
    } else {
        Lane::Push
    };
    chats
        .iter()
        .map(|chat| letter(chat, lane, case, parcel.clone()))
        .collect()
}

fn letter(to: &bots::Address, lane: Lane, case: &Case, parcel: Parcel) -> Letter {
    Letter {
        to: to.clone(),
        lane,
        request: Some(case.id.0.clone()),
        parcel,
        not_before: None,
    }
}

/// A notice to the resident. Of a restricted case only a neutral one goes out,
/// unless it is `open`: the worker's own words, which the worker answers for.
pub fn resident(case: &Case, reply: Reply, open: bool) -> Letter {
    let reply = if case.restricted && !open && reply.kind != ReplyKind::Crisis {
        notices::neutral(case.lang())
    } else {
        reply
    };
    letter(&case.address, Lane::Reply, case, parcel(reply, case.lang()))
}

/// A reply of the conversation as a message with keys.
pub fn parcel(reply: Reply, lang: Lang) -> Parcel {
    let kind = match reply.kind {
        ReplyKind::Plain | ReplyKind::Preface => "plain",
        ReplyKind::Card => "card",
        ReplyKind::Crisis => "crisis",
        ReplyKind::Notice => "notice",
    };
    let ask = reply.ask.map(|ask| match ask {
        conversation::Ask::Contact => Ask::Contact {
            label: texts::text(lang, "desk.ask.contact").to_owned(),
        },
        conversation::Ask::Place => Ask::Place {
            label: texts::text(lang, "desk.ask.place").to_owned(),
        },
    });
    let mut keys = Vec::with_capacity(reply.keys.len());
    let mut choices = Vec::with_capacity(reply.keys.len());
    for (label, key) in reply.keys {
        keys.push(serde_json::to_value(&key).expect("keys are plain data"));
        choices.push(Choice::new(String::new(), label));
    }
    let message = Outbound {
        text: reply.text,
        choices,
        open: reply.open,
        ask,
        ..Outbound::default()
    };
    Parcel {
        message,
        keys,
        kind: Some(kind.to_owned()),
    }
}

/// For the file: that the first of these people has it because somebody else
/// carries as much as they can.
pub fn passed_over(people: &[WorkerId], scene: &Scene, world: &World) -> Option<String> {
    let full = routing::passed_over(people, scene, &world.roster);
    full.then(|| texts::text(Lang::Zh, "desk.roster.full").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_repeats_nothing_of_its_unit_and_loses_no_letter() {
        for (unit, role, rest) in [
            ("溪东区", "区民政局", "民政局"),
            ("云桥街道", "街道民政办", "民政办"),
            ("新桥社区", "网格员", "网格员"),
            ("Green Hills", "street civil-affairs office", ""),
            (
                "Green Hills street",
                "street civil-affairs office",
                "civil-affairs office",
            ),
            ("Highstreet", "street civil-affairs office", ""),
            ("Old street", "streets", ""),
            ("阳光street", "street office", "office"),
        ] {
            let rest = if rest.is_empty() { role } else { rest };
            assert_eq!(beyond(unit, role), rest, "{unit} {role}");
        }
    }
}
