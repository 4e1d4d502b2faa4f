//! One account with a fixed password and code, and sessions in memory.

use super::{Fake, WORKER};
use crate::clock::Clock;
use crate::staff::change::{Changed, Ways};
use crate::staff::enrol::{self, Offer, SetUp, Wrong};
use crate::staff::members::Member;
use crate::staff::oidc::{Again, Back, Begun, Came, Refused};
use crate::staff::prove::Proved;
use crate::staff::sessions::Listed;
use crate::staff::sign_in::{self, SignedIn};
use crate::staff::{From, Known};
use crate::territory::Role;
use crate::web::{Accounts, Subject, Unavailable};
use async_trait::async_trait;
use chrono::TimeDelta;

/// The sign-in name of the account.
pub const NAME: &str = "zhou.min";
/// Its password.
pub const PASSWORD: &str = "correct horse staple";
/// The code its device shows.
pub const CODE: &str = "123456";
/// A link that sets it up.
pub const SET_UP: &str = "set-up-link-0001";

/// A session of this subject, begun now.
pub(super) fn known(clock: &Clock, subject: &Subject, account: bool) -> Known {
    let account = account.then(|| "a1".to_owned());
    Known::sample(&subject.actor(), account, clock.now())
}

fn offer() -> Offer {
    Offer::sample(NAME)
}

impl Fake {
    /// Who was refused what: "actor right".
    pub fn refusals(&self) -> Vec<String> {
        self.lock().refusals.clone()
    }

    /// A session of the worker's account.
    fn enters(&self) -> Result<(String, String), Unavailable> {
        let mut state = self.there()?;
        state.serial += 1;
        let secret = format!("session-{}", state.serial);
        let subject = Subject::Worker {
            id: WORKER.into(),
            name: "周敏".into(),
            unit: "青石社区".into(),
            roles: vec![Role::Coord],
        };
        let known = known(&self.clock, &subject, true);
        let actor = subject.actor();
        state.sessions.insert(secret.clone(), (subject, known));
        Ok((secret, actor))
    }

    /// Everybody has just proved to be there.
    fn prove_all(&self) -> Result<(), Unavailable> {
        let mut state = self.there()?;
        for (_, known) in state.sessions.values_mut() {
            known.proved_at = self.clock.now();
        }
        Ok(())
    }
}

#[async_trait]
impl Accounts for Fake {
    async fn sign_in(
        &self,
        typed: sign_in::Typed<'_>,
        _: From<'_>,
    ) -> Result<SignedIn, Unavailable> {
        if typed.name == "locked" {
            return Ok(SignedIn::Later(TimeDelta::minutes(12)));
        }
        if (typed.name, typed.password, typed.code) != (NAME, PASSWORD, CODE) {
            return Ok(SignedIn::No);
        }
        let (secret, subject) = self.enters()?;
        Ok(SignedIn::In { secret, subject })
    }

    fn outside(&self) -> bool {
        true
    }

    async fn leave(&self, again: Option<Again<'_>>) -> Option<Result<Begun, Refused>> {
        let kept = again.map_or(String::new(), |again| again.to.to_owned());
        Some(Ok(Begun {
            url: "https://login.example/authorize".to_owned(),
            kept,
        }))
    }

    /// The code says what came of it.
    async fn come_back(&self, back: Back<'_>, _: From<'_>) -> Result<Option<Came>, Unavailable> {
        let to = (!back.kept.is_empty()).then(|| back.kept.to_owned());
        let why = match (back.code, &to) {
            (CODE, None) => {
                let (secret, subject) = self.enters()?;
                return Ok(Some(Came::In { secret, subject }));
            }
            (CODE, Some(to)) => {
                self.prove_all()?;
                return Ok(Some(Came::Proved(to.clone())));
            }
            ("away", _) => Refused::Away,
            ("cancelled", _) => Refused::Cancelled,
            ("over", _) => Refused::Over,
            ("unknown", _) => Refused::Unknown,
            ("stale", _) => Refused::Stale,
            _ => Refused::Invalid,
        };
        Ok(Some(Came::Not(why, to)))
    }

    async fn ways(&self, me: &Known) -> Result<Ways, Unavailable> {
        let there = me.account.is_some();
        Ok(Ways {
            password: there,
            code: there,
            outside: there,
        })
    }

    async fn change_password(
        &self,
        me: &Known,
        (old, new): (&str, &str),
        _: &str,
    ) -> Result<Changed, Unavailable> {
        drop(self.there()?);
        Ok(match crate::staff::password::weakness(new, NAME) {
            _ if me.account.is_none() => Changed::NoPassword,
            Some(weak) => Changed::Weak(weak),
            None if old != PASSWORD => Changed::Wrong,
            None if old == new => Changed::Same,
            None => Changed::Yes,
        })
    }

    async fn offer(&self, link: &str) -> Result<Option<Offer>, Unavailable> {
        drop(self.there()?);
        Ok((link == SET_UP).then(offer))
    }

    async fn set_up(&self, typed: enrol::Typed<'_>, _: From<'_>) -> Result<SetUp, Unavailable> {
        if typed.link != SET_UP {
            return Ok(SetUp::Spent);
        }
        if let Some(weak) = crate::staff::password::weakness(typed.password, NAME) {
            return Ok(SetUp::Again(offer(), Wrong::Password(weak)));
        }
        if typed.code != CODE {
            return Ok(SetUp::Again(offer(), Wrong::Code));
        }
        let (secret, subject) = self.enters()?;
        let recovery = vec!["ABCDE-FGHJK".to_owned(); 10];
        Ok(SetUp::Done {
            secret,
            subject,
            recovery,
        })
    }

    async fn sessions(&self, me: &Known) -> Result<Vec<Listed>, Unavailable> {
        drop(self.there()?);
        let now = self.clock.now();
        let agents = [
            "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0",
            "Mozilla/5.0 (Linux; Android 14) <b>Chrome</b>",
        ];
        let row = |(n, agent): (usize, &str)| Listed {
            id: format!("{}-{n}", me.id),
            way: "password".into(),
            device: agent.to_owned(),
            begun_at: now - TimeDelta::hours(3),
            seen_at: now - TimeDelta::minutes(n as i64),
            present: n == 0,
        };
        Ok(agents.into_iter().enumerate().map(row).collect())
    }

    async fn end_session(&self, _: &Known, _: Option<&str>) -> Result<(), Unavailable> {
        self.there().map(|_| ())
    }

    async fn prove(&self, me: &Known, code: &str, _: &str) -> Result<Proved, Unavailable> {
        if me.account.is_none() {
            return Ok(Proved::NoFactor);
        }
        if code != CODE {
            return Ok(Proved::No);
        }
        self.prove_all()?;
        Ok(Proved::Yes)
    }

    async fn new_recovery(&self, me: &Known) -> Result<Option<Vec<String>>, Unavailable> {
        drop(self.there()?);
        Ok(me
            .account
            .as_ref()
            .map(|_| vec!["LMNPQ-RSTUV".to_owned(); 10]))
    }

    async fn members(&self) -> Result<Vec<Member>, Unavailable> {
        drop(self.there()?);
        Ok(vec![Member {
            id: "a1".into(),
            name: NAME.into(),
            subject: format!("worker:{WORKER}"),
            device: true,
            outside: true,
        }])
    }

    async fn unbind(&self, _: &Known, id: &str) -> Result<bool, Unavailable> {
        drop(self.there()?);
        Ok(id == "a1")
    }

    async fn reset(&self, _: &Known, id: &str) -> Result<Option<String>, Unavailable> {
        drop(self.there()?);
        Ok((id == "a1").then(|| SET_UP.to_owned()))
    }
}
