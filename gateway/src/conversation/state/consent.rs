//! What people are told before the first question about themselves, and what
//! they are asked to agree to, each by itself. Refusing blocks nothing; danger
//! never comes here.

use crate::conversation::accord::{Consent, Given, is_minor, is_photo};
use crate::conversation::input::{Key, Words};
use crate::conversation::output::{Effect, Reply};
use crate::conversation::snapshot::State;
use crate::conversation::state::{form, prove};
use crate::conversation::turn::Turn;
use crate::conversation::{phrases, wishes};
use menus::question::Question;
use menus::{Service, Urgency};

/// Whether a question asks about somebody's person.
pub(crate) fn is_personal(question: &Question) -> bool {
    let kinds = [
        "name",
        "id_number",
        "phone",
        "address",
        "community",
        "location",
    ];
    question.sensitive || kinds.contains(&question.kind.key())
}

/// Says what is done with what people tell, once, in its newest wording.
pub(crate) fn tell(turn: &mut Turn, service: &Service) {
    let version = Consent::Notice.version();
    let told = turn.snap.consents.get(&Consent::Notice);
    if told.is_some_and(|told| told.version == version) || !service.fields.iter().any(is_personal) {
        return;
    }
    let draft = turn.draft().id.clone();
    let text = turn.text("consent.notice.text");
    let reply = Reply::plain(text)
        .key(turn.text("consent.key.aloud"), Key::Aloud(Consent::Notice))
        .key(turn.text("consent.key.less"), Key::Less { draft });
    turn.reply(reply);
    keep(turn, Consent::Notice, true);
}

/// Keeps what was said.
fn keep(turn: &mut Turn, consent: Consent, yes: bool) {
    let given = Given {
        version: consent.version(),
        at: turn.now(),
    };
    if !yes {
        turn.snap.consents.remove(&consent);
    } else if !consent.each_time() {
        turn.snap.consents.insert(consent, given);
    }
    let draft = turn.snap.draft.as_ref().map(|draft| draft.id.clone());
    turn.effect(Effect::Consent {
        consent,
        yes,
        draft,
    });
}

/// Asks what is still to be asked before a draft is read back; `false` if
/// nothing is.
pub(crate) fn asks(turn: &mut Turn) -> bool {
    let today = turn.view.local().date_naive();
    let Some(draft) = turn.snap.draft.as_ref() else {
        return false;
    };
    let Some(service) = draft.service.as_deref().and_then(|code| turn.service(code)) else {
        return false;
    };
    let calm = !service.restricted && service.urgency == Urgency::Normal && !draft.urgent;
    if calm && !draft.accord.minor && is_minor(draft, today) {
        let own = draft.for_other.is_none();
        turn.draft().accord.minor = true;
        if own {
            turn.say("consent.guardian.ask");
            turn.snap.state = State::Guardian;
            return true;
        }
    }
    let can = calm.then(|| turn.view.proving.clone());
    for consent in Consent::needed(service, turn.draft(), can.as_ref()) {
        if turn.draft().accord.agreed.contains_key(&consent) {
            continue;
        }
        let given = turn.snap.consents.get(&consent);
        if given.is_some_and(|given| given.version == consent.version()) {
            turn.draft().accord.agreed.insert(consent, true);
            continue;
        }
        ask(turn, consent);
        return true;
    }
    false
}

/// Asks for one.
pub(crate) fn ask(turn: &mut Turn, consent: Consent) {
    let draft = turn.draft().id.clone();
    let key = |yes| Key::Consent {
        draft: draft.clone(),
        consent,
        yes,
    };
    let code = consent.code();
    let reply = Reply::plain(turn.text(&format!("consent.{code}.text")))
        .key(turn.text("consent.key.yes"), key(true))
        .key(turn.text("consent.key.no"), key(false))
        .key(turn.text("consent.key.aloud"), Key::Aloud(consent));
    turn.reply(reply);
    turn.snap.state = State::Consent { consent };
}

/// An answer in words. Whatever is neither yes nor to be read aloud is no yes:
/// the request goes on without.
pub(crate) fn step(turn: &mut Turn, consent: Consent, words: &Words) {
    let text = &words.text;
    if wants_aloud(text) {
        aloud(turn, consent);
    } else if phrases::greeting(text) || phrases::thanks(text) {
        ask(turn, consent);
    } else {
        let yes = phrases::yes(text);
        if !yes && !phrases::no(text) && !wishes::skip(text) {
            turn.draft().say(text);
        }
        answer(turn, consent, yes);
    }
}

/// Takes the answer and goes on.
pub(crate) fn answer(turn: &mut Turn, consent: Consent, yes: bool) {
    turn.draft().accord.agreed.insert(consent, yes);
    keep(turn, consent, yes);
    if !yes {
        if consent == Consent::Photo {
            turn.draft().attachments.retain(|file| !is_photo(file));
        }
        turn.say("consent.without");
    }
    go_on(turn);
}

/// The grown-up who is asked for, or nobody.
pub(crate) fn guardian(turn: &mut Turn, words: &Words) {
    let text = &words.text;
    if !wishes::skip(text) && !phrases::no(text) && !wishes::unsure(text) {
        turn.draft().accord.guardian = Some(text.chars().take(200).collect());
    }
    go_on(turn);
}

fn go_on(turn: &mut Turn) {
    if !asks(turn) {
        prove::before_confirm(turn);
    }
}

/// Leaves out what was not asked yet about the person; the worker asks.
pub(crate) fn less(turn: &mut Turn) {
    let code = turn.draft().service.clone();
    let Some(service) = code.and_then(|code| turn.service(&code)) else {
        return super::go_on(turn);
    };
    for question in service.fields.iter().filter(|q| is_personal(q)) {
        if !turn.draft().answers.contains_key(&question.key) {
            form::skip(turn, &question.key);
        }
    }
    turn.say("consent.less");
    form::ask(turn, None);
}

/// Whether words ask for a text to be read out.
pub(crate) fn wants_aloud(text: &str) -> bool {
    let words = [
        "读给我听",
        "念给我听",
        "读一下",
        "念一下",
        "读给我听听",
        "readittome",
        "readaloud",
    ];
    words.contains(&phrases::fold(text).as_str())
}

/// The wording that any phone can read out, and then what was asked.
pub(crate) fn aloud(turn: &mut Turn, consent: Consent) {
    turn.say(&format!("consent.{}.aloud", consent.code()));
    super::again(turn);
}

/// What was agreed to, each to be taken back.
pub(crate) fn list(turn: &mut Turn) {
    let given = turn.snap.consents.keys().copied();
    let given: Vec<Consent> = given.filter(|c| *c != Consent::Notice).collect();
    if given.is_empty() {
        turn.say("consent.none");
        return;
    }
    let mut reply = Reply::plain(turn.text("consent.which"));
    for consent in given {
        let name = turn.text(&format!("consent.{}.name", consent.code()));
        reply = reply.key(
            turn.fill("consent.key.revoke", &[("name", name)]),
            Key::Revoke(consent),
        );
    }
    turn.reply(reply);
}

/// Takes one back: it counts from now on, and whoever works on it is told.
pub(crate) fn revoke(turn: &mut Turn, consent: Consent) {
    if turn.snap.consents.remove(&consent).is_some() {
        turn.effect(Effect::Revoke(consent));
        if let Some(draft) = turn.snap.draft.as_mut() {
            draft.accord.agreed.remove(&consent);
        }
    }
    let name = turn.text(&format!("consent.{}.name", consent.code()));
    let text = turn.fill("consent.revoked", &[("name", name)]);
    turn.reply(Reply::plain(text));
}
