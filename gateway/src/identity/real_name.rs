//! Name and document number, asked of a provider the city has a contract with:
//! they belong together, they do not, or it cannot say.
//!
//! No answer, a strange answer, too many questions and a provider that keeps
//! failing all mean that it cannot say. Where it is asked is the configuration's
//! business, when is `rounds`'.

use super::provider::{Line, Values, at};
use super::{Claim, Doubt, Outcome, Verifier, document_number, spent};
use crate::app::Core;
use crate::clock::Moment;
use crate::config::RealName as Settings;
use crate::ids::InboundId;
use crate::store::StoreError;
use async_trait::async_trait;
use chrono::TimeDelta;
use menus::Assurance;

/// Questions about one chat's person, and about one number, in a day.
const CHAT_DAY: i64 = 3;
const NUMBER_DAY: i64 = 5;

/// The verifier.
pub struct RealName;

/// The provider of the configuration.
pub struct Provider {
    line: Line,
    settings: Settings,
}

impl Provider {
    /// The provider, if one is named.
    pub fn new(settings: &Settings) -> Option<Self> {
        let line = || {
            let (kind, timeout) = (settings.content_type, settings.timeout);
            Line::new(&settings.headers, &settings.secret, kind, timeout)
        };
        (!settings.url.is_empty()).then(|| Self {
            line: line(),
            settings: settings.clone(),
        })
    }

    async fn ask(&self, name: &str, number: &str, now: Moment) -> Outcome {
        let id = InboundId::new(now).0;
        let values: &Values<'_> = &[("{id}", &id), ("{name}", name), ("{number}", number)];
        let set = &self.settings;
        let call = (set.method, set.url.as_str(), set.body.as_str());
        let Ok(answer) = self.line.ask(call, values, now).await else {
            return Outcome::CannotSay(Doubt::Away);
        };
        match at(&answer, &set.outcome) {
            Some(said) if set.r#match.contains(&said) => Outcome::Match,
            Some(said) if set.no_match.contains(&said) => Outcome::NoMatch { left: 0 },
            _ => Outcome::CannotSay(Doubt::Unknown),
        }
    }
}

#[async_trait]
impl Verifier for RealName {
    fn name(&self) -> &'static str {
        "real_name"
    }

    fn reaches(&self) -> Assurance {
        Assurance::L2
    }

    fn lasts(&self) -> TimeDelta {
        TimeDelta::days(365)
    }

    async fn check(
        &self,
        core: &Core,
        address: &str,
        claim: Claim<'_>,
        now: Moment,
    ) -> Result<Outcome, StoreError> {
        let (Claim::Papers { name, number }, Some(provider)) = (claim, &core.proving.real_name)
        else {
            return Ok(Outcome::CannotSay(Doubt::NotMine));
        };
        let document = match document_number::sound(number, now) {
            Ok(document) => document,
            Err(doubt) => return Ok(Outcome::CannotSay(doubt)),
        };
        let (day, hour) = (TimeDelta::days(1), TimeDelta::hours(1));
        let caps = [
            (format!("real-name/chat/{address}"), day, CHAT_DAY),
            (
                format!("real-name/number/{}", document.number),
                day,
                NUMBER_DAY,
            ),
            (
                "real-name/all".to_owned(),
                hour,
                i64::from(provider.settings.per_hour),
            ),
        ];
        if spent(core, &caps, now).await? {
            return Ok(Outcome::CannotSay(Doubt::Over));
        }
        Ok(provider.ask(name, &document.number, now).await)
    }
}
