//! Takes Rust text apart into code, strings and comments, as far as the rules
//! need it. It is no parser: macros and attributes are code to it.

/// The part of a text that is wanted; the rest becomes spaces, so that lines
/// keep their numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Code,
    Strings,
}

/// The wanted part of a Rust text.
pub(crate) fn only(part: Part, text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let (kind, end) = piece(&chars, at);
        for &c in &chars[at..end] {
            out.push(if c == '\n' || kind == Some(part) {
                c
            } else {
                ' '
            });
        }
        at = end;
    }
    out
}

/// Text of a file before its unit tests.
pub(crate) fn before_tests(text: &str) -> &str {
    let at = text.find("\n#[cfg(test)]\nmod ");
    at.map_or(text, |at| &text[..=at])
}

/// Lines, from 1, on which `word` stands by itself.
pub(crate) fn lines_with(text: &str, word: &str) -> Vec<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            let first = word.starts_with(part) && before.is_some_and(part);
            let last = word.ends_with(part) && after.is_some_and(part);
            !first && !last
        })
    };
    let lines = text.lines().enumerate();
    lines.filter(|(_, l)| has(l)).map(|(n, _)| n + 1).collect()
}

/// What begins at `at` (`None`: a comment), and where it ends.
fn piece(chars: &[char], at: usize) -> (Option<Part>, usize) {
    let next = |n: usize| chars.get(at + n).copied().unwrap_or('\0');
    let word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match chars[at] {
        '/' if next(1) == '/' => (None, find(chars, at, &['\n'])),
        '/' if next(1) == '*' => (None, find(chars, at + 2, &['*', '/']) + 2),
        '"' => (Some(Part::Strings), string(chars, at + 1)),
        'r' if !word && matches!(next(1), '"' | '#') => raw(chars, at),
        'b' if !word && next(1) == 'r' && matches!(next(2), '"' | '#') => raw(chars, at + 1),
        '\'' if next(1) == '\\' => (Some(Part::Strings), find(chars, at + 3, &['\'']) + 1),
        '\'' if next(2) == '\'' => (Some(Part::Strings), at + 3),
        _ => (Some(Part::Code), at + 1),
    }
    .within(chars.len())
}

trait Within {
    fn within(self, end: usize) -> Self;
}

impl Within for (Option<Part>, usize) {
    fn within(self, end: usize) -> Self {
        (self.0, self.1.min(end))
    }
}

/// Where `wanted` begins at or after `at`, or the end.
fn find(chars: &[char], at: usize, wanted: &[char]) -> usize {
    let rest = chars.get(at..).unwrap_or_default();
    let found = rest.windows(wanted.len()).position(|w| w == wanted);
    found.map_or(chars.len(), |n| at + n)
}

/// The end of a string whose content begins at `at`.
fn string(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// A raw string or, after `r#`, a raw identifier.
fn raw(chars: &[char], at: usize) -> (Option<Part>, usize) {
    let marks = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let start = at + 1 + marks;
    if chars.get(start) != Some(&'"') {
        return (Some(Part::Code), start);
    }
    let mut end = vec!['"'];
    end.extend(std::iter::repeat_n('#', marks));
    (
        Some(Part::Strings),
        find(chars, start + 1, &end) + end.len(),
    )
}

#[test]
fn code_strings_and_comments_are_told_apart() {
    let text = "let a = \"x // \\\" y\"; // tail\n/* b\n*/ c('\"', 'a, r#\"d\"e\"#, '\\'', b\"z\")";
    assert_eq!(
        only(Part::Code, text)
            .split_whitespace()
            .collect::<Vec<_>>(),
        ["let", "a", "=", ";", "c(", ",", "'a,", ",", ",", "b", ")"]
    );
    let strings = only(Part::Strings, text);
    assert!(strings.contains("x // \\\" y") && strings.contains("d\"e"));
    assert!(!strings.contains("tail") && !strings.contains("let"));
    assert_eq!(strings.lines().count(), text.lines().count());
    assert_eq!(only(Part::Code, "a /* open").trim(), "a");
}

#[test]
fn words_are_found_whole_only() {
    assert_eq!(
        lines_with("my_sqlx\nsqlx::query\nsqlxx\n(sqlx)", "sqlx"),
        [2, 4]
    );
    assert_eq!(lines_with("x.now()\nnow( )", "now()"), [1]);
}

#[test]
fn unit_tests_at_the_bottom_are_cut_off() {
    let text = "fn a() {}\n\n#[cfg(test)]\nmod tests {}\n";
    assert_eq!(before_tests(text), "fn a() {}\n\n");
    assert_eq!(before_tests("fn a() {}\n"), "fn a() {}\n");
}
