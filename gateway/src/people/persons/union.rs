//! Whom everybody counts as, from the merges that stand.
//!
//! Computed anew from all of them whenever one is made or taken back, so that
//! taking one back leaves what the others say.

/// The person each of `people` counts as: of those held together by `links`, the
/// one named first. `people` are in order, those known longest first.
pub fn roots<'p>(people: &[&'p str], links: &[(&str, &str)]) -> Vec<(&'p str, &'p str)> {
    let place = |id: &str| people.iter().position(|p| *p == id);
    let mut of: Vec<usize> = (0..people.len()).collect();
    for (one, other) in links {
        let (Some(one), Some(other)) = (place(one), place(other)) else {
            continue;
        };
        let (keep, drop) = (of[one].min(of[other]), of[one].max(of[other]));
        for root in &mut of {
            if *root == drop {
                *root = keep;
            }
        }
    }
    let pairs = people.iter().zip(of);
    pairs.map(|(id, root)| (*id, people[root])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_one_back_leaves_what_the_others_say() {
        let people = ["a", "b", "c", "d"];
        let all = [("a", "b"), ("b", "c"), ("c", "d")];
        let count = |links: &[(&str, &str)]| -> String {
            roots(&people, links)
                .into_iter()
                .map(|(_, root)| root)
                .collect()
        };
        assert_eq!(count(&[]), "abcd");
        assert_eq!(count(&all), "aaaa");
        assert_eq!(count(&all[..2]), "aaad");
        assert_eq!(count(&[all[0], all[2]]), "aacc");
        assert_eq!(count(&[all[2], all[0]]), "aacc", "in any order");
        assert_eq!(count(&[("a", "x")]), "abcd", "nobody unknown");
    }

    proptest::proptest! {
        #[test]
        fn nobody_counts_as_somebody_who_counts_as_another(
            links in proptest::collection::vec((0_usize..6, 0_usize..6), 0..12)
        ) {
            let people = ["a", "b", "c", "d", "e", "f"];
            let links: Vec<_> = links.into_iter().map(|(a, b)| (people[a], people[b])).collect();
            let all = roots(&people, &links);
            let root = |id: &str| all.iter().find(|r| r.0 == id).map(|r| r.1);
            for (_, to) in &all {
                proptest::prop_assert_eq!(root(to), Some(*to));
            }
            for (a, b) in &links {
                proptest::prop_assert_eq!(root(a), root(b));
            }
        }
    }
}
