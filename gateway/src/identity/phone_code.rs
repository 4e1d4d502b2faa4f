//! A one-time code by text message: whoever reads it is reached under that number.
//!
//! Six digits, five minutes, five guesses, a new one after a minute. Only a
//! keyed hash is kept. Guesses are counted in the database before they are
//! looked at, and what a number, a chat and all together may cause is limited
//! there, too. Nobody is looked up: known and unknown numbers are treated alike.

use super::{Claim, Doubt, Outcome, Verifier, spent};
use crate::app::Core;
use crate::clock::{Moment, micros};
use crate::seal::Seal;
use crate::sms::{self, Text};
use crate::store::proofs::{self, CodeRow, TRIES};
use crate::store::{Changes, StoreError};
use async_trait::async_trait;
use chrono::TimeDelta;
use menus::{Assurance, Lang};
use rand::{Rng, TryRngCore};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;

/// How long a code holds.
pub const HOLDS: TimeDelta = TimeDelta::minutes(5);
/// How long one waits before the next is sent.
pub const RESEND: TimeDelta = TimeDelta::seconds(60);
const DIGITS: usize = 6;

/// Codes to one number, in an hour and in a day; from one chat in an hour; from
/// one network address in an hour, where it is known: an office shares one.
const NUMBER_HOUR: i64 = 5;
const NUMBER_DAY: i64 = 10;
const CHAT_HOUR: i64 = 10;
const NETWORK_HOUR: i64 = 20;

/// The verifier.
pub struct PhoneCode;

/// The digits of a code in what somebody wrote: "482 913", "验证码是482913".
pub fn digits(text: &str) -> Option<String> {
    let text: String = text.nfkc().take(60).collect();
    let mut found: Vec<String> = Vec::new();
    let mut run = String::new();
    for c in text.chars().chain(['.']) {
        match c {
            '0'..='9' => run.push(c),
            ' ' | '-' if !run.is_empty() => {}
            _ => {
                if !run.is_empty() {
                    found.push(std::mem::take(&mut run));
                }
            }
        }
    }
    match found.as_slice() {
        [one] if one.len() == DIGITS => Some(one.clone()),
        _ => None,
    }
}

/// Whether a code goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Yes,
    /// Enough went to this number, from this chat, or in all.
    TooMany,
    /// Enough were asked for from where this one was asked for.
    TooManyHere,
}

/// Sends a code to a number, or says that too many were sent. `network`: the
/// keyed hash of where it is asked from, if that is known. Former codes of the
/// chat end.
pub async fn begin(
    core: &Core,
    (address, network): (&str, Option<&str>),
    (id, phone): (&str, &str),
    lang: Lang,
    (changes, now): (&mut Changes, Moment),
) -> Result<Sent, StoreError> {
    let sent = within_limits(core, (address, network), phone, now).await?;
    if sent != Sent::Yes {
        core.metrics.texts.with_label_values(&["limited"]).inc();
        return Ok(sent);
    }
    let code = fresh();
    changes.proving.codes.push(CodeRow {
        id: id.to_owned(),
        address: address.to_owned(),
        tag: tag(&core.seal, id, phone, &code),
        at: micros(now),
        expires: micros(now + HOLDS),
    });
    let text = Text {
        phone: phone.to_owned(),
        code,
        minutes: HOLDS.num_minutes() as u32,
        address: address.to_owned(),
        lang: lang.tag().to_owned(),
    };
    changes.proving.texts.push(sms::wanted(core, &text, now));
    Ok(Sent::Yes)
}

/// Six digits from the operating system.
fn fresh() -> String {
    let number = rand::rngs::OsRng.unwrap_err().random_range(0..1_000_000);
    format!("{number:06}")
}

fn tag(seal: &Seal, id: &str, phone: &str, code: &str) -> String {
    seal.name("one-time code", &format!("{id}/{phone}/{code}"))
}

/// Counts one more code, and says whether it may go out.
async fn within_limits(
    core: &Core,
    (address, network): (&str, Option<&str>),
    phone: &str,
    now: Moment,
) -> Result<Sent, StoreError> {
    let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
    // First, so that whoever has used this up does not use up others' numbers.
    if let Some(network) = network {
        let caps = [(format!("code/from/{network}"), hour, NETWORK_HOUR)];
        if spent(core, &caps, now).await? {
            return Ok(Sent::TooManyHere);
        }
    }
    let caps = [
        (format!("code/number/{phone}"), hour, NUMBER_HOUR),
        (format!("code/number-day/{phone}"), day, NUMBER_DAY),
        (format!("code/chat/{address}"), hour, CHAT_HOUR),
        ("code/all".to_owned(), hour, core.proving.codes_per_hour),
    ];
    let spent = spent(core, &caps, now).await?;
    Ok(if spent { Sent::TooMany } else { Sent::Yes })
}

#[async_trait]
impl Verifier for PhoneCode {
    fn name(&self) -> &'static str {
        "phone_code"
    }

    fn reaches(&self) -> Assurance {
        Assurance::L1
    }

    fn lasts(&self) -> TimeDelta {
        TimeDelta::days(180)
    }

    async fn check(
        &self,
        core: &Core,
        address: &str,
        claim: Claim<'_>,
        now: Moment,
    ) -> Result<Outcome, StoreError> {
        let Claim::Code {
            id,
            phone,
            digits,
            message,
        } = claim
        else {
            return Ok(Outcome::CannotSay(Doubt::NotMine));
        };
        let message = core.seal.name("guess", message);
        let counted = proofs::count(&core.db, id, &message, address, micros(now)).await?;
        let Some(counted) = counted else {
            return Ok(Outcome::CannotSay(Doubt::Over));
        };
        let given = tag(&core.seal, id, phone, digits);
        if bool::from(given.as_bytes().ct_eq(counted.tag.as_bytes())) {
            return Ok(Outcome::Match);
        }
        Ok(Outcome::NoMatch {
            left: TRIES - counted.tries,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_what_people_write_and_nowhere_else() {
        for text in [
            "482913",
            "482 913",
            "验证码是482913",
            "４８２９１３",
            "482-913。",
            "code 482913 thanks",
        ] {
            assert_eq!(digits(text).as_deref(), Some("482913"), "{text}");
        }
        for text in [
            "",
            "48291",
            "4829131",
            "13812345678",
            "482913 或 482914",
            "以后再说",
            "3栋501",
        ] {
            assert_eq!(digits(text), None, "{text}");
        }
    }

    #[test]
    fn codes_have_six_digits_and_depend_on_all_that_they_belong_to() {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..200 {
            let code = fresh();
            assert_eq!(code.len(), DIGITS);
            assert!(code.bytes().all(|b| b.is_ascii_digit()));
            seen.insert(code);
        }
        assert!(seen.len() > 190, "they are not guessable from each other");
        let seal = Seal::new(b"one");
        let one = tag(&seal, "a", "13812345678", "482913");
        for other in [
            tag(&seal, "b", "13812345678", "482913"),
            tag(&seal, "a", "13812345679", "482913"),
            tag(&seal, "a", "13812345678", "482914"),
            tag(&Seal::new(b"two"), "a", "13812345678", "482913"),
        ] {
            assert_ne!(one, other);
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_holds_one_code_or_none(text in ".{0,80}") {
            if let Some(found) = digits(&text) {
                proptest::prop_assert_eq!(found.len(), DIGITS);
            }
        }
    }
}
