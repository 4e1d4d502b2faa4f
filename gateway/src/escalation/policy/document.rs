//! The written form of a policy and its checks: every contradiction at once.
//!
//! What a policy means is not known here, only what it may say.

use super::written::{ClassText, ClockText, HouseText, PauseText, RungText, read};
use super::{
    Action, ClassPolicy, ClockRule, House, Limit, Notices, PauseReason, Policy, Rung, Start,
    Target, When,
};
use crate::calendar::Span;
use crate::finding::{Finding, Findings, Problem};
use crate::requests::event::{Class, ClockName};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn parse(text: &str, actions: &[&str]) -> Result<Policy, Vec<Finding>> {
    let mut reader = Reader {
        actions,
        keys: BTreeSet::new(),
        findings: Findings::default(),
    };
    let document = read(text)?;
    if document.version == 0 {
        reader.findings.add("version", Problem::CountsFromOne {});
    }
    let house = reader.house(&document.house);
    let pauses = reader.pauses(&document.pauses);
    let classes = reader.classes(&document.classes);
    reader.findings.verdict(Policy {
        version: document.version,
        classes,
        pauses,
        house,
    })
}

struct Reader<'a> {
    actions: &'a [&'a str],
    keys: BTreeSet<String>,
    findings: Findings,
}

impl Reader<'_> {
    /// A span, or a finding and a stand-in that never leaves this file.
    fn span(&mut self, place: &str, text: &str) -> Span {
        Span::parse(text).unwrap_or_else(|| {
            let given = text.to_owned();
            self.findings.add(place, Problem::NotASpan { given });
            Span::days(1)
        })
    }

    fn positive(&mut self, place: &str, text: &str) -> Span {
        let span = self.span(place, text);
        if span.is_zero() {
            self.findings.add(place, Problem::Empty {});
        }
        span
    }

    /// One of a closed set of words.
    fn word<T: Copy>(&mut self, place: &str, text: &str, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(w, _)| *w == text).map(|(_, t)| *t);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
            let (given, known) = (text.to_owned(), known.join(", "));
            self.findings
                .add(place, Problem::UnknownWord { given, known });
        }
        found
    }

    fn class(&mut self, place: &str, text: &str) -> Option<Class> {
        self.word(place, text, &Class::ALL.map(|c| (c.code(), c)))
    }

    /// A clock of a request; the house has no rules.
    fn clock(&mut self, place: &str, text: &str) -> Option<ClockName> {
        let clocks = [ClockName::Accept, ClockName::Contact, ClockName::Resolve];
        self.word(place, text, &clocks.map(|c| (c.code(), c)))
    }

    fn house(&mut self, text: &HouseText) -> House {
        if text.close_tries < 2 {
            self.findings
                .add("house.close_tries", Problem::TooFewTries {});
        }
        House {
            close_tries: text.close_tries,
            close_after: self.positive("house.close_after", &text.close_after),
            reopen_within: self.positive("house.reopen_within", &text.reopen_within),
            transfer_within: self.positive("house.transfer_within", &text.transfer_within),
            transfer_urgent: self.positive("house.transfer_urgent", &text.transfer_urgent),
        }
    }

    fn pauses(&mut self, texts: &[PauseText]) -> Vec<PauseReason> {
        let mut codes = BTreeSet::new();
        let mut pauses = Vec::with_capacity(texts.len());
        for text in texts {
            let place = format!("pauses.{}", text.code);
            if !codes.insert(text.code.as_str()) {
                self.findings.add(&place, Problem::ReasonTwice {});
            }
            if text.zh.trim().is_empty() || text.en.trim().is_empty() {
                self.findings.add(&place, Problem::NoLabel {});
            }
            if text.stops.is_empty() {
                self.findings.add(&place, Problem::StopsNothing {});
            }
            let stops = text.stops.iter();
            let stops = stops.filter_map(|s| self.clock(&place, s)).collect();
            let classes = text.classes.iter();
            let classes: Vec<Class> = classes.filter_map(|c| self.class(&place, c)).collect();
            if classes.contains(&Class::Crisis) {
                self.findings.add(&place, Problem::CrisisPaused {});
            }
            pauses.push(PauseReason {
                code: text.code.clone(),
                zh: text.zh.clone(),
                en: text.en.clone(),
                max: self.positive(&format!("{place}.max"), &text.max),
                stops,
                classes,
            });
        }
        pauses
    }

    fn classes(&mut self, texts: &BTreeMap<String, ClassText>) -> BTreeMap<Class, ClassPolicy> {
        let mut classes = BTreeMap::new();
        for (name, text) in texts {
            let place = format!("classes.{name}");
            let class = self.class(&place, name);
            let policy = self.ladder(&place, text);
            let Some(class) = class else { continue };
            if class == Class::Crisis && policy.notices == Notices::Working {
                self.findings.add(&place, Problem::CrisisWaits {});
            }
            let accept = policy
                .clocks
                .iter()
                .find(|r| r.clock == ClockName::Accept && !r.rungs.is_empty());
            match accept {
                None => self.findings.add(&place, Problem::NobodyTold {}),
                Some(rule) if class == Class::Crisis => {
                    if !matches!(rule.limit, Limit::Fixed(span) if !span.working) {
                        let place = format!("{place}.accept.limit");
                        self.findings.add(place, Problem::CrisisLimit {});
                    }
                }
                Some(_) => {}
            }
            classes.insert(class, policy);
        }
        for class in Class::ALL.iter().filter(|c| !texts.contains_key(c.code())) {
            let class = class.code().to_owned();
            self.findings
                .add("classes", Problem::ClassMissing { class });
        }
        classes
    }

    fn ladder(&mut self, place: &str, text: &ClassText) -> ClassPolicy {
        let words = [("anytime", Notices::Anytime), ("working", Notices::Working)];
        let notices = self.word(&format!("{place}.notices"), &text.notices, &words);
        let mut seen = BTreeSet::new();
        let mut clocks = Vec::with_capacity(text.clocks.len());
        for rule in &text.clocks {
            let place = format!("{place}.{}", rule.clock);
            if !seen.insert(rule.clock.as_str()) {
                self.findings.add(&place, Problem::ClockTwice {});
            }
            clocks.extend(self.rule(&place, rule));
        }
        ClassPolicy {
            notices: notices.unwrap_or(Notices::Anytime),
            clocks,
        }
    }

    fn rule(&mut self, place: &str, text: &ClockText) -> Option<ClockRule> {
        let clock = self.clock(place, &text.clock);
        let limit_place = format!("{place}.limit");
        let limit = match text.limit.as_str() {
            "first_contact" => Limit::FirstContact,
            "outcome" => Limit::Outcome,
            span => Limit::Fixed(self.positive(&limit_place, span)),
        };
        let otherwise = text.otherwise.as_deref();
        let otherwise = otherwise.map(|o| self.positive(&format!("{place}.otherwise"), o));
        if otherwise.is_some() && matches!(limit, Limit::Fixed(_)) {
            self.findings.add(place, Problem::NeedlessOtherwise {});
        }
        let words = [("opened", Start::Opened), ("accepted", Start::Accepted)];
        let from = text.from.as_deref().unwrap_or("opened");
        let from = self.word(&format!("{place}.from"), from, &words);
        if clock == Some(ClockName::Accept) && (text.after_accept || from == Some(Start::Accepted))
        {
            self.findings.add(place, Problem::AcceptWaits {});
        }
        let rungs: Vec<Rung> = text
            .rungs
            .iter()
            .filter_map(|rung| self.rung(place, rung))
            .collect();
        self.order(place, limit, &rungs);
        Some(ClockRule {
            clock: clock?,
            limit,
            otherwise,
            from: from.unwrap_or(Start::Opened),
            after_accept: text.after_accept,
            rungs,
        })
    }

    fn rung(&mut self, place: &str, text: &RungText) -> Option<Rung> {
        let place = format!("{place}.{}", text.key);
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if text.key.is_empty() || text.key.len() > 40 || !text.key.bytes().all(plain) {
            self.findings.add(&place, Problem::BadKey {});
        }
        if !self.keys.insert(text.key.clone()) {
            self.findings.add(&place, Problem::KeyTwice {});
        }
        let at = When::parse(&text.at);
        if at.is_none() {
            let given = text.at.clone();
            self.findings.add(&place, Problem::NotAWhen { given });
        }
        if text.actions.is_empty() {
            self.findings.add(&place, Problem::DoesNothing {});
        }
        let actions = text.actions.iter();
        let actions = actions.filter_map(|a| self.action(&place, a)).collect();
        Some(Rung {
            key: text.key.clone(),
            at: at?,
            actions,
        })
    }

    fn action(&mut self, place: &str, text: &str) -> Option<Action> {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default();
        if !self.actions.contains(&name) {
            let (given, known) = (name.to_owned(), self.actions.join(", "));
            self.findings.add(place, Problem::NoAction { given, known });
            return None;
        }
        let to = match (words.next(), name) {
            (None, "tell_resident") => Target::Resident,
            (None, _) => {
                self.findings.add(
                    place,
                    Problem::NoTarget {
                        action: name.to_owned(),
                    },
                );
                return None;
            }
            (Some(code), _) => self.word(place, code, &Target::ALL.map(|t| (t.code(), t)))?,
        };
        if (to == Target::Resident) != (name == "tell_resident") || words.next().is_some() {
            self.findings.add(
                place,
                Problem::NoSense {
                    given: text.to_owned(),
                },
            );
            return None;
        }
        Some(Action {
            name: name.to_owned(),
            to,
        })
    }

    /// Rungs stand in the order of their moments, as far as that can be known
    /// without the service's limit.
    fn order(&mut self, place: &str, limit: Limit, rungs: &[Rung]) {
        for (i, later) in rungs.iter().enumerate() {
            for earlier in &rungs[..i] {
                if earlier.at.precedes(later.at, limit) == Some(false) {
                    let (earlier, later) = (earlier.key.clone(), later.key.clone());
                    self.findings
                        .add(place, Problem::OutOfOrder { earlier, later });
                }
            }
        }
    }
}
