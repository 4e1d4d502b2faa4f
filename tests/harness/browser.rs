//! A browser without script: pages, forms, cookies.
//!
//! It reads what is on a page and can only submit forms that are on it, with
//! their hidden fields.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use futures::{FutureExt, StreamExt};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tower::ServiceExt;

/// A page as it came.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: StatusCode,
    pub location: Option<String>,
    pub retry_after: Option<String>,
    pub body: String,
}

/// One browser with its cookies.
#[derive(Default)]
pub struct Browser {
    cookies: Mutex<BTreeMap<String, String>>,
}

/// What comes down an open stream.
pub struct Frames(axum::body::BodyDataStream);

impl Frames {
    /// Whether the stream comes to its end, whatever it still says before.
    pub async fn ends(&mut self) -> bool {
        let rest = async { while self.0.next().await.is_some() {} };
        let patience = std::time::Duration::from_secs(20);
        tokio::time::timeout(patience, rest).await.is_ok()
    }

    /// The next frame that is there already; `None` if there is none.
    pub async fn next(&mut self) -> Option<String> {
        for _ in 0..200 {
            if let Some(Some(frame)) = self.0.next().now_or_never() {
                let bytes = frame.expect("a sound stream");
                return Some(String::from_utf8_lossy(&bytes).into_owned());
            }
            // What it reads from the database takes a moment.
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        None
    }
}

impl Browser {
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens a page.
    pub async fn get(&self, site: &Router, path: &str) -> Page {
        self.send(site, Request::get(path), Body::empty()).await
    }

    /// Submits a form.
    pub async fn post(&self, site: &Router, path: &str, fields: &[(&str, &str)]) -> Page {
        let body: Vec<String> = fields
            .iter()
            .map(|(k, v)| format!("{}={}", encoded(k), encoded(v)))
            .collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(site, request, Body::from(body.join("&"))).await
    }

    /// Asks with any headers, as a machine would.
    pub async fn gets_raw(&self, site: &Router, path: &str, headers: &[(&str, &str)]) -> Page {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(site, request, Body::empty()).await
    }

    /// Posts any bytes with any headers, as a machine would.
    pub async fn posts_raw(
        &self,
        site: &Router,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Page {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(site, request, body.into()).await
    }

    /// Opens a stream of events, as a browser that saw `last` before.
    pub async fn listens(&self, site: &Router, path: &str, last: Option<&str>) -> Frames {
        let mut request = Request::get(path);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let answer = self.answer(site, request, Body::empty()).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        Frames(answer.into_body().into_data_stream())
    }

    async fn answer(
        &self,
        site: &Router,
        request: axum::http::request::Builder,
        body: Body,
    ) -> axum::response::Response {
        let cookies: Vec<String> = {
            let jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
            jar.iter().map(|(k, v)| format!("{k}={v}")).collect()
        };
        let request = request
            .header(header::COOKIE, cookies.join("; "))
            .body(body)
            .expect("a sound request");
        let answer = site.clone().oneshot(request).await;
        answer.expect("a router answers")
    }

    async fn send(&self, site: &Router, request: axum::http::request::Builder, body: Body) -> Page {
        let answer = self.answer(site, request, body).await;
        self.keeps(answer.headers());
        let text = |name| {
            let value = answer.headers().get(name)?;
            Some(value.to_str().expect("plain").to_owned())
        };
        let (status, location) = (answer.status(), text(header::LOCATION));
        let retry_after = text(header::RETRY_AFTER);
        let body = axum::body::to_bytes(answer.into_body(), 8 << 20)
            .await
            .expect("a whole body");
        Page {
            status,
            location,
            retry_after,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

impl Browser {
    /// The value of a cookie it holds.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        jar.get(name).cloned()
    }

    /// Puts a cookie in, wherever it comes from.
    pub fn takes(&self, name: &str, value: &str) {
        let mut jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        jar.insert(name.to_owned(), value.to_owned());
    }

    fn keeps(&self, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("our cookies are plain");
            let (name, rest) = line.split_once('=').expect("a cookie has a name");
            let value = rest.split(';').next().unwrap_or_default();
            jar.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

impl Page {
    /// Its words, without tags.
    pub fn text(&self) -> String {
        words(&self.body)
    }

    /// The value of the first field of this name.
    ///
    /// # Panics
    /// If there is none.
    pub fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        between(&self.body, &mark, "\"")
            .unwrap_or_else(|| panic!("no field {name:?} on this page: {}", self.text()))
            .to_owned()
    }

    /// Buttons that choose: label and token.
    pub fn choices(&self) -> Vec<(String, String)> {
        let parts = self.body.split("<button name=\"tap\" value=\"").skip(1);
        parts
            .filter_map(|part| {
                let (token, rest) = part.split_once("\">")?;
                let (label, _) = rest.split_once("</button>")?;
                Some((words(label), token.to_owned()))
            })
            .collect()
    }

    /// The lines of a chat the gateway wrote: id and words.
    pub fn lines(&self) -> Vec<(String, String)> {
        let parts = self.body.split("<li class=\"line ours").skip(1);
        parts
            .filter_map(|part| {
                let id = between(part, "id=\"", "\"")?.to_owned();
                let bubble = part.split_once("<time").map_or(part, |(bubble, _)| bubble);
                let (_, bubble) = bubble.split_once('>')?;
                Some((id, words(bubble)))
            })
            .collect()
    }
}

/// What stands between two marks.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

fn words(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for (n, part) in html.split('<').enumerate() {
        let Some((tag, rest)) = part.split_once('>').filter(|_| n > 0) else {
            text.push_str(part);
            continue;
        };
        // Inline elements do not part words.
        if !["a", "/a", "span", "/span", "strong", "/strong"]
            .contains(&tag.split(' ').next().unwrap_or_default())
        {
            text.push(' ');
        }
        text.push_str(rest);
    }
    for (code, sign) in [
        ("&#34;", "\""),
        ("&#38;", "&"),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ] {
        text = text.replace(code, sign);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
