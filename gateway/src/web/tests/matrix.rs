//! Every holder at every address, made from the router's own list and compared
//! with the table of rights: what is not listed there must be refused.

use super::browser::Town;
use crate::rights::{Group, Holder, Right};
use crate::territory::Role;
use crate::web::cookies::Jar;
use crate::web::fake::ADMIN_LINK;
use crate::web::routes::Listed;
use crate::web::{machines, pages};
use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{Method, Request, StatusCode};
use std::collections::BTreeMap;

/// Everybody who can knock, with the cookies they bring.
pub(super) struct Caller {
    name: String,
    pub(super) holder: Holder,
    pub(super) cookies: BTreeMap<String, String>,
}

pub(super) async fn callers(town: &Town) -> Vec<Caller> {
    let mut all = vec![Caller {
        name: "nobody".into(),
        holder: Holder::Anyone,
        cookies: BTreeMap::new(),
    }];
    let links = Role::ALL
        .iter()
        .map(|role| (role.as_str(), Holder::Worker(*role)));
    for (link, holder) in links.chain([(ADMIN_LINK, Holder::Admin)]) {
        let browser = town.signed_in(link).await;
        let secret = browser.cookies.values().next().unwrap().clone();
        // The same session in both jars: the door must look at who it is, not
        // at which cookie was brought.
        let both = ["linli_worker", "linli_admin"].map(|jar| (jar.to_owned(), secret.clone()));
        all.push(Caller {
            name: link.to_owned(),
            holder,
            cookies: both.into(),
        });
    }
    all
}

pub(super) fn request(listed: &Listed) -> Request<Body> {
    let path = listed
        .path
        .replace("{reference}", "K7M3-9F2X")
        .replace("{kind}", "menu")
        .replace("{class}", "normal")
        .replace("{code}", "ELD-MEAL")
        .replace("{name}", "nothing.css")
        .replace("{channel}", "telegram")
        .replace("{account}", "main")
        .replace("{photo}", "p1")
        .replace("{order}", "publish");
    assert!(!path.contains('{'), "give {path} a sample");
    let request = Request::builder()
        .method(listed.method.clone())
        .uri(path)
        .header(ACCEPT, "application/json")
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Body::empty()).unwrap()
}

/// What kept somebody out at the door; `None` if they came through it.
fn kept_out(status: StatusCode, body: &str) -> Option<&'static str> {
    match status {
        StatusCode::UNAUTHORIZED => Some("sign-in"),
        StatusCode::FORBIDDEN if body.contains("urn:linli:problem:forbidden") => Some("forbidden"),
        _ => None,
    }
}

#[tokio::test]
async fn every_role_meets_at_every_address_what_the_table_says() {
    let town = Town::new();
    let mut tried = 0;
    for caller in callers(&town).await {
        for listed in pages().list() {
            let mut browser = town.browser();
            browser.cookies = caller.cookies.clone();
            let before = town.backend.refusals().len();
            let answer = browser.raw(request(listed)).await;
            let status = answer.status();
            // A stream of events has no end: its status is enough.
            let body = if status.is_client_error() {
                let bytes = axum::body::to_bytes(answer.into_body(), 1 << 16).await;
                String::from_utf8(bytes.unwrap().to_vec()).unwrap()
            } else {
                String::new()
            };
            let may = listed.right.allows([caller.holder]);
            let met = kept_out(status, &body);
            let who = format!("{} {} {}", caller.name, listed.method, listed.path);
            let expected = match (may, caller.holder) {
                (true, _) => None,
                (false, Holder::Anyone) => Some("sign-in"),
                (false, _) => Some("forbidden"),
            };
            assert_eq!(met, expected, "{who}: {status} {body}");
            let logged = town.backend.refusals().len() - before;
            let due = usize::from(expected == Some("forbidden"));
            assert_eq!(logged, due, "{who}: refusals on record");
            tried += 1;
        }
    }
    let expected = pages().list().len() * (Role::ALL.len() + 2);
    assert_eq!(tried, expected);
}

#[tokio::test]
async fn a_method_that_is_not_listed_is_denied_at_every_address() {
    let town = Town::new();
    let pages = pages();
    let mut admin = town.signed_in(ADMIN_LINK).await;
    for listed in pages.list() {
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::POST] {
            let known = |l: &Listed| l.path == listed.path && l.method == method;
            if pages.list().iter().any(known) {
                continue;
            }
            let mut asked = request(listed);
            *asked.method_mut() = method.clone();
            let status = admin.raw(asked).await.status();
            let who = format!("{method} {}", listed.path);
            assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{who}");
        }
    }
}

#[test]
fn doors_without_a_cookie_are_exactly_those_that_are_everybodys() {
    let (pages, machines) = (pages(), machines());
    for listed in pages.list().iter().chain(machines.list()) {
        let open = listed.right.groups().contains(&Group::Everyone);
        assert_eq!(open, listed.jar.is_none(), "{}", listed.path);
        let (area, jar) = match listed.path.split('/').nth(1) {
            Some("worker") => ("worker", Some(Jar::Worker)),
            Some("admin") => ("admin", Some(Jar::Admin)),
            other => (other.unwrap_or_default(), None),
        };
        assert_eq!(listed.jar, jar, "{area}: {}", listed.path);
    }
    for listed in machines.list() {
        assert_eq!(listed.right, Right::Machine, "{}", listed.path);
    }
}
