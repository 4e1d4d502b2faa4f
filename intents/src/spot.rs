//! Finds many words in a text in one walk over its characters.
//!
//! A tree of characters whose branches lie in one table: most characters begin no word at all, and most of those that do
//! are not followed by its second, which a bit tells each time. A general automaton over bytes takes three steps for a
//! Chinese character and several times the time and the memory. It deliberately knows nothing of borders between words; who asks looks at what stands around a find.

/// Bits of a node's number and of a character in a branch.
const NODE_BITS: u32 = 20;
const CHAR_BITS: u32 = 21;
/// Characters whose beginning of a word is told by a bit; rarer ones are looked up.
const COMMON: usize = 1 << 16;

/// Words to be found, each with its number in the order they were given.
pub(crate) struct Spotter {
    /// Two bits for each common character: some word begins with it, and it is one by itself.
    begins: Vec<u64>,
    /// One bit for each hash of two characters that some word begins with. The length is a power of two.
    pairs: Vec<u64>,
    /// Branches by the hash of node and character: child, node, character; zero is none. The length is a power of two.
    branches: Vec<u64>,
    shift: u32,
    /// By node the number of the word that ends there, plus one.
    ends: Vec<u32>,
}

/// A word in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Byte range.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The word's number; of equal words the first.
    pub(crate) word: usize,
}

impl Spotter {
    /// Of words that are not empty.
    pub(crate) fn new<W: AsRef<str>>(words: &[W]) -> Spotter {
        let mut tree = Growing::new(words.len());
        for (number, word) in words.iter().enumerate() {
            tree.add(word.as_ref(), number);
        }
        tree.done()
    }

    /// Without a word, for about so many.
    fn empty(words: usize) -> Spotter {
        Spotter {
            begins: vec![0; COMMON / 32],
            pairs: vec![0; (words / 8).next_power_of_two().min(1 << 12)],
            branches: vec![0; 16],
            shift: 64 - 4,
            ends: vec![0],
        }
    }

    /// From left to right the longest word at each place; none begins inside another.
    pub(crate) fn longest<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Spot> + 'a {
        let mut at = 0;
        std::iter::from_fn(move || {
            let mut chars = text[at..].chars();
            while let Some(first) = chars.next() {
                let start = at;
                at += first.len_utf8();
                if !self.may_begin(first, chars.as_str()) {
                    continue;
                }
                let mut found = None;
                self.each_from(text, start, first, |spot| found = Some(spot));
                if let Some(spot) = found {
                    at = spot.end;
                    return Some(spot);
                }
            }
            None
        })
    }

    /// Hands every word of the text to `take`, those inside others too, in the order in which they begin.
    pub(crate) fn every(&self, text: &str, mut take: impl FnMut(Spot)) {
        let mut chars = text.chars();
        while let Some(first) = chars.next() {
            if self.may_begin(first, chars.as_str()) {
                let start = text.len() - chars.as_str().len() - first.len_utf8();
                self.each_from(text, start, first, &mut take);
            }
        }
    }

    /// Whether any of the words stands in the text.
    pub(crate) fn any(&self, text: &str) -> bool {
        self.longest(text).next().is_some()
    }

    /// Makes sure that the word's beginning is not passed by.
    fn expect(&mut self, word: &str) {
        let mut chars = word.chars();
        let Some(first) = chars.next() else { return };
        let code = first as usize;
        let second = chars.next();
        if let Some(bits) = self.begins.get_mut(code / 32) {
            *bits |= if second.is_none() { 3 } else { 1 } << (code % 32 * 2);
        }
        if let Some(second) = second {
            let pair = self.pair(first, second);
            self.pairs[pair / 64] |= 1 << (pair % 64);
        }
    }

    /// False when no word begins with `first` where `rest` follows it.
    #[inline]
    fn may_begin(&self, first: char, rest: &str) -> bool {
        let code = first as usize;
        let Some(bits) = self.begins.get(code / 32) else {
            return true;
        };
        match bits >> (code % 32 * 2) & 3 {
            0 => false,
            1 => rest.chars().next().is_some_and(|second| {
                let pair = self.pair(first, second);
                self.pairs[pair / 64] >> (pair % 64) & 1 != 0
            }),
            _ => true,
        }
    }

    /// The bit of two characters.
    fn pair(&self, first: char, second: char) -> usize {
        let hash = ((first as u32).rotate_left(11) ^ second as u32).wrapping_mul(0x9E37_79B1);
        (hash >> 12) as usize & (self.pairs.len() * 64 - 1)
    }

    /// The words that begin with the character `first` at `start`, the shortest first.
    #[inline]
    fn each_from(&self, text: &str, start: usize, first: char, mut take: impl FnMut(Spot)) {
        let mut end = start + first.len_utf8();
        let mut rest = text[end..].chars();
        let mut next = self.follow(0, first);
        while let Some(node) = next {
            if let Some(word) = self.ends[node as usize].checked_sub(1) {
                take(Spot {
                    start,
                    end,
                    word: word as usize,
                });
            }
            let Some(c) = rest.next() else { return };
            end += c.len_utf8();
            next = self.follow(node, c);
        }
    }

    /// The node behind `node` by the way of `c`.
    fn follow(&self, node: u32, c: char) -> Option<u32> {
        let branch = branch(node, c);
        let mut slot = self.slot(branch);
        loop {
            let found = self.branches[slot & (self.branches.len() - 1)];
            if found & BRANCH == branch && found != 0 {
                return Some((found >> (NODE_BITS + CHAR_BITS)) as u32);
            }
            if found == 0 {
                return None;
            }
            slot += 1;
        }
    }

    fn slot(&self, branch: u64) -> usize {
        (branch.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }
}

/// The part of a branch that says where it begins.
const BRANCH: u64 = (1 << (NODE_BITS + CHAR_BITS)) - 1;

fn branch(node: u32, c: char) -> u64 {
    u64::from(node) << CHAR_BITS | u64::from(c as u32)
}

/// A spotter while its words are added.
pub(crate) struct Growing {
    spotter: Spotter,
    taken: usize,
}

impl Growing {
    /// For about so many words.
    pub(crate) fn new(words: usize) -> Growing {
        Growing {
            spotter: Spotter::empty(words),
            taken: 0,
        }
    }

    /// Adds a word that is not empty by this number, unless it is there; the number it has.
    pub(crate) fn add(&mut self, word: &str, number: usize) -> usize {
        self.spotter.expect(word);
        let mut node = 0;
        for c in word.chars() {
            node = self.child(node, c);
        }
        let end = &mut self.spotter.ends[node as usize];
        if *end == 0 {
            *end = number as u32 + 1;
        }
        *end as usize - 1
    }

    pub(crate) fn done(mut self) -> Spotter {
        self.spotter.ends.shrink_to_fit();
        self.spotter
    }

    /// The node behind `node` by the way of `c`, a new one if need be.
    fn child(&mut self, node: u32, c: char) -> u32 {
        if let Some(child) = self.spotter.follow(node, c) {
            return child;
        }
        if (self.taken + 1) * 4 > self.spotter.branches.len() * 3 {
            self.widen();
        }
        let child = self.spotter.ends.len() as u32;
        assert!(child < 1 << NODE_BITS, "a list of a million characters");
        self.spotter.ends.push(0);
        self.put(u64::from(child) << (NODE_BITS + CHAR_BITS) | branch(node, c));
        child
    }

    fn put(&mut self, entry: u64) {
        let spotter = &mut self.spotter;
        let last = spotter.branches.len() - 1;
        let mut slot = spotter.slot(entry & BRANCH) & last;
        while spotter.branches[slot] != 0 {
            slot = (slot + 1) & last;
        }
        spotter.branches[slot] = entry;
        self.taken += 1;
    }

    fn widen(&mut self) {
        let old = std::mem::take(&mut self.spotter.branches);
        self.spotter.branches = vec![0; old.len() * 2];
        self.spotter.shift -= 1;
        self.taken = 0;
        for entry in old.into_iter().filter(|entry| *entry != 0) {
            self.put(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Spot, Spotter};
    use proptest::prelude::*;

    const WORDS: [&str; 9] = [
        "低",
        "低保",
        "保障",
        "低保边缘",
        "a",
        "ab",
        "🔪",
        "🔪我",
        "边",
    ];

    fn spot(text: &str, start: usize, word: usize) -> Spot {
        let end = start + WORDS[word].len();
        assert_eq!(&text[start..end], WORDS[word]);
        Spot { start, end, word }
    }

    #[test]
    fn the_longest_word_at_each_place_is_found_and_none_inside_it() {
        let spotter = Spotter::new(&WORDS);
        let of = |text| spotter.longest(text).collect::<Vec<_>>();
        let text = "低保障,低保边 🔪🔪我x";
        let found = of(text);
        let words: Vec<usize> = found.iter().map(|s| s.word).collect();
        assert_eq!(words, [1, 1, 8, 6, 7]);
        assert_eq!(found[1], spot(text, "低保障,".len(), 1));
        assert!(of("").is_empty() && !spotter.any("没有") && spotter.any("没有ab"));
    }

    proptest! {
        #[test]
        fn every_word_is_found_wherever_it_stands(picks in proptest::collection::vec(0..12usize, 0..30)) {
            let parts = ["低", "保", "障", "边", "缘", "a", "b", "🔪", "我", " ", "😀", "é"];
            let text: String = picks.into_iter().map(|p| parts[p]).collect();
            let mut wanted: Vec<Spot> = WORDS
                .iter()
                .enumerate()
                .flat_map(|(word, w)| text.match_indices(w).map(move |(at, _)| (at, word)))
                .map(|(at, word)| spot(&text, at, word))
                .collect();
            wanted.sort_unstable_by_key(|s| (s.start, s.end));
            let mut found = Vec::new();
            Spotter::new(&WORDS).every(&text, |spot| found.push(spot));
            prop_assert_eq!(found, wanted);
        }
    }
}
