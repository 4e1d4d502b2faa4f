//! Headers, sign-in, forged writes, limits.

use super::browser::Town;
use crate::web::fake::{ADMIN_LINK, OTHER_LINK, WORKER_LINK};
use crate::web::{Settings, problem};
use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{Request, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use std::sync::Arc;
use tower::ServiceExt;

const PUBLIC: &[&str] = &[
    "/",
    "/chat",
    "/chat/lines",
    "/today",
    "/sign-in",
    "/nowhere",
];
const WORKER: &[&str] = &[
    "/worker",
    "/worker/queue",
    "/worker/bind",
    "/worker/r/K7M3-9F2X",
    "/worker/r/K7M3-9F2X/live",
    "/worker/r/XXXX-XXXX",
];
const ADMIN: &[&str] = &[
    "/admin",
    "/admin/overview",
    "/admin/board",
    "/admin/board/part",
    "/admin/parked",
    "/admin/corrections",
    "/admin/workers",
    "/admin/r/K7M3-9F2X",
];

#[tokio::test]
async fn every_page_forbids_foreign_code_and_frames_and_is_not_kept() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let mut admin = town.signed_in(ADMIN_LINK).await;
    let mut public = town.browser();
    for (browser, paths) in [
        (&mut public, PUBLIC),
        (&mut worker, WORKER),
        (&mut admin, ADMIN),
    ] {
        for path in paths {
            let page = browser.get(path).await;
            let policy = page.headers["content-security-policy"].to_str().unwrap();
            for part in [
                "default-src 'none'",
                "script-src 'self'",
                "frame-ancestors 'none'",
                "form-action 'self'",
            ] {
                assert!(policy.contains(part), "{path}: {part}");
            }
            assert!(!policy.contains("unsafe"), "{path}");
            assert_eq!(page.headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(page.headers["referrer-policy"], "same-origin", "{path}");
            assert_eq!(page.headers[CACHE_CONTROL], "no-store", "{path}");
            assert!(
                !page.text.contains(" style=\"") && !page.text.contains("<script>"),
                "{path}"
            );
            assert!(
                !page.text.contains(" onclick=") && !page.text.contains("javascript:"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn looking_at_a_sign_in_page_spends_nothing_and_a_link_opens_once() {
    let town = Town::new();
    let mut browser = town.browser();
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);
    assert_eq!(
        browser
            .get(&format!("/sign-in?link={WORKER_LINK}"))
            .await
            .status,
        StatusCode::OK
    );
    let page = browser.get("/sign-in").await;
    let queue = browser
        .submit(&page, "name=\"link\"", &[("link", WORKER_LINK)])
        .await;
    assert!(queue.has("周敏"));

    let mut second = town.browser();
    let refused = second.post("/sign-in", &[("link", WORKER_LINK)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(second.cookies.is_empty());
    for nothing in ["", "   ", "#"] {
        assert_eq!(
            second.post("/sign-in", &[("link", nothing)]).await.status,
            StatusCode::FORBIDDEN
        );
    }
}

#[tokio::test]
async fn signing_in_always_brings_a_new_cookie() {
    let town = Town::new();
    let mut browser = town.browser();
    browser
        .cookies
        .insert("linli_worker".into(), "planted".into());
    browser.post("/sign-in", &[("link", WORKER_LINK)]).await;
    assert_ne!(browser.cookies["linli_worker"], "planted");
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let stolen = worker.cookies.clone();
    let page = worker.get("/worker").await;
    worker.submit(&page, "value=\"worker\"", &[]).await;
    assert!(worker.cookies.is_empty());
    worker.cookies = stolen;
    let page = worker.get("/worker").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.headers[LOCATION], "/sign-in");
}

#[tokio::test]
async fn nobody_enters_without_signing_in_or_through_the_wrong_door() {
    let town = Town::new();
    let mut stranger = town.browser();
    for path in WORKER.iter().chain(ADMIN) {
        let page = stranger.get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        let request = Request::get(*path)
            .header("accept", "*/*")
            .body(Body::empty())
            .unwrap();
        let answer = stranger.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json");
    }
    let mut admin = town.signed_in(ADMIN_LINK).await;
    let secret = admin.cookies["linli_admin"].clone();
    assert_eq!(admin.get("/worker").await.status, StatusCode::SEE_OTHER);
    admin.cookies.insert("linli_worker".into(), secret);
    assert_eq!(admin.get("/worker").await.status, StatusCode::FORBIDDEN);
    let mut worker = town.signed_in(OTHER_LINK).await;
    let secret = worker.cookies["linli_worker"].clone();
    worker.cookies.insert("linli_admin".into(), secret);
    for path in ADMIN {
        assert_eq!(
            worker.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_write_needs_the_token_of_its_own_session() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let mut other = town.signed_in(OTHER_LINK).await;
    let foreign = other.get("/worker/bind").await.form("生成").1;
    let act = "/worker/r/K7M3-9F2X/act";
    let accept = [("act", "accept"), ("once", "0123456789ab")];
    assert_eq!(
        worker.post(act, &accept).await.status,
        StatusCode::FORBIDDEN
    );
    let mut with_foreign = accept.to_vec();
    with_foreign.push(("token", &foreign[0].1));
    assert_eq!(
        worker.post(act, &with_foreign).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(worker.get("/worker/r/K7M3-9F2X").await.has("等人接手"));

    for path in ["/chat", "/hide", "/worker/bind", "/sign-out"] {
        let fields = [("text", "x"), ("once", "0123456789ab"), ("who", "worker")];
        assert_eq!(
            worker.post(path, &fields).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    let mut admin = town.signed_in(ADMIN_LINK).await;
    for path in ["/admin/parked", "/admin/corrections", "/admin/workers"] {
        let fields = [("do", "discard"), ("key", "p1"), ("id", "w1")];
        assert_eq!(
            admin.post(path, &fields).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert!(admin.get("/admin/parked").await.has("menu version 3"));
}

#[tokio::test]
async fn a_write_from_another_site_is_refused_even_with_a_token() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let page = worker.get("/worker/r/K7M3-9F2X").await;
    let (action, fields) = page.form("value=\"accept\"");
    let mut fields: Vec<_> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    fields.push(("act", "accept"));
    worker
        .headers
        .insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(
        worker.post(&action, &fields).await.status,
        StatusCode::FORBIDDEN
    );
    worker.headers.clear();
    worker
        .headers
        .insert(ORIGIN, "https://evil.example".parse().unwrap());
    assert_eq!(
        worker.post(&action, &fields).await.status,
        StatusCode::FORBIDDEN
    );
    worker.headers.clear();
    assert_eq!(
        worker.post(&action, &fields).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_form_that_is_too_large_or_no_form_is_refused() {
    let town = Town::new();
    let mut browser = town.browser();
    browser.get("/chat").await;
    let huge = "字".repeat(30_000);
    let page = browser.post("/chat", &[("text", &huge)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.has("内容太大了"));
    for (kind, body) in [
        ("application/json", "{}"),
        ("multipart/form-data; boundary=x", "--x--"),
    ] {
        let request = Request::post("/chat")
            .header(CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap();
        assert_eq!(
            browser.send(request).await.status,
            StatusCode::BAD_REQUEST,
            "{kind}"
        );
    }
    let request = Request::delete("/chat").body(Body::empty()).unwrap();
    assert_eq!(
        browser.send(request).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn over_tls_cookies_are_secure_and_the_browser_is_told_to_stay_there() {
    let public_url = "https://linli.example".to_owned();
    let town = Town::with(Settings {
        public_url,
        ..Settings::default()
    });
    let page = town.browser().get("/chat").await;
    let cookie = page.headers[SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-linli_chat=") && cookie.contains("Secure"),
        "{cookie}"
    );
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert!(page.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn a_page_that_breaks_says_sorry_and_nothing_of_the_cause() {
    let town = Town::new();
    let site = Arc::new(crate::web::Site {
        backend: town.backend.clone(),
        clock: crate::clock::Clock::system(),
        settings: Settings::default(),
    });
    let broken: Router = Router::new()
        .route(
            "/x",
            get(async || -> &'static str { panic!("db.internal is on fire") }),
        )
        .layer(from_fn_with_state(site, problem::dress));
    let request = Request::get("/x")
        .header("accept", "text/html")
        .body(Body::empty())
        .unwrap();
    let answer = broken.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20)
        .await
        .unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    assert!(text.contains("出了点问题") && !text.contains("db.internal"));
}

#[tokio::test]
async fn language_and_text_size_are_remembered() {
    let town = Town::new();
    let mut browser = town.browser();
    browser
        .headers
        .insert("accept-language", "en-GB,en".parse().unwrap());
    let page = browser.get("/chat").await;
    assert!(page.has("<html lang=\"en\">") && page.has("Leave fast"));
    let page = browser
        .submit(
            &page,
            "name=\"lang\"",
            &[("lang", "zh-CN"), ("view", "elder")],
        )
        .await;
    assert!(page.has("<html lang=\"zh-CN\" class=\"elder\">") && page.has("快速离开"));
    let away = browser
        .post("/prefs", &[("lang", "en"), ("back", "//evil.example")])
        .await;
    assert_eq!(away.headers[LOCATION], "/");
}
