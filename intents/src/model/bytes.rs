//! The model's bytes: how rows, levels and places are written and read.
//!
//! It deliberately knows nothing of what the numbers mean; the order of the parts is [`super::Model`]'s.

use super::{Row, SINGLE, STRIDE, WHOLE_FROM};
use crate::features::BUCKETS;

/// Below it a place holds the row's first byte plus one, above it the level of the feature's idf.
pub(super) const PLACE_BITS: u32 = 25;
/// Levels of idf in one unit of it.
pub(super) const IDF_STEPS: f32 = 5.0;

pub(super) fn idf_level(idf: f32) -> u32 {
    (idf * IDF_STEPS).round().clamp(0.0, 63.0) as u32
}

pub(super) fn idf_of(place: u32) -> f32 {
    (place >> PLACE_BITS & 63) as f32 / IDF_STEPS
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

/// Writes what each column's weight differs from what most services have; little differences are left out.
pub(super) fn pack_row(row: &Row<'_>, services: usize, least: f32, floor: f32, body: &mut Vec<u8>) {
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
}

/// The place of each bucket: a row of weights, or the one column of a feature that one line has.
pub(super) fn index(reader: &mut Reader<'_>) -> Option<Vec<u32>> {
    let mut index = vec![0u32; BUCKETS];
    let count = reader.u32()? as usize;
    for pair in reader.take(count * 8)?.chunks_exact(8) {
        let part = |at: usize| u32::from_le_bytes(pair[at..at + 4].try_into().unwrap_or_default());
        *index.get_mut(part(0) as usize)? = part(4);
    }
    let count = reader.u32()? as usize;
    for entry in reader.take(count * 5)?.chunks_exact(5) {
        let bucket = u32::from_le_bytes([entry[0], entry[1], entry[2], 0]);
        let place = SINGLE | u32::from(entry[3]) << 8 | u32::from(entry[4]);
        *index.get_mut(bucket as usize)? = place;
    }
    Some(index)
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
