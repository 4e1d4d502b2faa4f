//! `rotate-key`: everything sealed comes under the current key, beside a
//! running gateway. Adding a key to the key file and taking the older ones out
//! of it are here; configured keys are the administrator's to change.

use super::RotateKey;
use super::database::{Parts, assemble, end};
use crate::config::Config;
use crate::rotation::{self, Progress, Rotated};
use crate::seal::{Seal, file};
use crate::store::fault;
use anyhow::{Context, bail};
use std::path::Path;

/// Runs the command.
pub(super) async fn run(args: &RotateKey, config: Option<&Path>) -> anyhow::Result<()> {
    let app = assemble(config).await?;
    let result = run_in(&app, args, &Config::load(config)?.config).await;
    end(&app).await;
    result
}

async fn run_in(app: &Parts, args: &RotateKey, config: &Config) -> anyhow::Result<()> {
    let (db, seal) = (&app.core.db, &app.core.seal);
    if args.new {
        add_key(config, seal)?;
        db.check_key(seal).await?;
    }
    let keys = seal.fingerprints();
    println!("Sealing everything with key {}.", &keys[0]);
    let bar = indicatif::ProgressBar::new(0);
    let style = indicatif::ProgressStyle::with_template("{msg:14} {bar:30} {pos}/{len}");
    bar.set_style(style.expect("a constant template"));
    let show = |at: Progress| {
        bar.set_message(at.table);
        bar.set_length(at.of);
        bar.set_position(at.done);
    };
    let done = rotation::rotate(db, seal, i64::from(args.batch), show).await;
    bar.finish_and_clear();
    let done = done?;
    report(&done)?;
    forget(app, args, config, &keys[1..])
}

fn report(done: &Rotated) -> anyhow::Result<()> {
    println!("{} values were sealed again.", done.resealed);
    if done.damaged > 0 {
        println!("{} values are damaged: no key opens them.", done.damaged);
    }
    if done.left > 0 {
        bail!(
            "{} values were sealed with an older key meanwhile: a gateway still uses it; let it have the new one and run this again",
            done.left
        );
    }
    Ok(())
}

fn add_key(config: &Config, seal: &Seal) -> anyhow::Result<()> {
    let path = &config.secrets.store;
    if !config.secrets.key.is_empty() || !path.exists() {
        bail!(
            "the keys are configured: make one with `openssl rand -hex 32`, put it into secrets.others of every process, then exchange it with secrets.key, restart, and run rotate-key"
        );
    }
    let mut keys = file::read(path).context("the key file")?;
    if keys.len() > 1 {
        bail!("a change of keys is under way: run rotate-key without --new, then with --forget");
    }
    keys.push(file::random_key());
    file::write(path, &keys).context("the key file")?;
    fault("rotate.key");
    seal.reload();
    println!("A new key was added to {}.", path.display());
    Ok(())
}

/// Takes keys that open nothing any more out of the key file, or says which
/// can be taken out of the configuration.
fn forget(app: &Parts, args: &RotateKey, config: &Config, older: &[String]) -> anyhow::Result<()> {
    if older.is_empty() {
        return Ok(());
    }
    let path = &config.secrets.store;
    if spooled(&config.spool.dir, &app.core.seal.prefix())? {
        bail!(
            "messages in the spool are still sealed with an older key: run this again when they are handled"
        );
    }
    if !config.secrets.key.is_empty() {
        println!(
            "These keys open nothing any more: {}. Take them out of secrets.others.",
            older.join(", ")
        );
        return Ok(());
    }
    if !args.forget {
        println!(
            "The older key opens nothing any more; `gateway rotate-key --forget` removes it. Back-ups made before need it."
        );
        return Ok(());
    }
    let keys = file::read(path).context("the key file")?;
    let last = keys.last().cloned().context("the key file is empty")?;
    file::write(path, &[last]).context("the key file")?;
    println!("The older key was removed from {}.", path.display());
    Ok(())
}

/// Whether a spooled message needs an older key.
fn spooled(folder: &Path, prefix: &str) -> anyhow::Result<bool> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(false);
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|e| e != "spool") {
            continue;
        }
        // Gone meanwhile: replayed.
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if text.lines().any(|line| !line.starts_with(prefix)) {
            return Ok(true);
        }
    }
    Ok(false)
}
