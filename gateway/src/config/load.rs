//! Joins the defaults, the file and the environment into one [`Config`].
//!
//! Every value given is tried alone on top of the defaults, so that each problem
//! is named with its own source and all of them come out at once. How a file or
//! a variable is read is `sources`.

use super::sources::{self, Given};
use super::{Config, DEFAULTS};
use std::ffi::OsString;
use std::fmt;
use std::path::Path;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A line of the configuration file; 0: the file as a whole.
    File { name: String, line: usize },
    /// An environment variable.
    Variable(String),
    /// The embedded defaults.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { name, line: 0 } | Self::Variable(name) => f.write_str(name),
            Self::File { name, line } => write!(f, "{name}:{line}"),
            Self::Default => f.write_str("defaults"),
        }
    }
}

/// One thing wrong with the configuration. Never repeats a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Dotted key, empty when the file as a whole is at fault.
    pub key: String,
    pub source: Source,
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => write!(f, "{}: {}", self.source, self.what),
            key => write!(f, "{}: {key}: {}", self.source, self.what),
        }
    }
}

/// Everything wrong with the configuration, one problem a line.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let s = if count == 1 { "" } else { "s" };
        write!(f, "the configuration has {count} problem{s}:")?;
        self.0.iter().try_for_each(|p| write!(f, "\n  {p}"))
    }
}

/// A sound configuration and what to say about it.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    /// Not wrong, but better changed; one sentence each.
    pub warnings: Vec<String>,
    /// Values that are not the defaults, in the order they were applied:
    /// (key, value as it may be shown, source).
    pub given: Vec<(String, String, Source)>,
}

impl Config {
    /// Reads the file, if one is named here or by `LINLI_CONFIG`, and the
    /// environment of this process.
    pub fn load(file: Option<&Path>) -> Result<Loaded, Problems> {
        sound(Self::examine(file))
    }

    /// The same, going on past every problem: what is wrong is left out of what
    /// is loaded, so that the rest can be looked at as well.
    pub fn examine(file: Option<&Path>) -> (Loaded, Vec<Problem>) {
        let named = std::env::var_os("LINLI_CONFIG").filter(|v| !v.is_empty());
        let path = file.map(Path::to_owned).or(named.map(Into::into));
        let Some(path) = path else {
            return Self::examine_sources(None, std::env::vars_os());
        };
        let name = path.display().to_string();
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::examine_sources(Some((&name, &text)), std::env::vars_os()),
            Err(e) => {
                let (loaded, mut problems) = Self::examine_sources(None, std::env::vars_os());
                let missing = Problem {
                    key: String::new(),
                    source: Source::File { name, line: 0 },
                    what: format!("cannot be read: {e}"),
                };
                problems.insert(0, missing);
                (loaded, problems)
            }
        }
    }

    /// The same from texts: `file` is (name, content); of `env` only the
    /// variables beginning with `LINLI__` are looked at.
    pub fn from_sources(
        file: Option<(&str, &str)>,
        env: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Loaded, Problems> {
        sound(Self::examine_sources(file, env))
    }

    fn examine_sources(
        file: Option<(&str, &str)>,
        env: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> (Loaded, Vec<Problem>) {
        let defaults: toml::Table = toml::from_str(DEFAULTS).expect("a test reads the defaults");
        let mut read = sources::Read::new(&defaults);
        if let Some((name, text)) = file {
            read.file(name, text);
        }
        read.environment(env);
        let sources::Read {
            given,
            mut problems,
            warnings,
            ..
        } = read;

        let mut merged = defaults.clone();
        for one in &given {
            let mut alone = defaults.clone();
            put(&mut alone, one);
            match toml::Value::Table(alone).try_into::<Config>() {
                Ok(_) => put(&mut merged, one),
                Err(e) => problems.push(one.problem(e.message())),
            }
        }
        let config: Config = toml::Value::Table(merged)
            .try_into()
            .expect("each value was tried on the defaults");
        for (key, what) in config.contradictions() {
            let source = given.iter().rfind(|g| g.dotted() == key);
            problems.push(Problem {
                key: key.to_owned(),
                source: source.map_or(Source::Default, |g| g.source.clone()),
                what,
            });
        }
        let given = given
            .iter()
            .map(|g| (g.dotted(), g.shown(), g.source.clone()))
            .collect();
        let loaded = Loaded {
            config,
            warnings,
            given,
        };
        (loaded, problems)
    }
}

fn sound((loaded, problems): (Loaded, Vec<Problem>)) -> Result<Loaded, Problems> {
    if problems.is_empty() {
        Ok(loaded)
    } else {
        Err(Problems(problems))
    }
}

/// Sets one value in the tree, making the tables on the way.
fn put(tree: &mut toml::Table, given: &Given) {
    let (last, sections) = given.key.split_last().expect("a key has at least one part");
    let mut table = tree;
    for section in sections {
        let next = table
            .entry(section.clone())
            .or_insert_with(|| toml::Value::Table(toml::Table::new()));
        table = next
            .as_table_mut()
            .expect("reading refuses a value where a section belongs");
    }
    match (&given.value, table.get(last)) {
        // A channel account without settings must not wipe those it has.
        (toml::Value::Table(empty), Some(_)) if empty.is_empty() => {}
        _ => {
            table.insert(last.clone(), given.value.clone());
        }
    }
}
