//! Programs with a token: what they may see and do, writes that are sent
//! again, chats of their own.

use serde_json::Value;
use tests::{Browser, Page, Told, World, days};

const NEED: &str = "我想申请低保，我住新桥花园";

async fn run(world: &World, line: &str) -> Told {
    let arguments: Vec<&str> = line.split(' ').collect();
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    world.command(program, &arguments).await
}

/// A program with a token, as its makers would write it.
struct Program<'w> {
    world: &'w World,
    token: String,
}

impl<'w> Program<'w> {
    async fn of(world: &'w World, name: &str, whose: &str) -> Self {
        let scopes = [
            "requests:read",
            "requests:act",
            "directory:read",
            "chat:write",
        ];
        let scopes = scopes.map(|scope| format!("--scope {scope}")).join(" ");
        let told = run(world, &format!("add-client {name} {whose} {scopes}")).await;
        let token = told.out.lines().next().unwrap_or_default().to_owned();
        assert!(token.starts_with("linli_"), "{told:?}");
        Self { world, token }
    }

    async fn gets(&self, path: &str) -> Page {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str())];
        let browser = Browser::new();
        browser.gets_raw(&self.world.site(), path, &headers).await
    }

    async fn posts(&self, path: &str, key: &str, body: &str) -> Page {
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("idempotency-key", key),
            ("content-type", "application/json"),
        ];
        let site = self.world.site();
        Browser::new()
            .posts_raw(&site, path, &headers, body.to_owned())
            .await
    }

    async fn acts(&self, reference: &str, key: &str, body: &str) -> Page {
        let path = format!("/api/v1/requests/{reference}/acts");
        self.posts(&path, key, body).await
    }
}

fn json(page: &Page) -> Value {
    serde_json::from_str(&page.body).unwrap_or_else(|e| panic!("{e}: {}", page.body))
}

/// A request, and the worker it was given to.
async fn given(world: &World) -> (String, String) {
    let reference = world.resident_on_telegram(42).files(NEED).await;
    let code = reference.replace('-', "");
    let from = format!("SELECT lead_worker FROM requests WHERE reference = '{code}'");
    let lead = world.rows(&from).await[0][0].clone();
    (reference, lead)
}

#[tokio::test]
async fn a_write_sent_eight_times_at_once_and_after_a_restart_is_done_once() {
    let world = World::start().await;
    let (reference, lead) = given(&world).await;
    let program = Program::of(&world, "desk", &format!("--worker {lead}")).await;
    let accept = r#"{"act":"accept"}"#;
    let sends = (0..8).map(|_| program.acts(&reference, "accept-0001", accept));
    let answers = futures::future::join_all(sends).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body, answers[0].body);
    }
    let accepted = "events WHERE kind = 'accepted'";
    assert_eq!(world.count(accepted).await, 1);
    world.restart().await;
    let again = program.acts(&reference, "accept-0001", accept).await;
    assert_eq!(
        (again.status.as_u16(), &again.body),
        (200, &answers[0].body)
    );
    let other = r#"{"act":"note","text":"先记一笔"}"#;
    let other = program.acts(&reference, "accept-0001", other).await;
    assert_eq!(other.status, 422, "{}", other.body);
    assert_eq!(world.count(accepted).await, 1);
    let lines = "audit WHERE act = 'client.write'";
    assert_eq!(world.count(lines).await, 1);
    world.ends().await;
}

#[tokio::test]
async fn a_program_sees_what_its_worker_sees_and_not_a_moment_longer() {
    let world = World::start().await;
    let (reference, lead) = given(&world).await;
    let program = Program::of(&world, "desk", &format!("--worker {lead}")).await;
    let list = json(&program.gets("/api/v1/requests").await);
    assert_eq!(list["items"][0]["reference"], reference.as_str());
    let sheet = program.gets(&format!("/api/v1/requests/{reference}")).await;
    assert!(sheet.body.contains("低保"), "{}", sheet.body);
    let stranger = Program::of(&world, "elsewhere", "--worker YX025").await;
    let list = json(&stranger.gets("/api/v1/requests").await);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(0));
    let sheet = stranger
        .gets(&format!("/api/v1/requests/{reference}"))
        .await;
    assert_eq!(sheet.status, 404);
    let act = stranger
        .acts(&reference, "accept-0001", r#"{"act":"accept"}"#)
        .await;
    assert_eq!(act.status, 404, "{}", act.body);
    run(&world, "clients list").await.says("desk").says("valid");
    run(&world, "clients revoke desk").await.says("");
    assert_eq!(program.gets("/api/v1/requests").await.status, 401);
    run(&world, "clients revoke desk")
        .await
        .refuses("no client");
    world.advance(days(366)).await;
    assert_eq!(stranger.gets("/api/v1/requests").await.status, 401);
    let stored = world.rows("SELECT token_tag FROM clients").await.concat();
    assert!(!stored.iter().any(|tag| program.token.contains(tag)));
    world.ends().await;
}

#[tokio::test]
async fn an_administrators_program_reads_outlines_part_by_part() {
    let world = World::start().await;
    for id in 42..47 {
        world.resident_on_telegram(id).files(NEED).await;
    }
    let program = Program::of(&world, "city", "--admin").await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = program
            .gets(&format!("/api/v1/requests?limit=2{cursor}"))
            .await;
        let part = json(&page);
        for item in part["items"].as_array().into_iter().flatten() {
            assert_eq!(item["words"], "", "an outline holds no words");
            seen.push(item["reference"].to_string());
        }
        let Some(next) = part["next"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((seen.len(), count), (5, 5));
    world.ends().await;
}

#[tokio::test]
async fn a_resident_behind_a_program_is_answered_like_any_other() {
    let world = World::start().await;
    let program = Program::of(&world, "hotline", "--admin").await;
    let chat = "/api/v1/chats/caller-0001/messages";
    let said = r#"{"kind":"text","text":"我不想活了"}"#;
    for _ in 0..2 {
        let page = program.posts(chat, "message-0001", said).await;
        assert_eq!(page.status, 200, "{}", page.body);
    }
    world.settle().await;
    let lines = json(&program.gets(chat).await);
    let lines = lines["items"].as_array().cloned().unwrap_or_default();
    let mine = lines.iter().filter(|line| line["mine"] == true).count();
    assert_eq!(mine, 1, "{lines:?}");
    assert!(
        lines
            .iter()
            .any(|line| line["text"].to_string().contains("12356")),
        "{lines:?}"
    );
    let other = Program::of(&world, "another", "--admin").await;
    assert_eq!(
        json(&other.gets(chat).await)["items"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );
    world.ends().await;
}
