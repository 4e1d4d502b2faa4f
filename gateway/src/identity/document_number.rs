//! The form of a document number, of every kind that is issued: says what is
//! malformed, and nothing else. A sound number proves nobody's identity, and the
//! division code in it is never judged.

use super::{Claim, Doubt, Outcome, Verifier};
use crate::app::Core;
use crate::clock::Moment;
use crate::people::document::{self, Document};
use crate::requests::notify::offset;
use crate::store::StoreError;
use async_trait::async_trait;
use chrono::TimeDelta;
use menus::Assurance;

/// The verifier.
pub struct DocumentNumber;

/// A number of sound form with its check character, or what is wrong with it.
pub fn sound(number: &str, now: Moment) -> Result<Document, Doubt> {
    let today = now.with_timezone(&offset()).date_naive();
    let read = document::parse(number, today).map_err(|_| Doubt::Malformed)?;
    if read.checked {
        Ok(read)
    } else {
        Err(Doubt::Malformed)
    }
}

#[async_trait]
impl Verifier for DocumentNumber {
    fn name(&self) -> &'static str {
        "document_number"
    }

    fn reaches(&self) -> Assurance {
        Assurance::L0
    }

    fn lasts(&self) -> TimeDelta {
        TimeDelta::days(365)
    }

    async fn check(
        &self,
        _: &Core,
        _: &str,
        claim: Claim<'_>,
        now: Moment,
    ) -> Result<Outcome, StoreError> {
        let Claim::Papers { number, .. } = claim else {
            return Ok(Outcome::CannotSay(Doubt::NotMine));
        };
        let doubt = sound(number, now).err().unwrap_or(Doubt::OnlyForm);
        Ok(Outcome::CannotSay(doubt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number, whether its form is sound; two public libraries disagree on some.
    const NUMBERS: [(&str, bool); 18] = [
        ("11010519491231002X", true),
        ("440524188001010014", true),
        ("310115200002290013", true),
        ("654022198511110287", true),
        ("110105194912310021", false),
        ("110105194902290029", false),
        ("110105209912310029", false),
        ("000105194912310024", false),
        ("１１０１０５１９４９１２３１００２X", true),
        ("110105491231002", true),
        ("820000198801050024", true),
        ("830000199201300022", true),
        ("932682198501010017", true),
        ("911124198108030024", true),
        ("USA110085010118", true),
        ("911840198501010020", false),
        ("123456789012345678", false),
        ("11010519491231002", false),
    ];

    #[test]
    fn only_what_is_malformed_is_malformed_whatever_the_division() {
        let now = "2026-11-22T00:00:00Z".parse().expect("a moment");
        for (number, good) in NUMBERS {
            let read = sound(number, now);
            assert_eq!(read.is_ok(), good, "{number}");
        }
    }
}
