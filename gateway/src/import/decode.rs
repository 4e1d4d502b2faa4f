//! Text encodings of spreadsheets: UTF-8, UTF-16 with its mark, GB18030.
//!
//! Guessed from the bytes, and the guess is reported. A file is read piece by
//! piece, once to find the encoding and once for its rows, and never held as a
//! whole. What the text says is `table`'s business.

use super::Fault;
use encoding_rs::{CoderResult, Decoder, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// Where a table comes from. It is read from its beginning, more than once.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// Bytes in memory.
    Bytes(&'a [u8]),
    /// A file; `read` hears of every number of bytes as they are taken.
    File {
        path: &'a Path,
        read: &'a (dyn Fn(u64) + Sync),
    },
}

impl<'a> From<&'a [u8]> for Source<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Source<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> Source<'a> {
    fn open(self) -> Result<Box<dyn Read + 'a>, Fault> {
        Ok(match self {
            Self::Bytes(bytes) => Box::new(bytes),
            Self::File { path, read } => {
                let file = File::open(path).map_err(|_| Fault::Unreadable)?;
                let file = BufReader::with_capacity(PIECE, file);
                Box::new(Counting { file, read })
            }
        })
    }

    /// The first bytes, fewer if there are fewer.
    fn head(self) -> Result<Vec<u8>, Fault> {
        let mut head = Vec::new();
        let quiet: Source<'_> = match self {
            Self::File { path, .. } => Source::File {
                path,
                read: &|_| (),
            },
            bytes @ Self::Bytes(_) => bytes,
        };
        let mut file = quiet.open()?.take(8);
        file.read_to_end(&mut head).map_err(|_| Fault::Unreadable)?;
        Ok(head)
    }
}

struct Counting<'a> {
    file: BufReader<File>,
    read: &'a (dyn Fn(u64) + Sync),
}

impl Read for Counting<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.file.read(out)?;
        (self.read)(size as u64);
        Ok(size)
    }
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoding {
    pub(super) name: &'static str,
    codec: &'static encoding_rs::Encoding,
    /// Bytes of the mark at the beginning.
    mark: usize,
}

/// Finds the encoding of a file: the first that every byte fits.
pub(super) fn detect(source: Source<'_>) -> Result<Encoding, Fault> {
    let head = source.head()?;
    if head.is_empty() {
        return Err(Fault::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Fault::Workbook);
    }
    let found = |name, codec, mark| Encoding { name, codec, mark };
    let candidates = match head[..] {
        [0xFF, 0xFE, ..] => vec![found("UTF-16LE", UTF_16LE, 2)],
        [0xFE, 0xFF, ..] => vec![found("UTF-16BE", UTF_16BE, 2)],
        [0xEF, 0xBB, 0xBF, ..] => vec![found("UTF-8 (BOM)", UTF_8, 3)],
        _ => vec![found("UTF-8", UTF_8, 0), found("GB18030", GB18030, 0)],
    };
    for encoding in candidates {
        let mut text = Decoding::of(source, encoding)?;
        let mut piece = vec![0_u8; PIECE];
        loop {
            match text.read(&mut piece) {
                Ok(0) => return Ok(encoding),
                Ok(_) => {}
                Err(_) => break,
            }
        }
    }
    Err(Fault::Unreadable)
}

/// The file as UTF-8, and its first piece once more, to look at.
pub(super) fn reader(
    source: Source<'_>,
    encoding: Encoding,
) -> Result<(Box<dyn Read + '_>, Vec<u8>), Fault> {
    let mut text = Decoding::of(source, encoding)?;
    let mut head = Vec::new();
    let piece = text.by_ref().take(PIECE as u64).read_to_end(&mut head);
    piece.map_err(|_| Fault::Unreadable)?;
    Ok((Box::new(Cursor::new(head.clone()).chain(text)), head))
}

/// Decodes what it reads; a byte that does not fit is an error.
struct Decoding<'a> {
    from: Box<dyn Read + 'a>,
    decoder: Decoder,
    raw: Vec<u8>,
    left: std::ops::Range<usize>,
    ended: bool,
    ready: Vec<u8>,
    taken: usize,
    done: bool,
}

impl<'a> Decoding<'a> {
    fn of(source: Source<'a>, encoding: Encoding) -> Result<Self, Fault> {
        let mut from = source.open()?;
        let mut mark = vec![0; encoding.mark];
        from.read_exact(&mut mark).map_err(|_| Fault::Unreadable)?;
        Ok(Self {
            from,
            decoder: encoding.codec.new_decoder_without_bom_handling(),
            raw: vec![0; PIECE],
            left: 0..0,
            ended: false,
            ready: Vec::new(),
            taken: 0,
            done: false,
        })
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.left.is_empty() && !self.ended {
            let size = self.from.read(&mut self.raw)?;
            self.left = 0..size;
            self.ended = size == 0;
        }
        self.ready.resize(2 * PIECE, 0);
        let piece = &self.raw[self.left.clone()];
        let (result, read, written, replaced) =
            self.decoder
                .decode_to_utf8(piece, &mut self.ready, self.ended);
        if replaced {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        self.left.start += read;
        self.ready.truncate(written);
        self.taken = 0;
        self.done = self.ended && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl Read for Decoding<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() && !self.done {
            self.refill()?;
        }
        let size = out.len().min(self.ready.len() - self.taken);
        out[..size].copy_from_slice(&self.ready[self.taken..self.taken + size]);
        self.taken += size;
        Ok(size)
    }
}
