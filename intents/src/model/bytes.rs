//! The model's bytes: how rows, levels and places are written and read.
//!
//! It deliberately knows nothing of what the numbers mean; the order of the parts is [`super::Model`]'s.

use super::{Row, STRIDE, WHOLE_FROM};
use crate::features::BUCKETS;

/// Below it a place holds whether the row is kept whole and half of the row's first byte, plus one; from it on the level
/// of the feature's idf.
pub(super) const PLACE_BITS: u32 = 25;
/// Levels of idf in one unit of it.
pub(super) const IDF_STEPS: f32 = 5.0;

/// Never zero: that is the level of what has no idf of its own.
pub(super) fn idf_level(idf: f32) -> u32 {
    (idf * IDF_STEPS).round().clamp(1.0, 63.0) as u32
}

pub(super) fn idf_of(place: u32) -> f32 {
    (place >> PLACE_BITS & 63) as f32 / IDF_STEPS
}

/// [`idf_of`] by its level; `rare` for what has none: the unknown, and what only one line has.
/// Never zero: that is the level of what has no idf of its own.
pub(super) fn idf_levels(rare: f32) -> [f32; 64] {
    let mut levels = std::array::from_fn(|level| idf_of((level as u32) << PLACE_BITS));
    levels[0] = rare;
    levels
}

/// The column that stands out most, and by how many units.
pub(super) fn single_level(weights: &[f32], elsewhere: &[f32], unit: f32) -> (u8, u8) {
    let best = (0..weights.len()).max_by(|a, b| weights[*a].total_cmp(&weights[*b]));
    best.map_or((0, 0), |best| {
        let level = ((weights[best] - elsewhere[best]) / unit)
            .round()
            .clamp(0.0, 255.0);
        (best as u8, level as u8)
    })
}

/// Writes what each column's weight differs from what most services have; little differences are left out. Whether the row
/// is kept whole.
pub(super) fn pack_row(
    row: &Row<'_>,
    services: usize,
    least: f32,
    floor: f32,
    body: &mut Vec<u8>,
) -> bool {
    let mut sorted = row.weights[..services].to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let common = sorted[services / 2];
    let own = |column: usize| row.weights[column] - if column < services { common } else { 0.0 };
    let columns = 0..row.weights.len();
    let largest = columns
        .clone()
        .map(|c| own(c).abs())
        .fold(common.abs(), f32::max);
    // Rounded up, so that the largest stays within a level of 127.
    let unit = ((largest / 127.0).max(1e-20).to_bits() >> 16) + 1;
    let step = f32::from_bits(unit << 16);
    let level = |weight: f32| (weight / step).round() as i8;
    let keeps = |weight: f32| weight.abs() >= (largest * least).max(floor) && level(weight) != 0;
    let kept = columns.clone().filter(|c| keeps(own(*c))).count();
    body.extend_from_slice(&(unit as u16).to_le_bytes());
    body.extend_from_slice(&[level(common) as u8, kept.min(255) as u8]);
    let start = body.len();
    for column in columns {
        if kept >= WHOLE_FROM {
            body.push(level(own(column)) as u8);
        } else if keeps(own(column)) {
            body.extend_from_slice(&[column as u8, level(own(column)) as u8]);
        }
    }
    if kept >= WHOLE_FROM {
        body.resize(start + row.weights.len().next_multiple_of(STRIDE), 0);
    }
    kept >= WHOLE_FROM
}

/// The place of each known bucket: a row of weights, or the one column of a feature that one line has.
///
/// Most buckets are unknown and take a bit; the places of the others lie one after the other.
#[derive(Clone, Copy)]
pub(super) struct Index<'b> {
    /// For each 32 buckets a bit each, and how many known ones come before.
    known: &'b [[u8; 8]],
    places: &'b [[u8; 4]],
}

impl<'b> Index<'b> {
    /// Writes the places of buckets; zero is none.
    pub(super) fn pack(places: &[u32], out: &mut Vec<u8>) {
        let is_known = |place: &&u32| **place != 0;
        let mut before = 0u32;
        for chunk in places.chunks(32) {
            let bits = (0..).zip(chunk);
            let bits: u32 = bits.map(|(bit, place)| u32::from(*place != 0) << bit).sum();
            out.extend_from_slice(&bits.to_le_bytes());
            out.extend_from_slice(&before.to_le_bytes());
            before += bits.count_ones();
        }
        out.extend_from_slice(&before.to_le_bytes());
        // One more behind the last, where unknown buckets at the end look.
        for place in places.iter().filter(is_known).chain([&0]) {
            out.extend_from_slice(&place.to_le_bytes());
        }
    }

    /// Reads what [`Index::pack`] wrote.
    pub(super) fn read(reader: &mut Reader<'b>) -> Option<Index<'b>> {
        let known = reader.take(BUCKETS / 32 * 8)?.as_chunks().0;
        let count = reader.u32()? as usize;
        let places = reader.take((count + 1).checked_mul(4)?)?.as_chunks().0;
        Some(Index { known, places })
    }

    /// What the index has for a bucket: the place of its row, plus one; zero is an unknown feature.
    pub(super) fn place(&self, bucket: u32) -> u32 {
        let [b0, b1, b2, b3, before @ ..] = self.known[bucket as usize / 32];
        let bits = u32::from_le_bytes([b0, b1, b2, b3]);
        let bit = 1 << (bucket % 32);
        let at = u32::from_le_bytes(before) + (bits & (bit - 1)).count_ones();
        let place = u32::from_le_bytes(self.places[at as usize]);
        // A branch here would be guessed before the memory has answered, and guessed wrong for each unknown word.
        if bits & bit == 0 { 0 } else { place }
    }
}

/// Reads the bytes from front to back.
pub(super) struct Reader<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
}

impl<'b> Reader<'b> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(super) fn f32(&mut self) -> Option<f32> {
        Some(f32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }
}
