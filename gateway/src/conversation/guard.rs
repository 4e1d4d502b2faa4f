//! The order in which a message is looked at, whatever the state: danger first,
//! then buttons, then the words that work everywhere, then a worker who holds
//! the conversation, then the state itself.

use crate::clock::moment;
use crate::conversation::accord::Consent;
use crate::conversation::crisis;
use crate::conversation::draft::Draft;
use crate::conversation::input::{Escape, Key, Understood, Words};
use crate::conversation::need;
use crate::conversation::output::{Case, Effect, Reply, Said};
use crate::conversation::phrases::{self, Command};
use crate::conversation::snapshot::{Snapshot, State};
use crate::conversation::state::{self, choose, clarify, confirm, form, idle, menu};
use crate::conversation::turn::Turn;
use crate::conversation::{hide, materials, press, tongue};
use crate::ids::DraftId;
use chrono::TimeDelta;
use intents::{CrisisHit, Decision};
use menus::Lang;
use menus::menu::TOP;

/// After this long a draft is erased: what was never sent is not kept.
const ERASED: TimeDelta = TimeDelta::days(30);
/// After this long a conversation starts afresh; its draft is put aside.
const FORGOTTEN: TimeDelta = TimeDelta::days(7);
/// After this long the person is told where the conversation stood.
const PAUSE: TimeDelta = TimeDelta::minutes(30);

/// Takes one message.
pub(crate) fn receive(turn: &mut Turn, input: Understood) {
    if matches!(input, Understood::Nothing) {
        return;
    }
    arrive(turn, &input);
    if danger(turn, &input) {
        return;
    }
    match input {
        Understood::Key(key) => press::press(turn, key),
        Understood::Stale => press::stale(turn),
        Understood::Words(words) => {
            speak(turn, &words);
            if words.verdict.crisis.is_some() && !clarify::asks_of_danger(turn) {
                // It was meant to be asked about, and something else took the words.
                crisis::found(turn, &words, Vec::new(), false);
            }
        }
        other => materials::receive(turn, other),
    }
}

/// Danger in any words of the message.
fn danger(turn: &mut Turn, input: &Understood) -> bool {
    let Some(words) = input.words().filter(|words| words.verdict.crisis.is_some()) else {
        return false;
    };
    if may_be_asked(turn, input) {
        return false;
    }
    let attachments = match input {
        Understood::File { file, .. } => vec![file.clone()],
        _ => Vec::new(),
    };
    crisis::found(
        turn,
        words,
        attachments,
        matches!(input, Understood::Edited(_)),
    );
    true
}

/// Whether danger that was not said plainly can be a choice of the one question: only at rest, of one need, before any
/// other danger, and never where whoever causes it may read along.
fn may_be_asked(turn: &Turn, input: &Understood) -> bool {
    let Understood::Words(Words {
        verdict,
        escape: None,
        ..
    }) = input
    else {
        return false;
    };
    let snap = &turn.snap;
    let rests = matches!(snap.state, State::Idle | State::Menu { .. } | State::Sort);
    let begun = snap.draft.as_ref().is_some_and(|d| d.service.is_some());
    let hidden = |hit: &CrisisHit| crisis::is_hidden(&hit.service);
    verdict.decision == Decision::Ask
        && verdict.needs.len() <= 1
        && !verdict.crisis.as_ref().is_some_and(hidden)
        && rests
        && !begun
        && snap.held.is_none()
        && snap.danger.is_empty()
}

fn speak(turn: &mut Turn, words: &Words) {
    if let State::Crisis(live) = &turn.snap.state
        && state::crisis::expects(live, words)
    {
        let live = live.clone();
        state::crisis::step(turn, live, words);
        return;
    }
    if let Some(escape) = words.escape {
        self::escape(turn, escape);
        return;
    }
    if matches!(turn.snap.state, State::Crisis(_)) {
        state::step(turn, words);
        return;
    }
    if held(turn, |to| Said::words(to, &words.text)) {
        return;
    }
    if let Some(Command::Language(lang)) = phrases::command(&words.text) {
        idle::speak(turn, lang);
        return;
    }
    match phrases::command(&words.text) {
        Some(Command::Consents) => return state::consent::list(turn),
        Some(Command::Aloud) if !matches!(turn.snap.state, State::Consent { .. }) => {
            return state::consent::aloud(turn, Consent::Notice);
        }
        _ => {}
    }
    greet(turn, words);
    state::step(turn, words);
}

/// While a worker talks to the person, everything goes to the worker; the bot
/// says so once and is silent.
pub(crate) fn held(turn: &mut Turn, said: impl FnOnce(Case) -> Said) -> bool {
    let Some(held) = turn.snap.held.as_mut() else {
        return false;
    };
    let told = std::mem::replace(&mut held.told, true);
    let (to, by) = (Case::Request(held.request.clone()), held.by.clone());
    turn.effect(Effect::Say(Box::new(said(to))));
    turn.opening_line = None;
    if !told {
        let text = turn.fill("talk.held.told", &[("who", &by)]);
        turn.reply(Reply::plain(text));
    }
    true
}

/// A word that works everywhere.
pub(crate) fn escape(turn: &mut Turn, escape: Escape) {
    turn.opening_line = None;
    match escape {
        Escape::Hide => return hide::hide(turn),
        Escape::Show => return hide::show(turn),
        _ => {}
    }
    if let Some(held) = turn.snap.held.clone() {
        match escape {
            Escape::Menu => release(turn),
            Escape::Progress => {}
            _ => {
                let text = turn.fill("talk.held.talking", &[("who", &held.by)]);
                turn.reply(Reply::plain(text));
                return;
            }
        }
    }
    let danger = matches!(turn.snap.state, State::Crisis(_));
    if danger {
        turn.say("crisis.reply.stays");
    }
    match escape {
        Escape::Menu if !turn.snap.greeted && !danger => idle::welcome_to_menu(turn),
        Escape::Menu => menu::enter(turn, TOP),
        Escape::Back => back(turn),
        Escape::Cancel => cancel(turn),
        Escape::Human => need::to_human(turn),
        Escape::Progress => choose::progress(turn),
        Escape::Hide | Escape::Show => {}
    }
}

/// The person takes the conversation back from the worker.
pub(crate) fn release(turn: &mut Turn) {
    if let Some(held) = turn.snap.held.take() {
        let text = turn.fill("talk.held.released", &[("who", &held.by)]);
        turn.reply(Reply::plain(text));
        turn.effect(Effect::Release {
            request: held.request,
        });
    }
}

/// One step back. Never sends anything.
fn back(turn: &mut Turn) {
    match turn.snap.state.clone() {
        State::Idle => idle::rest(turn),
        State::Menu { screen } => menu::back(turn, &screen),
        State::Form
        | State::Prove(_)
        | State::Confirm
        | State::Consent { .. }
        | State::Guardian
        | State::Place { .. } => form::back(turn),
        State::Change | State::Whom => confirm::enter(turn),
        State::Switch { fresh } => {
            state::switch::wait(turn, *fresh);
            form::resume(turn);
        }
        State::Clarify { .. }
        | State::Several { .. }
        | State::Sort
        | State::MyData
        | State::Correct { .. } => menu::enter(turn, TOP),
        State::Choose { .. }
        | State::Withdraw { .. }
        | State::Adding { .. }
        | State::Rating { .. } => {
            if turn.snap.draft.as_ref().is_some_and(Draft::stands) {
                state::go_on(turn);
            } else {
                idle::rest(turn);
            }
        }
        State::Crisis(_) | State::Human { .. } => state::go_on(turn),
    }
}

/// Stops what is under way. What was sent stays sent, and is said to.
fn cancel(turn: &mut Turn) {
    let state = turn.snap.state.clone();
    match state {
        // The new matter is left; the open one was not meant.
        State::Switch { .. } => {
            turn.say("talk.dropped");
            form::resume(turn);
        }
        State::Withdraw { .. } => state::withdraw::keep(turn),
        State::Crisis(_) => turn.idle(),
        _ => {
            if let Some(id) = turn.snap.draft.as_ref().map(|draft| draft.id.clone()) {
                confirm::discard(turn, &id);
                return;
            }
            if let Some(id) = offered_draft(turn) {
                confirm::discard(turn, &id);
                return;
            }
            turn.idle();
            turn.say("talk.nothing_open");
            if turn.open_requests().next().is_some() {
                turn.say("talk.nothing_open_sent");
            }
        }
    }
}

/// The draft put aside that was offered last.
fn offered_draft(turn: &Turn) -> Option<DraftId> {
    let offered = turn.snap.offered.iter();
    let drop = |key: &Key| match key {
        Key::Drop { draft } => Some(draft.clone()),
        _ => None,
    };
    let id = offered.map(|offer| &offer.key).find_map(drop)?;
    let aside = turn.snap.aside.iter();
    aside
        .map(|draft| &draft.id)
        .any(|aside| *aside == id)
        .then_some(id)
}

/// What time did to the conversation since the last message, and the language
/// of this one.
fn arrive(turn: &mut Turn, input: &Understood) {
    turn.snap.lang = language(&turn.snap, input);
    forget_closed_dangers(turn);
    if turn.snap.last_at == 0 {
        return;
    }
    let gap = turn.view.now - moment(turn.snap.last_at);
    if gap > ERASED {
        turn.snap.draft = None;
        turn.snap.aside.clear();
    }
    let resting = matches!(turn.snap.state, State::Idle) && turn.snap.draft.is_none();
    if gap > FORGOTTEN && !resting {
        let kept = turn.snap.draft.as_ref().filter(|draft| draft.stands());
        if kept.is_some() {
            let line = turn.fill("talk.pause.aside", &[("title", turn.draft_title())]);
            turn.opening_line = Some(line);
        }
        turn.snap.put_aside();
        turn.idle();
    } else if gap > PAUSE && matches!(input, Understood::Words(_) | Understood::File { .. }) {
        turn.opening_line = standing(turn);
    }
}

/// Where the conversation stood, in one line.
fn standing(turn: &Turn) -> Option<String> {
    match &turn.snap.state {
        State::Form
        | State::Prove(_)
        | State::Confirm
        | State::Change
        | State::Consent { .. }
        | State::Guardian
        | State::Whom
        | State::MyData
        | State::Correct { .. }
        | State::Place { .. } => {
            Some(turn.fill("talk.pause.form", &[("title", turn.draft_title())]))
        }
        State::Clarify { .. } | State::Several { .. } | State::Switch { .. } => {
            Some(turn.text("talk.pause.question").to_owned())
        }
        State::Adding { request } => {
            let reference = &turn.request(request)?.reference;
            Some(turn.fill("talk.pause.adding", &[("reference", reference)]))
        }
        State::Human { .. } => Some(turn.text("talk.pause.human").to_owned()),
        _ => None,
    }
}

/// The language of the answer to this message: the one that was chosen, else the
/// one that the person writes.
pub(crate) fn language(snap: &Snapshot, input: &Understood) -> Lang {
    if let Understood::Key(Key::Language(lang)) = input {
        return *lang;
    }
    let Some(words) = input.words() else {
        return snap.lang;
    };
    if let Some(Command::Language(lang)) = phrases::command(&words.text) {
        return lang;
    }
    let tells = words.escape.is_some() || free(&snap.state) || words.text.chars().count() > 24;
    match tongue::language(&words.text) {
        Some(lang) if tells && !snap.lang_fixed => lang,
        _ => snap.lang,
    }
}

/// States in which any words show the language of the person; elsewhere a
/// short answer may just be a name.
fn free(state: &State) -> bool {
    matches!(
        state,
        State::Idle | State::Menu { .. } | State::Clarify { .. } | State::Sort
    )
}

/// A danger lasts as long as its case is open. One that is not among the requests
/// any more (closed long ago, erased, or no longer this person's to speak of) is
/// over as well: new words of danger must open a case, not go to one that nobody
/// looks at.
fn forget_closed_dangers(turn: &mut Turn) {
    if turn.snap.danger.is_empty() {
        return;
    }
    let requests = turn.view.requests;
    let lives = |draft: &DraftId| {
        requests
            .iter()
            .any(|mine| mine.draft.as_ref() == Some(draft) && mine.open)
    };
    turn.snap.danger.retain(|danger| lives(&danger.draft));
    if let State::Crisis(live) = &turn.snap.state
        && !lives(&live.draft)
    {
        turn.idle();
    }
}

/// Somebody who comes with a need is greeted in one line, and learns the words
/// that always work.
fn greet(turn: &mut Turn, words: &Words) {
    if !turn.snap.greeted && !phrases::greeting(&words.text) {
        turn.snap.greeted = true;
        let text = turn.text("talk.welcome.short").to_owned();
        turn.opening_line = Some(text);
    }
}
