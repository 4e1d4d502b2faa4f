//! Danger in a message, by words and rules: who, what, how near, denied or not, joke or not, long ago or now.
//!
//! The words and rules are data (`lexicon/crisis_words.txt`, `lexicon/crisis_rules.txt`) with their own regression suite
//! (`lexicon/crisis_cases.tsv`). Rules are tuned for recall: a doubt lowers a hit to unsure, which opens a case and asks
//! one kind question; only an idiom, a denial or a story silences it. It deliberately does not judge credibility and
//! never answers anybody.

mod guards;
mod lexicon;
mod rules;

use std::borrow::Cow;

use crate::normalize::{fold, tighten};
use guards::Scene;
use lexicon::{TagSet, lexicon};

/// Danger found in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrisisHit {
    /// Code of the crisis service, `CRI-SUICIDE` and so on.
    pub service: String,
    /// A plain statement. When false the danger is oblique: open the case, ask one kind question.
    pub sure: bool,
    /// The words that spoke for it, as read (simplified, lower-case).
    pub words: Vec<String>,
}

/// Reads danger in `text` by rules alone; the gravest hit. The whole text is read, whatever its length.
pub fn scan(text: &str) -> Option<CrisisHit> {
    scan_folded(&fold(text)).crisis
}

/// Groups of words of the lexicon that stand in a text, whether or not a rule comes of them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Marks(TagSet);

impl Marks {
    /// Those of folded text.
    pub(crate) fn of(folded: &str) -> Marks {
        Marks(scene(folded).present)
    }

    /// Numbers of the groups, ascending.
    pub(crate) fn groups(self) -> impl Iterator<Item = u8> {
        self.0.tags()
    }
}

/// What the rules found in one text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub(crate) marks: Marks,
    pub(crate) crisis: Option<CrisisHit>,
    /// The hit is an explicit plan, means or act, or a failing machine of life: nothing may silence it.
    pub(crate) explicit: bool,
    /// Life-threatening circumstances that are no crisis service of their own: urgent.
    pub(crate) pressing: Vec<String>,
}

/// [`scan`] for text that is already folded.
pub(crate) fn scan_folded(folded: &str) -> Found {
    let scene = scene(folded);
    Found {
        marks: Marks(scene.present),
        ..rules::judge(lexicon(), &scene)
    }
}

fn scene(folded: &str) -> Scene<'_> {
    if folded.contains(|c: char| c.is_ascii()) {
        let tight = tighten(folded);
        Scene::read(lexicon(), tight.text, &tight.gaps)
    } else {
        Scene::read(lexicon(), Cow::Borrowed(folded), &[])
    }
}

/// Reads the lexicon; otherwise the first message pays for it.
pub(crate) fn preload() {
    lexicon();
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
