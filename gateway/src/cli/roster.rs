//! `roster check`: what is wrong with the roster of the days to come.

use super::database::{Parts, assemble, end};
use super::{Roster, RosterAct};
use crate::app::watch::lint_days;
use anyhow::bail;
use std::path::Path;

pub(super) async fn run(args: &Roster, file: Option<&Path>) -> anyhow::Result<()> {
    let RosterAct::Check { days } = args.act;
    let app = assemble(file).await?;
    let result = check(&app, days);
    end(&app).await;
    result
}

fn check(app: &Parts, days: u16) -> anyhow::Result<()> {
    let (world, now) = (app.core.world(), app.core.clock.now());
    let findings = lint_days(&world, now, days);
    for finding in &findings {
        println!("{}", finding.words(&world.tree, &world.roster, true));
        println!("    {}", finding.words(&world.tree, &world.roster, false));
    }
    if findings.is_empty() {
        println!("Somebody is there at every desk for {days} days, and nobody twice.");
        return Ok(());
    }
    bail!("{} findings in {days} days", findings.len())
}
