//! Posts updates as Telegram does and measures the answers.
//!
//! Closed loop: each connection posts again when it was answered. Open loop:
//! posts are due at random times of a given mean rate, and a wait counts from
//! the moment a post was due, so that a slow server cannot slow its own test.

use crate::sink::Sink;
use crate::wire::Wire;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The secret every gateway of a run is started with.
pub(crate) const SECRET: &str = "load-secret";

/// What residents write.
const TEXTS: [&str; 24] = [
    "家里老人腿脚不好，想找人上门做饭",
    "我想问问低保怎么办",
    "高龄津贴这个月没有到账",
    "孩子上学的补助在哪里申请",
    "母亲瘫痪在床，需要护理",
    "丢了工作，交不起房租",
    "残疾证到期了怎么换",
    "父亲住院花了很多钱，能不能救助",
    "想给奶奶装一个扶手",
    "家里断粮了，今天没有饭吃",
    "谢谢你们",
    "你好",
    "我们小区的养老食堂几点开",
    "一个人住，想有人来陪着说说话",
    "想申请公租房",
    "助听器坏了哪里修",
    "老伴走失了，刚刚出门找不到",
    "孤儿的生活费怎么领",
    "想办老年优待证",
    "楼道里太黑，奶奶摔了一跤",
    "医保报销之后还要自己付很多",
    "下岗以后养老保险断了",
    "请帮我找个能理发的师傅上门",
    "上次说的事情有进展吗",
];

/// One run of posts.
pub(crate) struct Plan {
    /// Where the gateway listens.
    pub(crate) address: String,
    /// Distinct updates.
    pub(crate) messages: u64,
    /// They come from this many chats in turn.
    pub(crate) chats: u64,
    /// Chat of the first.
    pub(crate) first_chat: i64,
    /// Number of the first update.
    pub(crate) first_update: i64,
    /// Connections.
    pub(crate) connections: u64,
    /// Share of posts sent twice.
    pub(crate) again: f64,
    /// Posts a second; `None` is closed loop.
    pub(crate) rate: Option<f64>,
}

/// What came of it.
pub(crate) struct Outcome {
    /// Answered with 2xx.
    pub(crate) accepted: u64,
    /// Anything else.
    pub(crate) refused: u64,
    /// From the first post to the last answer.
    pub(crate) took: Duration,
    /// Waits in milliseconds, sorted.
    pub(crate) waits: Vec<f64>,
    /// When each chat's first post was due, by chat.
    pub(crate) due: Vec<(i64, Instant)>,
}

impl Outcome {
    /// Accepted a second.
    pub(crate) fn rate(&self) -> f64 {
        self.accepted as f64 / self.took.as_secs_f64().max(1e-9)
    }
}

/// The value below which `share` of sorted values lie.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1));
    sorted.get(at - 1).copied().unwrap_or(f64::NAN)
}

/// The middle of three or any other number of values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

/// The post of update number `n` of a plan, and its chat. The same number gives
/// the same bytes, as a redelivery does.
fn post(plan: &Plan, n: u64) -> (i64, Vec<u8>) {
    let chat = plan.first_chat + (n % plan.chats) as i64;
    let update = plan.first_update + n as i64;
    let mut chance = StdRng::seed_from_u64(update as u64);
    let text = TEXTS[chance.random_range(0..TEXTS.len())];
    let (building, room) = (chance.random_range(1..30), chance.random_range(101..2500));
    let person = format!(r#""id":{chat},"first_name":"居民","language_code":"zh-hans""#);
    let body = format!(
        r#"{{"update_id":{update},"message":{{"message_id":{update},"date":1790000000,"from":{{{person},"is_bot":false}},"chat":{{"id":{chat},"first_name":"居民","type":"private"}},"text":"{text}，{building}栋{room}室"}}}}"#
    );
    (chat, request(&plan.address, &body))
}

/// A webhook post with this body.
pub(crate) fn request(address: &str, body: &str) -> Vec<u8> {
    format!(
        "POST /hooks/telegram/main HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         x-telegram-bot-api-secret-token: {SECRET}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// One post on its way to a connection.
struct Due {
    chat: i64,
    at: Instant,
    bytes: Vec<u8>,
    again: bool,
}

#[derive(Default)]
struct Tally {
    waits: Vec<f64>,
    due: Vec<(i64, Instant)>,
    accepted: u64,
    refused: u64,
}

impl Tally {
    async fn send(&mut self, wire: &mut Wire, plan: &Plan, due: Due) {
        for _ in 0..=u8::from(due.again) {
            let answered = wire.post(&due.bytes).await;
            if matches!(answered, Ok((200..300, _))) {
                self.accepted += 1;
            } else {
                self.refused += 1;
                if let Ok(fresh) = Wire::connect(&plan.address).await {
                    *wire = fresh;
                }
            }
        }
        self.waits.push(due.at.elapsed().as_secs_f64() * 1e3);
        self.due.push((due.chat, due.at));
    }
}

/// Runs a plan to its end.
pub(crate) async fn drive(plan: Plan) -> std::io::Result<Outcome> {
    let plan = Arc::new(plan);
    let mut wires = Vec::new();
    for _ in 0..plan.connections {
        wires.push(Wire::connect(&plan.address).await?);
    }
    let began = Instant::now();
    let tallies = match plan.rate {
        None => closed(&plan, wires).await,
        Some(rate) => open(&plan, wires, rate).await,
    };
    let took = began.elapsed();
    let mut outcome = Outcome {
        accepted: 0,
        refused: 0,
        took,
        waits: Vec::new(),
        due: Vec::new(),
    };
    for tally in tallies {
        outcome.accepted += tally.accepted;
        outcome.refused += tally.refused;
        outcome.waits.extend(tally.waits);
        outcome.due.extend(tally.due);
    }
    outcome.waits.sort_by(f64::total_cmp);
    Ok(outcome)
}

fn due(plan: &Plan, n: u64, at: Instant) -> Due {
    let (chat, bytes) = post(plan, n);
    let again = StdRng::seed_from_u64(!n).random_bool(plan.again);
    Due {
        chat,
        at,
        bytes,
        again,
    }
}

async fn closed(plan: &Arc<Plan>, wires: Vec<Wire>) -> Vec<Tally> {
    let next = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = wires
        .into_iter()
        .map(|mut wire| {
            let (plan, next) = (Arc::clone(plan), Arc::clone(&next));
            tokio::spawn(async move {
                let mut tally = Tally::default();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= plan.messages {
                        return tally;
                    }
                    let one = due(&plan, n, Instant::now());
                    tally.send(&mut wire, &plan, one).await;
                }
            })
        })
        .collect();
    futures::future::join_all(tasks)
        .await
        .into_iter()
        .map(|t| t.expect("no task panics"))
        .collect()
}

async fn open(plan: &Arc<Plan>, wires: Vec<Wire>, rate: f64) -> Vec<Tally> {
    let (queue, posts) = tokio::sync::mpsc::unbounded_channel::<Due>();
    let posts = Arc::new(tokio::sync::Mutex::new(posts));
    let tasks: Vec<_> = wires
        .into_iter()
        .map(|mut wire| {
            let (plan, posts) = (Arc::clone(plan), Arc::clone(&posts));
            tokio::spawn(async move {
                let mut tally = Tally::default();
                loop {
                    let one = posts.lock().await.recv().await;
                    let Some(one) = one else { return tally };
                    tally.send(&mut wire, &plan, one).await;
                }
            })
        })
        .collect();
    // A thread of its own keeps time better than the runtime's timer.
    let paced = Arc::clone(plan);
    let pacer = tokio::task::spawn_blocking(move || {
        let mut chance = StdRng::seed_from_u64(7);
        let mut at = Instant::now();
        for n in 0..paced.messages {
            let share: f64 = chance.random();
            at += Duration::from_secs_f64(-(1.0 - share).ln() / rate);
            let one = due(&paced, n, at);
            if let Some(wait) = at.checked_duration_since(Instant::now()) {
                std::thread::sleep(wait);
            }
            if queue.send(one).is_err() {
                return;
            }
        }
    });
    let tallies = futures::future::join_all(tasks).await;
    pacer.await.expect("the pacer does not panic");
    tallies
        .into_iter()
        .map(|t| t.expect("no task panics"))
        .collect()
}

/// Milliseconds from when an update was due to the first message into its chat,
/// sorted; waits for stragglers at most ten seconds.
pub(crate) async fn replies(outcome: &Outcome, sink: &Sink) -> Vec<f64> {
    for _ in 0..100 {
        if sink.chats() >= outcome.due.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut waits: Vec<f64> = outcome
        .due
        .iter()
        .filter_map(|(chat, due)| Some(sink.first(*chat)?.duration_since(*due).as_secs_f64() * 1e3))
        .collect();
    // One that never came is as late as it gets.
    waits.resize(outcome.due.len(), f64::INFINITY);
    waits.sort_by(f64::total_cmp);
    waits
}
