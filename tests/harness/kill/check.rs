//! The checker: what people saw against what is stored.
//!
//! It knows nothing of how the gateway works, only what it promises. Each
//! finding is a sentence; none means that every promise was kept.

use super::crowd::Told;
use crate::botapi::{Delivery, Sent};
use chrono::TimeDelta;
use gateway::clock::{Moment, micros};
use gateway::outbox;
use gateway::seal::Seal;
use gateway::store::inspect::{OutboxFact, Tables};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The end of a run.
pub struct Seen {
    /// What is stored.
    pub tables: Tables,
    /// What the product's own auditor says.
    pub audit: Vec<String>,
    /// Every attempt to post an update.
    pub deliveries: Vec<Delivery>,
    /// Everything the bot sent.
    pub sent: Vec<Sent>,
    /// How many of those were sent before the tables were read: what came after
    /// may stand in none.
    pub sent_before: usize,
    /// When a process died.
    pub kills: Vec<Moment>,
    /// What was written after this moment may still be on its way: the clocks run on, and the ladder
    /// goes on writing notices while the tables are read.
    pub settled: Moment,
    /// How far the processes' clocks may be off, either way.
    pub skew: TimeDelta,
    /// Opens what is stored sealed.
    pub seal: Seal,
    /// Chats that went away: what was to be said there could not be.
    pub gone: Vec<i64>,
}

/// How long a message of a dead process may still be on its way: a second of
/// real time on the clocks of the city.
const IN_FLIGHT: TimeDelta = TimeDelta::seconds(100);

/// Everything that is wrong, in words.
pub fn check(seen: &Seen, told: &[Told]) -> Vec<String> {
    let mut wrong = Vec::new();
    nothing_answered_is_lost(seen, &mut wrong);
    nobody_is_stuck(seen, told, &mut wrong);
    one_request_each(seen, told, &mut wrong);
    handled_once(seen, told, &mut wrong);
    history_is_whole(seen, &mut wrong);
    rungs_fired_once(seen, &mut wrong);
    replies_arrived(seen, &mut wrong);
    replies_in_order(seen, told, &mut wrong);
    nothing_is_early(seen, &mut wrong);
    wrong
}

/// What a chat heard, and what became of it, for the reader of a finding.
fn story(seen: &Seen, chat: i64) -> String {
    let mut lines = Vec::new();
    for sent in seen.sent.iter().filter(|s| s.chat == chat) {
        lines.push(format!("{} {} {:?}", sent.at, sent.method, sent.text));
    }
    for row in seen
        .tables
        .requests
        .iter()
        .filter(|r| r.address == address(chat))
    {
        lines.push(format!(
            "request {} {} {} {} of draft {}",
            row.reference, row.service, row.status, row.class, row.draft
        ));
    }
    for row in seen
        .tables
        .inbound
        .iter()
        .filter(|i| i.address == address(chat))
    {
        lines.push(format!("inbound {} {} {:?}", row.key, row.at, row.request));
    }
    for kill in &seen.kills {
        lines.push(format!("death {kill}"));
    }
    lines.join("\n    ")
}

fn address(chat: i64) -> String {
    format!("telegram/main/{chat}")
}

fn nothing_answered_is_lost(seen: &Seen, wrong: &mut Vec<String>) {
    let taken = |d: &&Delivery| d.status.is_some_and(|s| (200..300).contains(&s));
    let answered: BTreeSet<i64> = seen
        .deliveries
        .iter()
        .filter(taken)
        .map(|d| d.update)
        .collect();
    let stored: HashSet<&str> = seen.tables.inbound.iter().map(|i| i.key.as_str()).collect();
    for update in answered {
        if !stored.contains(format!("telegram/main/u:{update}").as_str()) {
            wrong.push(format!("update {update} was answered and is not stored"));
        }
    }
    for parked in seen.tables.inbound.iter().filter(|i| i.state != 0) {
        let cause = parked.cause.as_deref().unwrap_or("?");
        wrong.push(format!("{} is parked: {cause}", parked.key));
    }
}

fn nobody_is_stuck(seen: &Seen, told: &[Told], wrong: &mut Vec<String>) {
    let heard: HashSet<i64> = seen.sent.iter().map(|s| s.chat).collect();
    for one in told {
        if let Some(what) = &one.stuck {
            wrong.push(format!(
                "chat {} waited in vain for {what}; it went: {}",
                one.chat,
                story(seen, one.chat)
            ));
        }
        if !heard.contains(&one.chat) {
            wrong.push(format!("chat {} never heard a word", one.chat));
        }
    }
}

fn one_request_each(seen: &Seen, told: &[Told], wrong: &mut Vec<String>) {
    let mut of: HashMap<&str, usize> = HashMap::new();
    let mut drafts = HashSet::new();
    for request in &seen.tables.requests {
        *of.entry(request.address.as_str()).or_default() += 1;
        if !drafts.insert(&request.draft) {
            wrong.push(format!("draft {} became two requests", request.draft));
        }
    }
    for one in told.iter().filter(|t| t.stuck.is_none()) {
        let has = of.get(address(one.chat).as_str()).copied().unwrap_or(0);
        if has != one.requests {
            wrong.push(format!(
                "chat {} asked for {} and has {has} requests; it went: {}",
                one.chat,
                one.requests,
                story(seen, one.chat)
            ));
        }
    }
}

/// Every message moves its conversation by one, whatever else does.
fn handled_once(seen: &Seen, told: &[Told], wrong: &mut Vec<String>) {
    let residents: HashSet<String> = told.iter().map(|t| address(t.chat)).collect();
    let mut messages: HashMap<&str, i64> = HashMap::new();
    for inbound in &seen.tables.inbound {
        *messages.entry(inbound.address.as_str()).or_default() += 1;
    }
    // Workers' acts write into residents' conversations too.
    let worked: HashSet<&str> = seen
        .tables
        .events
        .iter()
        .filter(|e| e.actor.starts_with("worker:"))
        .map(|e| e.request.as_str())
        .collect();
    let touched: HashSet<&str> = seen
        .tables
        .requests
        .iter()
        .filter(|r| worked.contains(r.id.as_str()))
        .map(|r| r.address.as_str())
        .collect();
    for talk in &seen.tables.conversations {
        let count = messages.get(talk.address.as_str()).copied().unwrap_or(0);
        let theirs = residents.contains(&talk.address);
        if theirs && talk.version != count && !touched.contains(talk.address.as_str()) {
            wrong.push(format!(
                "{}: {count} messages moved the conversation {} times",
                talk.address, talk.version
            ));
        }
    }
}

fn history_is_whole(seen: &Seen, wrong: &mut Vec<String>) {
    let mut last: HashMap<&str, i64> = HashMap::new();
    for event in &seen.tables.events {
        let before = last.insert(&event.request, event.seq).unwrap_or(0);
        if event.seq != before + 1 {
            let (request, seq) = (&event.request, event.seq);
            wrong.push(format!("{request}: event {seq} follows {before}"));
        }
    }
    for request in &seen.tables.requests {
        let end = last.get(request.id.as_str()).copied().unwrap_or(0);
        if end != request.version {
            wrong.push(format!(
                "{}: version {} after {end} events",
                request.reference, request.version
            ));
        }
    }
}

fn rungs_fired_once(seen: &Seen, wrong: &mut Vec<String>) {
    let mut fired = HashSet::new();
    for event in seen.tables.events.iter().filter(|e| e.kind == "fired") {
        if !fired.insert((&event.request, &event.detail)) {
            let (request, rung) = (&event.request, &event.detail);
            wrong.push(format!("{request}: {rung} fired twice"));
        }
    }
    for timer in &seen.tables.timers {
        if let Some(cause) = &timer.cause {
            wrong.push(format!(
                "the timer of {} is set aside: {cause}",
                timer.request
            ));
        }
    }
    wrong.extend(seen.audit.iter().cloned());
}

/// The words of each row that goes to a chat, as they were written.
fn words(seen: &Seen) -> impl Iterator<Item = (&OutboxFact, String)> {
    seen.tables.outbox.iter().filter_map(|row| {
        let parcel = outbox::open(&row.body_sealed, &seen.seal).ok()?;
        let text = parcel.message.text;
        (!text.is_empty() && parcel.message.edit.is_none()).then_some((row, text))
    })
}

fn replies_arrived(seen: &Seen, wrong: &mut Vec<String>) {
    for row in &seen.tables.outbox {
        let gone = || seen.gone.iter().any(|chat| row.address == address(*chat));
        let on_its_way = row.state == 0 && row.at > micros(seen.settled);
        if row.state != 1 && !on_its_way && !gone() {
            let cause = row.cause.as_deref().unwrap_or("no cause");
            wrong.push(format!(
                "message {} to {} is in state {} ({cause}), {} s after it was due to be settled",
                row.id,
                row.address,
                row.state,
                (micros(seen.settled) - row.at) / 1_000_000
            ));
        }
    }
    let mut written: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (row, text) in words(seen).filter(|(row, _)| row.state == 1) {
        *written.entry((row.address.clone(), text)).or_default() += 1;
    }
    // What was on its way when the tables were read may have arrived after.
    let mut on_the_way: HashMap<(String, String), usize> = HashMap::new();
    for (row, text) in words(seen).filter(|(row, _)| row.state == 0) {
        *on_the_way.entry((row.address.clone(), text)).or_default() += 1;
    }
    let heard = hearings(&seen.sent);
    let heard_before = hearings(&seen.sent[..seen.sent_before]);
    for ((to, text), count) in &written {
        let words = (to.clone(), text.as_str());
        let times = heard.get(&words).map_or(0, Vec::len);
        if times < *count {
            wrong.push(format!(
                "{to} was to hear {count} times {text:?} and heard it {times} times"
            ));
        }
        let later = on_the_way.get(&(to.clone(), text.clone()));
        let most = count + later.copied().unwrap_or(0);
        let times = heard_before.get(&words).map_or(&[][..], Vec::as_slice);
        let surplus = times.len().saturating_sub(most);
        let excused = excused(times, &seen.kills);
        if surplus > excused {
            wrong.push(format!(
                "{to} heard {text:?} {surplus} times too often, {excused} of them around a death; \
                 it heard them at {times:?}, settled {}",
                seen.settled
            ));
        }
    }
}

/// When each chat heard the same words.
fn hearings(sent: &[Sent]) -> HashMap<(String, &str), Vec<Moment>> {
    let mut heard: HashMap<(String, &str), Vec<Moment>> = HashMap::new();
    for sent in sent.iter().filter(|s| s.method == "sendmessage") {
        let to = (address(sent.chat), sent.text.as_str());
        heard.entry(to).or_default().push(sent.at);
    }
    heard
}

/// How many of these hearings of the same words may be repeats because of deaths:
/// what was said shortly before one, its result not yet recorded, or what came
/// again after one.
fn excused(times: &[Moment], kills: &[Moment]) -> usize {
    let unrecorded = |kill: &Moment| {
        let near = |at: &&Moment| *kill >= **at - IN_FLIGHT && *kill <= **at + IN_FLIGHT * 3;
        times.iter().filter(near).count()
    };
    let between = |pair: &&[Moment]| {
        let near = |kill: &Moment| *kill >= pair[0] - IN_FLIGHT && *kill <= pair[1];
        kills.iter().any(near)
    };
    let again = times.windows(2).filter(between).count();
    again.max(kills.iter().map(unrecorded).sum())
}

/// What is said to one chat is heard in the order in which it was written,
/// whichever processes sent it. Plain replies only: danger overtakes, and the
/// engine commits the notices of one moment in several parts. Two clocks cannot
/// tell the order of what was written closer together than they are wrong.
fn replies_in_order(seen: &Seen, told: &[Told], wrong: &mut Vec<String>) {
    let mut first: HashMap<(String, &str), usize> = HashMap::new();
    for (position, sent) in seen.sent.iter().enumerate() {
        first
            .entry((address(sent.chat), sent.text.as_str()))
            .or_insert(position);
    }
    let mut times: HashMap<(String, String), usize> = HashMap::new();
    for (row, text) in words(seen) {
        *times.entry((row.address.clone(), text)).or_default() += 1;
    }
    // Words that were said twice cannot tell which of the two was heard first.
    let once = |address: &str, text: &str| times[&(address.to_owned(), text.to_owned())] == 1;
    let mut heard: HashMap<&str, Vec<Heard>> = HashMap::new();
    for (row, text) in words(seen) {
        if row.lane == 1
            && once(&row.address, &text)
            && let Some(position) = first.get(&(row.address.clone(), text.as_str()))
        {
            heard.entry(&row.address).or_default().push(Heard {
                row,
                position: *position,
                text,
            });
        }
    }
    let residents: HashSet<String> = told.iter().map(|t| address(t.chat)).collect();
    for (chat, said) in heard {
        // A conversation takes one step after the other. What several residents
        // lead to in the chat of one worker is committed side by side.
        let beside = if residents.contains(chat) {
            TimeDelta::zero()
        } else {
            IN_FLIGHT
        };
        let unsure = whole(seen.skew * 2 + beside);
        for one in &said {
            let overtaken = |other: &&Heard| {
                let same_commit = other.row.at == one.row.at && other.row.id < one.row.id;
                let before = same_commit || other.row.at + unsure < one.row.at;
                before && other.position > one.position
            };
            if let Some(other) = said.iter().find(overtaken) {
                wrong.push(format!(
                    "{chat}: {:?} came before {:?}",
                    one.text, other.text
                ));
            }
        }
    }
}

/// A reply and where among everything it was heard first.
struct Heard<'a> {
    row: &'a OutboxFact,
    position: usize,
    text: String,
}

/// Nothing is said before its moment by more than the clocks are wrong.
fn nothing_is_early(seen: &Seen, wrong: &mut Vec<String>) {
    let mut first: HashMap<(String, &str), i64> = HashMap::new();
    for sent in &seen.sent {
        first
            .entry((address(sent.chat), sent.text.as_str()))
            .or_insert(micros(sent.at));
    }
    let mut written = HashSet::new();
    for (row, text) in words(seen) {
        let Some(at) = first.get(&(row.address.clone(), text.as_str())) else {
            continue;
        };
        // The same words may have been said before: only the first can be early.
        let earliest = written.insert((row.address.clone(), text.clone()));
        if earliest && *at + whole(seen.skew) + SLACK < row.at {
            wrong.push(format!(
                "{} heard {text:?} {} s before it was written",
                row.address,
                (row.at - at) / 1_000_000
            ));
        }
    }
}

/// How exactly the clocks of processes that are right agree: a tenth of a real
/// second, in microseconds of the city.
const SLACK: i64 = 10_000_000;

fn whole(span: TimeDelta) -> i64 {
    span.num_microseconds().unwrap_or(i64::MAX / 4)
}
