//! `export` and `draft`: the menu, the policy and the calendar as one text file
//! each, out and back in as a draft.

use super::database::{Parts, assemble, end};
use super::{Document, DraftArgs, Export};
use crate::audit::OPERATOR;
use crate::editing::{Asked, Found, Kind, Order, Said, Workbench, carry_out};
use anyhow::{Context, bail};
use std::io::Write;
use std::path::Path;

impl From<Document> for Kind {
    fn from(document: Document) -> Self {
        match document {
            Document::Menu => Self::Menu,
            Document::Policy => Self::Policy,
            Document::Calendar => Self::Calendar,
        }
    }
}

async fn ask(
    app: &Parts,
    kind: Kind,
    revision: i64,
    order: Order,
) -> anyhow::Result<Box<Workbench>> {
    let asked = Asked {
        kind,
        revision,
        order,
    };
    Ok(Box::new(carry_out(&app.core, OPERATOR, asked).await?))
}

/// `export`.
pub(super) async fn export(args: &Export, file: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(file).await?;
    let bench = ask(&app, args.what.into(), 0, Order::Look).await;
    end(&app).await;
    let bench = bench?;
    let text = match (args.draft, &bench.draft) {
        (false, _) => &*bench.live_text,
        (true, Some(draft)) => &draft.body,
        (true, None) => bail!("there is no draft of it"),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// `draft`.
pub(super) async fn draft(args: &DraftArgs, file: Option<&Path>) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let app = assemble(file).await?;
    let done = write(&app, args.what.into(), text).await;
    end(&app).await;
    done
}

async fn write(app: &Parts, kind: Kind, text: String) -> anyhow::Result<()> {
    let seen = ask(app, kind, 0, Order::Look).await?.revision;
    let bench = ask(app, kind, seen, Order::Write(text)).await?;
    let list = |found: &[Found]| {
        let text = |f: &Found| format!("  {}: {}", f.place, f.text.en);
        found.iter().map(text).collect::<Vec<_>>().join("\n")
    };
    match &bench.said {
        Some(Said::Saved) => {}
        Some(Said::Nothing) => {
            println!("The draft says so already.");
            return Ok(());
        }
        Some(Said::Grave(found)) => bail!("the file cannot be a draft:\n{}", list(found)),
        _ => bail!("somebody saved another draft meanwhile; try again"),
    }
    println!("It is the draft now; nothing is published.");
    for change in &bench.changes {
        println!("  {}", change.text.en);
    }
    if !bench.findings.is_empty() {
        println!("To look at:\n{}", list(&bench.findings));
    }
    Ok(())
}
