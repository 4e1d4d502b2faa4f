//! Staff accounts: a password with a second factor, sessions, and how guessing
//! is slowed down.
//!
//! What somebody may do once they are in is in `crate::rights`; how the forms
//! look is in `web`. One-time links (`app::door`) open sessions as well: they
//! are how a first account comes about, and what the demo uses. The city's single
//! sign-on (`oidc`) opens them for accounts that were bound to somebody there.
//!
//! `password`, `factor` and `account` know no database; `sign_in`, `enrol`,
//! `prove` and `change` are what people do; all of them count tries first.
//! `members` is what an administrator does with somebody's account.

mod account;
pub(crate) mod attempts;
pub mod change;
pub mod enrol;
mod factor;
pub mod members;
pub mod oidc;
pub mod password;
pub mod prove;
pub mod sessions;
pub mod sign_in;

pub use password::Weak;
pub use sessions::Known;

use crate::config::Web;
use chrono::TimeDelta;

/// How long things last.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The end of a session that is not used.
    pub idle: TimeDelta,
    /// The end of any session.
    pub absolute: TimeDelta,
}

impl Settings {
    /// As configured.
    pub fn of(web: &Web) -> Self {
        let delta = |span| TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX);
        Self {
            idle: delta(web.idle),
            absolute: delta(web.session),
        }
    }
}

/// For how long a proof counts before export, erasure and unmasking.
pub const PROOF: TimeDelta = TimeDelta::minutes(5);

/// Where a try comes from.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// Network address, as far as it is known.
    pub address: &'a str,
    /// How the browser names itself.
    pub device: &'a str,
}
