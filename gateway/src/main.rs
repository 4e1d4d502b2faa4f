//! The binary: reads the command line and runs one command.

use clap::Parser;
use gateway::cli::{Cli, dispatch};
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// An eighth less time for each message than with the system's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    dispatch(&Cli::parse())
}
