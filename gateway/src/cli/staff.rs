//! `add-staff`: an account, the one-time link that sets it up, and who it
//! belongs to at the single sign-on. `staff`: all of them, parted from it, or
//! without the device that was lost.

use super::database::{Parts, assemble, end};
use crate::app::door;
use crate::audit;
use crate::config::Config;
use crate::ids::WorkerId;
use crate::staff::{enrol, members, oidc};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
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

#[derive(Debug, Args)]
pub struct Staff {
    #[command(subcommand)]
    pub act: StaffAct,
}

#[derive(Debug, Subcommand)]
pub enum StaffAct {
    /// Show the accounts, whose they are and how they come in
    List,
    /// Part an account from the single sign-on and sign it out everywhere
    Unbind {
        /// The name to sign in with
        name: String,
    },
    /// Take a lost device away at once; print the link that sets it up anew
    Reset {
        /// The name to sign in with
        name: String,
    },
}

/// `staff`.
pub(super) async fn run(args: &Staff, file: Option<&Path>) -> anyhow::Result<()> {
    let config = Config::load(file)?.config;
    let app = assemble(file).await?;
    let told = acts(&app, &args.act, &config).await;
    end(&app).await;
    println!("{}", told?);
    Ok(())
}

async fn acts(app: &Parts, act: &StaffAct, config: &Config) -> anyhow::Result<String> {
    let core = &app.core;
    let id = async |name: &String| {
        let found = members::named(core, name).await?;
        found.context("there is no such account")
    };
    match act {
        StaffAct::List => {
            let all = members::list(core).await?;
            Ok(all.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        StaffAct::Unbind { name } => {
            if !members::unbind(core, &id(name).await?, audit::OPERATOR).await? {
                bail!("this account is not bound to the single sign-on");
            }
            Ok("Parted from the single sign-on, and signed out everywhere.".to_owned())
        }
        StaffAct::Reset { name } => {
            let link = members::reset(core, &id(name).await?, audit::OPERATOR).await?;
            let link = link.context("there is no such account")?;
            let base = config.base_url(config.listen);
            Ok(format!(
                "{base}/set-up#{link}\n\
                 (works once, for three days; the lost device counts no more, every browser is \
                 signed out, and bound chats are parted)"
            ))
        }
    }
}

fn line(member: &members::Member) -> String {
    let mut ways = Vec::new();
    if member.device {
        ways.push("password and code");
    }
    if member.outside {
        ways.push("single sign-on");
    }
    if ways.is_empty() {
        ways.push("not set up yet");
    }
    format!(
        "{:24} {:20} {}",
        member.name,
        member.subject,
        ways.join(", ")
    )
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
