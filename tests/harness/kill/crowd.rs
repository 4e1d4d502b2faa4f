//! Residents who ask for help while processes die, and workers who answer.
//!
//! Each resident has a chat of their own, goes through one whole conversation
//! and waits for every answer, as people do. What they expect is written down
//! for the checker.

use crate::botapi::{BotApi, Sent};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often people look at their phones.
const LOOK: Duration = Duration::from_millis(40);
/// How long they wait until they tap again.
const AGAIN: Duration = Duration::from_secs(2);
/// The button that files.
const CONFIRM: &str = "对，交上去";
/// Words of danger.
const DANGER: &str = "家里煤气味很重，我妈晕倒了";
/// The word and the button that take it back.
const WITHDRAW: &str = "撤回";
/// The button with which a worker takes a case.
const ACCEPT: &str = "我来处理";
/// What the holding reply says: the answer itself comes later.
const HOLDING: &str = "已经存好。我们这边正忙着修";

/// What one resident did and expects.
#[derive(Clone, Debug)]
pub struct Told {
    pub chat: i64,
    /// Requests this chat must have in the end.
    pub requests: usize,
    /// What they were still waiting for when they gave up.
    pub stuck: Option<String>,
}

/// Many residents at once.
pub struct Crowd {
    bot: Arc<BotApi>,
    /// The next chat.
    next: AtomicI64,
    told: Mutex<Vec<Told>>,
    done: AtomicBool,
    seed: u64,
    /// How long a resident waits for an answer, in real time.
    patience: Duration,
    /// Questions that were passed over until the card came.
    skipped: AtomicUsize,
}

impl Crowd {
    pub fn new(bot: Arc<BotApi>, seed: u64, patience: Duration) -> Arc<Self> {
        Arc::new(Self {
            bot,
            next: AtomicI64::new(100_000),
            told: Mutex::default(),
            done: AtomicBool::new(false),
            seed,
            patience,
            skipped: AtomicUsize::new(0),
        })
    }

    /// `count` people at a time, one after the other, until [`Crowd::goes_home`].
    pub fn gathers(self: &Arc<Self>, count: usize) -> tokio::task::JoinSet<()> {
        let mut people = tokio::task::JoinSet::new();
        for _ in 0..count {
            let crowd = Arc::clone(self);
            people.spawn(async move {
                while !crowd.done.load(Ordering::Relaxed) {
                    crowd.one().await;
                }
            });
        }
        people
    }

    /// Nobody begins anything new.
    pub fn goes_home(&self) {
        self.done.store(true, Ordering::Relaxed);
    }

    /// What everybody did.
    pub fn told(&self) -> Vec<Told> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.clone()
    }

    async fn one(&self) {
        let chat = self.next.fetch_add(1, Ordering::Relaxed);
        let mut rng = StdRng::seed_from_u64(self.seed ^ chat.unsigned_abs());
        let mut told = Told {
            chat,
            requests: 0,
            stuck: None,
        };
        let result = match rng.random_range(0..10) {
            0..5 => self.wants_a_meal(&mut told, &mut rng).await,
            5..8 => self.is_in_danger(&mut told, &mut rng).await,
            _ => self.is_in_a_hurry(&told, &mut rng).await,
        };
        told.stuck = result.err();
        let mut all = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(told);
    }

    async fn wants_a_meal(&self, told: &mut Told, rng: &mut StdRng) -> Result<(), String> {
        let me = self.bot.user(told.chat);
        self.says(told, rng, "我妈八十二了没人做饭，想送餐").await?;
        for asked in 0..12 {
            let sees_card = me.received().last().and_then(|s| s.token(CONFIRM));
            if sees_card.is_some() {
                if told.requests == 0 {
                    self.skipped.store(asked, Ordering::Relaxed);
                }
                told.requests = 1;
                // What comes next may answer an earlier word, and the tap be lost.
                self.taps(told, rng, CONFIRM).await?;
                continue;
            }
            if told.requests == 1 {
                if rng.random_bool(0.3) {
                    return self.takes_it_back(told, rng).await;
                }
                return Ok(());
            }
            self.says(told, rng, "跳过").await?;
        }
        Err(format!("a card to confirm; there is {:?}", me.received()))
    }

    async fn takes_it_back(&self, told: &Told, rng: &mut StdRng) -> Result<(), String> {
        self.says(told, rng, WITHDRAW).await?;
        for _ in 0..2 {
            let offered = self.bot.user(told.chat).received();
            if offered.last().is_some_and(|s| s.token(WITHDRAW).is_some()) {
                self.taps(told, rng, WITHDRAW).await?;
            }
        }
        Ok(())
    }

    async fn is_in_danger(&self, told: &mut Told, rng: &mut StdRng) -> Result<(), String> {
        told.requests = 1;
        self.says(told, rng, DANGER).await?;
        self.says(told, rng, "她醒了，但是站不起来").await
    }

    /// Somebody who sends a whole conversation at once, without waiting: only in
    /// this order does it become one request.
    pub fn blurts_everything_out(&self) {
        let chat = self.next.fetch_add(1, Ordering::Relaxed);
        let me = self.bot.user(chat);
        me.says("我妈八十二了没人做饭，想送餐");
        for _ in 0..self.skipped.load(Ordering::Relaxed) {
            me.says("跳过");
        }
        me.says("对");
        let mut all = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Told {
            chat,
            requests: 1,
            stuck: None,
        });
    }

    /// Somebody in danger says so, once, and does not wait for the answer.
    pub fn cries_out(&self) {
        let chat = self.next.fetch_add(1, Ordering::Relaxed);
        self.bot.user(chat).says(DANGER);
        self.filed(chat);
    }

    /// Somebody else filed one request for this chat.
    pub fn filed(&self, chat: i64) {
        let mut all = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Told {
            chat,
            requests: 1,
            stuck: None,
        });
    }

    /// How many were told that their message waits.
    pub fn held_off(&self) -> usize {
        let told = self.told();
        let chats: std::collections::HashSet<i64> = told.iter().map(|t| t.chat).collect();
        let sent = self.bot.sent();
        let held = sent.iter().filter(|s| s.text.contains(HOLDING));
        held.filter(|s| chats.contains(&s.chat)).count()
    }

    /// Somebody who does not wait for answers; they come in order all the same.
    async fn is_in_a_hurry(&self, told: &Told, rng: &mut StdRng) -> Result<(), String> {
        let me = self.bot.user(told.chat);
        let mut mine = 0;
        for words in ["你好", "菜单", "进度"] {
            me.says(words);
            mine = me.last_message();
            if rng.random_bool(0.5) {
                tokio::time::sleep(LOOK).await;
            }
        }
        self.sees_after(told.chat, mine, "three messages at once")
            .await
    }

    async fn says(&self, told: &Told, rng: &mut StdRng, words: &str) -> Result<(), String> {
        let me = self.bot.user(told.chat);
        let update = me.says(words);
        let mine = me.last_message();
        self.sees_after(told.chat, mine, words).await?;
        // Now and then the acknowledgement is lost on the way.
        if rng.random_bool(0.2) {
            self.bot.redelivers(update);
        }
        Ok(())
    }

    /// Taps until it is answered: a tap that finds nobody is soon forgotten by
    /// the messenger, and people tap again.
    async fn taps(&self, told: &Told, rng: &mut StdRng, label: &str) -> Result<(), String> {
        let me = self.bot.user(told.chat);
        let before = me.last_message();
        let mut result = Ok(());
        let tries = self.patience.as_secs() / AGAIN.as_secs();
        for _ in 0..tries {
            let update = me.taps(label);
            let answer = self.sees_after(told.chat, before, label);
            result = tokio::time::timeout(AGAIN, answer)
                .await
                .unwrap_or_else(|_| Err(format!("an answer to {label:?}")));
            if result.is_ok() {
                if rng.random_bool(0.5) {
                    self.bot.redelivers(update);
                }
                break;
            }
        }
        result
    }

    async fn sees_after(&self, chat: i64, mine: i64, what: &str) -> Result<(), String> {
        let look = async {
            loop {
                let me = self.bot.user(chat);
                if me.last_message() > mine {
                    let (old, new): (Vec<_>, Vec<_>) =
                        me.received().into_iter().partition(|s| s.message <= mine);
                    // A message sent twice around a death is no answer; no
                    // conversation here says the same twice by itself.
                    let same = |s: &Sent, o: &Sent| o.text == s.text && o.markup == s.markup;
                    let again = |s: &Sent| old.iter().any(|o| same(s, o));
                    let answers = |s: &Sent| !s.text.contains(HOLDING) && !again(s);
                    if new.iter().any(answers) {
                        return;
                    }
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(self.patience, look)
            .await
            .map_err(|_| format!("an answer to {what:?}"))
    }

    /// A worker who takes every third case they are told of, until the end.
    pub async fn works(self: Arc<Self>, chat: i64) {
        let mut seen = 0;
        while !self.done.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK * 5).await;
            for push in self.bot.user(chat).received() {
                if push.message <= seen {
                    continue;
                }
                seen = push.message;
                if let Some(token) = push.token(ACCEPT)
                    && push.message % 3 == 0
                {
                    self.bot.user(chat).taps_token(push.message, &token);
                }
            }
        }
    }
}
