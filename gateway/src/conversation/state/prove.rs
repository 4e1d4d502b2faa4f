//! Proving who somebody is, after the need and the form were heard and before
//! they are confirmed. Nobody who is in danger or in a hurry is asked, it is
//! asked once, and 「以后再说」 always goes on: a worker finishes it at the visit.

use crate::clock::moment;
use crate::conversation::draft::{Draft, Proving};
use crate::conversation::input::{Key, Words};
use crate::conversation::need;
use crate::conversation::output::{Effect, Reply};
use crate::conversation::phrases;
use crate::conversation::snapshot::State;
use crate::conversation::state::{confirm, mydata, switch};
use crate::conversation::turn::Turn;
use crate::conversation::wishes;
use crate::identity::Outcome;
use crate::identity::phone_code::RESEND;
use crate::people::phone;
use menus::question::Answer;
use menus::{Assurance, Urgency};
use serde::{Deserialize, Serialize};

/// The code that is waited for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// Id of the code.
    pub code: String,
    /// Where it was sent.
    pub phone: String,
    /// When, microseconds.
    pub sent: i64,
    /// The person wants to see what is kept of them; the number is the one that
    /// was known before, and no other will do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_copy: bool,
}

/// Asks for the proof the service needs, if any can be given now; else goes on
/// to confirming.
pub(crate) fn before_confirm(turn: &mut Turn) {
    match wanted(turn) {
        Some(phone) => send(turn, phone, false),
        None => confirm::enter(turn),
    }
}

/// The number to send a code to, when one is to be sent.
fn wanted(turn: &Turn) -> Option<String> {
    let can = &turn.view.proving;
    let draft = turn.snap.draft.as_ref()?;
    let service = turn.service(draft.service.as_deref()?)?;
    // Who has nothing to eat, no roof or no time is not held up.
    let calm = service.urgency == Urgency::Normal && !draft.urgent;
    let needs = service.assurance > can.reached && can.reached < Assurance::L1;
    (can.codes && calm && needs && draft.proving.is_none()).then(|| mobile(draft))?
}

/// The mobile number in a draft.
fn mobile(draft: &Draft) -> Option<String> {
    match draft.answers.get("phone")? {
        Answer::Text(text) => mobile_in(text),
        _ => None,
    }
}

fn mobile_in(text: &str) -> Option<String> {
    let (number, kind) = phone::parse(text)?;
    (kind == phone::Kind::Mobile).then_some(number)
}

/// Has a code sent to the number that is known, before what is kept of the
/// person is shown; `false` if that cannot be.
pub(crate) fn before_copy(turn: &mut Turn) -> bool {
    let known = turn.snap.known.phone.as_deref().and_then(mobile_in);
    match known.filter(|_| turn.view.proving.codes) {
        Some(phone) => send(turn, phone, true),
        None => return false,
    }
    true
}

/// Has a code sent. What is said depends on whether it may be.
fn send(turn: &mut Turn, phone: String, for_copy: bool) {
    let wait = Wait {
        code: (turn.view.new_id)().0,
        phone,
        sent: turn.now(),
        for_copy,
    };
    let draft = turn.draft().id.clone();
    turn.effect(Effect::SendCode {
        draft,
        wait: wait.clone(),
    });
    turn.snap.state = State::Prove(wait);
}

/// Says once more what is waited for.
pub(crate) fn again(turn: &mut Turn, wait: &Wait) {
    let phone = crate::people::mask::phone(&wait.phone);
    let text = turn.fill("prove.again", &[("phone", &phone)]);
    say(turn, text);
}

/// With the two ways on.
fn say(turn: &mut Turn, text: impl Into<String>) {
    let draft = turn.draft().id.clone();
    let reply = ways(turn.snap.lang, Reply::plain(text), &draft);
    turn.reply(reply);
}

/// A reply that leaves both ways open: another code, or going on without.
pub(crate) fn ways(lang: menus::Lang, reply: Reply, draft: &crate::ids::DraftId) -> Reply {
    let text = |key| crate::texts::text(lang, key);
    let reply = Reply {
        open: true,
        ..reply
    };
    reply
        .key(
            text("prove.key.resend"),
            Key::Resend {
                draft: draft.clone(),
            },
        )
        .key(
            text("prove.key.later"),
            Key::Later {
                draft: draft.clone(),
            },
        )
}

/// An answer in words: the code, another number, or no wish for it.
pub(crate) fn step(turn: &mut Turn, wait: &Wait, words: &Words) {
    let text = &words.text;
    if let Some(outcome) = turn.view.proving.outcome {
        return judged(turn, wait, outcome);
    }
    if puts_off(text) {
        return later(turn);
    }
    if wants_again(text) {
        return resend(turn, wait);
    }
    let other = mobile_in(text).filter(|other| *other != wait.phone);
    if wait.for_copy && other.is_some() {
        return again(turn, wait);
    }
    if let Some(other) = other {
        let answer = Answer::Text(other.clone());
        turn.draft().answers.insert("phone".to_owned(), answer);
        return send(turn, other, false);
    }
    let service = turn.draft().service.clone().unwrap_or_default();
    if need::another(&words.verdict, &service, text) {
        let fresh = need::gather(turn, words);
        return switch::enter(turn, fresh);
    }
    again(turn, wait);
}

fn judged(turn: &mut Turn, wait: &Wait, outcome: Outcome) {
    match outcome {
        Outcome::Match => {
            turn.effect(Effect::Proved {
                verifier: "phone_code",
                subject: wait.phone.clone(),
                code: Some(wait.code.clone()),
            });
            if wait.for_copy {
                turn.say("prove.right");
                return mydata::give(turn, wait.phone.clone());
            }
            turn.draft().proving = Some(Proving::Phone);
            turn.say("prove.right");
            confirm::enter(turn);
        }
        Outcome::NoMatch { left } if left > 0 => {
            let text = turn.fill("prove.wrong", &[("left", &left.to_string())]);
            say(turn, text);
        }
        Outcome::NoMatch { .. } | Outcome::CannotSay(_) => {
            let text = turn.text("prove.over");
            say(turn, text);
        }
    }
}

/// The own contact card instead of a code: the messenger vouches for it.
pub(crate) fn card(turn: &mut Turn, wait: &Wait, phone: &str) {
    if !wait.for_copy {
        turn.say("prove.right");
        confirm::enter(turn);
    } else if mobile_in(phone).as_ref() == Some(&wait.phone) {
        turn.say("prove.right");
        mydata::give(turn, wait.phone.clone());
    } else {
        again(turn, wait);
    }
}

/// Another code, a minute after the last one.
pub(crate) fn resend(turn: &mut Turn, wait: &Wait) {
    let left = moment(wait.sent) + RESEND - turn.view.now;
    if left > chrono::TimeDelta::zero() {
        let seconds = left.num_seconds().max(1).to_string();
        let text = turn.fill("prove.wait", &[("seconds", &seconds)]);
        say(turn, text);
    } else {
        send(turn, wait.phone.clone(), wait.for_copy);
    }
}

/// Not now: it goes on without.
pub(crate) fn later(turn: &mut Turn) {
    if matches!(&turn.snap.state, State::Prove(wait) if wait.for_copy) {
        return mydata::by_request(turn);
    }
    turn.draft().proving = Some(Proving::Later);
    turn.say("prove.later");
    confirm::enter(turn);
}

fn puts_off(text: &str) -> bool {
    let later = [
        "以后再说",
        "以后",
        "以后吧",
        "稍后",
        "待会",
        "待会儿再说",
        "回头再说",
        "下次",
        "遲啲先",
        "later",
        "notnow",
        "收不到",
        "没收到短信",
        "没有手机",
        "手机不在身边",
        "不方便",
    ];
    let folded = phrases::fold(text);
    later.contains(&folded.as_str())
        || wishes::skip(text)
        || wishes::no_phone(text)
        || wishes::unsure(text)
        || phrases::no(text)
}

fn wants_again(text: &str) -> bool {
    let again = [
        "再发",
        "再发一次",
        "重发",
        "重新发",
        "没收到",
        "没有收到",
        "還未收到",
        "resend",
        "sendagain",
        "again",
    ];
    again.contains(&phrases::fold(text).as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::conversation::Snapshot;
    use menus::Lang;

    #[test]
    fn what_is_waited_for_survives_the_store() {
        let mut snapshot = Snapshot::fresh(1, Lang::Zh);
        snapshot.state = State::Prove(Wait {
            code: "c".into(),
            phone: "13812345678".into(),
            sent: 5,
            for_copy: false,
        });
        assert_eq!(Snapshot::from_json(&snapshot.to_json(), 1), snapshot);
    }
}
