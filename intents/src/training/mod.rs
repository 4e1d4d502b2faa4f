//! Learns the model from the corpus, the catalogue's own words and the cases of the crisis suite.
//!
//! Runs when the crate is built (see `build.rs`), and for held-back folds. The same lines in the same order give the
//! same bytes. Measured on held-back hands, top-1: multinomial logistic regression 0.49 where this machine has 0.53 (12,267
//! messages). On 17,943 messages the machine alone 0.58, with the log-odds of naive Bayes 0.62, with features of a single
//! line counted as well 0.64; dialect put in plain words is worth 0.007, runs of four characters cost 0.009. On 27,000
//! messages pairs of words that are no neighbours are worth 0.008, groups of the crisis lexicon 0.004. The
//! log-odds beside the heads ask back 0.87 of ambiguous messages for 0.79 (and 0.10 of the others either way) and see
//! 0.960 of danger for 0.950 (at 0.02 false alarms, the model alone). It deliberately fits no temperature and no
//! threshold: those stand in `verdict` beside the measurements.

mod odds;
mod solver;
mod vocabulary;

use std::collections::HashMap;

use crate::corpus::{AMBIGUOUS, Line, NOTHING};
use crate::crisis::Marks;
use crate::features::{BLOCKS, Features, extract};
use crate::model::{HEADS, Model, Row, Shape, example_hash};
use crate::normalize::fold;
use crate::urgency::Urgency;
use odds::Odds;
use solver::{Problem, Sides};
use vocabulary::Vocabulary;

/// Greetings, thanks, small talk, spam: one a line.
const SMALL_TALK: &str = include_str!("../../lexicon/none.txt");
/// Cases of the crisis rules: text, service or `none`, how sure.
const CASES: &str = include_str!("../../lexicon/crisis_cases.tsv");

/// How often a name, alias or example of the catalogue is learned.
const NAMES_COUNT: usize = 3;
/// Features of fewer lines say nothing of the heads by their count alone; most rows stay as short as they were.
const FEWEST_LINES: u32 = 4;
/// Step of the weights of features that only one line has.
const SINGLE_UNIT: f32 = 0.004;

/// What can be chosen; the default is what measured best on held-back hands.
#[derive(Debug, Clone)]
pub struct Options {
    /// Weight of runs of characters, of words, of classes of words and of pairs.
    pub blocks: [f32; BLOCKS],
    /// Price of a wrong line.
    pub cost: f32,
    /// How much more a line of the service costs than a line of another.
    pub positive: f32,
    /// The same for the three heads: ask, danger, pressing.
    pub heads: [f32; HEADS],
    /// Features of fewer lines are left out.
    pub least_lines: u32,
    /// Passes over all lines.
    pub passes: usize,
    /// Weights below this share of a row's largest, and below this, are dropped.
    pub kept: (f32, f32),
    /// Share of a further need beside the first.
    pub further: f32,
    /// Whether the cases of the crisis suite are learned from.
    pub cases: bool,
    /// How much the log-odds of a feature in and outside a service count beside the support vector machine.
    pub bayes: f32,
    /// The same for the three heads.
    pub bayes_heads: [f32; HEADS],
    /// How strongly the log-odds of rare features are drawn to even.
    pub smooth: f32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            blocks: [2.0, 1.0, 0.5, 1.0],
            cost: 1.0,
            positive: 4.0,
            heads: [4.0, 4.0, 4.0],
            least_lines: 2,
            passes: 12,
            kept: (0.2, 0.01),
            further: 0.5,
            cases: true,
            bayes: 0.07,
            bayes_heads: [0.05, 0.05, 0.0],
            smooth: 2.0,
        }
    }
}

/// A name, alias or example of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Word<'t> {
    pub service: &'t str,
    pub text: &'t str,
}

/// The lines of `corpus/catalogue.tsv`: service and text, parted by a tab.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(service, text)| Word { service, text })
}

/// Rows of the vocabulary with the values that a text has in them.
type Point = Vec<(u32, f32)>;

/// One text to learn from.
struct Sample {
    features: Features,
    /// Columns it speaks for, with shares; empty when only the heads learn from it.
    columns: Vec<(usize, f32)>,
    /// Columns that learn nothing from it.
    silent: Vec<usize>,
    heads: [Option<bool>; HEADS],
}

/// The bytes of a model that learned from `lines` and `words`.
pub fn train(lines: &[Line<'_>], words: &[Word<'_>], options: &Options) -> Vec<u8> {
    let mut lesson = Lesson::default();
    lesson.column(NOTHING);
    for word in words {
        // The corpus avoids names on purpose; whoever uses one means it.
        (0..NAMES_COUNT).for_each(|_| lesson.word(word));
    }
    for line in lines {
        lesson.line(line, options);
    }
    for text in SMALL_TALK
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        lesson.sample(text, &[(NOTHING, 1.0)], [None, Some(false), Some(false)]);
    }
    for case in CASES
        .lines()
        .filter(|l| options.cases && !l.starts_with('#'))
    {
        lesson.case(case);
    }
    lesson.known.sort_unstable();
    lesson.known.dedup();
    lesson.finish(options)
}

#[derive(Default)]
struct Lesson {
    codes: Vec<String>,
    numbers: HashMap<String, usize>,
    samples: Vec<Sample>,
    known: Vec<u64>,
}

impl Lesson {
    fn column(&mut self, code: &str) -> usize {
        if let Some(&column) = self.numbers.get(code) {
            return column;
        }
        self.codes.push(code.to_owned());
        self.numbers.insert(code.to_owned(), self.codes.len() - 1);
        self.codes.len() - 1
    }

    fn sample(&mut self, text: &str, services: &[(&str, f32)], heads: [Option<bool>; HEADS]) {
        let columns = services
            .iter()
            .map(|(code, share)| (self.column(code), *share))
            .collect();
        let folded = fold(text);
        self.samples.push(Sample {
            features: extract(&folded, Marks::of(&folded)).sorted(),
            columns,
            silent: Vec::new(),
            heads,
        });
    }

    fn word(&mut self, word: &Word<'_>) {
        self.known
            .push(example_hash(word.service, &fold(word.text)));
        let danger = word.service.starts_with("CRI-");
        self.sample(
            word.text,
            &[(word.service, 1.0)],
            [None, Some(danger), danger.then_some(true)],
        );
    }

    fn line(&mut self, line: &Line<'_>, options: &Options) {
        let danger = line.urgency == Urgency::Crisis;
        let pressing = line.urgency != Urgency::Normal;
        let mut heads = [None, Some(danger), Some(pressing)];
        let further: Vec<&str> = line.further().collect();
        match line.service {
            AMBIGUOUS => {
                heads[0] = Some(true);
                let share = 1.0 / further.len() as f32;
                let columns: Vec<_> = further.iter().map(|code| (*code, share)).collect();
                self.sample(line.text, &columns, heads);
            }
            NOTHING => self.sample(line.text, &[(NOTHING, 1.0)], heads),
            service => {
                heads[0] = Some(false);
                let mut columns = vec![(service, 1.0)];
                if options.further > 0.0 {
                    columns.extend(further.iter().map(|code| (*code, options.further)));
                }
                self.sample(line.text, &columns, heads);
                if options.further <= 0.0 {
                    let silent = further.iter().map(|code| self.column(code)).collect();
                    self.samples.last_mut().expect("just added").silent = silent;
                }
            }
        }
    }

    fn case(&mut self, case: &str) {
        let mut fields = case.split('\t');
        let (Some(text), Some(service)) = (fields.next(), fields.next()) else {
            return;
        };
        let danger = service != NOTHING;
        let heads = [None, Some(danger), danger.then_some(true)];
        if danger {
            self.sample(text, &[(service, 1.0)], heads);
        } else {
            self.sample(text, &[], heads);
        }
    }

    fn finish(self, options: &Options) -> Vec<u8> {
        let vocabulary = Vocabulary::of(&self.samples, 1, options.least_lines);
        let points: Vec<Point> = self
            .samples
            .iter()
            .map(|s| vocabulary.point(&s.features, options.blocks))
            .collect();
        let columns = self.codes.len();
        let sides = sides(&self.samples, columns, options);
        let problem = Problem {
            points: &points,
            rows: vocabulary.idf.len(),
            sides: &sides,
        };
        let mut weights = problem.solve(options.passes);
        let width = sides.width;
        let learned = &mut weights[..vocabulary.idf.len() * width];
        add_log_odds(
            &self.samples,
            &vocabulary,
            (columns, width),
            options,
            learned,
        );
        let elsewhere = vocabulary.elsewhere(&weights, width, columns);
        let rows = vocabulary
            .buckets
            .iter()
            .enumerate()
            .map(|(row, &bucket)| Row {
                bucket,
                idf: vocabulary.idf[row],
                weights: &weights[row * width..row * width + columns + HEADS],
                single: vocabulary.counts[row] == 1,
            });
        let bias = &weights[vocabulary.idf.len() * width..][..columns + HEADS];
        let shape = Shape {
            codes: &self.codes,
            known: &self.known,
            bias,
            block_weights: options.blocks,
            rare: vocabulary.rare,
            kept: options.kept,
            single_unit: SINGLE_UNIT,
            elsewhere: &elsewhere,
        };
        Model::pack(&shape, rows)
    }
}

/// Adds to the weights what counting says beside the support vector machine.
fn add_log_odds(
    samples: &[Sample],
    vocabulary: &Vocabulary,
    (columns, width): (usize, usize),
    options: &Options,
    weights: &mut [f32],
) {
    let smooth = options.smooth * 10.0;
    let services = Odds::of(samples, vocabulary, columns, smooth, |s| &s.columns);
    for (row, weights) in weights.chunks_exact_mut(width).enumerate() {
        for (weight, odds) in weights.iter_mut().zip(services.row(row)) {
            *weight += options.bayes * odds;
        }
    }
    drop(services);
    for (head, bayes) in options.bayes_heads.into_iter().enumerate() {
        let odds = Odds::of(samples, vocabulary, 2, smooth, |s| match s.heads[head] {
            Some(true) => &[(0, 1.0)],
            Some(false) => &[(1, 1.0)],
            None => &[],
        });
        let frequent = |row: &usize| vocabulary.counts[*row] >= FEWEST_LINES;
        for row in (0..vocabulary.counts.len()).filter(frequent) {
            weights[row * width + columns + head] += bayes * odds.row(row)[0];
        }
    }
}

/// What each sample says about each column.
fn sides(samples: &[Sample], columns: usize, options: &Options) -> Sides {
    let mut sides = Sides::new(samples.len(), columns + HEADS);
    for (at, sample) in samples.iter().enumerate() {
        if !sample.columns.is_empty() {
            for column in 0..columns {
                sides.set(at, column, -1.0, options.cost);
            }
            for &(column, share) in &sample.columns {
                sides.set(at, column, 1.0, options.cost * options.positive * share);
            }
            for &column in &sample.silent {
                sides.set(at, column, 1.0, 0.0);
            }
        }
        for (head, answer) in sample.heads.iter().enumerate() {
            if let Some(yes) = answer {
                let side = if *yes { 1.0 } else { -1.0 };
                let price = if *yes { options.heads[head] } else { 1.0 };
                sides.set(at, columns + head, side, options.cost * price);
            }
        }
    }
    sides
}
