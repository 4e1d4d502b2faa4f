//! `add-staff`: an account, the one-time link that sets it up, and who it
//! belongs to at the single sign-on.

use super::database::{assemble, end};
use crate::app::door;
use crate::config::Config;
use crate::ids::WorkerId;
use crate::staff::{enrol, oidc};
use anyhow::bail;
use clap::Args;
use std::path::Path;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("is").required(true))]
pub struct AddStaff {
    /// The name to sign in with
    pub name: String,
    /// The worker's code, as imported
    #[arg(long, group = "is", value_name = "ID")]
    pub worker: Option<String>,
    /// An administrator
    #[arg(long, group = "is")]
    pub admin: bool,
    /// What the city's single sign-on calls the person: staff.oidc.claim says
    /// which of its names
    #[arg(long, value_name = "WHO")]
    pub single_sign_on: Option<String>,
}

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
    let bound = match (&link, &args.single_sign_on) {
        (Some(Ok(_)), Some(who)) => {
            oidc::bind(&app.core, &config.staff.oidc, &args.name, who).await
        }
        _ => Ok(()),
    };
    end(&app).await;
    let Some(link) = link else {
        bail!("there is no such worker")
    };
    let link = link?;
    bound?;
    println!("{}/set-up#{link}", config.base_url(config.listen));
    println!("(works once, for three days; give it to nobody else)");
    if args.single_sign_on.is_some() {
        println!("The single sign-on lets this account in without it.");
    }
    Ok(())
}
