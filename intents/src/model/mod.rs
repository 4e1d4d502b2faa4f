//! A sparse linear model in one compact block of bytes: for each feature the columns it speaks for and how strongly.
//!
//! Columns are services, the class that is no request, and three yes-or-no questions asked of every text (see
//! [`Head`]). `training` makes the bytes, at build time; here they are read. It deliberately knows neither texts nor
//! thresholds; scores become probabilities in `calibrate`.

mod bytes;

use std::borrow::Cow;

use crate::features::{BLOCKS, BUCKETS, Features};
use bytes::{Index, PLACE_BITS, Reader, idf_level, idf_levels, idf_of, pack_row, single_level};

/// What the last columns answer, each for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// Cannot be placed without one question.
    Ask,
    /// Life or limb, now.
    Danger,
    /// Hours matter.
    Pressing,
}

/// Columns after those of [`Head`]'s order.
pub(crate) const HEADS: usize = 3;
/// From so many columns on a row is kept whole: adding it up without an index is faster.
const WHOLE_FROM: usize = 40;
/// Bit of an index place that says: no row, but a column (8 bits) and a level (8 bits) in the place itself.
const SINGLE: u32 = 1 << 31;
/// Bit of an index place that says: the row is kept whole.
const WHOLE: u32 = 1 << (PLACE_BITS - 1);
/// Bytes of a row before its entries: unit (the upper half of a float), common level, count.
const ROW_HEAD: usize = 4;
/// Mark in front of the bytes; changes with their layout.
const MAGIC: u32 = 0x4c4e_4d36;
/// Columns of a row that is kept whole are filled up to a multiple of this: so many are added at once.
const STRIDE: usize = 16;
/// A column's number is one byte.
const MOST_COLUMNS: usize = 256;

/// One feature's weights before they are packed.
pub(crate) struct Row<'a> {
    pub(crate) bucket: u32,
    pub(crate) idf: f32,
    /// One weight a column.
    pub(crate) weights: &'a [f32],
    /// Only one line has it: the column it speaks for most is kept, in the index itself.
    pub(crate) single: bool,
}

/// Everything of a model but its rows, before it is packed.
pub(crate) struct Shape<'a> {
    pub(crate) codes: &'a [String],
    pub(crate) known: &'a [u64],
    pub(crate) bias: &'a [f32],
    pub(crate) block_weights: [f32; BLOCKS],
    pub(crate) rare: f32,
    /// Weights below this share of a row's largest, and below this, are dropped.
    pub(crate) kept: (f32, f32),
    pub(crate) single_unit: f32,
    pub(crate) elsewhere: &'a [f32],
}

/// Trained weights, read where they lie: the shipped ones stay in the program's file.
pub(crate) struct Model {
    /// Codes by column, without the heads; the first is no service.
    pub(crate) codes: Vec<String>,
    /// Hashes of the catalogue's examples that were trained on, ascending.
    known: Vec<u64>,
    bias: Vec<f32>,
    block_weights: [f32; BLOCKS],
    /// Idf of a feature that was seen once or never, and of the others by the level in their place.
    rare: f32,
    idf: [f32; 64],
    single_unit: f32,
    /// What a feature of one line says about the columns that are not its own.
    elsewhere: Vec<f32>,
    /// Where in the bytes the index begins, and where the rows.
    index: usize,
    rows: usize,
    bytes: Cow<'static, [u8]>,
}

/// One feature of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Feature {
    pub(crate) bucket: u32,
    pub(crate) value: f32,
    /// What the index has for the bucket.
    place: u32,
}

/// The features of a text with their values.
pub(crate) type Point = Vec<Feature>;

impl Model {
    /// Packs rows into the bytes that [`Model::read`] reads.
    pub(crate) fn pack<'a>(shape: &Shape<'_>, rows: impl Iterator<Item = Row<'a>>) -> Vec<u8> {
        let &Shape {
            codes,
            known,
            bias,
            block_weights,
            rare,
            kept: (least, floor),
            single_unit,
            elsewhere,
        } = shape;
        let mut out = Vec::new();
        let put = |out: &mut Vec<u8>, n: u32| out.extend_from_slice(&n.to_le_bytes());
        put(&mut out, MAGIC);
        put(&mut out, codes.len() as u32);
        let names = codes.join("\n");
        put(&mut out, names.len() as u32);
        out.extend_from_slice(names.as_bytes());
        put(&mut out, known.len() as u32);
        for hash in known {
            out.extend_from_slice(&hash.to_le_bytes());
        }
        for number in bias
            .iter()
            .chain(&block_weights)
            .chain([&rare, &single_unit])
            .chain(elsewhere)
        {
            out.extend_from_slice(&number.to_le_bytes());
        }
        let (mut places, mut body) = (vec![0u32; BUCKETS], Vec::new());
        for row in rows {
            places[row.bucket as usize] = if row.single {
                let (column, level) =
                    single_level(&row.weights[..codes.len()], elsewhere, single_unit);
                if level == 0 {
                    continue;
                }
                SINGLE | u32::from(column) << 8 | u32::from(level)
            } else {
                let at = body.len() as u32 / 2 + 1;
                assert!(at < WHOLE, "rows of more than 32 MB");
                let whole = pack_row(&row, codes.len(), least, floor, &mut body);
                idf_level(row.idf) << PLACE_BITS | if whole { WHOLE | at } else { at }
            };
        }
        Index::pack(&places, &mut out);
        out.extend_from_slice(&body);
        out
    }

    /// Reads what [`Model::pack`] wrote; none when the bytes are something else.
    pub(crate) fn read(bytes: Cow<'static, [u8]>) -> Option<Model> {
        let mut reader = Reader {
            bytes: &bytes,
            at: 0,
        };
        if reader.u32()? != MAGIC {
            return None;
        }
        let columns = reader.u32()? as usize + HEADS;
        if columns > MOST_COLUMNS {
            return None;
        }
        let names = reader.u32()? as usize;
        let codes: Vec<String> = std::str::from_utf8(reader.take(names)?)
            .ok()?
            .split('\n')
            .map(str::to_owned)
            .collect();
        let count = reader.u32()? as usize;
        let known = reader
            .take(count * 8)?
            .chunks_exact(8)
            .map(|c| u64::from_le_bytes(c.try_into().unwrap_or_default()))
            .collect();
        let mut numbers = (0..2 * columns + BLOCKS + 2).map_while(|_| reader.f32());
        let bias: Vec<f32> = numbers.by_ref().take(columns).collect();
        let mut block_weights = [0.0; BLOCKS];
        for weight in &mut block_weights {
            *weight = numbers.next()?;
        }
        let (rare, single_unit) = (numbers.next()?, numbers.next()?);
        let elsewhere = numbers.by_ref().take(columns).collect();
        drop(numbers);
        let index = reader.at;
        Index::read(&mut reader)?;
        let rows = reader.at;
        Some(Model {
            codes,
            known,
            bias,
            block_weights,
            rare,
            idf: idf_levels(rare),
            single_unit,
            elsewhere,
            index,
            rows,
            bytes,
        })
    }

    /// Whether a catalogue's example (see [`example_hash`]) was trained on.
    pub(crate) fn knows(&self, hash: u64) -> bool {
        self.known.binary_search(&hash).is_ok()
    }

    /// The number of a head's column.
    pub(crate) fn head(&self, head: Head) -> usize {
        self.codes.len() + head as usize
    }

    /// Buckets with their values: length one per block, then the block's weight. Unknown features count for the
    /// length, so a text of strange words scores low.
    pub(crate) fn point(&self, features: &Features) -> Point {
        let index = self.index();
        let mut point = Vec::with_capacity(features.len());
        for (block, weight) in features.blocks.iter().zip(self.block_weights) {
            let start = point.len();
            let mut length = 0.0;
            for &bucket in block {
                let place = index.place(bucket);
                let idf = self.idf[(place >> PLACE_BITS & 63) as usize];
                length += idf * idf;
                point.push(Feature {
                    bucket,
                    value: idf,
                    place,
                });
            }
            let scale = weight / length.sqrt().max(f32::MIN_POSITIVE);
            for feature in &mut point[start..] {
                feature.value *= scale;
            }
        }
        point
    }

    /// Raw score of every column, with room for `extra` more, and the share of the text's features that were ever seen (0
    /// to 1).
    pub(crate) fn scores(&self, point: &Point, extra: usize) -> (Vec<f32>, f32) {
        // As many as a byte can name: no column needs to be checked.
        let mut sums = [0.0f32; MOST_COLUMNS];
        sums[..self.bias.len()].copy_from_slice(&self.bias);
        let (mut unknown, mut single, mut common) = (0usize, 0.0, 0.0);
        let mut whole: Vec<(u32, f32)> = Vec::with_capacity(point.len());
        // Rows lie far apart: fetched one after the other they would wait for the memory one by one, too.
        let mut sparse: Vec<(u32, u32, f32)> = Vec::with_capacity(point.len());
        for &Feature { place, value, .. } in point {
            if place == 0 {
                unknown += 1;
            } else if place & SINGLE != 0 {
                single += value;
                sums[(place >> 8 & 0xff) as usize] +=
                    value * self.single_unit * (place & 0xff) as f32;
            } else if place & WHOLE != 0 {
                whole.push((row_at(place), value));
            } else {
                let at = row_at(place);
                sparse.push((at, self.row_head(at), value));
            }
        }
        for (at, value) in whole {
            let row = self.row_with(at, self.row_head(at));
            let step = row.unit * value;
            common += step * row.common;
            add_whole(&mut sums, row.entries, step);
        }
        common += self.add_sparse(&mut sums, &sparse);
        for score in &mut sums[..self.codes.len()] {
            *score += common;
        }
        for (score, weight) in sums.iter_mut().zip(&self.elsewhere) {
            *score += single * weight;
        }
        let mut scores = Vec::with_capacity(self.bias.len() + extra);
        scores.extend_from_slice(&sums[..self.bias.len()]);
        let seen = point.len() - unknown;
        (scores, seen as f32 / point.len().max(1) as f32)
    }

    /// How strongly one bucket speaks for `column` rather than for any other; zero when unknown.
    pub(crate) fn weight(&self, bucket: u32, column: usize) -> f32 {
        let place = self.index().place(bucket);
        if place == 0 {
            return 0.0;
        }
        if place & SINGLE != 0 {
            let here = (place >> 8 & 0xff) as usize == column;
            return if here {
                (place & 0xff) as f32 * self.single_unit * self.rare
            } else {
                0.0
            };
        }
        let at = row_at(place);
        let row = self.row_with(at, self.row_head(at));
        let weight = if row.whole {
            row.entries.get(column).copied()
        } else {
            let mut entries = row.entries.chunks_exact(2);
            entries
                .find(|e| e[0] as usize == column)
                .map(|entry| entry[1])
        };
        weight.map_or(0.0, |w| f32::from(w as i8) * row.unit * idf_of(place))
    }

    /// Adds rows that have some of the columns: where they lie, their heads, and their values; what they say about every
    /// service alike. Whole numbers of so fine a measure are added faster than broken ones, and no less exactly.
    fn add_sparse(&self, sums: &mut [f32; MOST_COLUMNS], rows: &[(u32, u32, f32)]) -> f32 {
        const FINE: f32 = (1u64 << 36) as f32;
        let mut fine = [0i64; MOST_COLUMNS];
        let mut common = 0.0;
        for &(at, head, value) in rows {
            let row = self.row_with(at, head);
            let step = row.unit * value;
            common += step * row.common;
            let step = (step * FINE) as i64;
            for &[column, level] in row.entries.as_chunks().0 {
                fine[column as usize] += step * i64::from(level as i8);
            }
        }
        for (sum, fine) in sums.iter_mut().zip(fine) {
            *sum += fine as f32 / FINE;
        }
        common
    }

    fn index(&self) -> Index<'_> {
        let mut reader = Reader {
            bytes: &self.bytes,
            at: self.index,
        };
        Index::read(&mut reader).expect("it was read before")
    }

    /// Unit, common level and count of the row at `at`.
    fn row_head(&self, at: u32) -> u32 {
        let head = self.bytes[self.rows + at as usize..].first_chunk::<ROW_HEAD>();
        head.map_or(0, |head| u32::from_le_bytes(*head))
    }

    fn row_with(&self, at: u32, head: u32) -> PackedRow<'_> {
        let [_, _, common, count] = head.to_le_bytes();
        let whole = count as usize >= WHOLE_FROM;
        let length = if whole {
            self.bias.len().next_multiple_of(STRIDE)
        } else {
            count as usize * 2
        };
        PackedRow {
            unit: f32::from_bits(head << 16),
            common: f32::from(common as i8),
            whole,
            entries: &self.bytes[self.rows + at as usize + ROW_HEAD..][..length],
        }
    }
}

/// Adds a row that has every column.
fn add_whole(sums: &mut [f32; MOST_COLUMNS], levels: &[u8], step: f32) {
    for (sum, level) in sums.iter_mut().zip(levels) {
        *sum += step * f32::from(*level as i8);
    }
}

/// Where in the rows a place points; all of them have an even number of bytes.
fn row_at(place: u32) -> u32 {
    ((place & (WHOLE - 1)) - 1) * 2
}

/// A feature's weights as they lie in the bytes, in levels of `unit`.
struct PackedRow<'m> {
    unit: f32,
    /// What it says about every service alike.
    common: f32,
    /// Every column is there, in order, then nothing up to a multiple of [`STRIDE`]; else pairs of column and level.
    whole: bool,
    entries: &'m [u8],
}

/// One number for a service and a sentence of its.
pub(crate) fn example_hash(service: &str, folded: &str) -> u64 {
    let bytes = service.bytes().chain([0]).chain(folded.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{BLOCKS, HEADS, Model, Row, Shape};
    use crate::crisis::Marks;
    use crate::features::{Features, extract};
    use std::borrow::Cow;

    #[test]
    fn what_was_packed_is_read_again() {
        let features = extract("低保", Marks::default());
        let codes = ["none", "A", "B"].map(str::to_owned);
        let weights = [-0.5f32, 1.0, -0.5, 0.0, 0.0, 0.25];
        let bucket = features.blocks[0][0];
        let row = Row {
            bucket,
            idf: 2.0,
            weights: &weights,
            single: false,
        };
        let bias = vec![0.1; codes.len() + HEADS];
        let shape = Shape {
            codes: &codes,
            known: &[7],
            bias: &bias,
            block_weights: [1.0; BLOCKS],
            rare: 3.0,
            kept: (0.01, 0.0),
            single_unit: 0.01,
            elsewhere: &[0.0; 6],
        };
        let bytes = Model::pack(&shape, std::iter::once(row));
        let model = Model::read(Cow::Owned(bytes)).expect("just packed");
        assert!(model.knows(7) && !model.knows(8));
        assert!((model.weight(bucket, 1) - 3.0).abs() < 0.05);
        let (scores, seen) = model.scores(&model.point(&features), 0);
        assert!(scores[1] > 0.1 && scores[0] < 0.1 && seen > 0.0 && seen < 1.0);
        assert!(Model::read(Cow::Borrowed(b"something else")).is_none());
    }

    #[test]
    fn scores_are_the_sums_of_the_rows_however_they_are_kept() {
        let codes: Vec<String> = (0..50).map(|n| format!("S{n}")).collect();
        let columns = codes.len() + HEADS;
        let full: Vec<f32> = (0..columns).map(|c| (c * 7 % 11) as f32 - 5.0).collect();
        let few: Vec<f32> = (0..columns)
            .map(|c| if c % 9 == 2 { 3.0 } else { 0.0 })
            .collect();
        let one: Vec<f32> = (0..columns)
            .map(|c| if c == 4 { 0.5 } else { 0.0 })
            .collect();
        let weights = [&full, &few, &one];
        let bias: Vec<f32> = (0..columns).map(|c| c as f32 / 10.0).collect();
        let shape = Shape {
            codes: &codes,
            known: &[],
            bias: &bias,
            block_weights: [1.0; BLOCKS],
            rare: 3.0,
            kept: (0.01, 0.0),
            single_unit: 0.01,
            elsewhere: &vec![0.0; columns],
        };
        let buckets = [40u32, 41, 2_000_000];
        let rows = buckets.iter().zip(weights).map(|(&bucket, weights)| Row {
            bucket,
            idf: 2.0,
            weights,
            single: bucket == 2_000_000,
        });
        let model = Model::read(Cow::Owned(Model::pack(&shape, rows))).expect("just packed");
        let mut features = Features::default();
        features.blocks[0] = [&buckets[..], &[39, 42, 2_097_151]].concat();
        let point = model.point(&features);
        let (scores, seen) = model.scores(&point, 2);
        assert!((seen - 0.5).abs() < 1e-6 && scores.len() == columns);
        for (column, score) in scores.iter().enumerate() {
            let said = point.iter().zip(weights).map(|(f, w)| f.value * w[column]);
            let wanted = bias[column] + said.sum::<f32>();
            assert!((score - wanted).abs() < 0.05, "{column}: {score} {wanted}");
        }
    }
}
