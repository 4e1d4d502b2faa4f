//! Which command runs what, and what its exit code says: 0 done, 1 failed, 2
//! the configuration is unsound.

use super::{
    Cli, Command, audit, check_config, classify, clients, copy, corrections, database, demo,
    document, evaluate, import, retention, roster, rotate_key, route, serve, staff,
};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Runs a command to its end.
pub fn dispatch(cli: &Cli) -> ExitCode {
    let file = cli.config.as_deref();
    // Who stops reading what a command prints ends it; a gateway goes on without its log.
    if !matches!(cli.command, Command::Serve) {
        sigpipe::reset();
    }
    let result = match &cli.command {
        Command::CheckConfig(args) => {
            return match check_config::run(args, file, std::io::stdout()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("{error}");
                    ExitCode::from(2)
                }
            };
        }
        Command::Classify => {
            // The dictionary comes while the catalogue is read.
            std::thread::spawn(intents::preload);
            let classifier = crate::world::train(menus::starter());
            let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
            classify::run(input, output, classify::verdicts(&classifier)).map_err(Into::into)
        }
        Command::Evaluate(args) => {
            let classifier = crate::world::train(menus::starter());
            evaluate::run(args, &classifier, std::io::stdout().lock())
        }
        command => match runtime() {
            Ok(runtime) => runtime.block_on(beside(command, file)),
            Err(error) => Err(error.into()),
        },
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let unsound = error.downcast_ref::<crate::config::Problems>().is_some();
            let _ = writeln!(std::io::stderr(), "{error:#}");
            ExitCode::from(if unsound { 2 } else { 1 })
        }
    }
}

/// The commands that need a database or a network.
async fn beside(command: &Command, file: Option<&Path>) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve::run(file).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Migrate => database::migrate(file).await,
        Command::Import(args) => import::run(args, file).await,
        Command::Export(args) => document::export(args, file).await,
        Command::Draft(args) => document::draft(args, file).await,
        Command::Roster(args) => roster::run(args, file).await,
        Command::Route(args) => route::run(args, file).await,
        Command::Link(args) => database::link(args, file).await,
        Command::AddStaff(args) => staff::add(args, file).await,
        Command::Staff(args) => staff::run(args, file).await,
        Command::AddClient(args) => clients::add(args, file).await,
        Command::Clients(args) => clients::run(args, file).await,
        Command::WorkerCode(args) => database::worker_code(args, file).await,
        Command::Audit(args) => audit::run(args, file).await,
        Command::Parked(args) => Box::pin(database::parked(args, file)).await,
        Command::Corrections(args) => corrections::run(args, file).await,
        Command::Retention(args) => retention::run(args, file).await,
        Command::Erase(args) => retention::erase(args, file).await,
        Command::Copy(args) => copy::run(args, file).await,
        Command::Hold(args) => retention::hold(args, file).await,
        Command::RotateKey(args) => rotate_key::run(args, file).await,
        Command::Why(args) => database::explain(args, file).await,
        Command::CheckConfig(_) | Command::Classify | Command::Evaluate(_) => Ok(()),
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}
