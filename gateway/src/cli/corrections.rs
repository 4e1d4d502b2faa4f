//! `corrections`: workers' corrections reviewed, learnt, published, taken back.
//!
//! The same rules and records as the administrators' page; the gateway may be
//! running beside it and takes over what is published.

use super::database::{Parts, assemble, end};
use super::{Corrections, CorrectionsAct};
use crate::learning::{
    Board, Decided, Decision, PublishError, Refusal, Score, Trial, board, decide, publish,
    roll_back, trial,
};
use anyhow::{Context, bail};
use std::path::Path;

/// Runs the command.
pub(super) async fn run(args: &Corrections, file: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(file).await?;
    let result = run_in(&app, &args.act).await;
    end(&app).await;
    result
}

async fn run_in(app: &Parts, act: &CorrectionsAct) -> anyhow::Result<()> {
    let core = &app.core;
    match act {
        CorrectionsAct::List => {
            list(&board(core).await?);
            Ok(())
        }
        CorrectionsAct::Accept { id, text, service } => {
            let all = board(core).await?;
            let found = all.proposed.iter().chain(&all.accepted);
            let found = found.into_iter().find(|p| p.request == *id);
            let found = found.context("there is no such correction; see `corrections list`")?;
            let decision = Decision::Accept {
                text: text.clone().unwrap_or_else(|| found.text.clone()),
                service: service.clone().unwrap_or_else(|| found.service.clone()),
            };
            said(decide(core, id, found.version, &decision).await?)
        }
        CorrectionsAct::Reject { id } => {
            let all = board(core).await?;
            let found = all.proposed.iter().chain(&all.accepted);
            let found = found.into_iter().find(|p| p.request == *id);
            let found = found.context("there is no such correction; see `corrections list`")?;
            said(decide(core, id, found.version, &Decision::Reject).await?)
        }
        CorrectionsAct::Train => {
            figures(&trial(core).await?);
            Ok(())
        }
        CorrectionsAct::Publish => in_force(publish(core, None).await),
        CorrectionsAct::Rollback { version } => in_force(roll_back(core, *version).await),
    }
}

fn list(board: &Board) {
    for p in &board.proposed {
        println!(
            "proposed  {}  {} -> {}  {}",
            p.request, p.was, p.service, p.text
        );
    }
    for p in &board.accepted {
        println!("accepted  {}  {}  {}", p.request, p.service, p.text);
    }
    for v in &board.versions {
        let of = v
            .copy_of
            .map_or(String::new(), |n| format!(", as version {n}"));
        println!(
            "version {}  {}  {} examples{of}",
            v.number, v.at, v.examples
        );
    }
    println!(
        "{} to review, {} accepted",
        board.waiting,
        board.accepted.len()
    );
}

fn said(decided: Decided) -> anyhow::Result<()> {
    match decided {
        Decided::Done => {
            println!("done");
            Ok(())
        }
        Decided::Gone => bail!("there is no such correction"),
        Decided::Stale => bail!("somebody else decided about it meanwhile"),
        Decided::UnknownService => bail!("there is no such service"),
        Decided::BadText => bail!("the text is empty or longer than 200 characters"),
    }
}

fn figures(trial: &Trial) {
    let line = |name: &str, of: fn(&Score) -> f32| {
        let (before, after) = (of(&trial.before) * 100.0, of(&trial.after) * 100.0);
        println!("{name:<22}{before:>7.1} % {after:>7.1} %");
    };
    println!("{:<22}{:>9} {:>9}", "", "now", "after");
    line("top-1", |s| s.top1);
    line("crisis recall", |s| s.crisis_recall);
    line("false alarms", |s| s.false_alarms);
    println!("{} examples", trial.examples.len());
    if let Some(why) = &trial.refusal {
        println!("Refused: {}", reason(why));
    }
}

fn reason(why: &Refusal) -> String {
    match why {
        Refusal::Recall { before, after } => format!(
            "crisis recall would fall from {:.1} % to {:.1} %",
            before * 100.0,
            after * 100.0
        ),
        Refusal::Danger { request } => {
            format!("{request} speaks of danger and would be learnt as something else")
        }
    }
}

fn in_force(result: Result<crate::learning::Published, PublishError>) -> anyhow::Result<()> {
    match result {
        Ok(published) => {
            println!("Version {} is in force.", published.version);
            Ok(())
        }
        Err(PublishError::Refused(why)) => bail!("refused: {}", reason(&why)),
        Err(error) => Err(error.into()),
    }
}
