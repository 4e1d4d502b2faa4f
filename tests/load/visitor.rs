//! A browser of the fewest lines: keeps cookies, reads forms, sends them.
//!
//! Enough for our own pages over one kept connection; it follows no link by
//! itself and understands no markup beyond hidden fields.

use crate::wire::{Piece, Wire};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{Error, Result};
use std::time::Instant;

/// Somebody with a browser.
pub(crate) struct Visitor {
    wire: Wire,
    address: String,
    cookies: BTreeMap<String, String>,
}

/// A page as it came.
pub(crate) struct Page {
    /// HTTP status.
    pub(crate) status: u16,
    /// Markup.
    pub(crate) body: String,
}

impl Visitor {
    /// Connects.
    pub(crate) async fn at(address: &str) -> Result<Self> {
        Ok(Self {
            wire: Wire::connect(address).await?,
            address: address.to_owned(),
            cookies: BTreeMap::new(),
        })
    }

    /// Signs in by the secret of a one-time link.
    pub(crate) async fn signs_in(&mut self, secret: &str) -> Result<()> {
        let page = self.post("/sign-in", &[("link", secret)]).await?;
        if page.status == 303 {
            return Ok(());
        }
        Err(Error::other(format!("signing in gives {}", page.status)))
    }

    /// The head of a request for this path.
    pub(crate) fn head(&self, method: &str, path: &str) -> String {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\naccept: text/html\r\nsec-fetch-site: same-origin\r\ncookie: {}\r\n",
            self.address,
            cookies.join("; ")
        )
    }

    /// Opens a page.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Page> {
        let request = self.head("GET", path) + "\r\n";
        self.ask(&request).await
    }

    /// Sends a form.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Page> {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let body = fields.join("&");
        let kind = "content-type: application/x-www-form-urlencoded";
        let head = self.head("POST", path);
        let length = body.len();
        let request = format!("{head}{kind}\r\ncontent-length: {length}\r\n\r\n{body}");
        self.ask(&request).await
    }

    async fn ask(&mut self, request: &str) -> Result<Page> {
        self.wire.write(request.as_bytes()).await?;
        let gone = || Error::other("the gateway hung up");
        let piece = self.wire.read().await?.ok_or_else(gone)?;
        self.keep(&piece);
        Ok(Page {
            status: piece.status(),
            body: String::from_utf8_lossy(&piece.body).into_owned(),
        })
    }

    fn keep(&mut self, piece: &Piece) {
        for value in piece.values("set-cookie") {
            let pair = value.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Keeps a private note about a request; the moment of sending.
    pub(crate) async fn notes(&mut self, reference: &str, text: &str) -> Result<Instant> {
        let page = self.get(&format!("/worker/r/{reference}")).await?;
        let (token, once) = (page.field("token"), page.field("once"));
        let fields = [
            ("token", token.as_str()),
            ("once", &once),
            ("private", text),
        ];
        let at = Instant::now();
        let done = self
            .post(&format!("/worker/r/{reference}/note"), &fields)
            .await?;
        if done.status == 303 {
            return Ok(at);
        }
        Err(Error::other(format!("a note gives {}", done.status)))
    }

    /// Says something in the residents' chat; the moment of sending.
    pub(crate) async fn says(&mut self, text: &str) -> Result<Instant> {
        self.sends(&[("text", text)]).await
    }

    /// Presses the button with this label in the residents' chat.
    async fn taps(&mut self, label: &str) -> Result<Instant> {
        let page = self.get("/chat").await?;
        let buttons = page.body.split("<button name=\"tap\" value=\"").skip(1);
        let mut fitting = buttons.filter_map(|rest| {
            let (token, rest) = rest.split_once("\">")?;
            rest.starts_with(label).then(|| token.to_owned())
        });
        let token = fitting
            .next()
            .ok_or_else(|| Error::other(format!("no button {label}")))?;
        let message = page.field("message");
        self.sends(&[("tap", &token), ("message", &message)]).await
    }

    async fn sends(&mut self, fields: &[(&str, &str)]) -> Result<Instant> {
        let page = self.get("/chat").await?;
        let (token, once) = (page.field("token"), page.field("once"));
        let mut all = vec![("token", token.as_str()), ("once", once.as_str())];
        all.extend_from_slice(fields);
        let at = Instant::now();
        let done = self.post("/chat", &all).await?;
        if done.status == 303 {
            return Ok(at);
        }
        Err(Error::other(format!("the chat gives {}", done.status)))
    }

    /// Files a request: a need, every question skipped, and yes.
    pub(crate) async fn files(&mut self, need: &str) -> Result<()> {
        self.get("/chat").await?;
        self.says(need).await?;
        for _ in 0..20 {
            if self.get("/chat").await?.body.contains("对吗") {
                return self.taps("对，交上去").await.map(|_| ());
            }
            self.says("跳过").await?;
        }
        Err(Error::other("no end of questions"))
    }
}

impl Page {
    /// The value of the first hidden field of this name; empty without one.
    pub(crate) fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let rest = self.body.split_once(&mark).map_or("", |(_, rest)| rest);
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}
