//! What somebody hostile tries on every page: foreign frames and code, paths
//! that climb, words that are markup.

use super::browser::Town;
use super::matrix::{Caller, callers, request};
use crate::rights::Holder;
use crate::web::cookies::Jar;
use crate::web::fake::{ADMIN_LINK, WORKER_LINK};
use crate::web::{Settings, pages};
use axum::body::Body;
use axum::http::header::{ACCEPT, CACHE_CONTROL};
use axum::http::{Method, Request, StatusCode};

/// Markup in many dresses; none may come out as it went in.
const MARKUP: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)//<a href=",
    "{{7*7}}<b>&lt;script&gt;",
];

#[tokio::test]
async fn every_listed_page_forbids_frames_and_foreign_code_for_everybody_who_may_see_it() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let mut admin = town.signed_in(ADMIN_LINK).await;
    let mut stranger = town.browser();
    let mut seen = 0;
    for listed in pages().list().iter().filter(|l| l.method == Method::GET) {
        let path = listed
            .path
            .replace("{reference}", "K7M3-9F2X")
            .replace("{kind}", "menu")
            .replace("{code}", "ELD-MEAL")
            .replace("{name}", "nothing.css")
            .replace("{photo}", "p1");
        // Both for those who may see it and for a stranger who is turned away.
        for jar in [listed.jar, None] {
            let browser = match jar {
                None => &mut stranger,
                Some(Jar::Admin) => &mut admin,
                Some(_) => &mut worker,
            };
            let request = Request::get(&path).header(ACCEPT, "text/html");
            let answer = browser.raw(request.body(Body::empty()).unwrap()).await;
            let headers = answer.headers();
            let policy = headers["content-security-policy"].to_str().unwrap();
            for part in [
                "default-src 'none'",
                "script-src 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
                "form-action 'self'",
            ] {
                assert!(policy.contains(part), "{path}: {part}");
            }
            assert!(!policy.contains("unsafe-"), "{path}");
            assert_eq!(headers["x-frame-options"], "DENY", "{path}");
            assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
            let kept = headers[CACHE_CONTROL].to_str().unwrap();
            assert!(
                kept.contains("no-store") || kept.contains("no-cache"),
                "{path}: {kept}"
            );
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[tokio::test]
async fn words_that_are_markup_are_only_words_in_the_chat_and_at_the_desk() {
    let town = Town::new();
    let mut resident = town.browser();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let mut admin = town.signed_in(ADMIN_LINK).await;
    for markup in MARKUP {
        let page = resident.get("/chat").await;
        let page = resident
            .submit(&page, "name=\"text\"", &[("text", markup)])
            .await;
        town.backend.set_words("K7M3-9F2X", markup);
        let sheet = worker.get("/worker/r/K7M3-9F2X").await;
        let queue = worker.get("/worker").await;
        let outline = admin.get("/admin/r/K7M3-9F2X").await;
        for (place, page) in [
            ("chat", &page),
            ("sheet", &sheet),
            ("queue", &queue),
            ("admin", &outline),
        ] {
            assert_eq!(page.status, StatusCode::OK, "{place} {markup}");
            for raw in ["<script>alert", "<img src=x", "<svg/onload", "<b>&lt;"] {
                assert!(!page.has(raw), "{place}: {markup}");
            }
            assert!(!page.has("href=\"javascript:"), "{place}: {markup}");
        }
    }
    assert!(town.backend.said().len() >= MARKUP.len());
}

/// Forms that need no token of a page, because whoever sends them brings a secret
/// or changes nothing but the look of their own pages.
const TOKENLESS: [&str; 6] = [
    "/my-data",
    "/prefs",
    "/sign-in",
    "/sign-in/password",
    "/set-up",
    "/set-up/finish",
];

#[tokio::test]
async fn no_listed_form_is_taken_without_its_token_or_from_another_site() {
    let town = Town::new();
    let callers = callers(&town).await;
    let mut seen = 0;
    for listed in pages().list().iter().filter(|l| l.method == Method::POST) {
        let path = listed.path;
        // Workers' pages are for workers, even where administrators have the right.
        let away = path.starts_with("/worker");
        let may = |caller: &&Caller| {
            listed.right.allows([caller.holder]) && !(away && caller.holder == Holder::Admin)
        };
        let caller = callers.iter().rev().find(may).expect(path);
        let mut browser = town.browser();
        browser.cookies = caller.cookies.clone();
        let mut foreign = request(listed);
        let site = "cross-site".parse().unwrap();
        foreign.headers_mut().insert("sec-fetch-site", site);
        let refused = browser.send(foreign).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert!(refused.has("problem:forged"), "{path}: {}", refused.text);
        if TOKENLESS.contains(&path) {
            continue;
        }
        let (head, _) = request(listed).into_parts();
        let form = Body::from("who=worker&once=0123456789abcdef");
        let refused = browser.send(Request::from_parts(head, form)).await;
        // What comes in parts is not even read as fields.
        let parts = refused.status == StatusCode::BAD_REQUEST
            && (path.ends_with("/file") || path.ends_with("/photo"));
        assert!(
            parts || refused.has("problem:forged"),
            "{path}: {} {}",
            refused.status,
            refused.text
        );
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

#[tokio::test]
async fn paths_that_climb_or_hide_find_nothing() {
    let town = Town::new();
    let mut browser = town.signed_in(WORKER_LINK).await;
    for path in [
        "/assets/../linli.css",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets/linli.css%00.svg",
        "/assets/",
        "/worker/r/..%2f..%2fadmin",
        "/worker/r/%00",
        "/worker/r/K7M3-9F2X/photo/..%2f..%2fkey",
        "/chat/photo/..%2f..%2fkey",
        "/chat/photo/%2e%2e",
        "//admin",
        "/admin%2f",
        "/WORKER",
    ] {
        let page = browser.get(path).await;
        assert!(
            matches!(page.status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST),
            "{path}: {}",
            page.status
        );
        assert!(!page.has("root:") && !page.has("[workspace]"), "{path}");
    }
}

#[tokio::test]
async fn a_language_or_a_way_back_cannot_carry_a_header_or_another_site() {
    let town = Town::new();
    let mut browser = town.browser();
    for back in [
        "//evil.example",
        "/\\evil.example",
        "/x\r\nset-cookie: a=b",
        "https:evil",
    ] {
        let fields = [("lang", "en\r\nx: y"), ("back", back)];
        let answer = browser.post("/prefs", &fields).await;
        assert_eq!(answer.headers["location"], "/", "{back:?}");
        assert!(!answer.headers.contains_key("x"));
        assert!(!browser.cookies.contains_key("a"));
    }
}

#[tokio::test]
async fn only_the_residents_chat_is_framed_and_only_by_the_sites_on_the_list() {
    let town = Town::with(Settings {
        public_url: "https://linli.example".into(),
        embed_origins: vec!["https://city.example".into()],
        ..Settings::default()
    });
    for listed in pages().list().iter().filter(|l| l.method == Method::GET) {
        let path = listed.path.replace("{name}", "nothing.css");
        let path = path.replace("{kind}", "menu").replace("{code}", "ELD-MEAL");
        let path = path
            .replace("{reference}", "K7M3-9F2X")
            .replace("{photo}", "p1");
        let request = Request::get(&path).header(ACCEPT, "text/html");
        let mut browser = town.browser();
        let answer = browser.raw(request.body(Body::empty()).unwrap()).await;
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        let residents = path == "/" || path == "/today" || path.starts_with("/chat");
        let framed = policy.contains("frame-ancestors 'self' https://city.example;");
        assert_eq!(framed, residents, "{path}: {policy}");
        assert_eq!(
            policy.contains("frame-ancestors 'none'"),
            !residents,
            "{path}"
        );
        let denied = answer.headers().contains_key("x-frame-options");
        assert_eq!(denied, !residents, "{path}");
    }
}

#[tokio::test]
async fn a_framed_chat_has_cookies_of_its_own_that_browsers_keep_apart() {
    let town = Town::with(Settings {
        public_url: "https://linli.example".into(),
        embed_origins: vec!["https://city.example".into()],
        ..Settings::default()
    });
    let mut outside = town.browser();
    let page = outside.get("/chat").await;
    outside
        .submit(&page, "name=\"text\"", &[("text", "在外面说的")])
        .await;
    // The same browser, if it would send all it has: the frame sees its own.
    let mut inside = town.browser();
    inside.cookies = outside.cookies.clone();
    inside
        .headers
        .insert("sec-fetch-dest", "iframe".parse().unwrap());
    let request = Request::get("/chat").body(Body::empty()).unwrap();
    let answer = inside.raw(request).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-linli_chat_framed="), "{cookie}");
    for part in [
        "SameSite=None",
        "Partitioned",
        "Secure",
        "HttpOnly",
        "Path=/",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let page = inside.get("/chat").await;
    assert!(!page.has("在外面说的"));
    let page = inside
        .submit(&page, "name=\"text\"", &[("text", "在里面说的")])
        .await;
    assert!(page.has("在里面说的"), "the form's session is the frame's");
    // A script in the frame does not say that it is in one.
    inside.headers.remove("sec-fetch-dest");
    assert!(inside.get("/chat/lines").await.has("在里面说的"));
    assert!(!outside.get("/chat").await.has("在里面说的"));
    // Without a list there is no such thing.
    let plain = Town::new();
    let mut browser = plain.browser();
    browser
        .headers
        .insert("sec-fetch-dest", "iframe".parse().unwrap());
    browser.get("/chat").await;
    assert!(browser.cookies.contains_key("linli_chat"));
}
