//! What is not theirs: other people's requests, guesses, stale buttons, roles
//! and desks somebody no longer has. Refused, on record, and telling nothing.

use gateway::app::register::{Imported, publish};
use gateway::desk::{Button, doing};
use gateway::ids::{RequestId, UnitId, WorkerId};
use gateway::requests::act::{Act, ActRefused};
use gateway::requests::perform::perform;
use gateway::rights::{Holder, Right};
use gateway::store::requests;
use gateway::territory::{Role, Worker as Person};
use tests::World;

/// A request for meals, and its reference.
async fn meals(world: &World) -> String {
    opens(
        world,
        "我妈八十二了，一个人住新桥花园，做不了饭，想要送餐，电话13812345670",
    )
    .await
}

async fn opens(world: &World, words: &str) -> String {
    let resident = world.resident_on_telegram(42);
    resident.says(words).await;
    for _ in 0..12 {
        if resident.last().contains("对吗") {
            break;
        }
        resident.says("跳过").await;
    }
    resident.taps("对，交上去").await.sees("编号");
    resident.reference()
}

async fn refusals(world: &World, actor: &str) -> Vec<String> {
    let rows = world
        .rows(&format!("SELECT act FROM audit WHERE actor = '{actor}'"))
        .await;
    let acts = rows.into_iter().flatten();
    acts.filter(|act| act.starts_with("refused.")).collect()
}

/// The number of the worker it was given to.
async fn lead_of(world: &World, reference: &str) -> String {
    let code = reference.replace('-', "");
    let from = format!("SELECT lead_worker FROM requests WHERE reference = '{code}'");
    world.rows(&from).await[0][0].clone()
}

/// The town's roster with one worker changed, as an import would.
async fn changes(world: &World, id: &str, change: impl FnOnce(&mut Person)) {
    let core = world.app().core.clone();
    let mut worker = core
        .world()
        .worker(&WorkerId::from(id))
        .cloned()
        .expect("imported");
    change(&mut worker);
    let import = Imported {
        workers: vec![worker],
        ..Imported::default()
    };
    world.clock.advance(tests::seconds(1));
    publish(&core, &import).await.expect("the database answers");
    gateway::app::upkeep::reload(&core).await.expect("readable");
}

#[tokio::test]
async fn a_guessed_number_and_somebody_elses_request_look_the_same() {
    let world = World::start().await;
    let reference = meals(&world).await;
    let stranger = world.worker_without_chat("YX041").await;
    let theirs = stranger.sheet(&reference).await;
    let guessed = stranger.sheet("K7M3-9F2X").await;
    let nonsense = stranger.sheet("..%2F..%2Fetc").await;
    for page in [&theirs, &guessed, &nonsense] {
        assert_eq!(page.status, 404);
        assert_eq!(
            page.body,
            guessed.body.replace("K7M3-9F2X", ""),
            "same words"
        );
    }
    for part in ["live", "events?v=1"] {
        let theirs = stranger
            .opens(&format!("/worker/r/{reference}/{part}"))
            .await;
        let guessed = stranger.opens(&format!("/worker/r/K7M3-9F2X/{part}")).await;
        assert_eq!(
            (theirs.status, guessed.status),
            (guessed.status, theirs.status)
        );
        assert_eq!(theirs.body, guessed.body, "{part}");
        assert_eq!(theirs.status, 404, "{part}");
    }
    for act in ["accept", "note", "transfer", "finish"] {
        let fields = [
            ("act", act),
            ("text", "x"),
            ("note", "x"),
            ("unit", "590102"),
            ("outcome", "solved"),
        ];
        let theirs = stranger.forces(&reference, &fields).await;
        let guessed = stranger.forces("K7M3-9F2X", &fields).await;
        assert_eq!(
            (theirs.status, guessed.status),
            (
                axum::http::StatusCode::NOT_FOUND,
                axum::http::StatusCode::NOT_FOUND
            ),
            "{act}"
        );
        assert_eq!(theirs.body, guessed.body, "{act}");
    }
    assert!(refusals(&world, "worker:YX041").await.len() >= 13);
    assert!(!stranger.queue().await.contains(&reference));
    world.ends().await;
}

#[tokio::test]
async fn a_worker_moved_yesterday_finds_the_former_requests_closed_to_them() {
    let world = World::start().await;
    let holder = world.worker("YX033").await;
    let words = "我想申请低保，住新桥花园，电话13812345670";
    let reference = opens(&world, words).await;
    let lead = lead_of(&world, &reference).await;
    assert_eq!(lead, "YX033");
    let first = world.resident_on_telegram(42);
    first.looks_away();
    holder.taps("我来处理").await.sees("13812345670");
    assert_eq!(holder.sheet(&reference).await.status, 200);

    changes(&world, &lead, |w| w.unit = UnitId::from("590102002001")).await;
    assert_eq!(holder.sheet(&reference).await.status, 404);
    for button in ["已联系上", "没打通", "问居民一句", "转给别处"] {
        holder
            .taps(button)
            .await
            .sees("不在您这里")
            .sees_not("13812345670");
    }
    first.sees_not("问");
    assert!(!holder.queue().await.contains(&reference));
    let act = holder.forces(&reference, &[("act", "attempt")]).await;
    assert_eq!(act.status, 404);
    let refused = refusals(&world, &format!("worker:{lead}")).await;
    for right in [
        "refused.contact",
        "refused.attempt",
        "refused.ask",
        "refused.transfer",
        "refused.read",
    ] {
        assert!(refused.iter().any(|r| r == right), "{right} in {refused:?}");
    }
    world.ends().await;
}

#[tokio::test]
async fn a_button_of_somebody_elses_chat_and_a_guessed_one_open_nothing_and_are_on_record() {
    let world = World::start().await;
    let holder = world.worker("YX033").await;
    let stranger = world.worker("YX041").await;
    let words = "我想申请低保，住新桥花园，电话13812345670";
    opens(&world, words).await;
    let theirs = world.telegram.sent_to(holder.chat);
    let accept = theirs.iter().rev().find_map(|sent| sent.token("我来处理"));
    let accept = accept.expect("a push with its button");
    let (id, _) = accept.split_once('.').expect("a message and a place");
    let states = "SELECT status FROM requests";
    let before = world.rows(states).await;
    for token in [
        accept.clone(),
        format!("{id}.99"),
        format!("{}.0", "0".repeat(id.len())),
        "x".to_owned(),
    ] {
        let refused = refusals(&world, "worker:YX041").await.len();
        stranger.looks_away();
        let person = world.telegram.user(stranger.chat);
        person.taps_token(person.last_message(), &token);
        world.settle().await;
        stranger.sees("不在您这里").sees_not("13812345670");
        let after = refusals(&world, "worker:YX041").await;
        assert_eq!(after.len(), refused + 1, "{token}: {after:?}");
    }
    assert_eq!(world.rows(states).await, before, "nobody took it");
    let right = refusals(&world, "worker:YX041").await;
    assert!(right.contains(&"refused.accept".to_owned()), "{right:?}");
    // Whoever it was sent to takes it all the same.
    holder.taps("我来处理").await.sees("13812345670");
    world.ends().await;
}

#[tokio::test]
async fn a_worker_who_left_is_out_in_the_messenger_as_well() {
    let world = World::start().await;
    let holder = world.worker("YX033").await;
    let words = "我想申请低保，住新桥花园，电话13812345670";
    let reference = opens(&world, words).await;
    holder.taps("我来处理").await.taps("问居民一句").await;
    changes(&world, "YX033", |w| w.active = false).await;
    let resident = world.resident_on_telegram(42);
    resident.waits().await.looks_away();
    for words in ["您好，方便吗", "待办", "todo"] {
        holder.says(words).await.sees("停用").sees_not(&reference);
    }
    for button in ["已联系上", "转给别处"] {
        holder.taps(button).await.sees("停用");
    }
    resident.waits().await.sees_nothing();
    let refused = refusals(&world, "worker:YX033").await;
    assert_eq!(refused, ["refused.queue"; 5]);
    world.ends().await;
}

#[tokio::test]
async fn a_worker_who_left_is_out_at_once() {
    let world = World::start().await;
    let reference = meals(&world).await;
    let lead = lead_of(&world, &reference).await;
    let holder = world.worker(&lead).await;
    assert_eq!(holder.sheet(&reference).await.status, 200);
    changes(&world, &lead, |w| w.active = false).await;
    for path in ["/worker", "/worker/bind", &format!("/worker/r/{reference}")] {
        assert_eq!(holder.opens(path).await.status, 401, "{path}");
    }
    world.ends().await;
}

#[tokio::test]
async fn every_role_and_every_act_and_button_follow_the_table() {
    let world = World::start().await;
    let reference = meals(&world).await;
    let core = world.app().core.clone();
    let row = requests::by_reference(&core.db, &reference.replace('-', ""))
        .await
        .expect("readable");
    let id = row.expect("opened").id;
    let id = RequestId::from(id.as_str());
    let case = doing::load(&core, &id)
        .await
        .expect("readable")
        .expect("opened");
    let town = core.world();
    let lead = case.place.worker.clone().expect("somebody leads");
    let someone = town.worker(&lead).cloned().expect("imported");
    let mut tried = 0;
    for role in Role::ALL {
        // Given to them by name: what is left to decide is the role.
        let worker = Person {
            roles: vec![*role],
            ..someone.clone()
        };
        for act in Act::samples() {
            let done = perform(&mut case.clone(), &worker, &act, &town, world.clock.now());
            let allowed = act.right().allows([Holder::Worker(*role)]);
            let refused = matches!(&done, Err(ActRefused::NotYours(why)) if why.contains("岗位"));
            assert_eq!(refused, !allowed, "{role} {act:?}: {:?}", done.err());
            tried += 1;
        }
        let shown = Button::fitting(&case, &worker);
        for button in Button::samples(&id) {
            let allowed = button.right().allows([Holder::Worker(*role)]);
            assert!(allowed || !shown.contains(&button), "{role} {button:?}");
        }
        for outcome in Button::outcomes(&case, &worker) {
            let act = Act::Finish {
                evidence: String::new(),
                outcome: outcome.into(),
                note: String::new(),
            };
            assert!(
                act.right().allows([Holder::Worker(*role)]),
                "{role} {outcome}"
            );
        }
    }
    assert!(tried >= Role::ALL.len() * 20);
    assert!(Right::ALL.len() > 20);
    world.ends().await;
}

#[tokio::test]
async fn a_provider_sees_the_order_and_not_the_story() {
    let world = World::start().await;
    let reference = meals(&world).await;
    let lead = lead_of(&world, &reference).await;
    changes(&world, &lead, |w| w.roles = vec![Role::Supplier]).await;
    let provider = world.worker_without_chat(&lead).await;
    let page = provider.sheet(&reference).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains(&reference), "{text}");
    assert!(
        !text.contains("八十二") && !provider.queue().await.contains("八十二"),
        "{text}"
    );
    world.ends().await;
}
