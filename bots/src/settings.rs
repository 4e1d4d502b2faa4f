//! Reading a channel's part of the configuration so that every problem is named
//! at once.
//!
//! Files, environment and merging are the gateway's; here is one finished table.

use crate::error::SettingsError;

/// A table being read. Take what is known, then [`Settings::finish`] refuses
/// the rest.
pub(crate) struct Settings {
    table: toml::Table,
    problems: Vec<String>,
}

impl Settings {
    pub(crate) fn new(table: toml::Table) -> Self {
        Self {
            table,
            problems: Vec::new(),
        }
    }

    /// A text, if the key is there and not blank.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        match self.table.remove(key)? {
            toml::Value::String(text) => {
                let text = text.trim();
                (!text.is_empty()).then(|| text.to_owned())
            }
            other => {
                self.problem(key, &format!("is a {}, not a text", other.type_str()));
                None
            }
        }
    }

    /// A whole number within `range`, if the key is there. A text of digits is
    /// taken too, because that is what an environment variable gives.
    pub(crate) fn number(
        &mut self,
        key: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let number = match self.table.remove(key)? {
            toml::Value::Integer(number) => Some(number),
            toml::Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|n| range.contains(n));
        if number.is_none() {
            let (from, to) = range.into_inner();
            self.problem(key, &format!("must be a whole number from {from} to {to}"));
        }
        number
    }

    /// Notes that `key` is wrong; `what` never quotes the value.
    pub(crate) fn problem(&mut self, key: &str, what: &str) {
        self.problems.push(format!("{key}: {what}"));
    }

    /// Ok if nothing was wrong and no key is left.
    pub(crate) fn finish(mut self) -> Result<(), SettingsError> {
        for key in self.table.keys() {
            self.problems.push(format!("{key}: unknown key"));
        }
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(SettingsError {
                problems: self.problems,
            })
        }
    }
}
