//! The pages of staff accounts: what they show, what they never show, where
//! they lead.

use super::browser::Town;
use crate::web::fake::WORKER_LINK;
use crate::web::fake::accounts::{CODE, NAME, PASSWORD, SET_UP};
use axum::http::StatusCode;
use axum::http::header::LOCATION;

fn good() -> [(&'static str, &'static str); 3] {
    [("name", NAME), ("password", PASSWORD), ("code", CODE)]
}

#[tokio::test]
async fn a_password_signs_in_and_every_mistake_reads_the_same() {
    let town = Town::new();
    let mut browser = town.browser();
    let page = browser.get("/sign-in").await;
    let queue = browser.submit(&page, "name=\"password\"", &good()).await;
    assert!(queue.has("周敏"), "{}", queue.text);
    let mut bodies = Vec::new();
    for wrong in [
        [("name", "nobody"), ("password", PASSWORD), ("code", CODE)],
        [("name", NAME), ("password", "wrong"), ("code", CODE)],
        [("name", NAME), ("password", PASSWORD), ("code", "000000")],
        [("name", ""), ("password", ""), ("code", "")],
    ] {
        let mut stranger = town.browser();
        let page = stranger.post("/sign-in/password", &wrong).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(stranger.cookies.is_empty());
        assert!(!page.has(PASSWORD) && !page.has("value=\"zhou"));
        bodies.push(page.text);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    let locked = [("name", "locked"), ("password", "x"), ("code", "1")];
    let page = town.browser().post("/sign-in/password", &locked).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.has("12 分钟"));
}

#[tokio::test]
async fn setting_up_shows_the_secret_once_the_button_is_pressed_and_says_what_is_wrong() {
    let town = Town::new();
    let mut browser = town.browser();
    let page = browser.get(&format!("/set-up?link={SET_UP}")).await;
    assert!(
        !page.has("<path fill") && !page.has("GEZD"),
        "looking spends and shows nothing"
    );
    let page = browser.post("/set-up", &[("link", SET_UP)]).await;
    assert!(page.has("GEZD GNBV") && page.has("<svg") && page.has(NAME));
    assert!(!page.has(" style="), "the policy forbids it");
    let fields = |password, again, code| [("password", password), ("again", again), ("code", code)];
    for (password, again, code, says) in [
        ("short", "short", CODE, "至少要 12 个字"),
        (
            PASSWORD,
            "another horse staple",
            CODE,
            "两次输入的密码不一样",
        ),
        (PASSWORD, PASSWORD, "000000", "验证码不对"),
    ] {
        let wrong = browser
            .submit(&page, "name=\"again\"", &fields(password, again, code))
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.has(says), "{says}");
        assert!(
            !wrong.has(&format!("value=\"{password}\"")),
            "passwords never come back"
        );
        assert!(browser.cookies.is_empty());
    }
    let done = browser
        .submit(&page, "name=\"again\"", &fields(PASSWORD, PASSWORD, CODE))
        .await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.has("ABCDE-FGHJK"));
    assert!(browser.get("/worker").await.has("周敏"));
    let spent = browser.post("/set-up", &[("link", "other")]).await;
    assert_eq!(spent.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_needs_a_proof_leads_to_the_code_and_back() {
    let town = Town::new();
    let mut browser = town.browser();
    browser.post("/sign-in/password", &good()).await;
    let account = browser.get("/worker/account").await;
    let codes = browser.submit(&account, "/worker/recovery", &[]).await;
    assert!(codes.has("LMNPQ-RSTUV"), "signing in is a proof");
    town.later(6);
    let account = browser.get("/worker/account").await;
    let (action, fields) = account.form("/worker/recovery");
    let fields: Vec<_> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    browser.headers.insert(
        "referer",
        "http://linli.test/worker/account".parse().unwrap(),
    );
    let asked = browser.post(&action, &fields).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let to = asked.headers[LOCATION].to_str().unwrap().to_owned();
    assert_eq!(to, "/worker/prove?back=/worker/account");
    let page = browser.get(&to).await;
    let wrong = browser
        .submit(&page, "name=\"code\"", &[("code", "000000")])
        .await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(
        wrong.has("value=\"/worker/account\""),
        "the way back is kept"
    );
    let back = browser
        .submit(&page, "name=\"code\"", &[("code", CODE)])
        .await;
    assert!(back.has("换一组恢复码"));
    let again = browser.submit(&back, "/worker/recovery", &[]).await;
    assert!(again.has("LMNPQ-RSTUV"));
}

#[tokio::test]
async fn the_way_back_from_a_proof_stays_within_the_persons_own_pages() {
    let town = Town::new();
    let mut browser = town.browser();
    browser.post("/sign-in/password", &good()).await;
    for foreign in [
        "//evil.example",
        "https://evil.example",
        "/admin",
        "/%5Cevil.example",
        "x",
    ] {
        let page = browser.get(&format!("/worker/prove?back={foreign}")).await;
        assert!(page.has("name=\"back\" value=\"/worker\""), "{foreign}");
        let (action, mut fields) = page.form("name=\"code\"");
        fields.retain(|(name, _)| name != "back");
        let mut fields: Vec<_> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        fields.extend([("back", foreign), ("code", CODE)]);
        let answer = browser.post(&action, &fields).await;
        assert_eq!(answer.headers[LOCATION], "/worker", "{foreign}");
    }
}

#[tokio::test]
async fn a_one_time_link_has_no_code_and_says_so() {
    let town = Town::new();
    let mut worker = town.signed_in(WORKER_LINK).await;
    let account = worker.get("/worker/account").await;
    assert!(!account.has("换一组恢复码"));
    let page = worker.get("/worker/prove").await;
    assert!(page.has("一次性链接登录的") && !page.has("name=\"code\""));
}

#[tokio::test]
async fn the_list_of_sessions_shows_browsers_and_no_markup_of_theirs() {
    let town = Town::new();
    let mut browser = town.browser();
    browser.post("/sign-in/password", &good()).await;
    let page = browser.get("/worker/account").await;
    assert!(page.has("Chrome · Windows") && page.has("Chrome · Android"));
    assert!(!page.has("<b>"));
    assert!(!page.has("session-"), "no secret is on the page");
    for token in ["", "forged"] {
        let fields = [("end", "others"), ("token", token)];
        let refused = browser.post("/worker/account", &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn the_single_sign_on_leads_away_and_every_outcome_has_its_sentence() {
    let town = Town::new();
    let mut browser = town.browser();
    let page = browser.get("/sign-in").await;
    assert!(page.has("href=\"/sign-in/oidc\""));
    let away = browser.get("/sign-in/oidc").await;
    assert_eq!(away.headers[LOCATION], "https://login.example/authorize");
    for (code, status, zh, en) in [
        ("away", 503, "现在连不上", "cannot be reached"),
        ("cancelled", 403, "没有登录完", "did not finish"),
        ("over", 403, "请重新开始", "Please start again"),
        ("unknown", 403, "还没有对应的账号", "no account for you"),
        ("nonsense", 403, "没有通过核对", "did not pass our checks"),
    ] {
        let back = format!("/sign-in/oidc/back?state=s&code={code}");
        let page = browser.get(&back).await;
        assert_eq!(page.status.as_u16(), status, "{code}");
        assert!(page.has(zh), "{code}");
        let mut english = town.browser();
        english.cookies.insert("linli_lang".into(), "en".into());
        assert!(english.get(&back).await.has(en), "{code}");
    }
    let back = format!("/sign-in/oidc/back?state=s&code={CODE}");
    browser.get(&back).await;
    assert!(browser.get("/worker").await.has("周敏"));
}
