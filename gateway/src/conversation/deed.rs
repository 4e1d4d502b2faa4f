//! What a person can do about one of their requests: the buttons under it, in
//! the chat and on the page of all requests alike.
//!
//! Says only what is possible and means a [`Key`]; doing it is the states'. A
//! page names a deed by a token of its own, because no message carried the
//! button; it leads to nothing but the person's own requests.

use crate::clock::Moment;
use crate::conversation::input::Key;
use crate::conversation::snapshot::Purpose;
use crate::conversation::state::choose::{fits, may_urge};
use crate::conversation::view::Mine;
use crate::ids::RequestId;

/// Something to do about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Solved,
    Unsolved,
    Add,
    Urge,
    Withdraw,
    Reopen,
}

impl Deed {
    const ALL: [Self; 6] = [
        Self::Solved,
        Self::Unsolved,
        Self::Add,
        Self::Urge,
        Self::Withdraw,
        Self::Reopen,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::Unsolved => "unsolved",
            Self::Add => "add",
            Self::Urge => "urge",
            Self::Withdraw => "withdraw",
            Self::Reopen => "reopen",
        }
    }

    /// The key of its label among the texts.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Solved => "request.key.solved",
            Self::Unsolved => "request.key.unsolved",
            Self::Add => "request.key.add",
            Self::Urge => "request.key.urge",
            Self::Withdraw => "request.key.withdraw",
            Self::Reopen => "request.key.reopen",
        }
    }

    /// What pressing it means.
    pub fn key(self, request: RequestId) -> Key {
        match self {
            Self::Solved | Self::Unsolved => Key::Solved {
                request,
                solved: self == Self::Solved,
            },
            Self::Add => Key::Add(request),
            Self::Urge => Key::Urge(request),
            Self::Withdraw => Key::Withdraw(request),
            Self::Reopen => Key::Reopen(request),
        }
    }

    fn possible(self, mine: &Mine, now: Moment) -> bool {
        match self {
            Self::Solved | Self::Unsolved => fits(mine, Purpose::Rate, now),
            Self::Add => fits(mine, Purpose::Add, now),
            Self::Urge => fits(mine, Purpose::Urge, now) && may_urge(mine, now),
            Self::Withdraw => fits(mine, Purpose::Withdraw, now),
            Self::Reopen => mine.rated && fits(mine, Purpose::Reopen, now),
        }
    }

    /// Everything possible now, in the order of the buttons.
    pub fn of(mine: &Mine, now: Moment) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |deed| deed.possible(mine, now))
    }

    /// How a page names it: "urge:K7M3-9F2X".
    pub fn token(self, reference: &str) -> String {
        format!("{}:{reference}", self.code())
    }

    /// Deed and reference of a page's token; `None` for anything else.
    pub fn parse(token: &str) -> Option<(Self, &str)> {
        let (code, reference) = token.split_once(':')?;
        let deed = Self::ALL.into_iter().find(|deed| deed.code() == code)?;
        Some((deed, reference))
    }
}

/// From when on an urging counts again, if the last one was too recent.
pub fn urged_until(mine: &Mine, now: Moment) -> Option<Moment> {
    let urges = fits(mine, Purpose::Urge, now);
    mine.urge_from.filter(|from| urges && *from > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_deed_and_nothing_else_does() {
        for deed in Deed::ALL {
            let token = deed.token("K7M3-9F2X");
            assert_eq!(Deed::parse(&token), Some((deed, "K7M3-9F2X")));
            assert!(token.len() <= 64, "the page takes no longer ones");
            assert_eq!(crate::outbox::parse_token(&token), None);
        }
        for other in ["", "urge", ":K7M3-9F2X", "accept:K7M3-9F2X"] {
            assert_eq!(Deed::parse(other), None, "{other}");
        }
    }
}
