//! A worker at the console and in the messenger.

use crate::browser::{Browser, Frames, Page, between};
use crate::moments::seconds;
use crate::town::World;
use gateway::app::door::{self, Door};
use gateway::ids::WorkerId;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Somebody who answers.
pub struct Worker<'w> {
    world: &'w World,
    /// The number in the roster.
    pub id: String,
    browser: Browser,
    /// The account in Telegram.
    pub chat: i64,
    mark: AtomicUsize,
}

/// Signs a browser in by a one-time link.
pub(crate) async fn enters(world: &World, subject: &str) -> Browser {
    let link = door::hand_out(&world.app().core, Door::Link, subject, "operator")
        .await
        .expect("the database answers");
    let browser = Browser::new();
    let page = browser
        .post(&world.site(), "/sign-in", &[("link", &link)])
        .await;
    assert!(page.status.is_redirection(), "{}", page.text());
    browser
}

impl<'w> Worker<'w> {
    pub(crate) async fn signs_in(world: &'w World, id: &str) -> Self {
        let browser = enters(world, &door::worker(&WorkerId::from(id))).await;
        let number: i64 = id
            .trim_start_matches("YX")
            .parse()
            .expect("YX and a number");
        Self {
            world,
            id: id.to_owned(),
            browser,
            chat: 9_000_000 + number,
            mark: AtomicUsize::new(0),
        }
    }

    /// Connects the messenger by a one-time code.
    ///
    /// # Panics
    /// If that does not work.
    pub async fn binds_chat(&self) -> &Self {
        let site = self.world.site();
        let page = self.browser.get(&site, "/worker/bind").await;
        let token = page.field("token");
        let page = self
            .browser
            .post(&site, "/worker/bind", &[("token", &token)])
            .await;
        let code = between(&page.body, "<code>", "</code>").expect("a code is shown");
        self.says(&format!("绑定 {code}")).await.sees("绑定好了");
        self.world.knows_chat_of(&self.id, self.chat).await;
        self
    }

    /// Writes in the messenger.
    pub async fn says(&self, text: &str) -> &Self {
        self.begins();
        self.world.telegram.user(self.chat).says(text);
        self.world.settle().await;
        self
    }

    /// Taps the newest button of this label in the messenger.
    pub async fn taps(&self, label: &str) -> &Self {
        self.begins();
        self.world.telegram.user(self.chat).taps(label);
        self.world.settle().await;
        self
    }

    fn begins(&self) {
        self.looks_away();
        self.world.clock.advance(seconds(2));
    }

    pub async fn accepts(&self) -> &Self {
        self.taps("我来处理").await
    }

    pub async fn contacts(&self) -> &Self {
        self.taps("已联系上").await
    }

    /// Asks the resident something; the bot is silent from then on.
    pub async fn asks(&self, question: &str) -> &Self {
        self.taps("问居民一句").await;
        self.says(question).await
    }

    /// Gives the conversation back to the bot.
    pub async fn releases(&self) -> &Self {
        self.says("返回").await
    }

    /// Ends a request with this outcome, by its label.
    pub async fn finishes(&self, outcome: &str, note: &str) -> &Self {
        self.taps("办结").await;
        self.taps(outcome).await;
        self.says(note).await
    }

    /// Hands a request over to the desk of this label.
    pub async fn hands_over(&self, desk: &str, why: &str) -> &Self {
        self.taps("转给别处").await;
        self.taps(desk).await;
        self.says(why).await
    }

    /// What came in the messenger since the last own act.
    pub fn heard(&self) -> Vec<String> {
        let sent = self.world.telegram.sent_to(self.chat);
        let texts = sent.into_iter().map(|s| s.text);
        texts.skip(self.mark.load(Ordering::Relaxed)).collect()
    }

    /// From here on only what comes counts.
    pub fn looks_away(&self) -> &Self {
        let seen = self.world.telegram.sent_to(self.chat).len();
        self.mark.store(seen, Ordering::Relaxed);
        self
    }

    /// # Panics
    /// If nothing that came in the messenger contains this.
    #[track_caller]
    pub fn sees(&self, part: &str) -> &Self {
        let heard = self.heard();
        assert!(
            heard.iter().any(|m| m.contains(part)),
            "{}: no {part:?} in {heard:#?}",
            self.id
        );
        self
    }

    /// # Panics
    /// If something that came in the messenger contains this.
    #[track_caller]
    pub fn sees_not(&self, part: &str) -> &Self {
        let heard = self.heard();
        assert!(
            !heard.iter().any(|m| m.contains(part)),
            "{}: {part:?} in {heard:#?}",
            self.id
        );
        self
    }

    /// Opens a page of the console.
    pub async fn opens(&self, path: &str) -> Page {
        self.browser.get(&self.world.site(), path).await
    }

    /// The queue in words.
    pub async fn queue(&self) -> String {
        self.opens("/worker").await.text()
    }

    /// The page of a request.
    pub async fn sheet(&self, reference: &str) -> Page {
        self.opens(&format!("/worker/r/{reference}")).await
    }

    /// Sends the form of an act without having seen the page it stands on.
    pub async fn forces(&self, reference: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.opens("/worker/bind").await.field("token");
        let mut all = vec![("token", token.as_str()), ("once", "0123456789abcdef")];
        all.extend_from_slice(fields);
        let path = format!("/worker/r/{reference}/act");
        self.browser.post(&self.world.site(), &path, &all).await
    }

    /// Sends a form of the own roster.
    pub async fn books(&self, fields: &[(&str, &str)]) -> Page {
        self.world.clock.advance(seconds(2));
        let site = self.world.site();
        let page = self.browser.get(&site, "/worker/roster").await;
        let token = page.field("token");
        let mut all = vec![("token", token.as_str())];
        all.extend_from_slice(fields);
        let answer = self.browser.post(&site, "/worker/roster", &all).await;
        self.world.settle().await;
        answer
    }

    /// Keeps a private note.
    pub async fn notes(&self, reference: &str, text: &str) -> Page {
        self.sends(reference, "note", &[("private", text)]).await
    }

    /// Settles something that was to be asked, without having seen the page.
    pub async fn settles(&self, reference: &str, fields: &[(&str, &str)]) -> Page {
        self.world.clock.advance(seconds(2));
        let token = self.opens("/worker/bind").await.field("token");
        let mut all = vec![("token", token.as_str())];
        all.extend_from_slice(fields);
        let path = format!("/worker/r/{reference}/task");
        let answer = self.browser.post(&self.world.site(), &path, &all).await;
        self.world.settle().await;
        answer
    }

    /// Does an act from the page of a request: `[("act", "accept")]`.
    pub async fn does(&self, reference: &str, fields: &[(&str, &str)]) -> Page {
        self.sends(reference, "act", fields).await
    }

    /// Sends a form of the page of a request to where it goes.
    pub async fn sends(&self, reference: &str, to: &str, fields: &[(&str, &str)]) -> Page {
        self.world.clock.advance(seconds(2));
        let page = self.sheet(reference).await;
        let (token, once) = (page.field("token"), page.field("once"));
        let mut all = vec![("token", token.as_str()), ("once", once.as_str())];
        all.extend_from_slice(fields);
        let path = format!("/worker/r/{reference}/{to}");
        let answer = self.browser.post(&self.world.site(), &path, &all).await;
        self.world.settle().await;
        answer
    }

    /// Sends a form of the console from wherever they are.
    pub async fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.world.clock.advance(seconds(2));
        let token = self.opens("/worker/bind").await.field("token");
        let mut all = vec![("token", token.as_str()), ("once", "fedcba9876543210")];
        all.extend_from_slice(fields);
        let answer = self.browser.post(&self.world.site(), path, &all).await;
        self.world.settle().await;
        answer
    }

    /// Opens a stream of the console, as a browser that saw `last` before.
    pub async fn listens(&self, path: &str, last: Option<&str>) -> Frames {
        self.browser.listens(&self.world.site(), path, last).await
    }
}
