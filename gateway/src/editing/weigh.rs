//! What publishing something would mean, looked at once more just before: what it
//! changes and whom it meets, and whether the scenarios still come out.

use super::desk::Desk;
use super::order::{Said, Weighed, Workbench};
use super::{blast, places, release, words};
use crate::store::{StoreError, corrections};

/// The workbench as it would be with this as the draft.
pub(super) async fn weigh(desk: Desk<'_>, what: &Weighed) -> Result<Workbench, StoreError> {
    let (core, kind, live) = (desk.core, desk.kind, desk.live);
    let body = match what {
        Weighed::Draft => desk.standing.draft.as_ref().map(|d| d.body.clone()),
        Weighed::Version(version) if *version < live => {
            let version = i64::from(*version);
            let found = corrections::version(&core.db, kind.code(), version).await?;
            found.map(|(_, body, _)| body)
        }
        Weighed::Version(_) => None,
        Weighed::Release(id) => desk.waiting(id).await?.map(|row| row.body),
    };
    let mut bench = desk.look(None).await?;
    let Some(body) = body else {
        bench.said = Some(Said::Gone);
        return Ok(bench);
    };
    let obstacles = release::obstacles(core, kind, &body).await?;
    let Ok(read) = core.papers.read(kind, &body) else {
        bench.findings = obstacles;
        return Ok(bench);
    };
    let doubts = places::findings(&read.paper, &core.world().tree);
    let doubts = read.findings.iter().cloned().chain(doubts);
    bench.findings = doubts.filter(|found| !found.grave).collect();
    bench.findings.splice(0..0, obstacles);
    bench.changes = words::changes(&bench.live_paper, &read.paper, &core.world().tree);
    bench.needs_two = bench.live_paper.needs_two(&read.paper);
    let now = core.clock.now();
    let before = (&*bench.live_paper, live);
    bench.blast = blast::count(&core.db, before, &read.paper, now).await?;
    bench.paper = Some(read.paper.clone());
    Ok(bench)
}
