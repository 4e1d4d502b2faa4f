//! The event log of a request: who did what, when. Append-only facts.
//!
//! Everything a request is (status, owner, deadlines, next rung) is computed
//! from these entries. Facts carry codes and ids only, never anybody's words
//! or personal data. Storing them is the store's work; what may follow what is
//! `requests::status`.

mod stored;

pub use stored::Malformed;

use crate::calendar::Span;
use crate::clock::Moment;
use crate::ids::{RequestId, UnitId, WorkerId};
use crate::rights::Right;

/// How dangerous waiting is; the order is the order of danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Normal,
    Urgent,
    Hunger,
    Crisis,
}

impl Class {
    /// Least dangerous first.
    pub const ALL: [Self; 4] = [Self::Normal, Self::Urgent, Self::Hunger, Self::Crisis];

    /// 0 for normal to 3 for crisis.
    pub const fn danger(self) -> u8 {
        self as u8
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Urgent => "urgent",
            Self::Hunger => "hunger",
            Self::Crisis => "crisis",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
}

/// A clock of a request. `House` is the pseudo clock of automatic steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockName {
    Accept,
    Contact,
    Resolve,
    House,
}

impl ClockName {
    pub const ALL: [Self; 4] = [Self::Accept, Self::Contact, Self::Resolve, Self::House];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Contact => "contact",
            Self::Resolve => "resolve",
            Self::House => "house",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
}

/// How a request was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Granted,
    GrantedOnCommitment,
    Referred,
    ServiceOrdered,
    RefusedInWriting,
    Withdrawn,
    Duplicate,
    CrisisClosed,
    Solved,
}

impl Outcome {
    pub const ALL: [Self; 9] = [
        Self::Granted,
        Self::GrantedOnCommitment,
        Self::Referred,
        Self::ServiceOrdered,
        Self::RefusedInWriting,
        Self::Withdrawn,
        Self::Duplicate,
        Self::CrisisClosed,
        Self::Solved,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::GrantedOnCommitment => "granted_on_commitment",
            Self::Referred => "referred",
            Self::ServiceOrdered => "service_ordered",
            Self::RefusedInWriting => "refused_in_writing",
            Self::Withdrawn => "withdrawn",
            Self::Duplicate => "duplicate",
            Self::CrisisClosed => "crisis_closed",
            Self::Solved => "solved",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }

    /// What it takes to end a request with it.
    pub const fn right(self) -> Right {
        match self {
            Self::Granted | Self::GrantedOnCommitment | Self::RefusedInWriting => Right::Decide,
            Self::Referred
            | Self::ServiceOrdered
            | Self::Withdrawn
            | Self::Duplicate
            | Self::CrisisClosed
            | Self::Solved => Right::Finish,
        }
    }
}

/// How a request belongs to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tie {
    /// The other was split off from this one.
    Split,
    /// This one was split off from the other.
    Part,
    /// The other is about the same thing and follows this one.
    Leads,
    /// This one follows.
    Follows,
    /// Not any more.
    Loose,
}

impl Tie {
    pub const ALL: [Self; 5] = [
        Self::Split,
        Self::Part,
        Self::Leads,
        Self::Follows,
        Self::Loose,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Part => "part",
            Self::Leads => "leads",
            Self::Follows => "follows",
            Self::Loose => "loose",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.code() == code)
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The resident, or whoever speaks for them.
    Resident,
    Worker(WorkerId),
    /// The conversation, on the resident's behalf.
    Bot,
    /// The escalation engine and other automatic steps.
    System,
    Admin(WorkerId),
}

impl Actor {
    /// The stored kind; the id is stored beside it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Resident => "resident",
            Self::Worker(_) => "worker",
            Self::Bot => "bot",
            Self::System => "system",
            Self::Admin(_) => "admin",
        }
    }

    /// The account, for workers and administrators.
    pub const fn id(&self) -> Option<&WorkerId> {
        match self {
            Self::Worker(id) | Self::Admin(id) => Some(id),
            _ => None,
        }
    }

    /// Back from the stored kind and id.
    pub fn from_parts(kind: &str, id: Option<&str>) -> Option<Self> {
        match (kind, id) {
            ("resident", _) => Some(Self::Resident),
            ("bot", _) => Some(Self::Bot),
            ("system", _) => Some(Self::System),
            ("worker", Some(id)) => Some(Self::Worker(id.into())),
            ("admin", Some(id)) => Some(Self::Admin(id.into())),
            _ => None,
        }
    }

    /// A person of the authority: the only ones who decide.
    pub const fn is_authority(&self) -> bool {
        matches!(self, Self::Worker(_) | Self::Admin(_))
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// 1, 2, 3 … within the request.
    pub seq: u32,
    pub at: Moment,
    pub actor: Actor,
    pub fact: Fact,
}

/// What happened. `kind()` and `to_detail()` are the stored form.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    Opened {
        class: Class,
        service: String,
    },
    /// A desk, and perhaps a person, is responsible. `level`: 0 community, 1 street, 2 district …
    Assigned {
        unit: UnitId,
        worker: Option<WorkerId>,
        level: u8,
    },
    /// Looked at; not an acceptance.
    Seen {
        worker: WorkerId,
    },
    /// "我来处理"
    Accepted {
        worker: WorkerId,
    },
    /// Given back, before or after accepting.
    Declined {
        worker: WorkerId,
    },
    /// A call or visit that reached nobody.
    Attempted,
    /// A conversation took place; `how` is a code (`call`, `visit`, `chat`).
    Contacted {
        how: String,
    },
    Visiting,
    /// Clocks stand still for the reason's clocks until `until` at the latest.
    Paused {
        reason: String,
        until: Moment,
    },
    Resumed {
        limit_reached: bool,
    },
    Extended {
        clock: ClockName,
        span: Span,
    },
    /// More time was asked for; see `perform::extending`.
    ExtensionAsked {
        clock: ClockName,
        span: Span,
    },
    ExtensionRefused,
    /// Belongs together with another request; see `desk::pairing`.
    Tied {
        how: Tie,
        to: RequestId,
    },
    Decided {
        outcome: Outcome,
    },
    Delivered,
    /// The resident says it is solved.
    Confirmed,
    /// The resident says it is not solved: reopens one level up by itself.
    Disputed,
    Closed {
        why: String,
    },
    Reopened {
        level: u8,
    },
    Withdrawn,
    Raised {
        class: Class,
    },
    Transferred {
        unit: UnitId,
        worker: Option<WorkerId>,
    },
    Recategorised {
        service: String,
    },
    /// A rung of the ladder did its work.
    Fired {
        clock: ClockName,
        rung: String,
        cycle: u32,
    },
    /// The resident wrote.
    Said,
    /// A worker wrote to the resident.
    Answered,
    /// A worker's note.
    Noted,
    Rated {
        solved: bool,
        stars: Option<u8>,
    },
    /// The policy version the request is pinned to.
    Policy {
        version: u32,
    },
    /// A kind written by a newer version: kept, and without effect.
    Other(String),
}
