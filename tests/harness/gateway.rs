//! The gateway as a program with its fault points switched on. Everything it
//! does is the product's own.

use clap::Parser;
use gateway::cli::{Cli, dispatch};
use std::process::ExitCode;

fn main() -> ExitCode {
    dispatch(&Cli::parse())
}
