//! Text encodings of spreadsheets: UTF-8, UTF-16 with its mark, GB18030.
//!
//! Guessed from the bytes, and the guess is reported. Decoding is done piece
//! by piece: a large file is not held twice.

use super::Fault;
use encoding_rs::{CoderResult, Decoder, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, Read};

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoding {
    pub(super) name: &'static str,
    codec: &'static encoding_rs::Encoding,
    /// Bytes of the mark at the beginning.
    mark: usize,
}

/// Finds the encoding of a file.
pub(super) fn detect(bytes: &[u8]) -> Result<Encoding, Fault> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Fault::Workbook);
    }
    let found = |name, codec, mark| Encoding { name, codec, mark };
    let encoding = match bytes {
        [0xFF, 0xFE, ..] => found("UTF-16LE", UTF_16LE, 2),
        [0xFE, 0xFF, ..] => found("UTF-16BE", UTF_16BE, 2),
        [0xEF, 0xBB, 0xBF, rest @ ..] if std::str::from_utf8(rest).is_ok() => {
            found("UTF-8 (BOM)", UTF_8, 3)
        }
        _ if std::str::from_utf8(bytes).is_ok() => found("UTF-8", UTF_8, 0),
        _ => found("GB18030", GB18030, 0),
    };
    if readable(bytes, encoding) {
        Ok(encoding)
    } else {
        Err(Fault::Unreadable)
    }
}

/// Whether every byte decodes. UTF-8 was looked at already.
fn readable(bytes: &[u8], encoding: Encoding) -> bool {
    if encoding.codec == UTF_8 {
        return true;
    }
    let mut decoder = encoding.codec.new_decoder_without_bom_handling();
    let mut left = &bytes[encoding.mark..];
    let mut piece = vec![0_u8; 32 * 1024];
    loop {
        let (result, read, _, replaced) = decoder.decode_to_utf8(left, &mut piece, true);
        if replaced {
            return false;
        }
        left = &left[read..];
        if result == CoderResult::InputEmpty {
            return true;
        }
    }
}

/// The file as UTF-8.
pub(super) fn reader(bytes: &[u8], encoding: Encoding) -> Box<dyn Read + '_> {
    let text = &bytes[encoding.mark..];
    if encoding.codec == UTF_8 {
        return Box::new(text);
    }
    Box::new(Decoding {
        decoder: encoding.codec.new_decoder_without_bom_handling(),
        left: text,
        ready: Vec::new(),
        taken: 0,
        done: false,
    })
}

struct Decoding<'a> {
    decoder: Decoder,
    left: &'a [u8],
    ready: Vec<u8>,
    taken: usize,
    done: bool,
}

impl Read for Decoding<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() && !self.done {
            self.ready.resize(32 * 1024, 0);
            let (result, read, written, _) =
                self.decoder
                    .decode_to_utf8(self.left, &mut self.ready, true);
            self.left = &self.left[read..];
            self.ready.truncate(written);
            self.taken = 0;
            self.done = result == CoderResult::InputEmpty;
        }
        let size = out.len().min(self.ready.len() - self.taken);
        out[..size].copy_from_slice(&self.ready[self.taken..self.taken + size]);
        self.taken += size;
        Ok(size)
    }
}
