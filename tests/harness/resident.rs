//! A resident, in Telegram or in a browser.
//!
//! Each verb waits until the gateway has done what follows from it; `sees`
//! speaks of what came since the last own act.

use crate::browser::{Browser, Frames, Page, between};
use crate::moments::seconds;
use crate::town::World;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Somebody who needs help.
pub struct Resident<'w> {
    world: &'w World,
    side: Side,
    /// How much was on the screen before the last own act.
    mark: AtomicUsize,
    screen: Mutex<Vec<String>>,
}

enum Side {
    Telegram(i64),
    Web(Box<Browser>),
}

impl<'w> Resident<'w> {
    pub(crate) fn on_telegram(world: &'w World, id: i64) -> Self {
        world.telegram.user(id);
        Self::of(world, Side::Telegram(id))
    }

    pub(crate) fn on_web(world: &'w World) -> Self {
        Self::of(world, Side::Web(Box::default()))
    }

    fn of(world: &'w World, side: Side) -> Self {
        Self {
            world,
            side,
            mark: AtomicUsize::new(0),
            screen: Mutex::default(),
        }
    }

    /// Writes.
    pub async fn says(&self, text: &str) -> &Self {
        self.begins();
        match &self.side {
            Side::Telegram(id) => {
                self.world.telegram.user(*id).says(text);
            }
            Side::Web(browser) => {
                self.submits(browser, &[("text", text)]).await;
            }
        }
        self.waits().await
    }

    /// Taps the newest button whose label contains this.
    pub async fn taps(&self, label: &str) -> &Self {
        self.begins();
        match &self.side {
            Side::Telegram(id) => {
                let person = self.world.telegram.user(*id);
                let there = person.buttons();
                let whole = there.iter().find(|b| *b == label);
                let whole = whole.or_else(|| there.iter().find(|b| b.contains(label)));
                let whole = whole.unwrap_or_else(|| panic!("no {label:?} among {there:?}"));
                person.taps(whole);
            }
            Side::Web(browser) => {
                let page = browser.get(&self.world.site(), "/chat").await;
                let there = page.choices();
                let token = there.iter().find(|(l, _)| l.contains(label));
                let (_, token) = token.unwrap_or_else(|| panic!("no {label:?} among {there:?}"));
                let message = page.field("message");
                self.submits(browser, &[("tap", token), ("message", &message)])
                    .await;
            }
        }
        self.waits().await
    }

    /// Opens a stream of the chat.
    pub async fn listens(&self, path: &str) -> Frames {
        self.browser().listens(&self.world.site(), path, None).await
    }

    /// Presses a button that is named by its token, on whatever page it stands.
    pub async fn presses(&self, token: &str) -> &Self {
        self.begins();
        self.submits(self.browser(), &[("tap", token)]).await;
        self.waits().await
    }

    /// Opens a page in the browser.
    pub async fn opens(&self, path: &str) -> Page {
        self.browser().get(&self.world.site(), path).await
    }

    /// Opens a page and finds this on it.
    ///
    /// # Panics
    /// If it is not there.
    pub async fn finds_on(&self, path: &str, part: &str) -> &Self {
        let text = self.opens(path).await.text();
        assert!(text.contains(part), "no {part:?} in {text}");
        self
    }

    /// Opens a page and does not find this on it.
    ///
    /// # Panics
    /// If it is there.
    pub async fn misses_on(&self, path: &str, part: &str) -> &Self {
        let text = self.opens(path).await.text();
        assert!(!text.contains(part), "{part:?} in {text}");
        self
    }

    /// Gets a code by which another browser goes on.
    ///
    /// # Panics
    /// If none is shown.
    pub async fn gets_code(&self) -> String {
        let (browser, site) = (self.browser(), self.world.site());
        let page = browser.get(&site, "/chat/resume").await;
        let token = page.field("token");
        let page = browser
            .post(&site, "/chat/code", &[("token", &token)])
            .await;
        let code = between(&page.body, "<strong>", "</strong>");
        code.unwrap_or_else(|| panic!("no code: {}", page.text()))
            .to_owned()
    }

    /// Sends a field of the page about other browsers.
    pub async fn resumes(&self, field: &str, value: &str) -> Page {
        let (browser, site) = (self.browser(), self.world.site());
        let page = browser.get(&site, "/chat/resume").await;
        let fields = [("token", page.field("token")), (field, value.to_owned())];
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let answer = browser.post(&site, "/chat/resume", &fields).await;
        self.waits().await;
        answer
    }

    /// Sends a file from the chat's form; the fields of that form stay the same
    /// until the page is opened again.
    pub async fn sends_file(&self, page: &Page, file: &[u8], caption: &str) -> Page {
        let mut body = Vec::new();
        let fields = [
            ("token", page.field("token")),
            ("once", page.field("once")),
            ("caption", caption.to_owned()),
        ];
        for (name, value) in fields {
            let part = format!(
                "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.into_bytes());
        }
        let head = "--edge\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../../<b>.php\"\r\nContent-Type: text/html\r\n\r\n";
        body.extend(head.bytes());
        body.extend(file);
        body.extend(b"\r\n--edge--\r\n");
        let headers = [
            ("content-type", "multipart/form-data; boundary=edge"),
            ("sec-fetch-site", "same-origin"),
        ];
        let (browser, site) = (self.browser(), self.world.site());
        let answer = browser.posts_raw(&site, "/chat/photo", &headers, body);
        let answer = answer.await;
        self.waits().await;
        answer
    }

    /// Writes from a page that was opened before, whatever comes of it.
    pub async fn writes_from(&self, page: &Page, text: &str) -> Page {
        let (token, once) = (page.field("token"), page.field("once"));
        let fields = [("token", token.as_str()), ("once", &once), ("text", text)];
        let (browser, site) = (self.browser(), self.world.site());
        browser.post(&site, "/chat", &fields).await
    }

    /// Puts a cookie into the browser, as somebody might who makes one up.
    pub fn brings_cookie(&self, value: &str) {
        self.browser().takes("linli_chat", value);
    }

    fn browser(&self) -> &Browser {
        match &self.side {
            Side::Web(browser) => browser,
            Side::Telegram(_) => panic!("not in Telegram"),
        }
    }

    /// Where the browser is led after sending this.
    ///
    /// # Panics
    /// In Telegram.
    pub async fn is_led_to(&self, text: &str) -> String {
        self.begins();
        let Side::Web(browser) = &self.side else {
            panic!("not in Telegram")
        };
        let answer = self.submits(browser, &[("text", text)]).await;
        self.world.settle().await;
        answer.location.unwrap_or_default()
    }

    /// Uncovers the chat in the browser.
    ///
    /// # Panics
    /// If it is not covered.
    pub async fn uncovers(&self) -> &Self {
        let Side::Web(browser) = &self.side else {
            panic!("not in Telegram")
        };
        let site = self.world.site();
        let page = browser.get(&site, "/chat").await;
        let fields = [("token", page.field("token")), ("show", page.field("show"))];
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        browser.post(&site, "/hide", &fields).await;
        self.waits().await
    }

    async fn submits(&self, browser: &Browser, fields: &[(&str, &str)]) -> Page {
        let site = self.world.site();
        let page = browser.get(&site, "/chat").await;
        let (token, once) = (page.field("token"), page.field("once"));
        let mut all = vec![("token", token.as_str()), ("once", once.as_str())];
        all.extend_from_slice(fields);
        let answer = browser.post(&site, "/chat", &all).await;
        assert!(
            answer.status.is_redirection(),
            "{}: {}",
            answer.status,
            answer.text()
        );
        answer
    }

    /// People need a moment between two acts.
    fn begins(&self) {
        let seen = self.screen.lock().expect("one at a time").len();
        self.mark.store(seen, Ordering::Relaxed);
        self.world.clock.advance(seconds(2));
    }

    /// Waits and looks at the screen.
    pub async fn waits(&self) -> &Self {
        self.world.settle().await;
        let screen = match &self.side {
            Side::Telegram(id) => {
                let sent = self.world.telegram.sent_to(*id);
                sent.into_iter().map(|s| s.text).collect()
            }
            Side::Web(browser) => {
                let page = browser.get(&self.world.site(), "/chat").await;
                page.lines().into_iter().map(|(_, text)| text).collect()
            }
        };
        *self.screen.lock().expect("one at a time") = screen;
        self
    }

    /// Does something of this account in Telegram.
    ///
    /// # Panics
    /// In a browser.
    pub async fn does(&self, act: impl FnOnce(crate::botapi::Person<'_>)) -> &Self {
        self.begins();
        act(self.world.telegram.user(self.id()));
        self.waits().await
    }

    /// Tells a need, skips every question and confirms; the reference.
    ///
    /// # Panics
    /// If no promise comes of it.
    pub async fn files(&self, need: &str) -> String {
        self.says(need).await;
        self.reaches_the_end().await.taps("对，交上去").await;
        self.sees("编号").reference()
    }

    /// Skips every question, up to the one whether all is right.
    ///
    /// # Panics
    /// If there is no end of questions.
    pub async fn reaches_the_end(&self) -> &Self {
        for _ in 0..20 {
            if self.last().contains("对吗") {
                return self;
            }
            self.says("跳过").await;
        }
        panic!("no end of questions: {:#?}", self.heard());
    }

    /// Sends the own contact card.
    pub async fn shares_contact(&self) -> &Self {
        self.does(|person| {
            person.sends_contact();
        })
        .await
    }

    pub async fn sends_photo(&self) -> &Self {
        self.does(|person| {
            person.sends_photo(b"picture", None);
        })
        .await
    }

    /// The account in Telegram.
    ///
    /// # Panics
    /// In a browser.
    pub fn id(&self) -> i64 {
        match &self.side {
            Side::Telegram(id) => *id,
            Side::Web(_) => panic!("not in a browser"),
        }
    }

    /// The page as the browser shows it now.
    ///
    /// # Panics
    /// In Telegram.
    pub async fn page(&self) -> Page {
        match &self.side {
            Side::Web(browser) => browser.get(&self.world.site(), "/chat").await,
            Side::Telegram(_) => panic!("not in Telegram"),
        }
    }

    /// What came since the last own act.
    pub fn heard(&self) -> Vec<String> {
        let screen = self.screen.lock().expect("one at a time");
        screen[self.mark.load(Ordering::Relaxed).min(screen.len())..].to_vec()
    }

    /// The newest message.
    pub fn last(&self) -> String {
        let screen = self.screen.lock().expect("one at a time");
        screen.last().cloned().unwrap_or_default()
    }

    /// # Panics
    /// If nothing that came contains this.
    #[track_caller]
    pub fn sees(&self, part: &str) -> &Self {
        let heard = self.heard();
        assert!(
            heard.iter().any(|m| m.contains(part)),
            "no {part:?} in {heard:#?}"
        );
        self
    }

    /// # Panics
    /// If something that came contains this.
    #[track_caller]
    pub fn sees_not(&self, part: &str) -> &Self {
        let heard = self.heard();
        assert!(
            !heard.iter().any(|m| m.contains(part)),
            "{part:?} in {heard:#?}"
        );
        self
    }

    /// # Panics
    /// If anything came.
    #[track_caller]
    pub fn sees_nothing(&self) -> &Self {
        let heard = self.heard();
        assert!(heard.is_empty(), "{heard:#?}");
        self
    }

    /// From here on only what comes counts.
    pub fn looks_away(&self) -> &Self {
        let seen = self.screen.lock().expect("one at a time").len();
        self.mark.store(seen, Ordering::Relaxed);
        self
    }

    /// The reference on the newest promise card.
    ///
    /// # Panics
    /// If there is none.
    pub fn reference(&self) -> String {
        let screen = self.screen.lock().expect("one at a time");
        let found = screen.iter().rev().find_map(|text| {
            let (_, rest) = text.split_once("编号：")?;
            Some(rest.split_whitespace().next()?.to_owned())
        });
        found.unwrap_or_else(|| panic!("no reference in {screen:#?}"))
    }
}
