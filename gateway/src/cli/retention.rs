//! `retention`, `hold`, `erase`: deleting what is too old, what may not be
//! deleted, and what a person wants deleted. The rules and the work are `crate::retention`'s.

use super::database::{Parts, assemble, end};
use super::{Erase, Hold, RetentionArgs};
use crate::audit;
use crate::clock::micros;
use crate::config::Config;
use crate::desk::privacy;
use crate::intake::load_cases;
use crate::requests::case::Case;
use crate::requests::reference::Reference;
use crate::store::{Changes, expired, requests};
use anyhow::{Context, bail};
use menus::Lang;
use std::path::Path;

/// `retention`.
pub(super) async fn run(args: &RetentionArgs, file: Option<&Path>) -> anyhow::Result<()> {
    let keep = Config::load(file)?.config.retention;
    let app = assemble(file).await?;
    let done = if args.dry_run {
        crate::retention::dry_run(&app.core, &keep).await
    } else {
        crate::retention::run(&app.core, &keep, i64::from(args.batch)).await
    };
    let held = expired::holds(&app.core.db).await;
    end(&app).await;
    for class in done? {
        println!(
            "{:12} kept {:5} days  {:8} rows",
            class.class, class.days, class.rows
        );
    }
    println!("{} requests are on hold.", held?);
    if args.dry_run {
        println!("Dry run: nothing was deleted.");
    }
    Ok(())
}

/// `hold`.
pub(super) async fn hold(args: &Hold, file: Option<&Path>) -> anyhow::Result<()> {
    let reference = Reference::parse(&args.reference)?;
    let app = assemble(file).await?;
    let result = hold_in(&app, args, reference.code()).await;
    end(&app).await;
    result
}

async fn hold_in(app: &Parts, args: &Hold, reference: &str) -> anyhow::Result<()> {
    let core = &app.core;
    let found = requests::by_reference(&core.db, reference).await?;
    let request = found
        .with_context(|| format!("there is no request {reference}"))?
        .id;
    let now = core.clock.now();
    let mut changes = Changes::at(micros(now));
    let about = format!("request:{request}");
    let act = match &args.reason {
        Some(reason) if reason.trim().is_empty() => bail!("a hold needs a reason"),
        Some(reason) => {
            let sealed = core.seal.seal(reason.trim().as_bytes());
            expired::hold(&core.db, &request, micros(now), audit::OPERATOR, &sealed).await?;
            println!("Nothing of this request is deleted until the hold ends.");
            "hold.set"
        }
        None => {
            if !expired::release(&core.db, &request).await? {
                bail!("this request is not on hold");
            }
            println!("The hold ended; what is too old goes with the next run.");
            "hold.end"
        }
    };
    changes
        .audit
        .push(audit::line(now, audit::OPERATOR, act, &about));
    core.db.commit(&changes).await?;
    Ok(())
}

/// `erase`.
pub(super) async fn erase(args: &Erase, file: Option<&Path>) -> anyhow::Result<()> {
    let reference = Reference::parse(&args.reference)?;
    let app = assemble(file).await?;
    let result = erase_in(&app, reference.code()).await;
    end(&app).await;
    result
}

async fn erase_in(app: &Parts, reference: &str) -> anyhow::Result<()> {
    let case = request_for(app, reference).await?;
    let receipt = privacy::erase(&app.core, &case, audit::OPERATOR).await?;
    // As the person is told in the chat, to be given to them where there is none.
    println!("{}", receipt.words(Lang::Zh));
    println!("{}", receipt.words(Lang::En));
    Ok(())
}

/// The request about personal data of this reference.
pub(super) async fn request_for(app: &Parts, reference: &str) -> anyhow::Result<Case> {
    let core = &app.core;
    let found = requests::by_reference(&core.db, reference).await?;
    let request = found.with_context(|| format!("there is no request {reference}"))?;
    if request.service != privacy::RIGHTS {
        bail!("{reference} is not a request about personal data: nothing was done");
    }
    let mut cases = load_cases(core, std::slice::from_ref(&request.id)).await?;
    cases.remove(&request.id).context("it cannot be read")
}
