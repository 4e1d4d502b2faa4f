//! Name and document number against the imported register of residents, by keyed
//! hash: the register is never read through.
//!
//! One person of that number and that name is a match, another name is none.
//! Nobody, or several, says nothing: a register is never complete.

use super::{Claim, Doubt, Outcome, Verifier, document_number};
use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::people::Resident;
use crate::store::{StoreError, people, staff};
use async_trait::async_trait;
use chrono::TimeDelta;
use menus::Assurance;
use unicode_normalization::UnicodeNormalization;

/// Looks from one chat in a day.
const CHAT_DAY: i64 = 5;

/// The verifier.
pub struct Roster;

#[async_trait]
impl Verifier for Roster {
    fn name(&self) -> &'static str {
        "roster"
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
        let Claim::Papers { name, number } = claim else {
            return Ok(Outcome::CannotSay(Doubt::NotMine));
        };
        let document = match document_number::sound(number, now) {
            Ok(document) => document,
            Err(doubt) => return Ok(Outcome::CannotSay(doubt)),
        };
        let tag = core.seal.name("attempt", &format!("roster/{address}"));
        let day = micros(now - TimeDelta::days(1));
        if !staff::try_once(&core.db, &tag, micros(now), day, CHAT_DAY).await? {
            return Ok(Outcome::CannotSay(Doubt::Over));
        }
        let tags = core.seal.tags("document", &document.number);
        let found = people::residents_by_document(&core.db, &tags).await?;
        let [one] = found.as_slice() else {
            return Ok(Outcome::CannotSay(Doubt::Unknown));
        };
        let plain = core.seal.open(&one.body_sealed).ok();
        let known = plain.and_then(|p| Resident::from_json(&String::from_utf8_lossy(&p)).ok());
        Ok(match known {
            Some(known) if folded(known.name.expose()) == folded(name) => Outcome::Match,
            Some(_) => Outcome::NoMatch { left: 0 },
            None => Outcome::CannotSay(Doubt::Unknown),
        })
    }
}

/// A name without what is written in many ways.
fn folded(name: &str) -> String {
    let letters = name.nfkc().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("王 小明", "王小明"),
            ("阿卜杜·热合曼", "阿卜杜热合曼"),
            ("John  SMITH", "john smith"),
            ("ＡＢ", "ab"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
        assert_ne!(folded("王小明"), folded("王晓明"));
    }
}
