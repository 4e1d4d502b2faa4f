//! The binary: reads the command line and runs one command.

use clap::Parser;
use gateway::cli::{Cli, dispatch};
use std::process::ExitCode;

fn main() -> ExitCode {
    dispatch(&Cli::parse())
}
