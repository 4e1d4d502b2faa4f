//! `add-client` and `clients`: programs that use the JSON interface.

use super::database::{Parts, assemble, end};
use crate::app::door;
use crate::clients::{self, New, Scope};
use crate::ids::WorkerId;
use anyhow::bail;
use chrono::TimeDelta;
use clap::{Args, Subcommand};
use std::path::Path;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("acts_as").required(true))]
pub struct AddClient {
    /// A name to know it by
    pub name: String,
    /// It may do what this worker may do
    #[arg(long, group = "acts_as", value_name = "ID")]
    pub worker: Option<String>,
    /// It may do what administrators may do
    #[arg(long, group = "acts_as")]
    pub admin: bool,
    /// A part of the interface it may use, such as requests:read
    #[arg(long, required = true, value_parser = scope)]
    pub scope: Vec<Scope>,
    /// How many days its token counts
    #[arg(long, value_name = "N", default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=1096))]
    pub days: u16,
}

#[derive(Debug, Args)]
pub struct Clients {
    #[command(subcommand)]
    pub act: ClientsAct,
}

#[derive(Debug, Subcommand)]
pub enum ClientsAct {
    /// Show all of them, those that are over as well
    List,
    /// End the token of one at once
    Revoke {
        /// Its name
        name: String,
    },
}

/// `add-client`.
pub(super) async fn add(args: &AddClient, file: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(file).await?;
    let added = add_in(&app, args).await;
    end(&app).await;
    println!("{}", added?);
    println!("(shown this once; counts for {} days; see /api)", args.days);
    Ok(())
}

async fn add_in(app: &Parts, args: &AddClient) -> anyhow::Result<String> {
    let subject = match &args.worker {
        None => door::ADMIN.to_owned(),
        Some(worker) => {
            let id = WorkerId::from(worker.as_str());
            if app.core.world().worker(&id).is_none() {
                bail!("there is no such worker")
            }
            door::worker(&id)
        }
    };
    let new = New {
        name: &args.name,
        subject: &subject,
        scopes: &args.scope,
        lasts: TimeDelta::days(i64::from(args.days)),
    };
    Ok(clients::add(&app.core, new).await?)
}

/// `clients`.
pub(super) async fn run(args: &Clients, file: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(file).await?;
    let done = match &args.act {
        ClientsAct::List => list(&app).await,
        ClientsAct::Revoke { name } => clients::revoke(&app.core, name).await.map_err(Into::into),
    };
    end(&app).await;
    done
}

async fn list(app: &Parts) -> anyhow::Result<()> {
    for listed in clients::list(&app.core).await? {
        let scopes: Vec<&str> = listed.client.scopes.iter().map(|s| s.code()).collect();
        println!(
            "{}  {}  until {}  {}  {}",
            listed.client.name,
            listed.client.subject,
            listed.expires.format("%Y-%m-%d"),
            if listed.valid { "valid" } else { "over" },
            scopes.join(" ")
        );
    }
    Ok(())
}

/// A scope on the command line.
fn scope(text: &str) -> Result<Scope, String> {
    Scope::from_code(text).ok_or_else(|| {
        let all: Vec<&str> = Scope::ALL.iter().map(|s| s.code()).collect();
        format!("must be one of {}", all.join(", "))
    })
}
