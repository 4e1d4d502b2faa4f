//! Pure edits of a written ladder: each gives the whole new text, or says what
//! would be wrong with it. Rungs find their place by their moment, so nobody has
//! to sort them; a new one gets a key of its own.

use super::document;
use super::written::{ClassText, ClockText, Document, RungText, read, write};
use super::{ACTIONS, Class, ClockName, Limit, When};
use crate::calendar::Span;
use crate::finding::{Finding, Problem, one};
use std::collections::BTreeSet;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Whether the rungs of a class wait for open hours.
    Notices { class: Class, working: bool },
    /// How long a clock runs: `first_contact`, `outcome` or a span; and the span
    /// used when the service states none.
    Limit {
        class: Class,
        clock: ClockName,
        limit: String,
        otherwise: Option<String>,
    },
    /// A new rung: its moment (`+10m`, `80%`, `due +1dw`) and what is done
    /// (`remind lead`).
    Add {
        class: Class,
        clock: ClockName,
        at: String,
        actions: Vec<String>,
    },
    /// Another moment and other actions for a rung.
    Change {
        key: String,
        at: String,
        actions: Vec<String>,
    },
    /// Exchanges a rung with its neighbour: each takes the other's moment.
    Move { key: String, earlier: bool },
    /// Takes a rung away.
    Remove { key: String },
}

/// The text after all edits; nothing changes while one of them is wrong.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, Vec<Finding>> {
    let mut written = read(text)?;
    for edit in edits {
        change(&mut written, edit)?;
    }
    let text = write(&written, text);
    document::parse(&text, &ACTIONS)?;
    Ok(text)
}

fn change(written: &mut Document, edit: &Edit) -> Result<(), Vec<Finding>> {
    match edit {
        Edit::Notices { class, working } => {
            let words = if *working { "working" } else { "anytime" };
            words.clone_into(&mut ladder(written, *class)?.notices);
        }
        Edit::Limit {
            class,
            clock,
            limit,
            otherwise,
        } => {
            let rule = rule(written, *class, *clock)?;
            rule.limit.clone_from(limit);
            rule.otherwise.clone_from(otherwise);
        }
        Edit::Add {
            class,
            clock,
            at,
            actions,
        } => {
            let key = fresh(written, *class, *clock);
            let rung = RungText {
                key,
                at: at.clone(),
                actions: actions.clone(),
            };
            place(rule(written, *class, *clock)?, rung);
        }
        Edit::Change { key, at, actions } => replace(written, key, at, actions)?,
        Edit::Move { key, earlier } => exchange(written, key, *earlier)?,
        Edit::Remove { key } => {
            let (rule, index) = rung(written, key)?;
            rule.rungs.remove(index);
        }
    }
    Ok(())
}

fn replace(
    written: &mut Document,
    key: &str,
    at: &str,
    actions: &[String],
) -> Result<(), Vec<Finding>> {
    let (rule, index) = rung(written, key)?;
    let mut changed = rule.rungs.remove(index);
    let moved = changed.at != at;
    at.clone_into(&mut changed.at);
    changed.actions = actions.to_vec();
    if moved {
        place(rule, changed);
    } else {
        rule.rungs.insert(index, changed);
    }
    Ok(())
}

/// At its end there is nothing to exchange with.
fn exchange(written: &mut Document, key: &str, earlier: bool) -> Result<(), Vec<Finding>> {
    let (rule, index) = rung(written, key)?;
    let other = if earlier {
        index.checked_sub(1)
    } else {
        Some(index + 1).filter(|other| *other < rule.rungs.len())
    };
    if let Some(other) = other {
        rule.rungs.swap(index, other);
        let (head, tail) = rule.rungs.split_at_mut(index.max(other));
        std::mem::swap(&mut head[index.min(other)].at, &mut tail[0].at);
    }
    Ok(())
}

fn ladder(written: &mut Document, class: Class) -> Result<&mut ClassText, Vec<Finding>> {
    let class = class.code().to_owned();
    let missing = one(
        "classes",
        Problem::ClassMissing {
            class: class.clone(),
        },
    );
    written.classes.get_mut(&class).ok_or(missing)
}

fn rule(
    written: &mut Document,
    class: Class,
    clock: ClockName,
) -> Result<&mut ClockText, Vec<Finding>> {
    let place = format!("classes.{}.{}", class.code(), clock.code());
    let clocks = ladder(written, class)?.clocks.iter_mut();
    let found = clocks.into_iter().find(|rule| rule.clock == clock.code());
    found.ok_or_else(|| one(&place, Problem::NoClock {}))
}

fn rung<'d>(
    written: &'d mut Document,
    key: &str,
) -> Result<(&'d mut ClockText, usize), Vec<Finding>> {
    let rules = written.classes.values_mut().flat_map(|c| &mut c.clocks);
    let mut rules = rules.filter_map(|rule| {
        let index = rule.rungs.iter().position(|rung| rung.key == key)?;
        Some((rule, index))
    });
    let missing = || {
        one(
            "classes",
            Problem::NoRung {
                key: key.to_owned(),
            },
        )
    };
    rules.next().ok_or_else(missing)
}

/// Before the first rung that is known to be later.
fn place(rule: &mut ClockText, rung: RungText) {
    let limit = match rule.limit.as_str() {
        "first_contact" => Limit::FirstContact,
        "outcome" => Limit::Outcome,
        span => Limit::Fixed(Span::parse(span).unwrap_or(Span::days(1))),
    };
    let later = |other: &RungText| {
        let both = When::parse(&rung.at).zip(When::parse(&other.at));
        both.and_then(|(ours, theirs)| ours.precedes(theirs, limit)) == Some(true)
    };
    let at = rule.rungs.iter().position(later);
    rule.rungs.insert(at.unwrap_or(rule.rungs.len()), rung);
}

/// A key nothing else has: "normal_accept_2".
fn fresh(written: &Document, class: Class, clock: ClockName) -> String {
    let rules = written.classes.values().flat_map(|c| &c.clocks);
    let used: BTreeSet<&str> = rules
        .flat_map(|rule| rule.rungs.iter().map(|rung| rung.key.as_str()))
        .collect();
    let mut keys = (1..).map(|n| format!("{}_{}_{n}", class.code(), clock.code()));
    keys.find(|key| !used.contains(key.as_str()))
        .expect("numbers do not end")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::escalation::Policy;
    use crate::escalation::policy::DEFAULT;

    fn add(at: &str, action: &str) -> Edit {
        Edit::Add {
            class: Class::Normal,
            clock: ClockName::Accept,
            at: at.into(),
            actions: vec![action.into()],
        }
    }

    fn rungs(text: &str) -> Vec<String> {
        let policy = Policy::parse(text).unwrap();
        let rule = &policy.class(Class::Normal).clocks[0];
        rule.rungs.iter().map(|r| r.key.clone()).collect()
    }

    #[test]
    fn a_new_rung_finds_its_place_and_leaves_without_a_trace() {
        let plain = apply(DEFAULT, &[]).unwrap();
        let added = apply(DEFAULT, &[add("60%", "remind street")]).unwrap();
        assert_eq!(
            rungs(&added)[..3],
            ["normal_half", "normal_accept_1", "normal_soon"]
        );
        let key = "normal_accept_1".to_owned();
        let later = Edit::Change {
            key: key.clone(),
            at: "due +2dw".into(),
            actions: vec!["tell_supervisor street".into()],
        };
        let changed = apply(&added, &[later]).unwrap();
        let at = rungs(&changed).iter().position(|k| *k == key).unwrap();
        assert_eq!(
            rungs(&changed)[at - 1..=at + 1],
            ["normal_district", &*key, "normal_bureau"]
        );
        assert_eq!(apply(&changed, &[Edit::Remove { key }]).unwrap(), plain);
    }

    #[test]
    fn a_rung_that_moves_takes_the_moment_of_its_neighbour() {
        let moved = Edit::Move {
            key: "normal_half".into(),
            earlier: false,
        };
        let text = apply(DEFAULT, std::slice::from_ref(&moved)).unwrap();
        assert_eq!(rungs(&text)[..2], ["normal_soon", "normal_half"]);
        let policy = Policy::parse(&text).unwrap();
        assert_eq!(policy.rung("normal_half").unwrap().2.at, When::Percent(80));
        let first = Edit::Move {
            key: "normal_soon".into(),
            earlier: true,
        };
        assert_eq!(apply(&text, &[first]).unwrap(), text, "already the first");
    }

    #[test]
    fn what_would_contradict_is_refused_with_the_reason() {
        let crisis = Edit::Notices {
            class: Class::Crisis,
            working: true,
        };
        let limit = Edit::Limit {
            class: Class::Crisis,
            clock: ClockName::Accept,
            limit: "1dw".into(),
            otherwise: None,
        };
        let gone = Edit::Remove { key: "gone".into() };
        for (edit, why) in [
            (crisis, "does not wait for open hours"),
            (limit, "plain time"),
            (gone, "there is no rung gone"),
            (add("60%", "shout lead"), "no action"),
            (add("soon", "remind lead"), "no moment"),
        ] {
            let found = apply(DEFAULT, &[edit]).unwrap_err();
            assert!(
                found.iter().any(|f| f.to_string().contains(why)),
                "{why}: {found:?}"
            );
        }
    }

    #[test]
    fn the_last_rung_of_the_accept_clock_stays() {
        let keys = [
            "hunger_remind",
            "hunger_duty_desk",
            "hunger_street_leader",
            "hunger_district",
        ];
        let edits = keys.map(|key| Edit::Remove { key: key.into() });
        let found = apply(DEFAULT, &edits).unwrap_err();
        assert!(
            found[0].to_string().contains("nobody would be told"),
            "{found:?}"
        );
    }
}
