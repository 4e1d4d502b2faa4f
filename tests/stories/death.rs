//! Death: processes are killed at random instants and at every commit
//! boundary, servers go away, and no promise may break.
//!
//! `LINLI_TEST_KILLS` sets how many random kills there are (20; 200 is the full
//! dose), `LINLI_TEST_SEED` repeats a run, `LINLI_TEST_OUTAGE` is how many
//! seconds PostgreSQL stays away (8), `LINLI_TEST_GATEWAY` is another program to
//! try than the one built with the tests.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::time::Duration;
use tests::kill::{City, Crowd, Plan, Told, check, redis};

/// Residents who talk at the same time.
const PEOPLE: usize = 16;
/// How long they wait for an answer before they complain.
const PATIENCE: Duration = Duration::from_secs(45);
/// The same where answers are expected to be lost.
const SHORT: Duration = Duration::from_secs(8);

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .map_or(otherwise, |text| text.parse().expect("a number"))
}

fn on_postgres() -> bool {
    std::env::var("LINLI_TEST_ENGINE").is_ok_and(|engine| engine == "postgres")
}

fn plan(processes: usize) -> Plan {
    Plan {
        program: std::env::var_os("LINLI_TEST_GATEWAY")
            .unwrap_or_else(|| env!("CARGO_BIN_EXE_gateway-under-test").into())
            .into(),
        postgres: on_postgres(),
        processes,
        ..Plan::default()
    }
}

/// A run: what was found wrong, and figures for the reader.
struct Run {
    wrong: Vec<String>,
    figures: String,
}

impl Run {
    fn is_clean(&self) {
        println!("{}", self.figures);
        let shown = self.wrong.iter().take(20).cloned().collect::<Vec<_>>();
        assert!(
            self.wrong.is_empty(),
            "{} findings, the first:\n{}\n({})",
            self.wrong.len(),
            shown.join("\n"),
            self.figures
        );
    }

    fn finds(&self, what: &str) {
        println!("{}", self.figures);
        assert!(
            self.wrong.iter().any(|w| w.contains(what)),
            "a broken build passed: nothing says {what:?}: {:?}",
            self.wrong
        );
    }
}

async fn at_the_end(city: &City, told: &[Told]) -> Run {
    let seen = city.comes_to_rest().await;
    let wrong = check(&seen, told);
    let fired = seen.tables.events.iter().filter(|e| e.kind == "fired");
    let figures = format!(
        "{} deaths, {} conversations, {} messages, {} requests, {} rungs, {} replies",
        seen.kills.len(),
        told.len(),
        seen.tables.inbound.len(),
        seen.tables.requests.len(),
        fired.count(),
        seen.tables.outbox.len(),
    );
    Run { wrong, figures }
}

fn chance() -> (u64, StdRng) {
    let seed = number("LINLI_TEST_SEED", rand::random::<u32>().into());
    println!("LINLI_TEST_SEED={seed}");
    (seed, StdRng::seed_from_u64(seed))
}

async fn pause(rng: &mut StdRng) {
    tokio::time::sleep(Duration::from_millis(rng.random_range(20..1500))).await;
}

/// Kills random processes at random instants: while people talk, and then
/// while nobody does and the ladder climbs.
async fn random_kills(plan: Plan, kills: u64, patience: Duration) -> Run {
    let (seed, mut rng) = chance();
    let processes = plan.processes;
    let mut city = City::founded(plan).await;
    let crowd = Crowd::new(city.bot.clone(), seed, patience);
    let mut people = crowd.gathers(PEOPLE);
    people.spawn(crowd.clone().works(city.duty_chat()));
    for done in 0..kills {
        pause(&mut rng).await;
        if done == kills * 4 / 5 {
            crowd.goes_home();
        }
        let n = rng.random_range(0..processes);
        city.kills(n);
        city.starts(n, None).await;
    }
    crowd.goes_home();
    while people.join_next().await.is_some() {}
    at_the_end(&city, &crowd.told()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_killed_at_random_instants_keeps_every_promise() {
    let kills = number("LINLI_TEST_KILLS", 20);
    random_kills(plan(1), kills, PATIENCE).await.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_with_wrong_clocks_killed_at_random_keep_every_promise() {
    if on_postgres() {
        let kills = number("LINLI_TEST_KILLS", 20);
        random_kills(plan(3), kills, PATIENCE).await.is_clean();
    }
}

/// Every place where a process may die around a commit, and who leads it there.
const FAULTS: [(&str, Bringer); 23] = [
    ("commit.begin", Bringer::Anybody),
    ("inbound", Bringer::Anybody),
    ("conversations", Bringer::Anybody),
    ("requests", Bringer::Anybody),
    ("request_changes", Bringer::Anybody),
    ("events", Bringer::Anybody),
    ("timers", Bringer::Anybody),
    ("timers_cleared", Bringer::Anybody),
    ("outbox", Bringer::Anybody),
    ("receipts", Bringer::Anybody),
    ("audit", Bringer::Anybody),
    ("commit.before", Bringer::Anybody),
    ("commit.before:7", Bringer::Anybody),
    ("commit.after", Bringer::Anybody),
    ("commit.after:7", Bringer::Anybody),
    ("grants_used", Bringer::Worker),
    ("chats", Bringer::Worker),
    ("chats_ended", Bringer::Leaver),
    ("conversations_ended", Bringer::Leaver),
    ("moved_chats", Bringer::Mover),
    ("moved_conversations", Bringer::Mover),
    ("moved_requests", Bringer::Mover),
    ("moved_outbox", Bringer::Mover),
];

/// What leads to a commit of this kind.
#[derive(Clone, Copy)]
enum Bringer {
    /// The talk that goes on anyway.
    Anybody,
    /// A worker who binds a chat.
    Worker,
    /// A resident whose account ceases to exist before the answer.
    Leaver,
    /// A resident whose chat goes on under another number.
    Mover,
}

impl Bringer {
    fn comes(self, city: &mut City, crowd: &Crowd, chat: i64, code: &str) {
        let bot = city.bot.clone();
        match self {
            // Those who talk already may be waiting for their messenger, which
            // comes again later and later.
            Self::Anybody => crowd.cries_out(),
            Self::Worker => {
                bot.user(chat).says(&format!("绑定 {code}"));
            }
            Self::Leaver => {
                bot.user(chat).deactivates();
                bot.user(chat).says("你好");
                city.gone.push(chat);
            }
            Self::Mover => {
                bot.user(chat).moves_to(chat + 500);
                bot.user(chat).says("你好");
            }
        }
    }
}

/// Kills one process at every commit boundary.
async fn faults(plan: Plan) {
    let (seed, _) = chance();
    let processes = plan.processes;
    let mut city = City::founded(plan).await;
    let crowd = Crowd::new(city.bot.clone(), seed, PATIENCE);
    let mut people = crowd.gathers(PEOPLE);
    people.spawn(crowd.clone().works(city.duty_chat()));
    let mut missed = Vec::new();
    for (at, (fault, bringer)) in FAULTS.into_iter().enumerate() {
        let n = at % processes;
        let code = city.code().await;
        city.kills(n);
        let counted = if fault.contains(':') {
            fault.to_owned()
        } else {
            format!("{fault}:1")
        };
        if city.starts(n, Some(&counted)).await {
            // Only this one can meet it: the others stand aside.
            let others: Vec<usize> = (0..processes).filter(|o| *o != n).collect();
            if !matches!(bringer, Bringer::Anybody) {
                for other in &others {
                    city.kills(*other);
                }
            }
            bringer.comes(&mut city, &crowd, 8000 + at as i64, &code);
            if !city.sees_death_of(n, PATIENCE).await {
                missed.push(fault);
                city.kills(n);
            }
            for other in others {
                if !city.has(other) {
                    city.starts(other, None).await;
                }
            }
        }
        city.starts(n, None).await;
    }
    crowd.goes_home();
    while people.join_next().await.is_some() {}
    assert!(missed.is_empty(), "never came to {missed:?}");
    at_the_end(&city, &crowd.told()).await.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_at_any_commit_boundary_keeps_every_promise() {
    faults(plan(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_three_that_dies_at_any_commit_boundary_keeps_every_promise() {
    if on_postgres() {
        faults(plan(3)).await;
    }
}

/// What commands beside the gateway write, and where they may die over it.
const COMMANDS: [(&str, &[&str]); 8] = [
    ("units", &["import", "units", UNITS]),
    ("workers", &["import", "workers", WORKERS]),
    ("residents", &["import", "residents", RESIDENTS]),
    ("grants", &["link", "--admin"]),
    ("unparked", &["parked", "retry", "--all"]),
    ("commit.before", &["parked", "retry", "--all"]),
    ("outbox", &["parked", "retry", "--all"]),
    ("commit.after", &["parked", "retry", "--all"]),
];
const UNITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../gateway/src/demo/units.csv");
const WORKERS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../gateway/src/demo/workers.csv"
);
const RESIDENTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../gateway/src/demo/residents.csv"
);

/// A command that dies over a commit leaves all of it or nothing, and doing it
/// again does it once; the gateway beside it works on.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_dies_at_any_commit_boundary_can_be_repeated() {
    let (seed, _) = chance();
    let city = City::founded(plan(1)).await;
    let crowd = Crowd::new(city.bot.clone(), seed, PATIENCE);
    let mut people = crowd.gathers(4);
    city.bot.user(9000).says("你好");
    city.sets_aside(9000, "家里煤气味很重，我妈晕倒了").await;
    for (fault, command) in COMMANDS {
        let died = !city.runs(command, Some(&format!("{fault}:1"))).await;
        assert!(died, "{command:?} never came to {fault}");
        if command[0] != "parked" {
            assert!(city.runs(command, None).await, "{command:?} again");
        }
    }
    // The last of its deaths was after the commit: nothing is left to do.
    city.runs(&["parked", "retry", "--all"], None).await;
    crowd.filed(9000);
    let empty = city.empty_database();
    let first = city.runs_on(&["migrate"], None, &empty).await;
    assert!(first, "an empty database is brought up to date");
    for fault in ["documents:1", "commit.before:1", "commit.after:1"] {
        let died = !city.runs_on(&["audit"], Some(fault), &empty).await;
        assert!(died, "the first command never came to {fault}");
    }
    assert!(city.runs_on(&["audit"], None, &empty).await);
    crowd.goes_home();
    while people.join_next().await.is_some() {}
    at_the_end(&city, &crowd.told()).await.is_clean();
}

/// What happens while PostgreSQL is away.
#[derive(Clone, Copy, PartialEq)]
enum Meanwhile {
    /// Every process lives on and finds it again.
    Nothing,
    /// The first process dies and begins again before PostgreSQL is back.
    Death,
    /// The first process dies for good: another finds what it kept.
    DeathForGood,
}

/// People speak on while PostgreSQL is away and Redis gone for good.
async fn outage(plan: Plan, meanwhile: Meanwhile) {
    let (seed, _) = chance();
    let place = tempfile::tempdir().expect("a temporary folder");
    let (url, mut redis) = redis(place.path()).await;
    let away = Duration::from_secs(number("LINLI_TEST_OUTAGE", 8));
    let processes = plan.processes;
    let mut city = City::founded(Plan {
        redis: Some(url),
        ..plan
    })
    .await;
    let crowd = Crowd::new(city.bot.clone(), seed, PATIENCE + away);
    let mut people = crowd.gathers(PEOPLE);
    tokio::time::sleep(Duration::from_secs(3)).await;
    redis.kill();
    tokio::time::sleep(Duration::from_secs(2)).await;
    city.postgres.as_mut().expect("on PostgreSQL").stop();
    for _ in 0..10 {
        // Each process keeps a spool of its own, and none knows the others'
        // while there is no database: only those who wait for an answer before
        // they go on are sure of their order then.
        if processes == 1 {
            crowd.blurts_everything_out();
        }
        tokio::time::sleep(away / 10).await;
    }
    if meanwhile != Meanwhile::Nothing {
        city.kills(0);
    }
    if meanwhile == Meanwhile::Death {
        city.begins_without_a_database(0).await;
        let before = crowd.held_off();
        crowd.blurts_everything_out();
        let mut looks = 0..3000;
        while crowd.held_off() == before {
            assert!(
                looks.next().is_some(),
                "nobody was told: {}",
                city.log_of(0)
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    city.postgres.as_mut().expect("on PostgreSQL").start().await;
    if meanwhile == Meanwhile::Death {
        city.sees_ready(0).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    crowd.goes_home();
    while people.join_next().await.is_some() {}
    assert!(
        crowd.held_off() > 0,
        "nobody was told that the message waits"
    );
    at_the_end(&city, &crowd.told()).await.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_away_and_redis_gone_for_good_lose_nothing_and_no_order() {
    if on_postgres() {
        outage(plan(1), Meanwhile::Death).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_that_comes_back_is_found_again_by_the_same_process() {
    if on_postgres() {
        outage(plan(1), Meanwhile::Nothing).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_find_postgresql_again() {
    if on_postgres() {
        outage(plan(3), Meanwhile::Nothing).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_kept_that_never_comes_back_is_found_by_another() {
    if on_postgres() {
        let together = Plan {
            one_spool: true,
            ..plan(2)
        };
        outage(together, Meanwhile::DeathForGood).await;
    }
}

/// A plan whose processes break one promise on purpose.
fn broken(promise: &str) -> Plan {
    Plan {
        with: vec![("LINLI_TEST_BREAK".into(), promise.into())],
        ..plan(1)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_answers_before_it_stores_is_found_out() {
    let run = random_kills(broken("ack-before-commit"), 12, SHORT).await;
    run.finds("was answered and is not stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_handles_repeated_messages_again_is_found_out() {
    let run = random_kills(broken("no-dedupe"), 4, SHORT).await;
    run.finds("moved the conversation");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_fires_a_rung_twice_is_found_out() {
    let run = random_kills(broken("fire-twice"), 4, SHORT).await;
    run.finds("fired twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_passes_over_rungs_is_found_out() {
    let run = random_kills(broken("skip-rungs"), 4, SHORT).await;
    run.finds("and did not fire");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_loses_replies_is_found_out() {
    let run = random_kills(broken("lose-replies"), 4, SHORT).await;
    run.finds("and heard it 0 times");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_says_things_twice_is_found_out() {
    let run = random_kills(broken("send-twice"), 4, SHORT).await;
    run.finds("0 of them around a death");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_speaks_out_of_order_is_found_out() {
    // Nobody dies here: a late message that a death takes along is never heard at all.
    let (seed, _) = chance();
    let city = City::founded(broken("any-order")).await;
    let crowd = Crowd::new(city.bot.clone(), seed, SHORT);
    let mut people = crowd.gathers(PEOPLE);
    tokio::time::sleep(Duration::from_secs(6)).await;
    crowd.goes_home();
    while people.join_next().await.is_some() {}
    let run = at_the_end(&city, &crowd.told()).await;
    run.finds("came before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_whose_clock_runs_ahead_is_found_out() {
    let ahead = Plan {
        with: vec![("LINLI_TEST_SKEW_MS".into(), "100000".into())],
        ..plan(1)
    };
    let run = random_kills(ahead, 1, SHORT).await;
    run.finds("before it was written");
}
