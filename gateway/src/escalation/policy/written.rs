//! The written form of a policy: TOML, written the same way every time, so that
//! two versions can be compared line by line. The comment a text begins with is
//! kept; comments further down are not.
//!
//! What is written here may contradict itself; `document` finds that.

use super::Class;
use crate::finding::{Finding, Problem, one};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) version: u32,
    pub(super) house: HouseText,
    #[serde(default)]
    pub(super) pauses: Vec<PauseText>,
    pub(super) classes: BTreeMap<String, ClassText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HouseText {
    pub(super) close_tries: u32,
    pub(super) close_after: String,
    pub(super) reopen_within: String,
    // Younger than the policies some databases hold.
    #[serde(default = "transfer_within")]
    pub(super) transfer_within: String,
    #[serde(default = "transfer_urgent")]
    pub(super) transfer_urgent: String,
}

fn transfer_within() -> String {
    "4hw".to_owned()
}

fn transfer_urgent() -> String {
    "30m".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PauseText {
    pub(super) code: String,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) max: String,
    pub(super) stops: Vec<String>,
    pub(super) classes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassText {
    pub(super) notices: String,
    #[serde(default)]
    pub(super) clocks: Vec<ClockText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockText {
    pub(super) clock: String,
    pub(super) limit: String,
    pub(super) otherwise: Option<String>,
    pub(super) from: Option<String>,
    #[serde(default)]
    pub(super) after_accept: bool,
    #[serde(default)]
    pub(super) rungs: Vec<RungText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RungText {
    pub(super) key: String,
    pub(super) at: String,
    #[serde(rename = "do")]
    pub(super) actions: Vec<String>,
}

/// Reads a policy as far as its form goes.
pub(super) fn read(text: &str) -> Result<Document, Vec<Finding>> {
    toml::from_str(text).map_err(|error| {
        let why = error.to_string().trim().to_owned();
        one("document", Problem::Unreadable { why })
    })
}

/// The TOML form, a line a rung, under the comment `before` begins with.
pub(super) fn write(document: &Document, before: &str) -> String {
    let comment = before
        .lines()
        .take_while(|l| l.is_empty() || l.starts_with('#'));
    let mut out = comment.fold(String::new(), |out, line| out + line + "\n");
    let house = &document.house;
    let _ = write!(
        out,
        "version = {}\n\n[house]\nclose_tries = {}\nclose_after = {}\nreopen_within = {}\ntransfer_within = {}\n\
         transfer_urgent = {}\n",
        document.version,
        house.close_tries,
        quoted(&house.close_after),
        quoted(&house.reopen_within),
        quoted(&house.transfer_within),
        quoted(&house.transfer_urgent),
    );
    for pause in &document.pauses {
        let _ = write!(
            out,
            "\n[[pauses]]\ncode = {}\nzh = {}\nen = {}\nmax = {}\nstops = {}\nclasses = {}\n",
            quoted(&pause.code),
            quoted(&pause.zh),
            quoted(&pause.en),
            quoted(&pause.max),
            list(&pause.stops),
            list(&pause.classes),
        );
    }
    // The most dangerous first.
    let mut classes: Vec<_> = document.classes.iter().collect();
    let rank = |name: &str| Class::ALL.iter().position(|class| class.code() == name);
    classes.sort_by_key(|(name, _)| std::cmp::Reverse(rank(name)));
    for (name, class) in classes {
        let _ = write!(
            out,
            "\n[classes.{name}]\nnotices = {}\n",
            quoted(&class.notices)
        );
        for clock in &class.clocks {
            write_clock(&mut out, name, clock);
        }
    }
    out
}

fn write_clock(out: &mut String, class: &str, clock: &ClockText) {
    let _ = write!(
        out,
        "\n[[classes.{class}.clocks]]\nclock = {}\nlimit = {}\n",
        quoted(&clock.clock),
        quoted(&clock.limit)
    );
    for (name, value) in [("otherwise", &clock.otherwise), ("from", &clock.from)] {
        if let Some(value) = value {
            let _ = writeln!(out, "{name} = {}", quoted(value));
        }
    }
    if clock.after_accept {
        out.push_str("after_accept = true\n");
    }
    out.push_str("rungs = [\n");
    for rung in &clock.rungs {
        let (key, at, actions) = (quoted(&rung.key), quoted(&rung.at), list(&rung.actions));
        let _ = writeln!(out, "  {{ key = {key}, at = {at}, do = {actions} }},");
    }
    out.push_str("]\n");
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|t| quoted(t)).collect();
    format!("[{}]", texts.join(", "))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::escalation::Policy;
    use crate::escalation::policy::DEFAULT;

    #[test]
    fn the_shipped_ladder_says_the_same_after_writing_and_is_written_the_same_again() {
        let once = write(&read(DEFAULT).unwrap(), DEFAULT);
        assert_eq!(Policy::parse(&once).unwrap(), Policy::builtin());
        assert_eq!(write(&read(&once).unwrap(), &once), once);
        assert!(once.starts_with("# The ladder: what happens when nobody acts.\n"));
        let at = |class: &str| once.find(&format!("[classes.{class}]")).unwrap();
        assert!(
            at("crisis") < at("hunger")
                && at("hunger") < at("urgent")
                && at("urgent") < at("normal")
        );
    }
}
