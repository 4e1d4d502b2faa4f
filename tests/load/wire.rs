//! Just enough HTTP/1.1 to post and to answer over kept connections.
//!
//! A full client would cost as much processor time as the program under test,
//! and both share the machine. Nothing here is fit for any other peer.

use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A message cut from a stream: its head and its body.
pub(crate) struct Piece {
    /// Request or status line, and the headers.
    head: String,
    /// Body.
    pub(crate) body: Vec<u8>,
}

impl Piece {
    /// Request or status line.
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The status of an answer; 0 without one.
    pub(crate) fn status(&self) -> u16 {
        let status = self.line().split(' ').nth(1);
        status.and_then(|s| s.parse().ok()).unwrap_or(0)
    }

    /// The values of a header, in order.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let lines = self.head.lines().filter_map(|l| l.split_once(':'));
        lines
            .filter(move |(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// One kept connection.
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    /// Wraps a connected stream.
    pub(crate) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(4096),
        })
    }

    /// Connects.
    pub(crate) async fn connect(address: &str) -> io::Result<Self> {
        Self::new(TcpStream::connect(address).await?)
    }

    /// Writes everything at once.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads one message; `None` when the peer is gone.
    pub(crate) async fn read(&mut self) -> io::Result<Option<Piece>> {
        loop {
            if let Some(piece) = self.cut() {
                return Ok(Some(piece));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Takes a whole message off the buffer.
    fn cut(&mut self) -> Option<Piece> {
        let end = self.buffer.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        let mut piece = Piece {
            head,
            body: Vec::new(),
        };
        let length = piece.values("content-length").next();
        let length = length.and_then(|value| value.parse().ok()).unwrap_or(0);
        if self.buffer.len() < end + length {
            return None;
        }
        piece.body = self.buffer[end..end + length].to_vec();
        self.buffer.drain(..end + length);
        Some(piece)
    }

    /// Posts and waits for the status and body.
    pub(crate) async fn post(&mut self, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        self.write(request).await?;
        let piece = self.read().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok((piece.status(), piece.body))
    }
}

/// Fetches a page over a connection of its own.
pub(crate) async fn get(address: &str, path: &str) -> io::Result<(u16, String)> {
    let mut wire = Wire::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    let (status, body) = wire.post(request.as_bytes()).await?;
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}
