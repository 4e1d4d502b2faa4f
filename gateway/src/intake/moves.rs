//! Which of a conversation's effects move a case that exists, and how. Opening one
//! is `effects`' business, what a move does is `requests::follow`'s.

use super::resident::Stepped;
use crate::conversation::{Case as Target, Effect};
use crate::requests::follow::Move;
use crate::requests::status::Status;

/// The move an effect makes on a case, and which case.
pub(super) fn move_of(effect: &Effect, step: &Stepped) -> Option<(Target, Move)> {
    let of = |request: &crate::ids::RequestId, m| Some((Target::Request(request.clone()), m));
    match effect {
        Effect::Withdraw { request } => of(request, Move::Withdraw),
        Effect::Rate {
            request,
            solved,
            stars,
        } => of(
            request,
            Move::Rate {
                solved: *solved,
                stars: *stars,
            },
        ),
        Effect::Reopen { request } => of(request, Move::Reopen),
        Effect::Urge { request } => of(request, Move::Urge),
        Effect::Call { case, allowed } => Some((case.clone(), Move::Call { allowed: *allowed })),
        Effect::Calmed { case } => Some((case.clone(), Move::Calmed)),
        Effect::Say(said) if said.danger.is_some() => Some((said.to.clone(), Move::Alarm)),
        Effect::Say(said) => {
            // The resident answers the worker who took the case: a contact.
            let brief = step.request(&said.to)?;
            let held = step
                .snapshot
                .held
                .as_ref()
                .is_some_and(|h| h.request.0 == brief.id);
            let waiting = brief.status == Status::Acknowledged.code();
            (held && waiting).then(|| (said.to.clone(), Move::Answered))
        }
        Effect::Open(_)
        | Effect::AskHuman(_)
        | Effect::Remember(_)
        | Effect::Consent { .. }
        | Effect::Revoke(_)
        | Effect::Release { .. }
        | Effect::SendCode { .. }
        | Effect::Proved { .. }
        | Effect::Copy { .. }
        | Effect::Hide => None,
    }
}
