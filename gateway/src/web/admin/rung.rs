//! One rung of a ladder as a form, and read back from it: a moment, and what is
//! done with whom each is for.

use super::super::gate::Fields;
use super::super::words::{Editing, editing};
use crate::calendar::{Span, Unit};
use crate::editing::sentences;
use crate::escalation::policy::{Action, ClockName, Rung, Target, When};
use crate::escalation::why;
use menus::Lang;

/// Value, name, chosen.
pub(super) type Choice = (&'static str, &'static str, bool);

/// The choices with one of them chosen.
pub(super) fn choices(all: &[(&'static str, &'static str)], chosen: &str) -> Vec<Choice> {
    let choice = |(value, name): &(&'static str, &'static str)| (*value, *name, *value == chosen);
    all.iter().map(choice).collect()
}

/// A span as a number and its unit.
pub(super) struct SpanForm {
    /// The start of the fields' names.
    pub(super) name: &'static str,
    pub(super) amount: String,
    pub(super) units: Vec<Choice>,
}

impl SpanForm {
    pub(super) fn of(name: &'static str, span: Option<Span>, t: &Editing) -> Self {
        let units = [
            ("m", t.unit_m),
            ("h", t.unit_h),
            ("d", t.unit_d),
            ("mw", t.unit_mw),
            ("hw", t.unit_hw),
            ("dw", t.unit_dw),
        ];
        let chosen = match span.map(|s| (s.unit, s.working)) {
            Some((Unit::Minutes, false)) => "m",
            Some((Unit::Minutes, true)) => "mw",
            Some((Unit::Hours, false)) => "h",
            Some((Unit::Hours, true)) => "hw",
            Some((Unit::Days, false)) => "d",
            Some((Unit::Days, true)) | None => "dw",
        };
        Self {
            name,
            amount: span.map(|s| s.amount.to_string()).unwrap_or_default(),
            units: choices(&units, chosen),
        }
    }
}

/// A rung as it is drawn.
pub(super) struct RungForm {
    /// Empty for a new one.
    pub(super) key: String,
    /// What is done when what did not happen, as a sentence.
    pub(super) says: String,
    pub(super) moments: Vec<Choice>,
    pub(super) span: SpanForm,
    /// What is done and for whom, with one more to be filled in.
    pub(super) deeds: Vec<Deed>,
}

/// One thing to do.
pub(super) struct Deed {
    pub(super) action: Vec<Choice>,
    pub(super) to: Vec<(&'static str, String, bool)>,
}

impl RungForm {
    pub(super) fn empty(clock: ClockName, lang: Lang) -> Self {
        let at = When::Overdue(Span::working_days(1));
        Self {
            says: sentences::step(clock, at, &[], lang),
            ..Self::drawn(at, &[], lang)
        }
    }

    pub(super) fn of(clock: ClockName, rung: &Rung, lang: Lang) -> Self {
        Self {
            key: rung.key.clone(),
            says: sentences::step(clock, rung.at, &rung.actions, lang),
            ..Self::drawn(rung.at, &rung.actions, lang)
        }
    }

    fn drawn(at: When, actions: &[Action], lang: Lang) -> Self {
        let t = editing(lang);
        let (moment, amount, span) = match at {
            When::Percent(percent) => ("percent", Some(u32::from(percent)), None),
            When::After(span) => ("after", None, Some(span)),
            When::Overdue(span) if span.is_zero() => ("due", None, None),
            When::Overdue(span) => ("overdue", None, Some(span)),
        };
        let moments = [
            ("percent", t.when_percent),
            ("after", t.when_after),
            ("due", t.when_due),
            ("overdue", t.when_overdue),
        ];
        let mut span = SpanForm::of("when", span, t);
        if let Some(amount) = amount {
            span.amount = amount.to_string();
        }
        let deeds = actions.iter().map(Some).chain([None]);
        Self {
            key: String::new(),
            says: String::new(),
            moments: choices(&moments, moment),
            span,
            deeds: deeds.map(|action| deed(action, lang)).collect(),
        }
    }
}

fn deed(action: Option<&Action>, lang: Lang) -> Deed {
    let t = editing(lang);
    let actions = [
        ("", t.act_none),
        ("remind", t.act_remind),
        ("reassign", t.act_reassign),
        ("tell_supervisor", t.act_tell_supervisor),
        ("tell_resident", t.act_tell_resident),
        ("raise", t.act_raise),
    ];
    let to = action.map_or(Target::Lead, |action| action.to);
    let targets = Target::ALL.into_iter().filter(|t| *t != Target::Resident);
    let target = |target: Target| {
        let name = why::target(target);
        let name = if lang == Lang::Zh { name.zh } else { name.en };
        (target.code(), name, target == to)
    };
    Deed {
        action: choices(&actions, action.map_or("", |action| &action.name)),
        to: targets.map(target).collect(),
    }
}

/// A span of a form as it is written, `4hw`; `None` where nothing was entered.
pub(super) fn span(fields: &Fields, name: &str) -> Option<String> {
    let amount = fields.get(&format!("{name}.amount")).trim();
    let unit = fields.get(&format!("{name}.unit"));
    (!amount.is_empty()).then(|| format!("{amount}{unit}"))
}

/// The moment of a form as it is written: `80%`, `+10m`, `due`, `due +1dw`.
pub(super) fn moment(fields: &Fields) -> String {
    let span = || span(fields, "when").unwrap_or_default();
    match fields.get("when") {
        "percent" => format!("{}%", fields.get("when.amount").trim()),
        "after" => format!("+{}", span()),
        "overdue" => format!("due +{}", span()),
        _ => "due".to_owned(),
    }
}

/// What a form says so far, as a sentence; `None` while its moment is none.
pub(super) fn said(fields: &Fields, clock: ClockName, lang: Lang) -> Option<String> {
    let at = When::parse(&moment(fields))?;
    let action = |written: &String| {
        let (name, to) = written.split_once(' ').unwrap_or((written, "resident"));
        Some(Action {
            name: name.to_owned(),
            to: Target::from_code(to)?,
        })
    };
    let actions: Vec<Action> = actions(fields).iter().filter_map(action).collect();
    Some(sentences::step(clock, at, &actions, lang))
}

/// What a form says is to be done, as it is written: `remind lead`.
pub(super) fn actions(fields: &Fields) -> Vec<String> {
    let action = |at: usize| {
        let (name, to) = (
            fields.get(&format!("act.{at}")),
            fields.get(&format!("to.{at}")),
        );
        match name {
            "" => None,
            "tell_resident" => Some(name.to_owned()),
            name => Some(format!("{name} {to}")),
        }
    };
    let at = fields.beginning("act.");
    let mut at: Vec<usize> = at.iter().filter_map(|at| at.parse().ok()).collect();
    at.sort_unstable();
    at.into_iter().filter_map(action).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_rung_that_does_much_is_read_back_whole() {
        let remind = Action {
            name: "remind".to_owned(),
            to: Target::Lead,
        };
        let many = vec![remind; 11];
        let form = RungForm::drawn(When::Percent(50), &many, Lang::Zh);
        assert_eq!(form.deeds.len(), 12, "and one more to be filled in");
        let named = |(at, deed): (usize, &Deed)| {
            let (act, ..) = deed.action.iter().find(|(.., chosen)| *chosen)?;
            let (to, ..) = deed.to.iter().find(|(.., chosen)| *chosen)?;
            Some([(format!("act.{at}"), *act), (format!("to.{at}"), *to)])
        };
        let sent = form.deeds.iter().enumerate().filter_map(named).flatten();
        let sent = sent.map(|(name, value)| (name, value.to_owned()));
        let fields = Fields::of_parts(sent.collect::<BTreeMap<_, _>>());
        assert_eq!(actions(&fields), vec!["remind lead".to_owned(); 11]);
    }
}
