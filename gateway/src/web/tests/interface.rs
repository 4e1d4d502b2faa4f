//! The JSON interface: tokens, scopes and rights, errors, repeated writes,
//! parts of lists, and its description.

use super::browser::{Browser, Page, Town};
use crate::clients::Scope;
use crate::rights::{Holder, Right};
use crate::territory::Role;
use crate::web::api;
use crate::web::fake::programs::{ADMIN_TOKEN, BARE_TOKEN};
use axum::body::Body;
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

fn coordinator() -> String {
    format!("program-{}", Role::Coord.as_str())
}

fn path(template: &str) -> String {
    template
        .replace("{reference}", "K7M3-9F2X")
        .replace("{chat}", "resident-0001")
}

fn call(method: &Method, path: &str, token: &str, body: &str, key: &str) -> Request<Body> {
    let mut request = Request::builder().method(method.clone()).uri(path);
    if !token.is_empty() {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    if *method == Method::POST {
        request = request
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", key);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

async fn get(town: &Town, token: &str, path: &str) -> Page {
    let request = call(&Method::GET, path, token, "", "");
    town.browser().send(request).await
}

async fn post(browser: &mut Browser, token: &str, path: &str, body: &Value, key: &str) -> Page {
    let body = body.to_string();
    browser
        .send(call(&Method::POST, path, token, &body, key))
        .await
}

fn read(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap_or_else(|e| panic!("{e}: {}", page.text))
}

fn problem(page: &Page) -> String {
    assert_eq!(
        page.headers[CONTENT_TYPE], "application/problem+json",
        "{}",
        page.text
    );
    let body = read(page);
    assert_eq!(body["status"], page.status.as_u16());
    body["type"]
        .as_str()
        .unwrap()
        .replace("urn:linli:problem:", "")
}

#[tokio::test]
async fn every_role_may_call_what_the_table_of_rights_says() {
    let town = Town::new();
    let roles = Role::ALL.iter().map(|r| (r.as_str(), Holder::Worker(*r)));
    for (name, holder) in roles.chain([("admin", Holder::Admin)]) {
        for endpoint in api::build().list {
            let token = format!("program-{name}");
            let request = call(
                &endpoint.method,
                &path(&endpoint.path),
                &token,
                "",
                "key-00001",
            );
            let before = town.backend.refusals().len();
            let page = town.browser().send(request).await;
            let may = endpoint.rights.iter().any(|right| right.allows([holder]));
            let who = format!(
                "{name} {} {}: {}",
                endpoint.method, endpoint.path, page.text
            );
            let kept_out = page.status == StatusCode::FORBIDDEN && problem(&page) == "forbidden";
            // An administrator reaches no worker's act: that is refused later.
            assert_eq!(may, !kept_out, "{who}");
            let logged = town.backend.refusals().len() - before;
            assert_eq!(logged, usize::from(!may), "{who}: refusals on record");
        }
    }
}

#[tokio::test]
async fn nobody_calls_without_a_token_or_without_the_scope() {
    let town = Town::new();
    for endpoint in api::build().list {
        let target = path(&endpoint.path);
        for token in ["", "nonsense", "linli_1_2"] {
            let call = call(&endpoint.method, &target, token, "{}", "key-00001");
            let page = town.browser().send(call).await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{target}");
            assert_eq!(page.headers["www-authenticate"], "Bearer");
            assert_eq!(problem(&page), "token");
        }
        let call = call(&endpoint.method, &target, BARE_TOKEN, "{}", "key-00001");
        let page = town.browser().send(call).await;
        assert_eq!(
            (page.status, problem(&page).as_str()),
            (StatusCode::FORBIDDEN, "scope")
        );
        assert!(page.has(endpoint.scope.code()), "{}", page.text);
    }
}

#[tokio::test]
async fn a_session_of_a_browser_opens_nothing_of_the_interface() {
    let town = Town::new();
    let mut admin = town.signed_in(crate::web::fake::ADMIN_LINK).await;
    assert_eq!(
        admin.get("/api/v1/requests").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn every_error_is_a_problem_document() {
    let town = Town::new();
    let token = coordinator();
    let acts = "/api/v1/requests/K7M3-9F2X/acts";
    let mut browser = town.browser();
    let mut ask = async |method: Method, path: &str, kind: &str, body: String| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header("idempotency-key", "key-00001")
            .header(CONTENT_TYPE, kind);
        browser.send(request.body(Body::from(body)).unwrap()).await
    };
    let json = "application/json";
    let cases = [
        (
            Method::GET,
            "/api/v1/nothing",
            json,
            String::new(),
            404,
            "not-found",
        ),
        (
            Method::GET,
            "/api/v1/requests/AAAA-AAAA",
            json,
            String::new(),
            404,
            "not-found",
        ),
        (
            Method::DELETE,
            "/api/v1/requests",
            json,
            String::new(),
            405,
            "method",
        ),
        (
            Method::GET,
            "/api/v1/requests?limit=0",
            json,
            String::new(),
            400,
            "unreadable",
        ),
        (
            Method::GET,
            "/api/v1/requests?limit=x",
            json,
            String::new(),
            400,
            "unreadable",
        ),
        (
            Method::GET,
            "/api/v1/requests?page=2",
            json,
            String::new(),
            400,
            "unreadable",
        ),
        (
            Method::GET,
            "/api/v1/requests?cursor=%40",
            json,
            String::new(),
            400,
            "unreadable",
        ),
        (
            Method::GET,
            "/api/v1/requests/%FF",
            json,
            String::new(),
            400,
            "unreadable",
        ),
        (
            Method::POST,
            acts,
            "text/plain",
            "{}".into(),
            415,
            "media-type",
        ),
        (Method::POST, acts, json, "{".into(), 400, "unreadable"),
        (
            Method::POST,
            acts,
            json,
            r#"{"act":"explode"}"#.into(),
            422,
            "invalid",
        ),
        (
            Method::POST,
            acts,
            json,
            r#"{"act":"accept","note":1}"#.into(),
            422,
            "invalid",
        ),
        (
            Method::POST,
            acts,
            json,
            r#"{"act":"note","text":" "}"#.into(),
            422,
            "invalid",
        ),
        (
            Method::POST,
            acts,
            json,
            " ".repeat(70_000),
            413,
            "too-large",
        ),
    ];
    for (method, path, kind, body, status, name) in cases {
        let page = ask(method.clone(), path, kind, body).await;
        assert_eq!(
            (page.status.as_u16(), problem(&page).as_str()),
            (status, name),
            "{method} {path}"
        );
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        if status == 405 {
            assert!(page.headers.contains_key(ALLOW), "{path}");
        }
    }
    town.backend.set_away(true);
    let page = ask(Method::GET, "/api/v1/requests", json, String::new()).await;
    assert_eq!(
        (page.status.as_u16(), problem(&page).as_str()),
        (503, "away")
    );
    assert!(page.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn the_same_write_is_done_once_and_answered_alike() {
    let town = Town::new();
    let (token, mut browser) = (coordinator(), town.browser());
    let acts = "/api/v1/requests/K7M3-9F2X/acts";
    let accept = json!({"act": "accept"});
    let first = post(&mut browser, &token, acts, &accept, "key-00001").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_eq!(read(&first)["act"], "accept");
    let again = post(&mut browser, &token, acts, &accept, "key-00001").await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = json!({"act": "note", "text": "先记一笔"});
    let other = post(&mut browser, &token, acts, &other, "key-00001").await;
    assert_eq!(
        (other.status.as_u16(), problem(&other).as_str()),
        (422, "key-reused")
    );
    // Under another key it is another intention: somebody has it already.
    let late = post(&mut browser, &token, acts, &accept, "key-00002").await;
    assert_eq!(
        (late.status.as_u16(), problem(&late).as_str()),
        (409, "not-now")
    );
    let late = post(&mut browser, &token, acts, &accept, "key-00002").await;
    assert_eq!(
        (late.status.as_u16(), problem(&late).as_str()),
        (409, "not-now")
    );
    let short = post(&mut browser, &token, acts, &accept, "short").await;
    assert_eq!(short.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_act_on_another_version_than_was_read_is_refused() {
    let town = Town::new();
    let token = coordinator();
    let read = get(&town, &token, "/api/v1/requests/R9CX-3TJE").await;
    let tag = read.headers["etag"].clone();
    town.backend.set_words("R9CX-3TJE", "押金要三千元。");
    let send = async |tag: &str, key: &str| {
        let path = "/api/v1/requests/R9CX-3TJE/acts";
        let mut request = call(&Method::POST, path, &token, r#"{"act":"attempt"}"#, key);
        request
            .headers_mut()
            .insert("if-match", tag.parse().unwrap());
        town.browser().send(request).await
    };
    let stale = send(tag.to_str().unwrap(), "key-00001").await;
    assert_eq!(
        (stale.status.as_u16(), problem(&stale).as_str()),
        (412, "changed")
    );
    assert_eq!(send("7", "key-00002").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(send("*", "key-00003").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_list_is_read_part_by_part_without_gaps() {
    let town = Town::new();
    for list in ["requests", "units", "workers"] {
        let whole = get(&town, ADMIN_TOKEN, &format!("/api/v1/{list}")).await;
        let whole = read(&whole)["items"].as_array().unwrap().clone();
        assert!(whole.len() > 1, "{list}");
        let (mut parts, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = get(
                &town,
                ADMIN_TOKEN,
                &format!("/api/v1/{list}?limit=1{cursor}"),
            )
            .await;
            let part = read(&page);
            parts.extend(part["items"].as_array().unwrap().clone());
            let Some(next) = part["next"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(parts, whole, "{list}");
    }
}

#[tokio::test]
async fn too_many_calls_in_a_minute_have_to_wait() {
    let town = Town::new();
    let mut answers = Vec::new();
    for _ in 0..=600 {
        answers.push(get(&town, &coordinator(), "/api/v1/services").await);
    }
    let last = answers.pop().unwrap();
    assert_eq!(
        (last.status.as_u16(), problem(&last).as_str()),
        (429, "too-many")
    );
    assert!(last.headers.contains_key("retry-after"));
    assert!(answers.iter().all(|a| a.status == StatusCode::OK));
    assert_eq!(
        get(&town, ADMIN_TOKEN, "/api/v1/services").await.status,
        StatusCode::OK
    );
    town.later(1);
    assert_eq!(
        get(&town, &coordinator(), "/api/v1/services").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn every_call_is_described_and_every_described_one_is_served() {
    let town = Town::new();
    let page = town.browser().get("/api/openapi.json").await;
    let api = read(&page);
    assert_eq!(api["openapi"], "3.1.0");
    let mut described: Vec<String> = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            described.push(format!("{} {path}", method.to_uppercase()));
            let scope = operation["security"][0]["token"][0].as_str().unwrap();
            assert!(Scope::from_code(scope).is_some(), "{path}");
            for status in ["200", "400", "401", "403", "429", "503"] {
                assert!(
                    operation["responses"][status].is_object(),
                    "{path} {status}"
                );
            }
            assert!(operation["description"].is_string() || operation["summary"].is_string());
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let served = call(&method, &self::path(path), ADMIN_TOKEN, "{}", "key-00001");
            let status = town.browser().send(served).await.status;
            assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert!(
                status != StatusCode::NOT_FOUND || path.contains('{'),
                "{path}"
            );
        }
    }
    let served: Vec<String> = api::build()
        .list
        .iter()
        .map(|e| format!("{} {}", e.method, e.path))
        .collect();
    assert_eq!(described.len(), served.len());
    assert!(
        served.iter().all(|call| described.contains(call)),
        "{described:?}"
    );
    let shapes = api["components"]["schemas"].as_object().unwrap();
    for name in page.text.split("#/components/schemas/").skip(1) {
        let name = name.split('"').next().unwrap();
        assert!(shapes.contains_key(name), "{name} is not described");
    }
}

#[tokio::test]
async fn the_description_can_be_read_in_a_browser() {
    let town = Town::new();
    let page = town.browser().get("/api").await;
    assert_eq!(page.status, StatusCode::OK);
    for text in [
        "/api/v1/requests/{reference}/acts",
        "requests:act",
        "Idempotency-Key",
        "RequestDetail",
    ] {
        assert!(page.has(text), "{text}");
    }
}

#[test]
fn writes_need_a_right_of_their_own() {
    for endpoint in api::build().list {
        if endpoint.method == Method::POST {
            let reading = [Right::Queue, Right::Read, Right::Overview];
            assert!(
                !endpoint.rights.iter().any(|r| reading.contains(r)),
                "{}",
                endpoint.path
            );
        }
    }
}
