//! The buttons under a worker's messages, and what they mean.
//!
//! Stored with the message they hang under; on the wire only a position
//! travels. Whether the press is allowed is decided when it comes.

use crate::ids::{RequestId, WorkerId};
use crate::requests::case::Case;
use crate::requests::event::{Class, Outcome};
use crate::requests::perform::extending::pending;
use crate::requests::status::{Status, project};
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
    /// Show what is done less often.
    More { request: RequestId },
    /// On the way, or a visit is planned.
    Visit { request: RequestId },
    /// Show the reasons for a pause.
    Pause { request: RequestId },
    /// Pause for this reason.
    PauseFor { request: RequestId, reason: String },
    /// Let the clocks run again.
    Resume { request: RequestId },
    /// Show how much more time there may be.
    Extend { request: RequestId },
    /// Ask for so many working days.
    ExtendBy { request: RequestId, days: u8 },
    /// Do not give the time that was asked for.
    Refuse { request: RequestId },
    /// Show what a second request may be about.
    Split { request: RequestId },
    /// Make two of it, the second for this service.
    SplitOff { request: RequestId, service: String },
    /// Show which others may be about the same thing.
    Link { request: RequestId },
    /// Let it follow the one of this reference.
    LinkTo { request: RequestId, leader: String },
    /// Show which service it may be instead.
    Recategorise { request: RequestId },
    /// Put it under this service.
    PutUnder { request: RequestId, service: String },
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
            | Self::Show { request }
            | Self::More { request }
            | Self::Visit { request }
            | Self::Pause { request }
            | Self::PauseFor { request, .. }
            | Self::Resume { request }
            | Self::Extend { request }
            | Self::ExtendBy { request, .. }
            | Self::Refuse { request }
            | Self::Split { request }
            | Self::SplitOff { request, .. }
            | Self::Link { request }
            | Self::LinkTo { request, .. }
            | Self::Recategorise { request }
            | Self::PutUnder { request, .. } => request,
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
            Self::More { .. } => "desk.key.more",
            Self::Visit { .. } => "desk.key.visit",
            Self::Pause { .. } => "desk.key.pause",
            Self::Resume { .. } => "desk.key.resume",
            Self::Extend { .. } => "desk.key.extend",
            Self::Refuse { .. } => "desk.key.refuse",
            Self::Split { .. } => "desk.key.split",
            Self::Link { .. } => "desk.key.link",
            Self::Recategorise { .. } => "desk.key.recategorise",
            // Whoever offers these knows how the choice is called.
            Self::To { unit: own, .. }
            | Self::PauseFor { reason: own, .. }
            | Self::SplitOff { service: own, .. }
            | Self::LinkTo { leader: own, .. }
            | Self::PutUnder { service: own, .. } => return own.clone(),
            Self::ExtendBy { days, .. } => return days.to_string(),
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
            Self::Grant { .. } | Self::Refuse { .. } => Right::Grant,
            Self::Show { .. } | Self::More { .. } => Right::Read,
            Self::Visit { .. } => Right::Visiting,
            Self::Pause { .. } | Self::PauseFor { .. } => Right::Pause,
            Self::Resume { .. } => Right::Resume,
            Self::Extend { .. } | Self::ExtendBy { .. } => Right::Extend,
            Self::Split { .. } | Self::SplitOff { .. } => Right::Split,
            Self::Link { .. } | Self::LinkTo { .. } => Right::Link,
            Self::Recategorise { .. } | Self::PutUnder { .. } => Right::Recategorise,
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
            Self::More { request: request() },
            Self::Visit { request: request() },
            Self::Pause { request: request() },
            Self::PauseFor {
                request: request(),
                reason: String::new(),
            },
            Self::Resume { request: request() },
            Self::Extend { request: request() },
            Self::ExtendBy {
                request: request(),
                days: 1,
            },
            Self::Refuse { request: request() },
            Self::Split { request: request() },
            Self::SplitOff {
                request: request(),
                service: String::new(),
            },
            Self::Link { request: request() },
            Self::LinkTo {
                request: request(),
                leader: String::new(),
            },
            Self::Recategorise { request: request() },
            Self::PutUnder {
                request: request(),
                service: String::new(),
            },
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
            let request = || case.id.clone();
            let answers = [
                Self::Grant { request: request() },
                Self::Refuse { request: request() },
            ];
            buttons.splice(0..0, answers);
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
                Self::More { request: request() },
            ],
            Status::Contacted | Status::Visiting if mine => vec![
                Self::Ask { request: request() },
                Self::HandOver { request: request() },
                Self::Done { request: request() },
                Self::More { request: request() },
            ],
            _ => Vec::new(),
        }
    }

    /// What is done less often, as far as the state of the request allows it.
    pub fn more(case: &Case) -> Vec<Self> {
        let request = || case.id.clone();
        let mut buttons = Vec::new();
        if case.status() < Status::Visiting {
            buttons.push(Self::Visit { request: request() });
        }
        let paused = project(&case.log).is_some_and(|p| p.paused.is_some());
        if paused {
            buttons.push(Self::Resume { request: request() });
        } else if case.class() != Class::Crisis {
            buttons.push(Self::Pause { request: request() });
        }
        if pending(&case.log).is_none() && case.class() != Class::Crisis {
            buttons.push(Self::Extend { request: request() });
        }
        buttons.extend([
            Self::Split { request: request() },
            Self::Link { request: request() },
            Self::Recategorise { request: request() },
        ]);
        buttons
    }

    /// The outcomes this worker may choose for a request.
    pub fn outcomes(case: &Case, worker: &Worker) -> Vec<&'static str> {
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
