//! Orders of the "what would happen if" page: ask, keep as a scenario, drop one.

use super::draft;
use super::paper::Kind;
use super::scenario::{self, Expected, Scenario};
use super::whatif::{Outcome, Supposed, suppose};
use crate::app::Core;
use crate::store::StoreError;

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Try {
    /// Only look.
    Look,
    /// Ask, with the draft of a kind in force or as things are.
    Ask(Supposed, Option<Kind>),
    /// Ask, and hold the outcome fast under a name.
    Keep(String, Supposed, Option<Kind>),
    /// Forget a scenario.
    Drop(String),
}

/// All there is to see.
#[derive(Clone, Debug, Default)]
pub struct Trying {
    pub scenarios: Vec<Scenario>,
    pub outcome: Option<Outcome>,
    /// Whether what was to be kept or dropped was.
    pub done: Option<bool>,
}

/// Does what is ordered and looks.
pub async fn carry_out(core: &Core, actor: &str, order: Try) -> Result<Trying, StoreError> {
    let mut trying = Trying::default();
    match order {
        Try::Look => {}
        Try::Ask(supposed, on) => trying.outcome = ask(core, supposed, on).await?,
        Try::Keep(name, supposed, on) => {
            trying.outcome = ask(core, supposed.clone(), on).await?;
            if let Some(outcome) = &trying.outcome {
                let kept = Scenario {
                    name: name.clone(),
                    supposed,
                    expected: Expected::of(outcome),
                };
                trying.done = Some(scenario::keep(core, actor, &name, Some(kept)).await?);
            }
        }
        Try::Drop(name) => {
            trying.done = Some(scenario::keep(core, actor, &name, None).await?);
        }
    }
    trying.scenarios = scenario::all(core).await?;
    Ok(trying)
}

async fn ask(
    core: &Core,
    supposed: Supposed,
    on: Option<Kind>,
) -> Result<Option<Outcome>, StoreError> {
    let paper = match on {
        Some(kind) => draft::paper(&core.db, kind).await?,
        None => None,
    };
    Ok(suppose(core, paper, supposed).await)
}
