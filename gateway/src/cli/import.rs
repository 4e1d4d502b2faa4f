//! `import`: the city from CSV files. Checks everything first; all of a file is
//! applied or nothing.
//!
//! What may be wrong with a line is `crate::import`'s; writing is
//! `app::register`'s.

use super::database::{Parts, assemble_or_make, end};
use super::{Import, Imported as Kind};
use crate::app::register::{Imported, NotImported, publish, store_residents};
use crate::import::{
    Existing, Report, Source, parse_roster, parse_units, parse_workers, read_residents,
};
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::Path;

pub(super) async fn run(args: &Import, file: Option<&Path>) -> anyhow::Result<()> {
    let size = std::fs::metadata(&args.file)
        .and_then(|found| std::fs::File::open(&args.file).map(|_| found.len()))
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let app = assemble_or_make(file).await?;
    let result = import(&app, args, size).await;
    end(&app).await;
    result
}

async fn import(app: &Parts, args: &Import, size: u64) -> anyhow::Result<()> {
    let world = app.core.world();
    let existing = Existing::of(&world.tree).with(&world.roster);
    // Every file is read once to find its encoding and once for its rows.
    let bar = bar(2 * size, "checking {bar:30} {percent}% {elapsed}")?;
    let (import, report) = check(args, &existing, &bar);
    bar.finish_and_clear();
    println!("{}", report.en());
    if !report.is_clean() {
        bail!("nothing was imported: mend the lines above and try again");
    }
    let lines = report.lines;
    if args.dry_run {
        println!("Dry run: {lines} lines are sound, nothing was changed.");
        return Ok(());
    }
    if args.what == Kind::Residents {
        let bar = self::bar(lines as u64, "writing {bar:30} {pos} of {len} {elapsed}")?;
        let tick = |rows| bar.inc(rows);
        let done = store_residents(&app.core, args.file.clone(), existing, &tick).await;
        bar.finish_and_clear();
        match done {
            Ok(_) => {}
            Err(NotImported::Errors(report)) => {
                println!("{}", report.en());
                bail!("the file changed while it was read; nothing was imported");
            }
            Err(NotImported::Store(error)) => return Err(error.into()),
        }
    } else {
        publish(&app.core, &import).await?;
    }
    println!("Imported {lines} lines.");
    Ok(())
}

/// Reads the whole file. Residents are only checked: there may be many.
fn check(args: &Import, existing: &Existing, bar: &ProgressBar) -> (Imported, Report) {
    let read = |bytes| bar.inc(bytes);
    let source = Source::File {
        path: &args.file,
        read: &read,
    };
    let mut import = Imported::default();
    let report = match args.what {
        Kind::Units => {
            let parsed = parse_units(source, existing);
            import.units = parsed.rows;
            parsed.report
        }
        Kind::Workers => {
            let parsed = parse_workers(source, existing);
            import.workers = parsed.rows;
            parsed.report
        }
        Kind::Roster => {
            let parsed = parse_roster(source, existing);
            import.roster = parsed.rows;
            parsed.report
        }
        Kind::Residents => read_residents(source, existing, &mut |_, _| ()),
    };
    (import, report)
}

/// Drawn on a terminal only.
fn bar(length: u64, template: &str) -> anyhow::Result<ProgressBar> {
    Ok(ProgressBar::new(length).with_style(ProgressStyle::with_template(template)?))
}
