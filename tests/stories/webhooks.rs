//! Programs that are told what happens to requests: signed, in order, until
//! somebody takes it, and nothing that is nobody's business.

use tests::{Browser, Page, Receiver, Setup, Told, World, between, days, seconds};

const NEED: &str = "我妈李桂兰八十二了，电话13912345678，住新桥花园3栋，做不了饭，想要送餐";
const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

async fn town() -> (World, Receiver) {
    let world = Setup::default().with("LINLI__WEBHOOKS__ALLOW", "127.0.0.1");
    (world.start().await, Receiver::start().await)
}

/// Adds a program; its token.
async fn program(world: &World, name: &str, whose: &str) -> String {
    let line = format!("add-client {name} {whose} --scope webhooks:write");
    let arguments: Vec<&str> = line.split(' ').collect();
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    let told: Told = world.command(program, &arguments).await;
    told.out.lines().next().unwrap_or_default().to_owned()
}

async fn posts(world: &World, token: &str, path: &str, key: &str, body: &str) -> Page {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("idempotency-key", key),
        ("content-type", "application/json"),
    ];
    let (browser, site) = (Browser::new(), world.site());
    let page = browser
        .posts_raw(&site, path, &headers, body.to_owned())
        .await;
    world.settle().await;
    page
}

async fn reads(world: &World, token: &str, path: &str) -> String {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let page = Browser::new().gets_raw(&world.site(), path, &headers).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body
}

/// A program registers by the interface.
async fn registers(world: &World, token: &str, url: &str, kinds: &str) -> Page {
    let body = format!(r#"{{"url":"{url}","kinds":[{kinds}],"secret":"{SECRET}"}}"#);
    posts(world, token, "/api/v1/webhooks", "register-0001", &body).await
}

#[tokio::test]
async fn what_happens_is_told_signed_in_order_again_after_a_failure_and_once_more_on_request() {
    let (world, receiver) = town().await;
    program(&world, "city", "--admin").await;
    let (admin, site) = (world.administrator().await, world.site());
    let path = "/admin/webhooks";
    let page = admin.get(&site, path).await;
    let (token, client) = (page.field("token"), page.body.clone());
    let client = between(&client, "<option value=\"", "\"").expect("the program is offered");
    let mut fields = vec![("token", token.as_str()), ("do", "add"), ("client", client)];
    fields.push(("url", receiver.url()));
    let kinds = ["kind.opened", "kind.accepted", "kind.fired", "kind.closed"];
    fields.extend(kinds.map(|kind| (kind, "1")));
    let page = admin.post(&site, path, &fields).await;
    let secret = between(&page.body, "<code>whsec_", "</code>").expect("the secret is shown");
    let secret = format!("whsec_{secret}");
    world.settle().await;
    assert!(!admin.get(&site, path).await.body.contains(&secret), "once");

    receiver.answers(&[500, 302]);
    let reference = world.resident_on_telegram(42).files(NEED).await;
    world.settle().await;
    assert_eq!(receiver.kinds(), ["request.opened"], "one attempt");
    let page = admin.get(&site, path).await.text();
    assert!(
        page.contains("500") && page.contains("out of order"),
        "{page}"
    );
    let code = reference.replace('-', "");
    let from = format!("SELECT lead_worker FROM requests WHERE reference = '{code}'");
    let lead = world.rows(&from).await[0][0].clone();
    let worker = world.worker_without_chat(&lead).await;
    worker.does(&reference, &[("act", "accept")]).await;
    world.settle().await;
    assert_eq!(receiver.told().len(), 1, "what follows waits for its turn");
    world.advance(seconds(5)).await;
    world.advance(seconds(30)).await;
    let told = receiver.told();
    let opened = "request.opened";
    assert_eq!(
        receiver.kinds(),
        [opened, opened, opened, "request.accepted"]
    );
    assert!(told.iter().all(|t| t.is_signed_with(&secret)), "{told:?}");
    assert!(told[0].id == told[1].id && told[1].at == told[0].at + 5);
    assert_ne!(told[0].id, told[3].id);
    let data = told[3].json();
    assert_eq!(data["data"]["reference"], reference);
    assert_eq!(data["data"]["state"], "acknowledged");
    assert!(data["data"]["next"]["at"].is_string(), "{data}");

    let page = admin.get(&site, path).await;
    let form = [
        ("token", page.field("token")),
        ("do", "again".to_owned()),
        ("id", told[0].id.clone()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let page = admin.post(&site, path, &form).await;
    assert!(page.text().contains("编号不变"), "{}", page.text());
    world.settle().await;
    assert_eq!(receiver.told().last().map(|t| &t.id), Some(&told[0].id));
    for told in receiver.told() {
        for word in [
            "李桂兰",
            "13912345678",
            "新桥花园",
            "送餐",
            lead.as_str(),
            "telegram",
        ] {
            assert!(!told.text.contains(word), "{word} in {}", told.text);
        }
    }
    world.ends().await;
}

#[tokio::test]
async fn a_program_hears_what_its_worker_may_see_and_nothing_that_is_restricted() {
    let (world, receiver) = town().await;
    let all = program(&world, "all", "--admin").await;
    let other = program(&world, "other", "--worker YX041").await;
    let deaf = Receiver::start().await;
    for (token, to) in [(&all, &receiver), (&other, &deaf)] {
        let done = registers(&world, token, to.url(), r#""opened","accepted""#).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let again = registers(&world, token, to.url(), r#""opened","accepted""#).await;
        assert_eq!(again.body, done.body);
    }
    assert_eq!(world.count("webhooks").await, 2);
    world.resident_on_telegram(7).says("老公又打我了").await;
    world.settle().await;
    assert_eq!(receiver.kinds(), Vec::<String>::new(), "restricted");
    world
        .resident_on_telegram(42)
        .files("我想申请低保，我住新桥花园")
        .await;
    world.settle().await;
    assert_eq!(receiver.kinds(), ["request.opened"]);
    assert!(receiver.told()[0].is_signed_with(SECRET));
    let listed = reads(&world, &all, "/api/v1/webhooks/deliveries").await;
    assert!(listed.contains(&receiver.told()[0].id), "{listed}");
    let theirs = reads(&world, &other, "/api/v1/webhooks/deliveries").await;
    assert_eq!(
        theirs, r#"{"items":[],"next":null}"#,
        "another's are not theirs"
    );
    let body = format!(r#"{{"id":"{}"}}"#, receiver.told()[0].id);
    let path = "/api/v1/webhooks/deliveries";
    assert_eq!(
        posts(&world, &other, path, "again-0001", &body)
            .await
            .status,
        422
    );
    assert_eq!(
        posts(&world, &all, path, "again-0001", &body).await.status,
        200
    );
    assert_eq!(receiver.told().len(), 2);

    let own = reads(&world, &all, "/api/v1/webhooks").await;
    let id = between(&own, "\"id\":\"", "\"").expect("one is listed");
    let body = format!(r#"{{"id":"{id}"}}"#);
    let path = "/api/v1/webhooks/end";
    assert_eq!(
        posts(&world, &other, path, "end-0001", &body).await.status,
        422
    );
    assert_eq!(
        posts(&world, &all, path, "end-0001", &body).await.status,
        200
    );
    world
        .resident_on_telegram(43)
        .files("我想申请低保，我住新桥花园")
        .await;
    world.settle().await;
    assert_eq!(
        receiver.told().len(),
        2,
        "an address that ended is told nothing"
    );
    assert_eq!(
        deaf.kinds(),
        Vec::<String>::new(),
        "it was not theirs to see"
    );
    world.ends().await;
}

#[tokio::test]
async fn an_address_inside_is_refused_and_what_nobody_takes_is_given_up_after_days() {
    let (world, receiver) = town().await;
    let token = program(&world, "city", "--admin").await;
    for bad in [
        "http://127.0.0.2/",
        "https://10.0.0.1/",
        "http://example.org/",
    ] {
        let refused = registers(&world, &token, bad, r#""opened""#).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.body);
    }
    let body = format!(
        r#"{{"url":"{}","kinds":["opened"],"secret":"{SECRET}"}}"#,
        receiver.url()
    );
    let done = posts(&world, &token, "/api/v1/webhooks", "register-0002", &body).await;
    assert_eq!(done.status, 200, "{}", done.body);
    receiver.answers(&[503; 60]);
    world.resident_on_telegram(42).files(NEED).await;
    world.advance(days(4)).await;
    let tries = receiver.told().len();
    assert!((20..40).contains(&tries), "{tries} attempts");
    assert_eq!(world.count("webhook_deliveries WHERE state = 2").await, 1);
    world.advance(days(1)).await;
    assert_eq!(receiver.told().len(), tries);
    world.ends().await;
}

#[tokio::test]
async fn who_never_answers_holds_up_nobody_else() {
    let (world, silent) = town().await;
    let quick = Receiver::start().await;
    for (name, receiver) in [("silent", &silent), ("quick", &quick)] {
        let token = program(&world, name, "--admin").await;
        let done = registers(&world, &token, receiver.url(), "\"accepted\",\"visiting\"").await;
        assert_eq!(done.status, 200, "{}", done.body);
    }
    let reference = world.resident_on_telegram(42).files(NEED).await;
    let code = reference.replace('-', "");
    let from = format!("SELECT lead_worker FROM requests WHERE reference = '{code}'");
    let lead = world.rows(&from).await[0][0].clone();
    let worker = world.worker_without_chat(&lead).await;
    silent.is_silent(true);
    for (messages, act) in [(1, "accept"), (2, "visit")] {
        // Whoever presses would wait until everybody was told.
        let fields = [("act", act)];
        tokio::select! {
            done = worker.does(&reference, &fields) => assert!(done.status.is_redirection(), "{}", done.text()),
            () = quick.hears(messages) => {}
        }
        quick.hears(messages).await;
    }
    assert_eq!(silent.keeps_waiting(), 1, "all the while");
    silent.is_silent(false);
    silent.hears(2).await;
    assert_eq!(silent.kinds(), quick.kinds());
    world.ends().await;
}
