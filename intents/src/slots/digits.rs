//! Digit groups of a text and the runs they form. What such a run means is for `identity` and `telephone`.

/// Most groups of one number: `1 3 8 0 0 1 3 8 0 0 0`.
const MOST_GROUPS: usize = 18;
/// Digits that stand alone in a text are no number of anybody.
const FEWEST: usize = 10;

/// Digits written together, and where.
pub(super) struct Group {
    /// Byte range.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) digits: String,
    /// In Chinese words: 幺三八.
    spelled: bool,
}

/// Neighbouring groups that may be one number.
pub(super) struct Run<'a> {
    pub(super) folded: &'a str,
    /// All groups of the text.
    pub(super) groups: &'a [Group],
    /// Which of them.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Their digits.
    pub(super) joined: String,
    /// The same mark stands between all of them.
    pub(super) even: bool,
}

impl Run<'_> {
    /// Text before and after.
    pub(super) fn before(&self) -> &str {
        &self.folded[..self.groups[self.from].start]
    }

    pub(super) fn after(&self) -> &str {
        &self.folded[self.groups[self.to].end..]
    }

    /// Lengths of the groups are these.
    pub(super) fn shaped(&self, lengths: &[usize]) -> bool {
        let groups = &self.groups[self.from..=self.to];
        groups.len() == lengths.len()
            && groups
                .iter()
                .zip(lengths)
                .all(|(g, l)| g.digits.len() == *l)
    }

    /// More digits follow or go before, set off as those of the run are.
    pub(super) fn goes_on(&self) -> bool {
        if self.from == self.to {
            return false;
        }
        let mark = between(self.folded, self.groups, self.from);
        let next =
            self.to + 1 < self.groups.len() && between(self.folded, self.groups, self.to) == mark;
        let previous = self.from > 0 && between(self.folded, self.groups, self.from - 1) == mark;
        next || previous
    }
}

/// Offers every run of the text to `take`, which says whether the run is spent.
pub(super) fn each(
    folded: &str,
    groups: &[Group],
    used: &mut [bool],
    mut take: impl FnMut(&Run) -> bool,
) {
    for from in 0..groups.len() {
        let mut run = Run {
            folded,
            groups,
            from,
            to: from,
            joined: String::new(),
            even: true,
        };
        for to in from..groups.len().min(from + MOST_GROUPS) {
            let near = to == from || {
                let mark = between(folded, groups, to - 1);
                let first = between(folded, groups, from);
                // (0571) 8765 4321
                run.even &= mark == first || matches!(first, ")" | ") ");
                is_mark(mark) && !(mark.is_empty() && groups[to].spelled == groups[to - 1].spelled)
            };
            if used[to] || !near || run.joined.len() > 20 {
                break;
            }
            run.joined.push_str(&groups[to].digits);
            run.to = to;
            if take(&run) {
                used[from..=to].fill(true);
                break;
            }
        }
    }
}

/// All groups of folded text; none when there are too few digits for any number.
pub(super) fn groups(folded: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    if folded
        .chars()
        .filter(|c| value(*c).is_some())
        .take(FEWEST)
        .count()
        < FEWEST
    {
        return groups;
    }
    let mut chars = folded.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let Some(first) = value(c) else { continue };
        let spelled = !c.is_ascii_digit();
        let (mut digits, mut end) = (String::from(first), start + c.len_utf8());
        while let Some((at, n)) =
            chars.next_if(|&(_, n)| value(n).is_some() && n.is_ascii_digit() != spelled)
        {
            digits.extend(value(n));
            end = at + n.len_utf8();
        }
        groups.push(Group {
            start,
            end,
            digits,
            spelled,
        });
    }
    groups
}

/// What stands between a group and the next.
fn between<'a>(folded: &'a str, groups: &[Group], left: usize) -> &'a str {
    match groups.get(left + 1) {
        Some(right) => &folded[groups[left].end..right.start],
        None => "none",
    }
}

/// What may stand inside a number.
fn is_mark(mark: &str) -> bool {
    matches!(
        mark,
        "" | " " | "-" | "–" | "—" | "_" | "." | "·" | "/" | "," | "、" | ")" | ") " | " - "
    )
}

/// A bit for each character of Chinese that is a digit: nearly all of a text are none.
static SPELLED: [u64; 1 << 10] = {
    let digits = [
        '零', '〇', '一', '幺', '壹', '二', '两', '贰', '三', '叁', '四', '肆', '五', '伍', '六',
        '陆', '七', '柒', '八', '捌', '九', '玖',
    ];
    let (mut bits, mut at) = ([0; 1 << 10], 0);
    while at < digits.len() {
        bits[digits[at] as usize / 64] |= 1 << (digits[at] as usize % 64);
        at += 1;
    }
    bits
};

/// The digit a character stands for.
pub(super) fn value(c: char) -> Option<char> {
    if c.is_ascii_digit() {
        return Some(c);
    }
    let code = c as usize;
    if SPELLED
        .get(code / 64)
        .is_none_or(|bits| bits >> (code % 64) & 1 == 0)
    {
        return None;
    }
    let value = match c {
        '零' | '〇' => '0',
        '一' | '幺' | '壹' => '1',
        '二' | '两' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    };
    Some(value)
}
