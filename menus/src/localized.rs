//! Text in the two languages residents read, and the tags that choose one.
//!
//! Holds no texts of its own and does no fallback across languages: a missing
//! translation is a finding of [`crate::check`], not something to hide here.

use std::borrow::Cow;

/// A language the product speaks to residents and workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// Every language, in the order screens list them.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Reads a language tag such as `zh-hans`, `zh_CN` or `en-GB`, ignoring case.
    /// `None` for a language we do not speak.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', ';']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "zh" | "cmn" | "yue" | "chinese" | "中文" => Some(Self::Zh),
            "en" | "english" | "英文" => Some(Self::En),
            _ => None,
        }
    }

    /// The tag for `lang` attributes and stored settings.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

/// One text in Chinese and in English. Constant texts cost no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Localized {
    pub zh: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Localized {
    /// A text known when the program is built.
    pub const fn fixed(zh: &'static str, en: &'static str) -> Self {
        Self {
            zh: Cow::Borrowed(zh),
            en: Cow::Borrowed(en),
        }
    }

    /// A text made or loaded at run time.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: Cow::Owned(zh.into()),
            en: Cow::Owned(en.into()),
        }
    }

    /// The text in one language; empty when the translation is missing.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// Whether both languages hold something other than blanks.
    pub fn is_complete(&self) -> bool {
        !self.zh.trim().is_empty() && !self.en.trim().is_empty()
    }

    /// The length in characters of the longer of the two texts.
    pub fn longest(&self) -> usize {
        self.zh.chars().count().max(self.en.chars().count())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn tags_from_browsers_and_messengers_are_understood() {
        for tag in ["zh", "zh-hans", "zh_CN", "ZH-Hant-HK", "yue"] {
            assert_eq!(Lang::parse(tag), Some(Lang::Zh), "{tag}");
        }
        for tag in ["en", "en-GB", "EN_us"] {
            assert_eq!(Lang::parse(tag), Some(Lang::En), "{tag}");
        }
        assert_eq!(Lang::parse("de"), None);
        assert_eq!(Lang::parse(""), None);
        assert_eq!(Lang::ALL.map(|l| Lang::parse(l.tag()).unwrap()), Lang::ALL);
    }

    #[test]
    fn a_text_with_blanks_in_one_language_is_incomplete() {
        assert!(Localized::fixed("低保", "Dibao").is_complete());
        assert!(!Localized::fixed("低保", "  ").is_complete());
        assert_eq!(Localized::fixed("低保", "Dibao").longest(), 5);
    }
}
