//! Directory, board, chats and parked messages as the interface sends them.

use super::super::{UnitLine, Worker};
use super::shapes::{Named, named};
use crate::desk::board::Backlog;
use crate::desk::view::{BoardRow, BoardView, Bubble, LateRow, Parked};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A list that is short enough to be whole.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NamedList {
    pub(super) items: Vec<Named>,
}

/// A unit of the territory.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnitShape {
    pub(super) code: String,
    /// "city", "district", "street", "community" or "grid".
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// Code of the unit above.
    pub(super) parent: Option<String>,
}

impl From<UnitLine> for UnitShape {
    fn from(unit: UnitLine) -> Self {
        Self {
            code: unit.code,
            kind: unit.kind,
            name: unit.name,
            parent: unit.parent,
        }
    }
}

/// A part of the units, by code.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnitPage {
    pub(super) items: Vec<UnitShape>,
    pub(super) next: Option<String>,
}

/// A worker's account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkerShape {
    pub(super) id: String,
    pub(super) name: String,
    /// Name of the unit.
    pub(super) unit: String,
    /// Roles in words.
    pub(super) roles: Vec<String>,
}

impl From<Worker> for WorkerShape {
    fn from(worker: Worker) -> Self {
        Self {
            id: worker.id,
            name: worker.name,
            unit: worker.unit,
            roles: worker.roles,
        }
    }
}

/// A part of the workers, by id.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkerPage {
    pub(super) items: Vec<WorkerShape>,
    pub(super) next: Option<String>,
}

/// The roster of the coming days.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RosterShape {
    /// Day and hours of the worker of the token, for two weeks.
    pub(super) days: Vec<Named>,
    /// What is wrong with everybody's roster, for administrators.
    pub(super) findings: Vec<String>,
}

/// Open requests in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BacklogShape {
    pub(super) open: u32,
    /// By age: up to 1, 3, 7, 30 days, older.
    pub(super) ages: Vec<u32>,
    pub(super) crisis: u32,
    pub(super) unassigned: u32,
    pub(super) due_today: u32,
    pub(super) overdue: u32,
}

impl From<Backlog> for BacklogShape {
    fn from(b: Backlog) -> Self {
        Self {
            open: b.open(),
            ages: b.ages.to_vec(),
            crisis: b.crisis,
            unassigned: b.unassigned,
            due_today: b.due_today,
            overdue: b.overdue,
        }
    }
}

/// A unit on the board.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BoardUnit {
    /// Empty for requests of no known unit.
    pub(super) code: String,
    pub(super) name: String,
    pub(super) backlog: BacklogShape,
}

/// A late request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LateShape {
    pub(super) reference: String,
    pub(super) service: String,
    pub(super) class: &'static str,
    pub(super) place: String,
    pub(super) clock: &'static str,
    pub(super) due: DateTime<Utc>,
    pub(super) why: String,
}

impl From<LateRow> for LateShape {
    fn from(row: LateRow) -> Self {
        Self {
            reference: row.reference,
            service: row.service,
            class: row.class,
            place: row.place,
            clock: row.clock,
            due: row.due,
            why: row.why,
        }
    }
}

/// The supervisors' board.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BoardShape {
    /// When it was counted; absent before the first time.
    pub(super) at: Option<DateTime<Utc>>,
    pub(super) total: BacklogShape,
    pub(super) units: Vec<BoardUnit>,
    pub(super) late: Vec<LateShape>,
    /// Desks that nobody holds.
    pub(super) gaps: Vec<String>,
    /// What the auditor found; empty is good.
    pub(super) findings: Vec<String>,
}

impl From<BoardView> for BoardShape {
    fn from(view: BoardView) -> Self {
        let unit = |row: BoardRow| BoardUnit {
            code: row.code,
            name: row.name,
            backlog: row.backlog.into(),
        };
        Self {
            at: view.at,
            total: view.total.into(),
            units: view.rows.into_iter().map(unit).collect(),
            late: view.late.into_iter().map(Into::into).collect(),
            gaps: view.gaps,
            findings: view.findings,
        }
    }
}

/// A line of a chat.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChatLine {
    pub(super) id: String,
    /// Written by the resident.
    pub(super) mine: bool,
    pub(super) at: DateTime<Utc>,
    pub(super) text: String,
    /// "plain", "card", "crisis" or "notice".
    pub(super) kind: &'static str,
    /// Choices to offer: `code` is sent back as `choice`.
    pub(super) choices: Vec<Named>,
}

impl From<Bubble> for ChatLine {
    fn from(bubble: Bubble) -> Self {
        Self {
            id: bubble.id,
            mine: bubble.mine,
            at: bubble.at,
            text: bubble.text,
            kind: bubble.kind,
            choices: named(bubble.choices),
        }
    }
}

/// The newest lines of a chat, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChatLines {
    pub(super) items: Vec<ChatLine>,
}

/// What a resident says: a text, or a choice that was offered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub(super) enum Said {
    /// Words.
    Text {
        #[schema(min_length = 1, max_length = 4000)]
        text: String,
    },
    /// The code of a choice.
    Choice {
        #[schema(min_length = 1, max_length = 64)]
        choice: String,
    },
}

/// The write is stored.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stored {
    pub(super) stored: bool,
}

/// A message that could not be handled.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ParkedShape {
    pub(super) key: String,
    pub(super) at: DateTime<Utc>,
    /// Channel and account.
    pub(super) channel: String,
    pub(super) cause: String,
}

impl From<Parked> for ParkedShape {
    fn from(row: Parked) -> Self {
        Self {
            key: row.key,
            at: row.at,
            channel: row.channel,
            cause: row.cause,
        }
    }
}

/// Parked messages, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ParkedList {
    pub(super) items: Vec<ParkedShape>,
}

/// What to do with a parked message.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ParkedWay {
    Retry,
    Discard,
}

/// What to do with which parked message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ParkedOrder {
    /// Its key, as listed.
    pub(super) key: String,
    pub(super) way: ParkedWay,
}
