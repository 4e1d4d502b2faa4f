//! A face compared with the identity card, on a page of the provider: begun here,
//! done there, and asked for from here until it is decided.
//!
//! That somebody comes back from the page proves nothing, and nothing of a
//! picture ever comes here. The provider is asked about the name and number that
//! the person gave; its id of it never leaves the gateway. When it is begun and
//! asked is `rounds`' business.

use super::provider::{Line, Silence, Values, at};
use super::{Claim, Doubt, Outcome, Verifier, spent};
use crate::app::Core;
use crate::clock::Moment;
use crate::config::{Face as Settings, Method};
use crate::store::StoreError;
use async_trait::async_trait;
use chrono::TimeDelta;
use menus::Assurance;
use std::time::Duration;

/// Where people come back to; it says thank you.
pub const BACK: &str = "/proof/face/back";
/// Links to one chat in a day.
const CHAT_DAY: i64 = 3;
/// Links are short; anything longer was not made for people.
const LONGEST_LINK: usize = 2000;

/// The verifier.
pub struct Face;

/// The provider of the configuration.
pub struct Provider {
    line: Line,
    settings: Settings,
    back: String,
}

/// What the provider made of a beginning.
pub(super) struct Begun {
    /// Its id of it.
    pub(super) session: String,
    /// Where the person goes.
    pub(super) link: String,
}

/// Why nothing was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Perhaps later.
    Away,
    /// Enough for today.
    Spent,
}

impl Provider {
    /// The provider, if one is named. `public_url`: where people reach us.
    pub fn new(settings: &Settings, public_url: &str) -> Option<Self> {
        let line = || {
            let (kind, timeout) = (settings.content_type, settings.timeout);
            Line::new(&settings.headers, &settings.secret, kind, timeout)
        };
        (!settings.start_url.is_empty()).then(|| Self {
            line: line(),
            back: format!("{public_url}{BACK}"),
            settings: settings.clone(),
        })
    }

    /// How long a link holds.
    pub(super) fn lasts(&self) -> TimeDelta {
        span(self.settings.lasts)
    }

    /// How long until it is asked for the next time, after so many times.
    pub(super) fn pause(&self, asked: i64) -> TimeDelta {
        // Most people are through in a minute or two.
        let step = span(self.settings.every);
        let slower = i32::try_from(1 + asked / 12).unwrap_or(i32::MAX);
        step.checked_mul(slower)
            .unwrap_or(step)
            .min(step.max(TimeDelta::minutes(1)))
    }

    /// Begins it for a person.
    pub(super) async fn begin(
        &self,
        core: &Core,
        (address, id): (&str, &str),
        (name, number): (&str, &str),
        now: Moment,
    ) -> Result<Result<Begun, Refused>, StoreError> {
        let all = i64::from(self.settings.per_hour);
        let caps = [
            (format!("face/chat/{address}"), TimeDelta::days(1), CHAT_DAY),
            ("face/all".to_owned(), TimeDelta::hours(1), all),
        ];
        if spent(core, &caps, now).await? {
            return Ok(Err(Refused::Spent));
        }
        let values: &Values<'_> = &[
            ("{id}", id),
            ("{name}", name),
            ("{number}", number),
            ("{return_url}", &self.back),
        ];
        let begun = self.start(values, now).await;
        Ok(begun.map_err(|_| Refused::Away))
    }

    async fn start(&self, values: &Values<'_>, now: Moment) -> Result<Begun, Silence> {
        let set = &self.settings;
        let call = (
            Method::Post,
            set.start_url.as_str(),
            set.start_body.as_str(),
        );
        let answer = self.line.ask(call, values, now).await?;
        let session = at(&answer, &set.session).filter(|s| !s.is_empty() && s.len() <= 500);
        let link = at(&answer, &set.link).filter(|link| is_link(link));
        match (session, link) {
            (Some(session), Some(link)) => Ok(Begun { session, link }),
            _ => Err(Silence::Unsound),
        }
    }

    async fn poll(&self, id: &str, session: &str, now: Moment) -> Outcome {
        let set = &self.settings;
        let values: &Values<'_> = &[("{session}", session), ("{id}", id)];
        let call = (Method::Post, set.poll_url.as_str(), set.poll_body.as_str());
        let Ok(answer) = self.line.ask(call, values, now).await else {
            return Outcome::CannotSay(Doubt::Away);
        };
        match at(&answer, &set.outcome) {
            Some(said) if set.r#match.contains(&said) => Outcome::Match,
            Some(said) if set.no_match.contains(&said) => Outcome::NoMatch { left: 0 },
            Some(said) if set.expired.contains(&said) => Outcome::CannotSay(Doubt::Over),
            _ => Outcome::CannotSay(Doubt::Early),
        }
    }
}

fn span(of: Duration) -> TimeDelta {
    TimeDelta::from_std(of).unwrap_or(TimeDelta::MAX)
}

/// Whether it is something people can open, and nothing else.
fn is_link(link: &str) -> bool {
    let web = link.starts_with("https://") || link.starts_with("http://");
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"<>\\`".contains(&b);
    web && link.len() <= LONGEST_LINK && link.bytes().all(plain)
}

#[async_trait]
impl Verifier for Face {
    fn name(&self) -> &'static str {
        "face"
    }

    fn reaches(&self) -> Assurance {
        Assurance::L3
    }

    fn lasts(&self) -> TimeDelta {
        TimeDelta::days(365)
    }

    async fn check(
        &self,
        core: &Core,
        _: &str,
        claim: Claim<'_>,
        now: Moment,
    ) -> Result<Outcome, StoreError> {
        let (Claim::Session { id, session }, Some(provider)) = (claim, &core.proving.face) else {
            return Ok(Outcome::CannotSay(Doubt::NotMine));
        };
        Ok(provider.poll(id, session, now).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_something_to_open_and_nothing_else() {
        for good in ["https://f.example/x?t=1&a=%20", "http://127.0.0.1:9/f#s"] {
            assert!(is_link(good), "{good}");
        }
        let long = format!("https://f.example/{}", "a".repeat(LONGEST_LINK));
        for bad in [
            "",
            "javascript:alert(1)",
            "https://a b",
            "https://a\nb",
            "//a",
            &long,
        ] {
            assert!(!is_link(bad), "{bad}");
        }
    }

    #[test]
    fn it_is_asked_for_less_and_less_often() {
        let mut settings = crate::config::Config::builtin().face;
        settings.start_url = "http://x".into();
        let provider = Provider::new(&settings, "http://y").expect("one is named");
        let pauses: Vec<i64> = [0, 11, 12, 60, 10_000]
            .map(|n| provider.pause(n).num_seconds())
            .to_vec();
        assert_eq!(pauses, [5, 5, 10, 30, 60]);
    }
}
