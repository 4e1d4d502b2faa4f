//! `retention`, `hold`, `erase`: deleting what is too old, what may not be
//! deleted, and what a person wants deleted. The rules and the work are `crate::retention`'s.

use super::database::{Parts, assemble, end};
use super::{Erase, Hold, RetentionArgs};
use crate::audit;
use crate::clock::micros;
use crate::config::Config;
use crate::requests::reference::Reference;
use crate::store::{Changes, checks, expired, proofs, requests};
use anyhow::{Context, bail};
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

/// The service under which people ask what is known of them, and for erasure.
const RIGHTS: &str = "SVC-PRIVACY";

/// `erase`.
pub(super) async fn erase(args: &Erase, file: Option<&Path>) -> anyhow::Result<()> {
    let reference = Reference::parse(&args.reference)?;
    let app = assemble(file).await?;
    let result = erase_in(&app, reference.code()).await;
    end(&app).await;
    result
}

async fn erase_in(app: &Parts, reference: &str) -> anyhow::Result<()> {
    let core = &app.core;
    let found = requests::by_reference(&core.db, reference).await?;
    let request = found.with_context(|| format!("there is no request {reference}"))?;
    if request.service != RIGHTS {
        bail!("{reference} is not a request about personal data: nothing was erased");
    }
    let erased = expired::erase(&core.db, &request.address, &core.seal.seal(b"{}")).await?;
    // The wish itself does not keep alive what it wants gone.
    if erased.kept == i64::from(request.closed_at.is_none()) {
        proofs::erase(&core.db, &request.address).await?;
    }
    checks::erase(&core.db, &request.address).await?;
    let now = core.clock.now();
    crate::retention::forget(core, &request.address, now).await?;
    let mut changes = Changes::at(micros(now));
    let counts = serde_json::json!({
        "messages": erased.messages, "requests": erased.requests, "kept": erased.kept
    });
    let about = format!("request:{}", request.id);
    changes.audit.push(audit::detailed(
        now,
        audit::OPERATOR,
        "person.erase",
        &about,
        &counts,
    ));
    core.db.commit(&changes).await?;
    // The receipt, to be given to the person as it is.
    println!(
        "{reference}：您的 {} 条消息和 {} 件办完的事里的个人内容已经删除；还有 {} 件事没办完或依法要保留。",
        erased.messages, erased.requests, erased.kept
    );
    println!(
        "{reference}: {} messages and the personal content of {} closed requests were erased; {} requests stay, being open or kept by law.",
        erased.messages, erased.requests, erased.kept
    );
    Ok(())
}
