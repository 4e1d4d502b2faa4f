//! Who is in need, as seen from the writer. It deliberately names a relation only when the text does, and none where the
//! one named is not in need but does harm, makes noise, lives far away or has died.

use std::sync::OnceLock;

use crate::spot::Spotter;

/// One line per relation: its name, then the words for it; lines with `!` and `<` hold words behind and before one that
/// is not in need.
const RELATIONS: &str = include_str!("../../lexicon/relations.txt");

struct Relations {
    words: Spotter,
    names: Vec<&'static str>,
    /// Words right behind one who is not in need, and right before.
    behind: Vec<&'static str>,
    ahead: Vec<&'static str>,
}

/// The relation named first, such as 母亲 for `我妈`, and where its word ends.
pub(super) fn find(folded: &str) -> Option<(String, usize)> {
    let relations = relations();
    let mut found = relations.words.longest(folded);
    let needy = found.find(|word| relations.in_need(&folded[..word.start], &folded[word.end..]))?;
    Some((relations.names[needy.word].to_owned(), needy.end))
}

impl Relations {
    fn in_need(&self, before: &str, after: &str) -> bool {
        let after = after.trim_start_matches([
            ' ', '又', '都', '总', '还', '也', '们', '天', '老', '就', '半', '夜', '家', '在', '里',
        ]);
        let before = before.trim_end_matches([' ', '我', '俺', '他', '她', '的']);
        !self.behind.iter().any(|word| after.starts_with(word))
            && !self.ahead.iter().any(|word| before.ends_with(word))
    }
}

fn relations() -> &'static Relations {
    static RELATED: OnceLock<Relations> = OnceLock::new();
    RELATED.get_or_init(|| {
        let (mut words, mut names, mut behind, mut ahead) = (vec![], vec![], vec![], vec![]);
        for line in RELATIONS.lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split_whitespace();
            match parts.next() {
                Some("!") => behind.extend(parts),
                Some("<") => ahead.extend(parts),
                Some(name) => {
                    for word in parts {
                        words.push(word.replace('_', " "));
                        names.push(name);
                    }
                }
                None => {}
            }
        }
        Relations {
            words: Spotter::new(&words),
            names,
            behind,
            ahead,
        }
    })
}
