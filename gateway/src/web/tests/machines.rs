//! Webhooks, health, figures, assets.

use super::browser::Town;
use crate::web::Settings;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::CACHE_CONTROL;
use axum::http::{Request, StatusCode};
use bots::webhook::MAX_BODY;
use std::net::SocketAddr;

#[tokio::test]
async fn a_webhook_is_handed_on_as_it_came() {
    let town = Town::new();
    let request = Request::post("/hooks/telegram/main?a=1&b=%20")
        .header("x-telegram-bot-api-secret-token", "s")
        .header("origin", "https://elsewhere.example");
    let body = b"\xff\x00not json".to_vec();
    let answer = town
        .browser()
        .send(request.body(Body::from(body.clone())).unwrap())
        .await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (StatusCode::OK, "{}")
    );
    let verify = Request::get("/hooks/wechat/main?echostr=7")
        .body(Body::empty())
        .unwrap();
    town.browser().send(verify).await;
    let hooks = town.backend.hooks();
    assert_eq!(
        (hooks[0].channel.as_str(), hooks[0].account.as_str()),
        ("telegram", "main")
    );
    assert_eq!(
        (hooks[0].query.as_str(), hooks[0].get),
        ("a=1&b=%20", false)
    );
    assert_eq!(hooks[0].body, body);
    assert_eq!(hooks[0].headers["x-telegram-bot-api-secret-token"], "s");
    assert!(hooks[1].get && hooks[1].query == "echostr=7");
}

#[tokio::test]
async fn a_webhook_body_over_the_limit_is_refused_unread() {
    let town = Town::new();
    for (size, want) in [
        (MAX_BODY, StatusCode::OK),
        (MAX_BODY + 1, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let request = Request::post("/hooks/telegram/main")
            .body(Body::from(vec![b' '; size]))
            .unwrap();
        assert_eq!(town.browser().send(request).await.status, want, "{size}");
    }
    assert_eq!(town.backend.hooks().len(), 1);
}

#[tokio::test]
async fn a_webhook_that_could_not_be_stored_is_asked_for_again() {
    let town = Town::new();
    town.backend.set_away(true);
    let request = Request::post("/hooks/telegram/main")
        .body(Body::from("{}"))
        .unwrap();
    let answer = town.browser().send(request).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers["retry-after"], "2");
}

#[tokio::test]
async fn health_is_told_with_the_cause() {
    let town = Town::new();
    assert_eq!(town.browser().get("/healthz").await.status, StatusCode::OK);
    assert_eq!(town.browser().get("/readyz").await.status, StatusCode::OK);
    town.backend.set_away(true);
    assert_eq!(town.browser().get("/healthz").await.status, StatusCode::OK);
    let answer = town.browser().get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.has("it is asleep"));
}

#[tokio::test]
async fn figures_are_not_for_the_neighbourhood() {
    let metrics_token = Some("t".to_owned());
    let town = Town::with(Settings {
        metrics_token,
        ..Settings::default()
    });
    let ask = |peer: &str, bearer: Option<&str>| {
        let mut request = Request::get("/metrics");
        if let Some(bearer) = bearer {
            request = request.header("authorization", bearer);
        }
        let peer: SocketAddr = peer.parse().unwrap();
        request
            .extension(ConnectInfo(peer))
            .body(Body::empty())
            .unwrap()
    };
    let mut browser = town.browser();
    assert!(
        browser
            .send(ask("127.0.0.1:9", None))
            .await
            .has("linli_up 1")
    );
    assert!(
        browser
            .send(ask("203.0.113.7:9", Some("Bearer t")))
            .await
            .has("linli_up 1")
    );
    assert_eq!(
        browser.send(ask("203.0.113.7:9", None)).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(browser.get("/metrics").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn assets_are_named_by_their_content_and_kept_for_good() {
    let town = Town::new();
    let mut browser = town.browser();
    let page = browser.get("/").await;
    let assets: Vec<&str> = page
        .text
        .split('"')
        .filter(|p| p.starts_with("/assets/"))
        .collect();
    assert_eq!(assets.len(), 3);
    for path in assets {
        let file = browser.get(path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        assert!(
            file.headers[CACHE_CONTROL]
                .to_str()
                .unwrap()
                .contains("immutable"),
            "{path}"
        );
    }
    for wrong in [
        "/assets/linli.css",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/",
    ] {
        assert_eq!(
            browser.get(wrong).await.status,
            StatusCode::NOT_FOUND,
            "{wrong}"
        );
    }
}
