//! Which language a message is written in. Two are told apart; references,
//! numbers and faces tell nothing. Translates nothing.

use crate::conversation::escape::escape;
use crate::conversation::phrases::{command, greeting, thanks};
use menus::Lang;

/// The language a message is written in, when it tells. References and numbers
/// tell nothing.
pub(crate) fn language(text: &str) -> Option<Lang> {
    let head = text.get(..800).unwrap_or(text);
    let (mut latin, mut han, mut words) = (0_u32, 0_u32, 0_u32);
    for word in head.split_whitespace() {
        words += u32::from(word.chars().any(|c| c.is_ascii_alphabetic()));
        let coded = word.chars().any(|c| c.is_ascii_digit());
        for c in word.chars().take(200) {
            match c {
                'a'..='z' | 'A'..='Z' if !coded => latin += 1,
                '\u{3400}'..='\u{9fff}' => han += 1,
                _ => {}
            }
        }
    }
    // A Chinese character says as much as a few letters.
    if han > 0 && han * 4 >= latin {
        Some(Lang::Zh)
    } else if latin >= 2
        && (words >= 2
            || greeting(text)
            || thanks(text)
            || command(text).is_some()
            || escape(text).is_some())
    {
        Some(Lang::En)
    } else {
        None
    }
}

/// A language as its tag.
pub(crate) mod language {
    use menus::Lang;
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
    pub(crate) fn serialize<S: Serializer>(lang: &Lang, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(lang.tag())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Lang, D::Error> {
        let tag = String::deserialize(from)?;
        Ok(Lang::parse(&tag).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_a_message_is_noticed() {
        assert_eq!(language("我要申请低保"), Some(Lang::Zh));
        assert_eq!(language("my mother needs meals"), Some(Lang::En));
        assert_eq!(language("我的WiFi坏了"), Some(Lang::Zh));
        assert_eq!(language("13800138000"), None);
        assert_eq!(language("LK-R2-77"), None);
        assert_eq!(language("👍"), None);
        assert_eq!(language("asdkjh"), None);
        assert_eq!(language("hello"), Some(Lang::En));
    }
}
