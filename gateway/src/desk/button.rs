//! The buttons under a worker's messages, and what they mean.
//!
//! Stored with the message they hang under; on the wire only a position
//! travels. Whether the press is allowed is decided when it comes.

use crate::ids::{RequestId, WorkerId};
use crate::requests::case::Case;
use crate::requests::event::Outcome;
use crate::requests::perform::extending::pending;
use crate::requests::status::Status;
use crate::rights::Right;
use crate::territory::Worker;
use crate::texts;
use menus::Lang;
use serde::{Deserialize, Serialize};

/// A worker's button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "button")]
pub enum Button {
    /// 我来处理
    Accept { request: RequestId },
    /// Not able to.
    Decline { request: RequestId },
    /// Reached the resident by telephone or in person.
    Contacted { request: RequestId },
    /// Nobody answered.
    Attempt { request: RequestId },
    /// Begin to write to the resident.
    Ask { request: RequestId },
    /// Show the desks it may go to.
    HandOver { request: RequestId },
    /// Hand it to this unit.
    To { request: RequestId, unit: String },
    /// Show the outcomes.
    Done { request: RequestId },
    /// Finish with this outcome.
    Outcome { request: RequestId, outcome: String },
    /// Give the time that was asked for.
    Grant { request: RequestId },
    /// Show it again.
    Show { request: RequestId },
}

impl Button {
    /// The request it is about.
    pub fn request(&self) -> &RequestId {
        match self {
            Self::Accept { request }
            | Self::Decline { request }
            | Self::Contacted { request }
            | Self::Attempt { request }
            | Self::Ask { request }
            | Self::HandOver { request }
            | Self::To { request, .. }
            | Self::Done { request }
            | Self::Outcome { request, .. }
            | Self::Grant { request }
            | Self::Show { request } => request,
        }
    }

    /// What it says.
    pub fn label(&self, lang: Lang) -> String {
        let key = match self {
            Self::Accept { .. } => "desk.key.accept",
            Self::Decline { .. } => "desk.key.decline",
            Self::Contacted { .. } => "desk.key.contacted",
            Self::Attempt { .. } => "desk.key.attempt",
            Self::Ask { .. } => "desk.key.ask",
            Self::HandOver { .. } => "desk.key.hand_over",
            Self::Done { .. } => "desk.key.done",
            Self::Grant { .. } => "desk.key.grant",
            Self::Show { .. } => "desk.key.open",
            Self::To { unit, .. } => return unit.clone(),
            Self::Outcome { outcome, .. } => {
                return texts::text(lang, &format!("desk.outcome.{outcome}")).to_owned();
            }
        };
        texts::text(lang, key).to_owned()
    }

    /// What pressing it takes, besides access to the request.
    pub fn right(&self) -> Right {
        match self {
            Self::Accept { .. } => Right::Accept,
            Self::Decline { .. } => Right::Decline,
            Self::Contacted { .. } => Right::Contact,
            Self::Attempt { .. } => Right::Attempt,
            Self::Ask { .. } => Right::Ask,
            Self::HandOver { .. } | Self::To { .. } => Right::Transfer,
            Self::Done { .. } => Right::Finish,
            Self::Outcome { outcome, .. } => {
                Outcome::from_code(outcome).map_or(Right::Finish, Outcome::right)
            }
            Self::Grant { .. } => Right::Grant,
            Self::Show { .. } => Right::Read,
        }
    }

    /// One of each about a request, for tests that go through all of them.
    #[cfg(any(test, feature = "testing"))]
    pub fn samples(request: &RequestId) -> Vec<Self> {
        let request = || request.clone();
        let mut all = vec![
            Self::Accept { request: request() },
            Self::Decline { request: request() },
            Self::Contacted { request: request() },
            Self::Attempt { request: request() },
            Self::Ask { request: request() },
            Self::HandOver { request: request() },
            Self::To {
                request: request(),
                unit: String::new(),
            },
            Self::Done { request: request() },
            Self::Grant { request: request() },
            Self::Show { request: request() },
        ];
        all.extend(Outcome::ALL.iter().map(|outcome| Self::Outcome {
            request: request(),
            outcome: outcome.code().into(),
        }));
        all
    }

    /// The buttons that fit the state of a request and what the worker may do.
    pub fn fitting(case: &Case, worker: &Worker) -> Vec<Self> {
        let mut buttons = Self::of_status(case, &worker.id);
        let asked = pending(&case.log).filter(|p| p.entry.actor.id() != Some(&worker.id));
        if asked.is_some() && worker.roles.iter().any(|role| role.assigns()) {
            buttons.insert(
                0,
                Self::Grant {
                    request: case.id.clone(),
                },
            );
        }
        buttons.retain(|button| button.right().allows_worker(worker));
        buttons
    }

    fn of_status(case: &Case, worker: &WorkerId) -> Vec<Self> {
        let request = || case.id.clone();
        let mine = case.place.worker.as_ref() == Some(worker);
        match case.status() {
            Status::Submitted | Status::Triaged | Status::Assigned => {
                let mut buttons = vec![Self::Accept { request: request() }];
                if mine {
                    buttons.push(Self::Decline { request: request() });
                }
                buttons
            }
            Status::Acknowledged if mine => vec![
                Self::Contacted { request: request() },
                Self::Attempt { request: request() },
                Self::Ask { request: request() },
                Self::HandOver { request: request() },
            ],
            Status::Contacted | Status::Visiting if mine => vec![
                Self::Ask { request: request() },
                Self::HandOver { request: request() },
                Self::Done { request: request() },
            ],
            _ => Vec::new(),
        }
    }

    /// The outcomes this worker may choose for a request.
    pub fn outcomes(case: &Case, worker: &Worker) -> Vec<&'static str> {
        use crate::requests::event::Class;
        let crisis = case.class() == Class::Crisis;
        Outcome::ALL
            .iter()
            .filter(|o| match o {
                Outcome::CrisisClosed => crisis,
                Outcome::RefusedInWriting => !crisis,
                Outcome::Withdrawn => false,
                _ => true,
            })
            .filter(|o| o.right().allows_worker(worker))
            .map(|o| o.code())
            .collect()
    }
}
