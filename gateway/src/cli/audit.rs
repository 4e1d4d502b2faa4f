//! `audit`: whether the ladder did what it should, and whether the log of who
//! did and read what is whole. Changes nothing.

use super::database::{assemble, end};
use super::{Audit, AuditAct};
use crate::app::survey;
use crate::store::audit::{self, Verified};
use anyhow::{Context, bail};
use std::path::Path;

/// Runs the command.
pub(super) async fn run(args: &Audit, file: Option<&Path>) -> anyhow::Result<()> {
    match &args.act {
        None => ladder(args.json, file).await,
        Some(AuditAct::Verify { expect }) => verify(args.json, expect.as_deref(), file).await,
    }
}

async fn verify(json: bool, expect: Option<&str>, file: Option<&Path>) -> anyhow::Result<()> {
    let noted = expect.map(noted).transpose()?;
    let app = assemble(file).await?;
    let verified = audit::verify(&app.core.db).await;
    let held = match &noted {
        Some((seq, hash)) => audit::holds(&app.core.db, *seq, hash).await,
        None => Ok(true),
    };
    end(&app).await;
    let (verified, held) = (verified?, held?);
    if json {
        println!("{}", as_json(&verified, held));
    } else if verified.broken.is_none() && held {
        let Verified { lines, head, .. } = &verified;
        println!("The log is whole: {lines} lines.");
        if head.floor_seq > 0 {
            println!("Lines up to {} were deleted for their age.", head.floor_seq);
        }
        println!(
            "Note its end where nobody of this machine can write: {}:{}",
            head.seq, head.hash
        );
    }
    if let Some(broken) = &verified.broken {
        bail!("the log is broken at line {}: {}", broken.seq, broken.what);
    }
    if !held {
        bail!("the log does not hold the end that was noted: it was written anew");
    }
    Ok(())
}

fn as_json(verified: &Verified, held: bool) -> serde_json::Value {
    serde_json::json!({
        "lines": verified.lines,
        "end": format!("{}:{}", verified.head.seq, verified.head.hash),
        "broken": verified.broken.as_ref().map(|b| serde_json::json!({ "line": b.seq, "what": b.what })),
        "holds_expected": held,
    })
}

fn noted(text: &str) -> anyhow::Result<(i64, String)> {
    let (seq, hash) = text.split_once(':').context("an end is NUMBER:HASH")?;
    Ok((
        seq.parse().context("an end is NUMBER:HASH")?,
        hash.to_owned(),
    ))
}

async fn ladder(json: bool, file: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(file).await?;
    let findings = survey::audit_all(&app.core).await;
    end(&app).await;
    let findings = findings?;
    if json {
        println!("{}", serde_json::json!({ "findings": findings }));
    } else if findings.is_empty() {
        println!("Everything that should have fired did, and nothing else.");
    } else {
        for finding in &findings {
            println!("{finding}");
        }
    }
    if findings.is_empty() {
        Ok(())
    } else {
        bail!("{} findings", findings.len())
    }
}
