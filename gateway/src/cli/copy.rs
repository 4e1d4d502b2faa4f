//! `copy`: what is kept of a person as one JSON document, for whoever asked for
//! it in person. Who they are was looked at by whoever runs this.

use super::database::{Parts, assemble, end};
use super::retention::request_for;
use crate::audit;
use crate::desk::privacy;
use crate::requests::reference::Reference;
use clap::Args;
use menus::Lang;
use std::path::Path;

#[derive(Debug, Args)]
pub struct Copy {
    /// The public reference of the person's request for it
    pub reference: String,
    /// English labels
    #[arg(long)]
    pub english: bool,
}

/// `copy`.
pub(super) async fn run(args: &Copy, file: Option<&Path>) -> anyhow::Result<()> {
    let reference = Reference::parse(&args.reference)?;
    let app = assemble(file).await?;
    let lang = if args.english { Lang::En } else { Lang::Zh };
    let written = of(&app, reference.code(), lang).await;
    end(&app).await;
    println!("{}", written?);
    Ok(())
}

async fn of(app: &Parts, reference: &str, lang: Lang) -> anyhow::Result<String> {
    let case = request_for(app, reference).await?;
    Ok(privacy::copy(&app.core, &case, audit::OPERATOR, lang).await?)
}
