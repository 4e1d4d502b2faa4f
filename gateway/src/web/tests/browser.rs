//! A browser without script: cookies, pages, forms.

use crate::clock::Clock;
use crate::web::fake::Fake;
use crate::web::{Settings, Site, router};
use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use chrono::{DateTime, TimeDelta};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use tower::ServiceExt;

/// The pages over a backend in memory.
pub(super) struct Town {
    pub(super) backend: Arc<Fake>,
    pub(super) router: Router,
    clock: Clock,
}

impl Town {
    pub(super) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(super) fn with(settings: Settings) -> Self {
        // A Saturday that is worked, 10:00 local time.
        let clock = Clock::manual(DateTime::from_timestamp(1_771_034_400, 0).unwrap());
        let backend = Arc::new(Fake::new(clock.clone()));
        let router = router(Site {
            backend: backend.clone(),
            clock: clock.clone(),
            settings,
        });
        Self {
            backend,
            router,
            clock,
        }
    }

    /// Minutes pass.
    pub(super) fn later(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }

    pub(super) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            headers: HeaderMap::new(),
        }
    }

    /// A browser signed in by a one-time link.
    pub(super) async fn signed_in(&self, link: &str) -> Browser {
        let mut browser = self.browser();
        let entered = browser.post("/sign-in", &[("link", link)]).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER);
        browser
    }
}

pub(super) struct Browser {
    router: Router,
    pub(super) cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub(super) headers: HeaderMap,
}

/// An answer, read to its end.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Browser {
    pub(super) async fn raw(&mut self, request: Request<Body>) -> Response<Body> {
        let (mut parts, body) = request.into_parts();
        let mut cookies = String::new();
        for (name, value) in &self.cookies {
            write!(cookies, "{name}={value}; ").unwrap();
        }
        if !cookies.is_empty() {
            parts.headers.insert(COOKIE, cookies.parse().unwrap());
        }
        if !parts.headers.contains_key(ACCEPT) {
            parts
                .headers
                .insert(ACCEPT, "text/html,*/*;q=0.8".parse().unwrap());
        }
        for (name, value) in &self.headers {
            parts.headers.insert(name, value.clone());
        }
        parts.headers.insert("host", "linli.test".parse().unwrap());
        let request = Request::from_parts(parts, body);
        let response = self.router.clone().oneshot(request).await.unwrap();
        for line in response.headers().get_all(SET_COOKIE) {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
        response
    }

    async fn read(response: Response<Body>) -> Page {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap();
        Page {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(super) async fn send(&mut self, request: Request<Body>) -> Page {
        Self::read(self.raw(request).await).await
    }

    pub(super) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Posts fields as a form of our own page would.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = encode(fields.iter().map(|(n, v)| (*n, *v)));
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, "http://linli.test");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Fills in the form of a page that contains `mark`, sends it, and follows
    /// where it leads.
    pub(super) async fn submit(
        &mut self,
        page: &Page,
        mark: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let (action, hidden) = page.form(mark);
        let hidden = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        let answer = self.post(&action, &all).await;
        if answer.status != StatusCode::SEE_OTHER {
            return answer;
        }
        let to = answer.headers[LOCATION].to_str().unwrap().to_owned();
        self.get(to.split('#').next().unwrap()).await
    }
}

impl Page {
    /// Action and hidden fields of the first form that contains `mark`.
    pub(super) fn form(&self, mark: &str) -> (String, Vec<(String, String)>) {
        let forms = self.text.split("<form").skip(1);
        let mut forms = forms.map(|form| form.split("</form>").next().unwrap());
        let form = forms.find(|form| form.contains(mark));
        let form = form.unwrap_or_else(|| panic!("no form with {mark} in {}", self.text));
        let hidden = form.split("<input type=\"hidden\"").skip(1);
        let hidden = hidden.map(|tag| (attribute(tag, "name"), attribute(tag, "value")));
        (attribute(form, "action"), hidden.collect())
    }

    /// What a browser shows for an entity-escaped text.
    pub(super) fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let start = tag.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
    let end = start + tag[start..].find('"').unwrap();
    tag[start..end].replace("&#38;", "&")
}

pub(super) fn encode<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        write!(out, "{name}=").unwrap();
        for byte in value.bytes() {
            write!(out, "%{byte:02X}").unwrap();
        }
        out.push('&');
    }
    out
}
