//! The public reference of a request: eight characters to read over a phone,
//! such as `K7M3-9F2X`.
//!
//! 23 symbols without look-alikes, seven of chance (31.6 bits) and a check
//! symbol. The check is a weighted sum modulo the prime 23 with distinct
//! weights, so it catches every single wrong symbol and every swap of two.
//! A reference is no secret: it names a request and opens nothing.

use std::fmt;

/// No 0/O/D/Q, 1/I/L, 2-like Z, 5-like S, 6-like G, 8-like B, no U/V.
const SYMBOLS: &[u8; 23] = b"23456789ACEFHJKMNPRTWXY";
const LENGTH: usize = 8;
const MODULUS: u64 = SYMBOLS.len() as u64;

/// A valid public reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference([u8; LENGTH]);

/// Why a text is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReference {
    #[error("a reference has 8 characters, this has {0}")]
    Length(usize),
    #[error("the character {0:?} is never part of a reference")]
    Symbol(char),
    #[error("one of the characters is wrong")]
    Check,
}

impl Reference {
    /// A reference from eight bytes of chance.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        let mut chance = u64::from_le_bytes(bytes);
        let mut values = [0_u64; LENGTH];
        for value in &mut values[..LENGTH - 1] {
            *value = chance % MODULUS;
            chance /= MODULUS;
        }
        // The last weight is 8; 8 · 3 = 24 = 1 modulo 23, so 3 undoes it.
        let open = (MODULUS - sum(&values)) % MODULUS;
        values[LENGTH - 1] = open * 3 % MODULUS;
        Self(values.map(|v| SYMBOLS[v as usize]))
    }

    /// Reads what a person typed: any case, spaces, dashes, full width, and
    /// look-alikes of symbols that exist (B for 8, G for 6, S for 5, Z for 2,
    /// V for Y).
    pub fn parse(text: &str) -> Result<Self, BadReference> {
        let mut symbols = Vec::with_capacity(LENGTH);
        for raw in text.chars() {
            let c = narrow(raw);
            if c.is_whitespace() || matches!(c, '-' | '_' | '.' | '‐'..='―' | '−' | 'ー' | '·')
            {
                continue;
            }
            let upper = c.to_ascii_uppercase();
            let meant = match upper {
                'B' => '8',
                'G' => '6',
                'S' => '5',
                'Z' => '2',
                'V' => 'Y',
                other => other,
            };
            match u8::try_from(meant) {
                Ok(b) if SYMBOLS.contains(&b) => symbols.push(b),
                _ => return Err(BadReference::Symbol(raw)),
            }
        }
        let symbols: [u8; LENGTH] = symbols
            .try_into()
            .map_err(|v: Vec<u8>| BadReference::Length(v.len()))?;
        let values = symbols.map(value);
        if sum(&values) == 0 {
            Ok(Self(symbols))
        } else {
            Err(BadReference::Check)
        }
    }

    /// The stored form: eight characters without a dash.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("symbols are ASCII")
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = self.code().split_at(LENGTH / 2);
        write!(f, "{head}-{tail}")
    }
}

fn value(symbol: u8) -> u64 {
    let at = SYMBOLS.iter().position(|s| *s == symbol);
    at.expect("only symbols get here") as u64
}

/// Σ (position + 1) · value modulo 23; zero for a valid reference.
fn sum(values: &[u64; LENGTH]) -> u64 {
    let weighted = values.iter().zip(1..).map(|(v, w): (_, u64)| v * w);
    weighted.sum::<u64>() % MODULUS
}

/// Full-width ASCII to plain.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).expect("shifted into ASCII"),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_reference_reads_back_however_it_is_typed(bytes: [u8; 8]) {
            let made = Reference::from_random(bytes);
            prop_assert_eq!(Reference::parse(&made.to_string()), Ok(made));
            prop_assert_eq!(Reference::parse(made.code()), Ok(made));
            prop_assert_eq!(Reference::parse(&made.code().to_lowercase()), Ok(made));
            let wide: String = made.to_string().chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
            prop_assert_eq!(Reference::parse(&wide), Ok(made));
            let spaced: String = made.code().chars().flat_map(|c| [c, '　']).collect();
            prop_assert_eq!(Reference::parse(&spaced), Ok(made));
        }

        #[test]
        fn every_single_wrong_symbol_is_caught(bytes: [u8; 8], at in 0..LENGTH, other in 0..SYMBOLS.len()) {
            let made = Reference::from_random(bytes);
            let mut typed = made.0;
            prop_assume!(typed[at] != SYMBOLS[other]);
            typed[at] = SYMBOLS[other];
            let typed = String::from_utf8(typed.to_vec()).unwrap();
            prop_assert_eq!(Reference::parse(&typed), Err(BadReference::Check));
        }

        #[test]
        fn every_swap_of_two_symbols_is_caught(bytes: [u8; 8], a in 0..LENGTH, b in 0..LENGTH) {
            let made = Reference::from_random(bytes);
            let mut typed = made.0;
            prop_assume!(typed[a] != typed[b]);
            typed.swap(a, b);
            let typed = String::from_utf8(typed.to_vec()).unwrap();
            prop_assert_eq!(Reference::parse(&typed), Err(BadReference::Check));
        }

        #[test]
        fn any_text_gets_an_answer(text in ".{0,20}") {
            let _ = Reference::parse(&text);
        }
    }

    #[test]
    fn look_alikes_of_existing_symbols_are_understood() {
        let made = (0_u64..5000)
            .map(|n| Reference::from_random((n * 7919).to_le_bytes()))
            .find(|r| r.code().contains('8') && r.code().contains('5') && r.code().contains('2'))
            .unwrap();
        let misread = made
            .code()
            .replace('8', "b")
            .replace('5', "S")
            .replace('2', "z");
        assert_eq!(Reference::parse(&misread), Ok(made));
    }

    #[test]
    fn what_cannot_be_a_reference_is_named() {
        assert_eq!(Reference::parse("K7M3"), Err(BadReference::Length(4)));
        assert_eq!(
            Reference::parse("K7M3-9O2X"),
            Err(BadReference::Symbol('O'))
        );
        assert_eq!(Reference::parse("进度"), Err(BadReference::Symbol('进')));
        assert_eq!(Reference::parse(""), Err(BadReference::Length(0)));
    }
}
