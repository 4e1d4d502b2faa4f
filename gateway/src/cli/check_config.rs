//! `check-config`: every problem of the configuration at once, and what is in
//! force. Channels are built and the ladder and calendar read, but no database
//! is opened and nobody is called.

use super::CheckConfig;
use crate::config::{Config, DEFAULTS, Loaded, Problems};
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

/// What the command found, for the caller to turn into an exit code.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Print it and exit with 2: nothing would start with this.
    #[error(transparent)]
    Unsound(#[from] Problems),
    /// Standard output is gone.
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

/// Writes the report, or the defaults, to `out`.
pub fn run(args: &CheckConfig, file: Option<&Path>, mut out: impl Write) -> Result<(), CheckError> {
    if args.defaults {
        out.write_all(DEFAULTS.as_bytes())?;
        return Ok(());
    }
    let (loaded, mut problems) = Config::examine(file);
    let parts = [
        loaded.build_channels().err(),
        loaded.policy().err(),
        loaded.calendar().err(),
        loaded.folders().err(),
    ];
    problems.extend(parts.into_iter().flatten().flat_map(|p| p.0));
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    out.write_all(report(&loaded).as_bytes())?;
    Ok(())
}

/// The values that are not the defaults with their sources, then warnings.
fn report(loaded: &Loaded) -> String {
    let mut text = String::from("The configuration is sound.\n");
    let wide = loaded.given.iter().map(|g| g.0.len()).max().unwrap_or(0);
    for (key, value, source) in &loaded.given {
        let _ = writeln!(text, "  {key:wide$} = {value}  ({source})");
    }
    if loaded.given.is_empty() {
        text.push_str("  Every value is the default.\n");
    }
    for warning in &loaded.warnings {
        let _ = writeln!(text, "warning: {warning}");
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_report_shows_values_with_their_sources_and_no_secret() {
        let file = "[admin]\ntoken = \"very-secret\"\n[city]\nname = \"云溪市\"\n";
        let loaded = Config::from_sources(Some(("linli.toml", file)), []).unwrap();
        assert_eq!(
            report(&loaded),
            "The configuration is sound.\n\
             \x20 admin.token = ***  (linli.toml:2)\n\
             \x20 city.name   = \"云溪市\"  (linli.toml:4)\n"
        );
    }

    #[test]
    fn the_defaults_it_prints_are_a_valid_file() {
        let mut out = Vec::new();
        run(&CheckConfig { defaults: true }, None, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        Config::from_sources(Some(("linli.toml", &text)), []).unwrap();
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let args = CheckConfig { defaults: false };
        let error = run(&args, Some(Path::new("/no/such.toml")), Vec::new()).unwrap_err();
        assert!(
            error.to_string().contains("/no/such.toml: cannot be read"),
            "{error}"
        );
    }
}
