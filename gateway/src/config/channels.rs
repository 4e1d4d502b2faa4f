//! The accounts of messengers: their tables, and building channels from them.
//!
//! What a setting means is the channel's knowledge; here it is only a table.

use super::load::{Loaded, Problem, Problems, Source};
use bots::{Channel, Kind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Settings of every channel account: kind, then account name, then the table
/// that is handed to the channel's builder. A nameless account is "main".
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Channels(pub BTreeMap<String, BTreeMap<String, toml::Table>>);

impl fmt::Debug for Channels {
    /// Names only: any of the settings may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|(k, v)| (k, v.keys()));
        f.debug_map().entries(names).finish()
    }
}

impl Channels {
    /// Every account as (kind, account, settings), in order of their names.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, &str, &toml::Table)> {
        self.0.iter().flat_map(|(kind, accounts)| {
            let kind = kind.as_str();
            accounts.iter().map(move |(a, t)| (kind, a.as_str(), t))
        })
    }
}

impl Loaded {
    /// Builds the channel of every configured account, calling nobody. All
    /// problems come at once, each with the source of the setting to blame.
    pub fn build_channels(&self) -> Result<Vec<Arc<dyn Channel>>, Problems> {
        let mut built = Vec::new();
        let mut problems = Vec::new();
        for (kind, account, settings) in self.config.channels.accounts() {
            let key = format!("channels.{kind}.{account}");
            if !is_name(account) {
                let what =
                    "the name of an account is made of A-Z a-z 0-9 . _ -, at most 64 of them";
                problems.push(self.problem(&key, what.to_owned()));
                continue;
            }
            let Some(found) = Kind::named(kind) else {
                problems.push(self.problem(&key, unknown(kind)));
                continue;
            };
            match (found.build)(account, settings.clone()) {
                Ok(channel) => {
                    if let Some(other) = same(&built, &*channel) {
                        let what = format!("token: the same bot as channels.{kind}.{other}");
                        problems.push(self.problem(&key, what));
                    }
                    built.push(channel);
                }
                Err(error) => {
                    let found = error.problems.into_iter();
                    problems.extend(found.map(|what| self.problem(&key, what)));
                }
            }
        }
        if problems.is_empty() {
            Ok(built)
        } else {
            Err(Problems(problems))
        }
    }

    /// A problem of the account `key`. Channels begin a problem with the name of
    /// the setting; its own source is better than the account's.
    fn problem(&self, key: &str, what: String) -> Problem {
        let setting = what.split(':').next().unwrap_or_default();
        let (exact, below) = (format!("{key}.{setting}"), format!("{key}."));
        let of = |given: &&(String, String, Source)| given.0 == exact;
        let inside =
            |given: &&(String, String, Source)| given.0 == key || given.0.starts_with(&below);
        let mut given = self.given.iter();
        let found = given.clone().rfind(of).or_else(|| given.find(inside));
        Problem {
            key: key.to_owned(),
            source: found.map_or(Source::Default, |g| g.2.clone()),
            what,
        }
    }
}

/// It stands in addresses of webhooks and of chats.
fn is_name(account: &str) -> bool {
    let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    (1..=64).contains(&account.len()) && account.bytes().all(sound)
}

/// The account among these that the provider takes for the same one.
fn same<'b>(built: &'b [Arc<dyn Channel>], channel: &dyn Channel) -> Option<&'b str> {
    let own = channel.identity()?;
    let of = |other: &&Arc<dyn Channel>| {
        other.name() == channel.name() && other.identity().as_deref() == Some(&own)
    };
    built.iter().find(of).map(|other| other.account())
}

fn unknown(kind: &str) -> String {
    let names: Vec<&str> = bots::CHANNELS.iter().map(|k| k.name).collect();
    format!("there is no channel {kind}; known: {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::Config;

    #[test]
    fn accounts_are_built_and_everything_wrong_with_them_is_named_with_its_source() {
        let good = "[channels.telegram]\ntoken = \"1:abc\"\nmode = \"polling\"\n";
        let loaded = Config::from_sources(Some(("a.toml", good)), []).unwrap();
        let built = loaded.build_channels().unwrap();
        assert_eq!((built[0].name(), built[0].account()), ("telegram", "main"));

        let bad = "[channels.pigeon]\n[channels.telegram.second]\ntoken = \"1:abc\"\n\ncolour = \"red\"\nmode = \"polling\"\n";
        let loaded = Config::from_sources(Some(("a.toml", bad)), []).unwrap();
        let found = loaded.build_channels().err().unwrap().0;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("a.toml:1: channels.pigeon.main: there is no channel pigeon"));
        assert!(
            found[1].starts_with("a.toml:5: channels.telegram.second: colour"),
            "{found:?}"
        );
    }

    #[test]
    fn one_bot_is_one_account_and_its_name_can_stand_in_an_address() {
        let file = "[channels.telegram.one]\ntoken = \"1:abc\"\nmode = \"polling\"\n\
            [channels.telegram.two]\nmode = \"polling\"\ntoken = \"1:other\"\n\
            [channels.telegram.\"a/b\"]\ntoken = \"2:abc\"\nmode = \"polling\"\n";
        let loaded = Config::from_sources(Some(("a.toml", file)), []).unwrap();
        let found = loaded.build_channels().err().unwrap().0;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(found[0].contains("channels.telegram.a/b: the name of an account"));
        assert!(
            found[1].starts_with("a.toml:6: channels.telegram.two: token: the same bot"),
            "{found:?}"
        );
    }
}
