//! `add-staff`: an account, and the one-time link that sets it up.

use super::AddStaff;
use super::database::{assemble, end};
use crate::app::door;
use crate::config::Config;
use crate::ids::WorkerId;
use crate::staff::enrol;
use anyhow::bail;
use std::path::Path;

/// `add-staff`.
pub(super) async fn add(args: &AddStaff, file: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(file).await?;
    let subject = match &args.worker {
        None => Some(door::ADMIN.to_owned()),
        Some(worker) => {
            let id = WorkerId::from(worker.as_str());
            let known = app.core.world().worker(&id).is_some();
            known.then(|| door::worker(&id))
        }
    };
    let link = match &subject {
        Some(subject) => Some(enrol::invite(&app.core, &args.name, subject).await),
        None => None,
    };
    let config = Config::load(file)?.config;
    end(&app).await;
    let Some(link) = link else {
        bail!("there is no such worker")
    };
    println!("{}/set-up#{}", config.base_url(config.listen), link?);
    println!("(works once, for three days; give it to nobody else)");
    Ok(())
}
