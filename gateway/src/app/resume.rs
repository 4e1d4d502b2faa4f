//! A conversation that goes on in another browser, by a short code that can be
//! read out: which chat a browser's session stands for.
//!
//! A code is good for ten minutes and once. Only its keyed hash is stored, and
//! tries are counted in the store before they are looked at. The browser that
//! is let in has a session of its own; what is stored of it leads to the chat
//! and can be ended by whoever holds the conversation. The first browser's
//! secret never leaves it.

use super::Core;
use crate::clock::{Moment, micros};
use crate::outbox::{Lane, Letter, Parcel, placed};
use crate::seal::Seal;
use crate::staff::attempts;
use crate::store::rows::GrantRow;
use crate::store::staff::VoidRow;
use crate::store::{Changes, StoreError, grants};
use crate::texts;
use bots::{Address, Content, Inbound, Outbound};
use chrono::TimeDelta;
use menus::Lang;
use rand::Rng;

/// How long a code is good for.
pub const LASTS: TimeDelta = TimeDelta::minutes(10);
/// How long another browser keeps the conversation without a new code.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Wrong codes from one network, and from all of them, until it is too many.
const TRIES: (i64, i64) = (10, 500);
/// What sessions of further browsers begin with.
pub const FURTHER: char = 'r';

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumed {
    /// The session holds the conversation now.
    Here,
    /// Used, too old or never given out.
    Wrong,
    /// Too many tries.
    Later,
}

/// The chat of a first browser: a keyed hash, so that the database holds no
/// secret with which somebody could sit down in a resident's place.
fn own(seal: &Seal, session: &str) -> String {
    seal.name("webchat", session)
}

fn tag(seal: &Seal, session: &str) -> String {
    seal.name("further", session)
}

/// The chat a session stands for.
pub async fn chat(core: &Core, session: &str) -> Result<String, StoreError> {
    chat_then(core, session, core.clock.now()).await
}

async fn chat_then(core: &Core, session: &str, now: Moment) -> Result<String, StoreError> {
    if session.starts_with(FURTHER) {
        let found = grants::valid(&core.db, &tag(&core.seal, session), micros(now)).await?;
        if let Some(grant) = found.filter(|grant| grant.kind == "further") {
            return Ok(grant.subject);
        }
    }
    Ok(own(&core.seal, session))
}

/// Something a session did, for the intake, and whether its chat is known: while
/// it cannot be looked up the message bears the session instead, until
/// [`place`]. `key` names the click.
pub async fn inbound(
    core: &Core,
    session: &str,
    key: &str,
    content: Content,
) -> (Inbound, Result<(), StoreError>) {
    let (chat, known) = match chat(core, session).await {
        Ok(chat) => (chat, Ok(())),
        Err(error) => (session.to_owned(), Err(error)),
    };
    let key = click(&chat, key);
    (bots::webchat::inbound(&chat, &key, content), known)
}

/// Names a click of this chat and of no other.
pub fn click(chat: &str, key: &str) -> String {
    format!("{}:{key}", &chat[..16])
}

/// Finds the chat of a message that was kept under a session's name, as it was
/// when the message came; its click has the name that it has when it comes again.
pub async fn place(core: &Core, inbound: &mut Inbound, came: Moment) -> Result<(), StoreError> {
    let session = inbound.address.chat.clone();
    let unplaced =
        session.starts_with(FURTHER) && inbound.address == bots::webchat::address(&session);
    if !unplaced {
        return Ok(());
    }
    let chat = chat_then(core, &session, came).await?;
    if let Some(key) = inbound.key.strip_prefix(&click(&session, "")) {
        inbound.key = click(&chat, key);
    }
    inbound.address = bots::webchat::address(&chat);
    inbound.sender.id = chat;
    Ok(())
}

/// Whether the conversation a further browser was let into was taken from it.
pub async fn is_parted(core: &Core, session: &str) -> Result<bool, StoreError> {
    let further = session.starts_with(FURTHER);
    Ok(further && chat(core, session).await? == own(&core.seal, session))
}

/// The address of a session's chat.
pub async fn address(core: &Core, session: &str) -> Result<Address, StoreError> {
    Ok(bots::webchat::address(&chat(core, session).await?))
}

/// Hands out a code for the chat of a session; codes given out before end.
pub async fn code(core: &Core, session: &str) -> Result<String, StoreError> {
    let subject = chat(core, session).await?;
    let code = format!("{:08}", rand::rng().random_range(0..100_000_000_u32));
    let now = core.clock.now();
    let end = VoidRow {
        kind: "resume".into(),
        subject: subject.clone(),
        at: micros(now),
    };
    let mut changes = Changes::at(micros(now));
    changes.grants_void.push(end);
    core.db.commit(&changes).await?;
    let tag = core.seal.name("resume", &code);
    let grant = grant(core, ("resume", tag), subject, LASTS, now);
    let mut changes = Changes::at(micros(now));
    changes.grants.push(grant);
    core.db.commit(&changes).await?;
    Ok(code)
}

fn grant(
    core: &Core,
    (kind, tag): (&str, String),
    subject: String,
    lasts: TimeDelta,
    now: Moment,
) -> GrantRow {
    GrantRow {
        tag,
        kind: kind.into(),
        subject,
        at: micros(now),
        // People type in real time, however fast a demo runs.
        expires: micros(now + core.clock.ahead(lasts)),
    }
}

/// Gives the conversation behind a code to a further browser's session, and
/// says so in the conversation.
pub async fn resume(
    core: &Core,
    typed: &str,
    session: &str,
    from: &str,
) -> Result<Resumed, StoreError> {
    let Ok(turn) = attempts::take_nameless(core, "resume", from, TRIES).await? else {
        return Ok(Resumed::Later);
    };
    let Some(code) = digits(typed) else {
        return Ok(Resumed::Wrong);
    };
    let now = core.clock.now();
    let used = core.seal.name("resume", &code);
    let found = grants::valid(&core.db, &used, micros(now)).await?;
    let Some(found) = found.filter(|grant| grant.kind == "resume") else {
        return Ok(Resumed::Wrong);
    };
    let mut changes = Changes::at(micros(now));
    changes.grants_used.push(used);
    let further = ("further", tag(&core.seal, session));
    let grant = grant(core, further, found.subject.clone(), KEPT, now);
    changes.grants.push(grant);
    let told = told(core, &found.subject, "talk.resumed").await?;
    let held = core.write_letters(told, &mut changes, now);
    match core.db.commit(&changes).await {
        Ok(committed) => {
            core.outbox.send(placed(held, &committed));
            turn.undo(core).await?;
            Ok(Resumed::Here)
        }
        // Somebody else was faster: the code is used up.
        Err(StoreError::Conflict) => Ok(Resumed::Wrong),
        Err(error) => Err(error),
    }
}

/// Ends every further browser of a session's chat but the one that asks, and
/// the codes that were not used.
pub async fn end_others(core: &Core, session: &str) -> Result<(), StoreError> {
    let subject = chat(core, session).await?;
    let now = core.clock.now();
    let mut changes = Changes::at(micros(now));
    for kind in ["resume", "further"] {
        changes.grants_void.push(VoidRow {
            kind: kind.into(),
            subject: subject.clone(),
            at: micros(now),
        });
    }
    let told = told(core, &subject, "talk.resumed_end").await?;
    let held = core.write_letters(told, &mut changes, now);
    let committed = core.db.commit(&changes).await?;
    core.outbox.send(placed(held, &committed));
    Ok(())
}

/// A notice in the conversation, in its language.
async fn told(core: &Core, chat: &str, key: &str) -> Result<Vec<Letter>, StoreError> {
    let to = bots::webchat::address(chat);
    let snapshot = core.snapshot(&to.to_string()).await?;
    let lang = snapshot.map_or_else(Lang::default, |snapshot| snapshot.lang);
    Ok(vec![Letter {
        to,
        lane: Lane::Reply,
        request: None,
        parcel: Parcel {
            message: Outbound::text(texts::text(lang, key)),
            keys: Vec::new(),
            kind: Some("notice".into()),
        },
        not_before: None,
    }])
}

/// The eight digits of a code, however they were written or read out.
fn digits(typed: &str) -> Option<String> {
    const HAN: &str = "零一二三四五六七八九";
    let digit = |c: char| match c {
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        '〇' => Some('0'),
        '幺' => Some('1'),
        '两' => Some('2'),
        c if c.is_ascii_digit() => Some(c),
        c => HAN
            .chars()
            .position(|han| han == c)
            .and_then(|n| char::from_digit(n as u32, 10)),
    };
    let gaps = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '－' | '.' | '。' | '，' | ',');
    let all: Option<String> = typed.chars().filter(gaps).take(16).map(digit).collect();
    all.filter(|code| code.len() == 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_written_or_read_out() {
        for typed in [
            "48210937",
            " 4821 0937 ",
            "4821-0937",
            "４８２１０９３７",
            "四八二幺，〇九三七",
            "四八二一 零九三七",
        ] {
            assert_eq!(digits(typed).as_deref(), Some("48210937"), "{typed}");
        }
        for typed in ["", "4821093", "482109371", "4821 093x", "四千八"] {
            assert_eq!(digits(typed), None, "{typed}");
        }
    }
}
