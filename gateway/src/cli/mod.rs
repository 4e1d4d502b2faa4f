//! The command line: what can be asked, one file per command that answers
//! or works. Which command runs what is the match in `dispatch`.
//!
//! To add a command: a variant of [`Command`], a file here with a `run`, and a
//! line in `main`. Reading the configuration is `config`'s; no command parses
//! its own.

mod audit;
pub mod check_config;
pub mod classify;
pub mod clients;
mod copy;
mod corrections;
mod database;
mod demo;
mod dispatch;
mod document;
pub mod evaluate;
mod import;
mod retention;
mod roster;
mod rotate_key;
mod route;
mod serve;
pub mod staff;

pub use clients::{AddClient, Clients};
pub use copy::Copy;
pub use dispatch::dispatch;
pub use staff::{AddStaff, Staff};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Linli 邻里: residents ask for help in a messenger or on the web, the
/// responsible worker gets it, and nothing is forgotten.
#[derive(Debug, Parser)]
#[command(
    name = "gateway",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "To look around:        gateway demo\n\
                  To run for real:       gateway check-config --defaults > linli.toml\n\
                  \x20                      gateway --config linli.toml serve\n\
                  Settings also come from variables such as LINLI__DATABASE__URL."
)]
pub struct Cli {
    /// Configuration file (or LINLI_CONFIG); only what differs from the defaults
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the gateway: web pages, messengers, reminders
    Serve,
    /// Show the whole product with a made-up city, nothing to set up
    Demo(Demo),
    /// Bring the database up to date and stop
    Migrate,
    /// List every problem of the configuration, and what is in force
    CheckConfig(CheckConfig),
    /// Take units, workers, residents or the roster from a CSV file
    Import(Import),
    /// Print the menu, the policy or the calendar as one text file
    Export(Export),
    /// Make a file that was exported and changed the draft of its kind
    Draft(DraftArgs),
    /// Say what messages ask for: JSON lines in, JSON lines out, in order
    ///
    /// Each line of standard input is {"id": "…", "text": "…"}; a line that is
    /// not gets {"error": …} and the rest goes on.
    Classify,
    /// Say how well labelled messages are understood, by style
    ///
    /// FILE holds JSON lines {"text", "service", "urgency", "style", "needs"}, of
    /// which text and service must be there, or lines as in intents/corpus:
    /// service, urgency (n, u, c), style, hand, further services and text,
    /// parted by tabs. `none` and `ambiguous` are services here. With "slots" as
    /// classify writes them, the facts are judged as well.
    Evaluate(Evaluate),
    /// Say who would get a request, and why; nothing is stored
    Route(Route),
    /// Who is there when: check the roster of the days to come
    Roster(Roster),
    /// Print a one-time link that signs a worker or an administrator in
    Link(Link),
    /// Make a staff account; print the one-time link that sets it up
    ///
    /// With the name of an account that is there, a new password and a new
    /// authenticator are set, and all its browsers are signed out.
    AddStaff(AddStaff),
    /// Staff accounts: list them, part one from single sign-on, a lost device
    Staff(Staff),
    /// Let a program use the JSON interface; print its token, this once
    AddClient(AddClient),
    /// Programs with a token: list them, end one
    Clients(Clients),
    /// Print a one-time code with which a worker's chat is bound
    WorkerCode(WorkerCode),
    /// Compare the reminders that should have gone out with those that did
    ///
    /// `audit verify` looks at the log of who did and read what instead: whether
    /// a line of it was changed, removed, inserted or moved.
    Audit(Audit),
    /// Messages that could not be handled: list them, try them again
    Parked(Parked),
    /// What workers corrected: review it, learn from it, go back
    Corrections(Corrections),
    /// Delete what is too old, as the configuration says; `serve` does it daily
    Retention(RetentionArgs),
    /// Let nothing of a request be deleted, or end that
    Hold(Hold),
    /// Erase what a person said and their closed requests, with a receipt
    ///
    /// REFERENCE is the person's own request for it, which stays until it is
    /// closed, as do other open requests and those on hold.
    Erase(Erase),
    /// Print what is kept of a person as JSON, for their request about it
    Copy(Copy),
    /// Seal everything stored with the current key, beside a running gateway
    RotateKey(RotateKey),
    /// Tell why a request has or has not escalated
    Why(Why),
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Let time run N times faster, to watch reminders come
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,
    /// Address and port to serve on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Keep the made-up city in this folder; without it, a temporary one
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CheckConfig {
    /// Print the commented defaults instead: a start for a file of your own
    #[arg(long)]
    pub defaults: bool,
}

#[derive(Debug, Args)]
pub struct Evaluate {
    /// The labelled messages
    pub file: PathBuf,
    /// JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Import {
    /// What the file holds
    pub what: Imported,
    /// CSV with a header line, in UTF-8 or GB18030
    pub file: PathBuf,
    /// Only check and report, change nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Export {
    /// Which document
    pub what: Document,
    /// The draft instead of what is in force
    #[arg(long)]
    pub draft: bool,
}

#[derive(Debug, Args)]
pub struct DraftArgs {
    /// Which document
    pub what: Document,
    /// The text file
    pub file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Document {
    Menu,
    Policy,
    Calendar,
}

#[derive(Debug, Args)]
pub struct Roster {
    #[command(subcommand)]
    pub act: RosterAct,
}

#[derive(Debug, Subcommand)]
pub enum RosterAct {
    /// Name gaps, double bookings, and whoever carries most of the nights
    Check {
        /// How many days from today
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=92))]
        days: u16,
    },
}

#[derive(Debug, Args)]
pub struct Route {
    /// Code of the service, such as BAS-DIBAO
    #[arg(long, value_name = "CODE")]
    pub service: String,
    /// Where the person lives or is: words as residents write, or a unit's code
    #[arg(long, value_name = "WORDS")]
    pub address: Option<String>,
    /// Where the household is registered, likewise; "outside" for another city
    #[arg(long, value_name = "WORDS")]
    pub hukou: Option<String>,
    /// A shared pin instead of words: latitude,longitude; with gcj02: before it if
    /// it comes from a map app of the mainland
    #[arg(long, value_name = "LAT,LNG", allow_hyphen_values = true)]
    pub pin: Option<String>,
    /// Household of the person, as in the register
    #[arg(long, value_name = "NUMBER")]
    pub household: Option<String>,
    /// The worker a complaint is about
    #[arg(long, value_name = "WORKER")]
    pub about: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Imported {
    Units,
    Workers,
    Residents,
    Roster,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("who").required(true))]
pub struct Link {
    /// The worker's code, as imported
    #[arg(group = "who")]
    pub worker: Option<String>,
    /// An administrator
    #[arg(long, group = "who")]
    pub admin: bool,
}

#[derive(Debug, Args)]
pub struct WorkerCode {
    /// The worker's code, as imported
    pub worker: String,
}

#[derive(Debug, Args)]
pub struct Audit {
    /// JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub act: Option<AuditAct>,
}

#[derive(Debug, Subcommand)]
pub enum AuditAct {
    /// Say whether the log of who did and read what is whole
    Verify {
        /// An end that was noted earlier, as printed: the log must still hold it
        #[arg(long, value_name = "NUMBER:HASH")]
        expect: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct Parked {
    #[command(subcommand)]
    pub act: ParkedAct,
}

#[derive(Debug, Subcommand)]
pub enum ParkedAct {
    /// Show what is put aside, and why
    List,
    /// Handle one again, or all
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Retry {
        /// Number of the message, as listed
        #[arg(group = "which")]
        id: Option<String>,
        /// Every one of them
        #[arg(long, group = "which")]
        all: bool,
    },
}

#[derive(Debug, Args)]
pub struct Corrections {
    #[command(subcommand)]
    pub act: CorrectionsAct,
}

#[derive(Debug, Subcommand)]
pub enum CorrectionsAct {
    /// Show what waits, what is accepted and which versions there are
    List,
    /// Accept one as an example, as it is or mended
    Accept {
        /// Name of the correction, as listed
        id: String,
        /// Words to learn instead of those listed
        #[arg(long)]
        text: Option<String>,
        /// Code of the service they ask for
        #[arg(long, value_name = "CODE")]
        service: Option<String>,
    },
    /// Reject one, accepted before or not
    Reject {
        /// Name of the correction, as listed
        id: String,
    },
    /// Train with what is accepted and compare; changes nothing
    Train,
    /// Put what is accepted in force, unless danger became harder to see
    Publish,
    /// Put an earlier version in force again
    Rollback {
        /// Number of the version; 0 is the model as shipped
        version: u32,
    },
}

#[derive(Debug, Args)]
pub struct RetentionArgs {
    /// Only say how much would be deleted
    #[arg(long)]
    pub dry_run: bool,
    /// Rows looked at in one step
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub batch: u32,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("act").required(true))]
pub struct Hold {
    /// The public reference of the request
    pub reference: String,
    /// Begin a hold: why, in a sentence; kept sealed
    #[arg(long, value_name = "TEXT", group = "act")]
    pub reason: Option<String>,
    /// End the hold
    #[arg(long, group = "act")]
    pub release: bool,
}

#[derive(Debug, Args)]
pub struct Erase {
    /// The public reference of the person's request for erasure
    pub reference: String,
}

#[derive(Debug, Args)]
pub struct RotateKey {
    /// First add a new key to the key file
    #[arg(long)]
    pub new: bool,
    /// Then remove the older keys from the key file
    #[arg(long)]
    pub forget: bool,
    /// Values sealed again in one step
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub batch: u32,
}

#[derive(Debug, Args)]
pub struct Why {
    /// The public reference of the request, as the resident has it
    pub reference: String,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.01..=100_000.0).contains(&speed) => Ok(speed),
        _ => Err("must be a number from 0.01 to 100000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::CommandFactory as _;

    fn command(line: &str) -> Result<Command, clap::Error> {
        Cli::try_parse_from(line.split(' ')).map(|cli| cli.command)
    }

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_is_explained_within_a_line() {
        fn look(command: &clap::Command) {
            for sub in command.get_subcommands() {
                let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(
                    (10..=75).contains(&about.len()),
                    "{}: {about}",
                    sub.get_name()
                );
                for arg in sub.get_arguments() {
                    assert!(
                        arg.get_help().is_some(),
                        "{} {}",
                        sub.get_name(),
                        arg.get_id()
                    );
                }
                look(sub);
            }
        }
        look(&Cli::command());
    }

    #[test]
    fn the_demo_takes_a_sensible_speed_only() {
        let Ok(Command::Demo(demo)) = command("gateway demo --speed 60 --listen 127.0.0.1:0")
        else {
            panic!("not a demo");
        };
        assert!((demo.speed - 60.0).abs() < 1e-9 && demo.listen.port() == 0);
        for wrong in ["0", "-1", "NaN", "inf", "fast"] {
            let line = format!("gateway demo --speed={wrong}");
            assert!(command(&line).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_configuration_file_may_be_named_before_or_after_the_command() {
        for line in [
            "gateway --config a.toml serve",
            "gateway serve --config a.toml",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.config, Some("a.toml".into()));
        }
    }

    #[test]
    fn retrying_needs_one_message_or_all_of_them() {
        assert!(command("gateway parked retry").is_err());
        assert!(command("gateway parked retry 7 --all").is_err());
        assert!(command("gateway parked retry 7").is_ok());
        assert!(command("gateway parked retry --all").is_ok());
        assert!(command("gateway parked list").is_ok());
    }

    #[test]
    fn an_import_names_what_it_takes() {
        let Ok(Command::Import(import)) = command("gateway import units city.csv --dry-run") else {
            panic!("not an import");
        };
        assert!(import.what == Imported::Units && import.dry_run);
        assert!(command("gateway import people city.csv").is_err());
    }
}
