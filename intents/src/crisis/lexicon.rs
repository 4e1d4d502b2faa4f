//! Reads the words and rules of danger from their files. It deliberately knows no text of a resident.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::normalize::fold_into;
use crate::spot::{Growing, Spotter};

const WORDS: &str = include_str!("../../lexicon/crisis_words.txt");
const RULES: &str = include_str!("../../lexicon/crisis_rules.txt");

/// Most tags that fit a [`TagSet`].
const MOST_TAGS: usize = 256;

/// Number of a tag (a group of words).
pub(super) type Tag = u8;

/// A set of tags.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TagSet([u64; MOST_TAGS / 64]);

/// What a group of words is to the guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Somebody; never denied.
    Who,
    /// Something that happens; a denial before it silences it.
    What,
    /// Changes the reading of others.
    Guard,
    /// Idioms: what lies inside one does not count.
    Mask,
}

/// One rule: the service it speaks for when its parts are near each other.
#[derive(Debug)]
pub(super) struct Rule {
    /// None for circumstances that are pressing, but no crisis service.
    pub(super) service: Option<&'static str>,
    /// 3 explicit plan, means or act; 2 plain; 1 oblique.
    pub(super) level: u8,
    /// Largest distance between neighbouring parts in bytes.
    pub(super) window: u32,
    /// Parts in order when `ordered`, else in any order; each may be one of several tags.
    pub(super) parts: Vec<Vec<Tag>>,
    pub(super) ordered: bool,
    /// Silent when one of these stands in the same sentence.
    pub(super) unless: TagSet,
    /// All tags of the parts.
    needs: Vec<TagSet>,
}

/// Words and rules, ready to use.
pub(super) struct Lexicon {
    pub(super) words: Spotter,
    /// Tags of all patterns one after the other, and where each pattern's begin; one more than patterns.
    tags: Vec<Tag>,
    starts: Vec<u32>,
    /// Whether a pattern must begin and end at a Latin word's border.
    pub(super) borders: Vec<(bool, bool)>,
    pub(super) kinds: Vec<Kind>,
    pub(super) rules: Vec<Rule>,
    /// By tag the rules whose first part has it, a bit each.
    begun: Vec<Vec<u64>>,
    pub(super) guards: Guards,
}

/// Tags that change the reading of others.
#[derive(Debug)]
pub(super) struct Guards {
    pub(super) deny: Tag,
    pub(super) past: Tag,
    pub(super) recent: Tag,
    pub(super) now: Tag,
    pub(super) calm: Tag,
    pub(super) maybe: Tag,
    pub(super) story: Tag,
    pub(super) dream: Tag,
    pub(super) awake: Tag,
    pub(super) part: Tag,
    pub(super) joke: Tag,
    pub(super) chronic: Tag,
    pub(super) cared: Tag,
    pub(super) kin: Tag,
    pub(super) me: Tag,
}

impl TagSet {
    pub(super) fn add(&mut self, tag: Tag) {
        self.0[tag as usize / 64] |= 1 << (tag % 64);
    }

    pub(super) fn has(&self, tag: Tag) -> bool {
        self.0[tag as usize / 64] & (1 << (tag % 64)) != 0
    }

    /// The tags in it, ascending.
    pub(super) fn tags(self) -> impl Iterator<Item = Tag> {
        self.0
            .into_iter()
            .zip((0u8..).step_by(64))
            .flat_map(|(word, first)| bits(word).map(move |bit| first + bit))
    }

    pub(super) fn meets(&self, other: &TagSet) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }
}

impl Lexicon {
    /// The rules that a text with these tags can fulfil, in order.
    pub(super) fn possible<'a>(&'a self, present: &'a TagSet) -> impl Iterator<Item = &'a Rule> {
        let mut begun = vec![0u64; self.rules.len().div_ceil(64)];
        for tag in present.tags() {
            for (all, of_tag) in begun.iter_mut().zip(&self.begun[tag as usize]) {
                *all |= of_tag;
            }
        }
        let rules = &self.rules;
        let numbers = (0..).step_by(64).zip(begun);
        numbers
            .flat_map(move |(first, word)| bits(word).map(move |bit| &rules[first + bit as usize]))
            .filter(|rule| rule.needs[1..].iter().all(|part| part.meets(present)))
    }

    /// Tags of one pattern.
    pub(super) fn tags(&self, pattern: usize) -> &[Tag] {
        &self.tags[self.starts[pattern] as usize..self.starts[pattern + 1] as usize]
    }
}

/// Places of the bits that are set, ascending.
fn bits(mut word: u64) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let next = (word != 0).then(|| word.trailing_zeros() as u8)?;
        word &= word - 1;
        Some(next)
    })
}

/// The shipped lexicon.
pub(super) fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| parse(WORDS, RULES))
}

/// The words of the lexicon while they are read.
struct Words {
    names: HashMap<&'static str, Tag>,
    kinds: Vec<Kind>,
    patterns: Growing,
    borders: Vec<(bool, bool)>,
    /// Patterns with their tags, in any order.
    tagged: Vec<(u32, Tag)>,
    /// The word that is read.
    folded: String,
}

impl Words {
    /// `[kind name]`: what the following words are.
    fn head(&mut self, head: &'static str, line: &str) -> Tag {
        let (kind, name) = head
            .split_once(' ')
            .unwrap_or_else(|| panic!("kind and name expected: {line}"));
        let tag = Tag::try_from(self.kinds.len()).expect("at most 256 tags");
        self.kinds.push(match kind {
            "who" => Kind::Who,
            "what" => Kind::What,
            "guard" => Kind::Guard,
            "mask" => Kind::Mask,
            _ => panic!("unknown kind: {line}"),
        });
        let known = self.names.insert(name, tag);
        assert!(known.is_none(), "tag given twice: {line}");
        tag
    }

    fn add(&mut self, word: &str, tag: Tag, line: &str) {
        let edge = |c: char| c.is_ascii_alphanumeric();
        let word = {
            self.folded.clear();
            fold_into(word, &mut self.folded);
            self.folded.as_str()
        };
        assert!(!word.is_empty(), "empty word in: {line}");
        let pattern = self.patterns.add(word, self.borders.len());
        if pattern == self.borders.len() {
            let borders = (word.starts_with(edge), word.ends_with(edge));
            self.borders.push(borders);
        }
        self.tagged.push((pattern as u32, tag));
    }
}

/// The lines of a file that say something.
fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
}

/// Reads both files; a mistake in them is a mistake of the build and panics with its line.
fn parse(words: &'static str, rules: &'static str) -> Lexicon {
    let mut read = Words {
        names: HashMap::new(),
        kinds: Vec::new(),
        patterns: Growing::new(words.len()),
        borders: Vec::new(),
        tagged: Vec::new(),
        folded: String::new(),
    };
    let mut current: Tag = 0;
    for line in lines(words) {
        if let Some(head) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            current = read.head(head, line);
            continue;
        }
        for word in line.split('、') {
            let mut add = |word: &str| read.add(word, current, line);
            expand(word.trim(), &mut String::new(), &mut add);
        }
    }
    read.tagged.sort_unstable();
    read.tagged.dedup();
    let starts = (0..=read.borders.len() as u32)
        .map(|pattern| read.tagged.partition_point(|(p, _)| *p < pattern) as u32)
        .collect();
    let rules: Vec<Rule> = lines(rules).map(|line| rule(line, &read.names)).collect();
    Lexicon {
        borders: read.borders,
        words: read.patterns.done(),
        tags: read.tagged.into_iter().map(|(_, tag)| tag).collect(),
        starts,
        begun: begun(&rules, read.kinds.len()),
        rules,
        guards: guards(&read.names),
        kinds: read.kinds,
    }
}

/// `CRI-DV 2 12 partner|pronoun > beats_me unless phone`.
fn rule(line: &'static str, names: &HashMap<&'static str, Tag>) -> Rule {
    let tag = |name: &str| {
        *names
            .get(name)
            .unwrap_or_else(|| panic!("no tag {name} in: {line}"))
    };
    let (body, unless) = line.split_once(" unless ").unwrap_or((line, ""));
    let mut fields = body.splitn(4, ' ');
    let mut field = || {
        fields
            .next()
            .unwrap_or_else(|| panic!("service, level, window and parts expected: {line}"))
    };
    let service = Some(field()).filter(|s| *s != "PRESSING");
    let level = field()
        .parse()
        .unwrap_or_else(|_| panic!("level expected: {line}"));
    let window: u32 = field()
        .parse()
        .unwrap_or_else(|_| panic!("window expected: {line}"));
    let parts = field();
    let ordered = !parts.contains('+');
    let parts: Vec<Vec<Tag>> = parts
        .split(['>', '+'])
        .map(|part| {
            part.trim()
                .split('|')
                .map(|name| tag(name.trim()))
                .collect()
        })
        .collect();
    let needs = parts
        .iter()
        .map(|part: &Vec<Tag>| set(part.iter().copied()))
        .collect();
    let unless = set(unless.split_whitespace().map(tag));
    Rule {
        service,
        level,
        window: window * 3,
        parts,
        ordered,
        unless,
        needs,
    }
}

fn begun(rules: &[Rule], tags: usize) -> Vec<Vec<u64>> {
    let mut begun = vec![vec![0u64; rules.len().div_ceil(64)]; tags];
    for (number, rule) in rules.iter().enumerate() {
        for tag in &rule.parts[0] {
            begun[*tag as usize][number / 64] |= 1 << (number % 64);
        }
    }
    begun
}

fn guards(names: &HashMap<&'static str, Tag>) -> Guards {
    let tag = |name: &str| {
        *names
            .get(name)
            .unwrap_or_else(|| panic!("the crisis lexicon has no tag {name}"))
    };
    Guards {
        deny: tag("deny"),
        past: tag("past"),
        recent: tag("recent"),
        now: tag("now"),
        calm: tag("calm"),
        maybe: tag("maybe"),
        story: tag("story"),
        dream: tag("dream"),
        awake: tag("awake"),
        part: tag("part"),
        joke: tag("joke"),
        chronic: tag("chronic"),
        cared: tag("cared"),
        kin: tag("kin"),
        me: tag("self"),
    }
}

fn set(tags: impl Iterator<Item = Tag>) -> TagSet {
    let mut set = TagSet::default();
    tags.for_each(|t| set.add(t));
    set
}

/// `{不想|唔想}活{了|}` to its four words, each behind what is in `start`.
fn expand(word: &str, start: &mut String, take: &mut dyn FnMut(&str)) {
    let length = start.len();
    let Some(open) = word.find('{') else {
        start.push_str(word);
        take(start);
        start.truncate(length);
        return;
    };
    let close = open
        + word[open..]
            .find('}')
            .unwrap_or_else(|| panic!("a brace is not closed: {word}"));
    assert!(
        !word[open + 1..close].contains('{'),
        "braces do not nest: {word}"
    );
    start.push_str(&word[..open]);
    let before = start.len();
    for choice in word[open + 1..close].split('|') {
        start.push_str(choice);
        expand(&word[close + 1..], start, take);
        start.truncate(before);
    }
    start.truncate(length);
}
