//! A document as people edit it: which kinds there are, how a text is read, and
//! what keeps it from being published.

use crate::calendar::Calendar;
use crate::escalation::Policy;
use crate::finding::Finding;
use menus::catalogue::Override;
use menus::check::{Severity, check};
use menus::{Catalogue, Localized, ServiceCode};

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Menu,
    Policy,
    Calendar,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Menu, Self::Policy, Self::Calendar];

    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Menu => "catalogue",
            Self::Policy => "policy",
            Self::Calendar => "calendar",
        }
    }

    /// As people call it in addresses and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::Policy => "policy",
            Self::Calendar => "calendar",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name of its file.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Menu => "menu.json",
            Self::Policy => "policy.toml",
            Self::Calendar => "calendar.json",
        }
    }
}

/// A text that was understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Paper {
    Menu(Box<Catalogue>),
    Policy(Box<Policy>),
    Calendar(Box<Calendar>),
}

/// Something to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where: the code of a service, or a path in the text.
    pub place: String,
    /// The field of a service it stands beside; empty for the whole.
    pub field: String,
    pub text: Localized,
    /// Keeps it from being published.
    pub grave: bool,
}

impl From<menus::check::Finding> for Found {
    fn from(finding: menus::check::Finding) -> Self {
        Self {
            place: finding.place,
            field: finding.field,
            text: finding.message,
            grave: finding.severity == Severity::Error,
        }
    }
}

impl Paper {
    /// Understands a text, or says what is wrong with it.
    pub fn read(kind: Kind, text: &str) -> Result<Self, Vec<Found>> {
        match kind {
            Kind::Menu => match menus::document::from_json(text) {
                Ok(catalogue) => Ok(Self::Menu(Box::new(catalogue))),
                Err(error) => Err(vec![unreadable(&error.to_string())]),
            },
            Kind::Policy => Policy::parse(text)
                .map(|policy| Self::Policy(Box::new(policy)))
                .map_err(found),
            Kind::Calendar => Calendar::from_text(text)
                .map(|calendar| Self::Calendar(Box::new(calendar)))
                .map_err(found),
        }
    }

    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::Menu(_) => Kind::Menu,
            Self::Policy(_) => Kind::Policy,
            Self::Calendar(_) => Kind::Calendar,
        }
    }

    /// Whether both texts say the same, however each is written. The number in a
    /// catalogue's text is not its own: publishing gives it one.
    pub(super) fn alike(kind: Kind, one: &str, other: &str) -> bool {
        let read = |text| match Self::read(kind, text) {
            Ok(Self::Menu(catalogue)) => Some(Self::Menu(Box::new(catalogue.with_version(0)))),
            read => read.ok(),
        };
        one == other || read(one).is_some_and(|one| Some(one) == read(other))
    }

    /// What is doubtful or wrong about it.
    pub fn findings(&self) -> Vec<Found> {
        let catalogue = match self {
            Self::Menu(catalogue) => catalogue,
            // The others cannot be read while anything is wrong with them.
            Self::Policy(_) => return Vec::new(),
            Self::Calendar(calendar) => {
                let doubts = found(calendar.doubts()).into_iter();
                return doubts.map(|f| Found { grave: false, ..f }).collect();
            }
        };
        let findings = check(catalogue).into_iter();
        let mut findings: Vec<Found> = findings.map(Found::from).collect();
        findings.sort_by_key(|finding| !finding.grave);
        findings
    }

    /// Whether it changes anything about a service that is kept from ordinary
    /// desks: then it takes two people.
    pub fn needs_two(&self, draft: &Self) -> bool {
        let (Self::Menu(before), Self::Menu(after)) = (self, draft) else {
            return false;
        };
        let codes = |c: &Catalogue| {
            let restricted = c.services().iter().filter(|s| s.restricted);
            restricted.map(|s| s.code.clone()).collect::<Vec<_>>()
        };
        let mut codes = [codes(before), codes(after)].concat();
        codes.sort();
        codes.dedup();
        let otherwise = |c: &Catalogue, code: &str| -> Vec<Override> {
            let here = c.overrides().iter().filter(|o| o.service == code);
            here.cloned().collect()
        };
        let same = |code: &ServiceCode| {
            before.service(code) == after.service(code)
                && otherwise(before, code.as_str()) == otherwise(after, code.as_str())
        };
        !codes.iter().all(same)
    }
}

fn unreadable(why: &str) -> Found {
    Found {
        place: "document".into(),
        field: String::new(),
        text: Localized::new(format!("读不懂这份文件：{why}"), why),
        grave: true,
    }
}

pub(super) fn found(findings: Vec<Finding>) -> Vec<Found> {
    let found = |f: Finding| Found {
        text: f.words(),
        place: f.place,
        field: String::new(),
        grave: true,
    };
    findings.into_iter().map(found).collect()
}
