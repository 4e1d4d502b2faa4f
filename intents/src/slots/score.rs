//! How well facts are found: of each fact how many were meant, found and right. It deliberately compares values as they
//! are; whether an ID number's check character fits is not judged.

use super::Slots;

/// One fact over many messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// `phone`, `id_number`, `amount`, `age` or `relation`.
    pub fact: &'static str,
    pub meant: usize,
    pub found: usize,
    /// Found, meant, and of the same value.
    pub right: usize,
}

impl Share {
    /// Of what was found, the share that is right; 1 when nothing was found.
    pub fn precision(&self) -> f32 {
        share(self.right, self.found)
    }

    /// Of what was meant, the share that was found; 1 when nothing was meant.
    pub fn recall(&self) -> f32 {
        share(self.right, self.meant)
    }
}

/// All facts but the place over pairs of what was meant and what was found.
pub fn score<'a>(cases: impl Iterator<Item = (&'a Slots, &'a Slots)>) -> [Share; 5] {
    let mut shares = ["phone", "id_number", "amount", "age", "relation"].map(|fact| Share {
        fact,
        meant: 0,
        found: 0,
        right: 0,
    });
    for (meant, found) in cases {
        let id = |slots: &'a Slots| slots.id_number.as_ref().map(|id| &id.value);
        let judged = [
            judge(meant.phone.as_ref(), found.phone.as_ref()),
            judge(id(meant), id(found)),
            judge(meant.amount.as_ref(), found.amount.as_ref()),
            judge(meant.age.as_ref(), found.age.as_ref()),
            judge(meant.relation.as_ref(), found.relation.as_ref()),
        ];
        for (share, [meant, found, right]) in shares.iter_mut().zip(judged) {
            share.meant += usize::from(meant);
            share.found += usize::from(found);
            share.right += usize::from(right);
        }
    }
    shares
}

fn judge<T: PartialEq>(meant: Option<&T>, found: Option<&T>) -> [bool; 3] {
    [
        meant.is_some(),
        found.is_some(),
        meant.is_some() && meant == found,
    ]
}

fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 {
        1.0
    } else {
        part as f32 / whole as f32
    }
}

#[cfg(test)]
mod tests {
    use super::score;
    use crate::slots::of;

    #[test]
    fn a_wrong_fact_costs_precision_and_recall_and_a_missing_one_recall() {
        let texts = [
            ("电话13800138000", "打13800138000"),
            ("电话13800138000", "打13912345678"),
            ("电话13800138000", "没有"),
            ("没有", "没有"),
            ("82岁", "82岁，欠我3000块"),
        ];
        let cases: Vec<_> = texts
            .iter()
            .map(|(meant, found)| (of(meant), of(found)))
            .collect();
        let shares = score(cases.iter().map(|(meant, found)| (meant, found)));
        let phone = shares[0];
        assert_eq!((phone.meant, phone.found, phone.right), (3, 2, 1));
        assert!(
            (phone.precision() - 0.5).abs() < 1e-6 && (phone.recall() - 1.0 / 3.0).abs() < 1e-6
        );
        assert!((shares[2].precision()).abs() < 1e-6 && (shares[2].recall() - 1.0).abs() < 1e-6);
        assert!((shares[3].recall() - 1.0).abs() < 1e-6 && (shares[1].recall() - 1.0).abs() < 1e-6);
    }
}
