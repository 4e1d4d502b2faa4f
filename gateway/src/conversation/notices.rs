//! What other parts say to a resident about a request, in the resident's
//! language. Each gives a whole reply; none decides whether it is to be sent.
//!
//! Restricted cases get [`neutral`] and nothing else: no service, no worker's
//! desk, no reference that would tell a bystander what it is about.

use crate::clock::Moment;
use crate::conversation::crisis;
use crate::conversation::input::Key;
use crate::conversation::output::{Reply, ReplyKind};
use crate::conversation::promise::moment_words;
use crate::conversation::view::Lines;
use crate::ids::RequestId;
use crate::texts;
use chrono::FixedOffset;
use intents::CrisisHit;
use menus::Lang;

fn notice(lang: Lang, key: &str, values: &[(&str, &str)]) -> Reply {
    Reply::of(ReplyKind::Notice, texts::fill(lang, key, values))
}

/// A worker took the request. `title`: the service's name.
pub fn accepted(lang: Lang, reference: &str, title: &str, who: &str) -> Reply {
    notice(
        lang,
        "notice.accepted",
        &[("reference", reference), ("title", title), ("who", who)],
    )
}

/// The worker says or asks something; verbatim.
pub fn asks(lang: Lang, reference: &str, who: &str, question: &str) -> Reply {
    notice(
        lang,
        "notice.asks",
        &[
            ("reference", reference),
            ("who", who),
            ("question", question),
        ],
    )
}

/// It is about the same thing as another one of theirs, or of somebody else,
/// and goes on there.
pub fn joined(lang: Lang, reference: &str, title: &str, other: Option<&str>) -> Reply {
    let values = [("reference", reference), ("title", title)];
    match other {
        Some(other) => {
            let values = [values[0], values[1], ("other", other)];
            notice(lang, "notice.joined", &values)
        }
        None => notice(lang, "notice.joined_elsewhere", &values),
    }
}

/// It goes on by itself again.
pub fn parted(lang: Lang, reference: &str, title: &str) -> Reply {
    let values = [("reference", reference), ("title", title)];
    notice(lang, "notice.parted", &values)
}

/// What it followed is done.
pub fn followed(lang: Lang, reference: &str, title: &str) -> Reply {
    let values = [("reference", reference), ("title", title)];
    notice(lang, "notice.followed", &values)
}

/// The promise has a new moment, with the reason in words.
pub fn promise_changed(
    lang: Lang,
    reference: &str,
    by: Moment,
    offset: FixedOffset,
    reason: &str,
) -> Reply {
    let by = moment_words(by, offset, lang);
    notice(
        lang,
        "notice.promise_changed",
        &[("reference", reference), ("by", &by), ("reason", reason)],
    )
}

/// The clock stands still for a reason, at most until a moment.
pub fn paused(
    lang: Lang,
    reference: &str,
    until: Moment,
    offset: FixedOffset,
    reason: &str,
) -> Reply {
    let until = moment_words(until, offset, lang);
    notice(
        lang,
        "notice.paused",
        &[
            ("reference", reference),
            ("until", &until),
            ("reason", reason),
        ],
    )
}

/// Nobody kept the promise yet: who was told.
pub fn late(lang: Lang, reference: &str, told: &str) -> Reply {
    notice(
        lang,
        "notice.late",
        &[("reference", reference), ("who", told)],
    )
}

/// The worker proposes to close; the resident decides by one tap. `outcome` in
/// words.
pub fn closed(
    lang: Lang,
    request: &RequestId,
    reference: &str,
    title: &str,
    outcome: &str,
) -> Reply {
    let key = |solved| Key::Solved {
        request: request.clone(),
        solved,
    };
    notice(
        lang,
        "notice.closed",
        &[
            ("reference", reference),
            ("title", title),
            ("outcome", outcome),
        ],
    )
    .key(texts::text(lang, "request.key.solved"), key(true))
    .key(texts::text(lang, "request.key.unsolved"), key(false))
}

/// The request has another worker, with the reason in words.
pub fn transferred(lang: Lang, reference: &str, who: &str, reason: &str) -> Reply {
    notice(
        lang,
        "notice.transferred",
        &[("reference", reference), ("who", who), ("reason", reason)],
    )
}

/// The worker gave the conversation back to the bot.
pub fn released(lang: Lang, who: &str) -> Reply {
    notice(lang, "notice.released", &[("who", who)])
}

/// News of a restricted case: says nothing that a bystander should not read.
pub fn neutral(lang: Lang) -> Reply {
    notice(lang, "notice.neutral", &[])
}

/// The store cannot be reached: the message is kept, and help is a call away.
/// Danger gets its card first: nobody on duty hears of it before the store is back.
pub fn holding(lang: Lang, lines: &Lines, danger: Option<&CrisisHit>) -> Reply {
    let mut text = texts::text(lang, "notice.holding.kept").to_owned();
    if let Some(hit) = danger.filter(|hit| hit.sure) {
        let card = crisis::card(&hit.service, lines, true, lang);
        return Reply::of(ReplyKind::Crisis, format!("{card}\n{text}"));
    }
    let desk = lines.duty.as_deref().or(lines.city.as_deref());
    if let Some(phone) = desk {
        text.push_str(&texts::fill(
            lang,
            "notice.holding.desk",
            &[("phone", phone)],
        ));
    }
    let numbers = crisis::numbers(lines);
    text.push_str(&texts::fill(lang, "notice.holding.danger", &numbers));
    if danger.is_some() && lines.mind.is_some() {
        text.push('\n');
        text.push_str(&texts::fill(lang, "talk.clarify.low", &numbers));
    }
    Reply::of(ReplyKind::Notice, text)
}

/// Too many messages at once: they are kept and answered more slowly; danger is
/// never slowed.
pub fn slow_down(lang: Lang, lines: &Lines) -> Reply {
    notice(
        lang,
        "notice.slow_down",
        &crate::conversation::crisis::numbers(lines),
    )
}

/// Something went wrong with this message; a person will look at it.
pub fn parked(lang: Lang) -> Reply {
    notice(lang, "notice.parked", &[])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::{TimeZone, Utc};

    fn all(lang: Lang) -> Vec<Reply> {
        let china = FixedOffset::east_opt(8 * 3600).unwrap();
        let at = Utc.with_ymd_and_hms(2026, 2, 24, 9, 30, 0).unwrap();
        let request = RequestId::from("r1");
        vec![
            accepted(lang, "7K3-92P", "助餐", "小林"),
            asks(lang, "7K3-92P", "小林", "几点方便？"),
            promise_changed(lang, "7K3-92P", at, china, "停电"),
            paused(lang, "7K3-92P", at, china, "停电"),
            late(lang, "7K3-92P", "街道"),
            closed(lang, &request, "7K3-92P", "助餐", "已送餐"),
            transferred(lang, "7K3-92P", "小陈", "轮班"),
            released(lang, "小林"),
            neutral(lang),
            holding(lang, &Lines::default(), None),
            slow_down(lang, &Lines::default()),
            parked(lang),
        ]
    }

    #[test]
    fn every_notice_is_complete_and_short() {
        for lang in Lang::ALL {
            for reply in all(lang) {
                assert!(
                    !reply.text.is_empty() && !reply.text.contains('{'),
                    "{}",
                    reply.text
                );
                assert!(reply.text.chars().count() < 320, "{}", reply.text);
                assert_eq!(reply.kind, ReplyKind::Notice);
            }
        }
    }

    #[test]
    fn the_holding_reply_names_only_tested_lines() {
        let bare = Lines {
            city: None,
            ..Lines::default()
        };
        assert!(!holding(Lang::Zh, &bare, None).text.contains("12345"));
        assert!(
            holding(Lang::Zh, &Lines::default(), None)
                .text
                .contains("12345")
        );
        let duty = Lines {
            duty: Some("0512-7654321".into()),
            ..Lines::default()
        };
        assert!(holding(Lang::Zh, &duty, None).text.contains("0512-7654321"));
    }

    #[test]
    fn a_neutral_notice_names_nothing() {
        for lang in Lang::ALL {
            let text = neutral(lang).text;
            for word in [
                "家暴",
                "虐待",
                "投诉",
                "危险",
                "violence",
                "danger",
                "complaint",
            ] {
                assert!(!text.contains(word), "{text}");
            }
        }
    }

    #[test]
    fn the_resident_closes_by_one_tap() {
        let reply = closed(
            Lang::Zh,
            &RequestId::from("r1"),
            "7K3-92P",
            "助餐",
            "已送餐",
        );
        let solved: Vec<bool> = reply
            .keys
            .iter()
            .filter_map(|(_, key)| match key {
                Key::Solved { solved, .. } => Some(*solved),
                _ => None,
            })
            .collect();
        assert_eq!(solved, [true, false]);
    }
}
