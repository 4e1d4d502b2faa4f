//! Just enough HTTP/1.1 to post and to answer over kept connections.
//!
//! A full client would cost as much processor time as the program under test,
//! and both share the machine. Nothing here is fit for any other peer.

use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A message cut from a stream: its first line and its body.
pub(crate) struct Piece {
    /// Request or status line.
    pub(crate) line: String,
    /// Body.
    pub(crate) body: Vec<u8>,
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
        let head = String::from_utf8_lossy(&self.buffer[..end]);
        let length = head
            .lines()
            .filter_map(|l| l.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.trim().parse().ok())
            .unwrap_or(0);
        if self.buffer.len() < end + length {
            return None;
        }
        let line = head.lines().next().unwrap_or_default().to_owned();
        let body = self.buffer[end..end + length].to_vec();
        self.buffer.drain(..end + length);
        Some(Piece { line, body })
    }

    /// Posts and waits for the status and body.
    pub(crate) async fn post(&mut self, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        self.write(request).await?;
        let piece = self.read().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = piece.line.split(' ').nth(1).and_then(|s| s.parse().ok());
        Ok((status.unwrap_or(0), piece.body))
    }
}

/// Fetches a page over a connection of its own.
pub(crate) async fn get(address: &str, path: &str) -> io::Result<(u16, String)> {
    let mut wire = Wire::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    let (status, body) = wire.post(request.as_bytes()).await?;
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}
