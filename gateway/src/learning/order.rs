//! What an administrator orders, carried out and put into one view: for the
//! page and for the command line.

use super::review::{Board, Decided, Decision, board, decide};
use super::{PublishError, Refusal, Trial, publish, roll_back, trial};
use crate::app::Core;
use crate::store::StoreError;
use menus::Lang;

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Only look.
    Look,
    /// Decide about these: request, version that was looked at, decision.
    Decide(Vec<(String, i64, Decision)>),
    /// Train and measure.
    Try,
    /// Publish the trial of this mark.
    Publish(String),
    /// Put this version in force again.
    RollBack(u32),
}

/// What came of an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Decisions that were written.
    Decided(usize),
    /// A decision that was not; never [`Decided::Done`].
    Not(Decided),
    /// This version is in force now.
    InForce(u32),
    /// Something changed since the trial.
    Stale,
    /// The batch is refused.
    Refused(Refusal),
    /// There is no such version.
    NoVersion,
}

/// All there is to see.
#[derive(Clone, Debug, Default)]
pub struct Learning {
    /// Proposals, accepted examples, versions.
    pub board: Board,
    /// Code and name of every service.
    pub services: Vec<(String, String)>,
    /// Figures, if they were asked for.
    pub trial: Option<Trial>,
    /// What came of the order.
    pub said: Vec<Said>,
}

/// Does what is ordered and looks.
pub async fn carry_out(core: &Core, order: Order, lang: Lang) -> Result<Learning, StoreError> {
    let mut said = Vec::new();
    let mut tried = None;
    match order {
        Order::Look => {}
        Order::Decide(decisions) => said = decide_all(core, &decisions).await?,
        Order::Try => tried = Some(trial(core).await?),
        Order::Publish(mark) => said.push(came_of(publish(core, Some(&mark)).await)?),
        Order::RollBack(to) => said.push(came_of(roll_back(core, to).await)?),
    }
    let refused = said.iter().any(|s| matches!(s, Said::Refused(_)));
    if refused {
        tried = Some(trial(core).await?);
    }
    let world = core.world();
    let services = world.newest().catalogue.services().iter();
    let named = |s: &menus::Service| {
        let code = s.code.as_str().to_owned();
        (code, s.name.get(lang).to_owned())
    };
    Ok(Learning {
        board: board(core).await?,
        services: services.map(named).collect(),
        trial: tried,
        said,
    })
}

async fn decide_all(
    core: &Core,
    decisions: &[(String, i64, Decision)],
) -> Result<Vec<Said>, StoreError> {
    let (mut done, mut said) = (0, Vec::new());
    for (request, version, decision) in decisions {
        match decide(core, request, *version, decision).await? {
            Decided::Done => done += 1,
            not => said.push(Said::Not(not)),
        }
    }
    said.insert(0, Said::Decided(done));
    Ok(said)
}

fn came_of(result: Result<super::Published, PublishError>) -> Result<Said, StoreError> {
    Ok(match result {
        Ok(published) => Said::InForce(published.version),
        Err(PublishError::Stale) => Said::Stale,
        Err(PublishError::Refused(why)) => Said::Refused(why),
        Err(PublishError::Unknown) => Said::NoVersion,
        Err(PublishError::Store(error)) => return Err(error),
    })
}
