//! One step in the making: the snapshot being changed, the replies and effects
//! collected so far, and what every state needs to speak.
//!
//! No state is decided here.

use crate::clock::micros;
use crate::conversation::crisis;
use crate::conversation::draft::Draft;
use crate::conversation::input::{Escape, Key};
use crate::conversation::output::{Case, Effect, Opening, Reply, ReplyKind, Said, Step};
use crate::conversation::snapshot::{Known, Offer, Snapshot, State};
use crate::conversation::view::{Mine, View};
use crate::ids::RequestId;
use crate::texts;
use menus::{Lang, Service, Urgency};

/// The service that a person answers.
pub(crate) const HUMAN: &str = "SVC-HUMAN";

pub(crate) struct Turn<'t, 'v> {
    pub(crate) view: &'t mut View<'v>,
    pub(crate) snap: Snapshot,
    pub(crate) replies: Vec<Reply>,
    pub(crate) effects: Vec<Effect>,
    /// A line said before the first reply, unless there is danger.
    pub(crate) opening_line: Option<String>,
}

impl<'t, 'v> Turn<'t, 'v> {
    pub(crate) fn new(before: Option<Snapshot>, view: &'t mut View<'v>) -> Self {
        let snap = before.unwrap_or_else(|| {
            Snapshot::fresh(view.catalogue.version(), view.lang.unwrap_or_default())
        });
        Self {
            view,
            snap,
            replies: Vec::new(),
            effects: Vec::new(),
            opening_line: None,
        }
    }

    pub(crate) fn finish(mut self) -> Step {
        let danger = self
            .replies
            .iter()
            .any(|reply| reply.kind == ReplyKind::Crisis);
        if let (Some(line), false) = (self.opening_line.take(), danger) {
            match self.replies.first_mut() {
                Some(first) => first.text = format!("{line}\n\n{}", first.text),
                None => self.replies.push(Reply::plain(line)),
            }
        }
        self.offer();
        self.snap.touch(self.view.now);
        Step {
            snapshot: self.snap,
            replies: self.replies,
            effects: self.effects,
        }
    }

    /// Remembers what is offered: the newest choices by number or label, earlier
    /// ones of the same step by their label alone.
    fn offer(&mut self) {
        // Whether something is solved stays open until it is answered.
        let unanswered = |offer: &Offer| match &offer.key {
            Key::Solved { request, .. } => self.request(request).is_some_and(|mine| !mine.rated),
            _ => false,
        };
        let news: Vec<(String, Key)> = self
            .snap
            .offered
            .iter()
            .filter(|offer| unanswered(offer))
            .map(|offer| (offer.label.clone(), offer.key.clone()))
            .collect();
        self.offer_own();
        let known = |key: &Key| self.snap.offered.iter().any(|offer| offer.key == *key);
        let news: Vec<_> = news.into_iter().filter(|(_, key)| !known(key)).collect();
        if !self.replies.is_empty() && !self.rated() {
            self.snap.offer_beside(&news);
        }
    }

    /// Whether this very step answered it.
    fn rated(&self) -> bool {
        let rates = |effect: &Effect| matches!(effect, Effect::Rate { .. });
        self.effects.iter().any(rates)
    }

    fn offer_own(&mut self) {
        let bears = |reply: &&mut Reply| !reply.keys.is_empty();
        let mut bearing = self.replies.iter_mut().rev().filter(bears);
        let Some(last) = bearing.next() else {
            if !self.replies.is_empty() {
                self.snap.offered.clear();
            }
            return;
        };
        self.snap.offer(last);
        for earlier in bearing {
            earlier.open = true;
            self.snap.offer_beside(&earlier.keys);
        }
    }

    pub(crate) fn lang(&self) -> Lang {
        self.snap.lang
    }

    pub(crate) fn text(&self, key: &str) -> &'static str {
        texts::text(self.snap.lang, key)
    }

    pub(crate) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        texts::fill(self.snap.lang, key, values)
    }

    pub(crate) fn say(&mut self, key: &str) {
        let text = self.text(key);
        self.replies.push(Reply::plain(text));
    }

    pub(crate) fn reply(&mut self, reply: Reply) {
        self.replies.push(reply);
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn now(&self) -> i64 {
        micros(self.view.now)
    }

    /// The button of a word that works everywhere.
    pub(crate) fn escape_key(&self, escape: Escape) -> (String, Key) {
        let label = match escape {
            Escape::Menu => "talk.key.menu",
            Escape::Back => "talk.key.back",
            Escape::Cancel => "talk.key.cancel",
            Escape::Human => "talk.key.human",
            Escape::Progress => "talk.key.progress",
            Escape::Hide => "talk.key.hide",
            Escape::Show => "talk.key.show",
        };
        (self.text(label).to_owned(), Key::Escape(escape))
    }

    /// With the button that goes on with the open draft, if there is one.
    pub(crate) fn with_continue(&self, reply: Reply) -> Reply {
        match self.snap.draft.as_ref().filter(|draft| draft.stands()) {
            Some(draft) => {
                let label = self.fill("talk.key.continue", &[("title", self.draft_title())]);
                reply.key(
                    label,
                    Key::Continue {
                        draft: draft.id.clone(),
                    },
                )
            }
            None => reply,
        }
    }

    /// A service of the pinned catalogue.
    pub(crate) fn service(&self, code: &str) -> Option<&'v Service> {
        self.view.catalogue.service(code)
    }

    /// What the service is called while it is talked about: neutral in danger.
    pub(crate) fn title(&self, code: Option<&str>) -> &'v str {
        match code
            .filter(|code| !crisis::is_danger(code))
            .and_then(|code| self.service(code))
        {
            Some(service) => service.label().get(self.snap.lang),
            _ => texts::text(self.snap.lang, "talk.matter"),
        }
    }

    /// The title of the open draft.
    pub(crate) fn draft_title(&self) -> &'v str {
        match &self.snap.draft {
            Some(draft) => self.title_of(draft),
            None => self.title(None),
        }
    }

    /// The title of any draft.
    pub(crate) fn title_of(&self, draft: &Draft) -> &'v str {
        if draft.subject().is_none() && !draft.needs.is_empty() {
            return texts::text(self.snap.lang, "talk.several.title");
        }
        self.title(draft.subject())
    }

    /// What a request of the person is called in a chat.
    pub(crate) fn request_title(&self, mine: &Mine) -> String {
        mine.title(self.lang())
    }

    pub(crate) fn request(&self, id: &RequestId) -> Option<&'v Mine> {
        self.view.requests.iter().find(|mine| mine.id == *id)
    }

    pub(crate) fn open_requests(&self) -> impl Iterator<Item = &'v Mine> + use<'v> {
        self.view.requests.iter().filter(|mine| mine.open)
    }

    /// A new draft under a new id.
    pub(crate) fn new_draft(&mut self) -> Draft {
        Draft::new((self.view.new_id)())
    }

    /// The open draft, made when there is none.
    pub(crate) fn draft(&mut self) -> &mut Draft {
        if self.snap.draft.is_none() {
            let fresh = self.new_draft();
            self.snap.draft = Some(fresh);
        }
        self.snap
            .draft
            .as_mut()
            .expect("made above when it was missing")
    }

    /// Everything a request opened from this draft starts with.
    pub(crate) fn opening(&self, draft: Draft, service: &str) -> Opening {
        let class = self
            .service(service)
            .map_or(Urgency::Normal, |service| service.urgency);
        let mut guesses = draft.guesses;
        guesses.retain(|guess| guess != service);
        Opening {
            draft: draft.id,
            service: service.to_owned(),
            words: draft.words,
            answers: draft.answers,
            attachments: draft.attachments,
            class_hint: if draft.urgent {
                class.max(Urgency::Urgent)
            } else {
                class
            },
            evidence: draft.evidence,
            guesses,
            silent: false,
            crisis_words: Vec::new(),
            unit: draft.unit.map(|(unit, _)| unit),
            hukou: draft.hukou.map(|(unit, _)| unit),
            known: known(&self.snap, draft.accord.anonymous),
            pin: draft.pin,
            for_other: draft.for_other,
            accord: draft.accord,
            lang: self.snap.lang,
            related: draft.related,
        }
    }

    /// Words into a request's thread.
    pub(crate) fn say_to(&mut self, to: Case, text: &str) {
        self.effect(Effect::Say(Box::new(Said::words(to, text))));
    }

    pub(crate) fn idle(&mut self) {
        self.snap.state = State::Idle;
    }
}

/// What is known of whoever writes, unless nobody is to know who that is.
pub(crate) fn known(snap: &Snapshot, anonymous: bool) -> Known {
    if anonymous {
        Known::default()
    } else {
        snap.known.clone()
    }
}

impl Said {
    /// Words alone.
    pub(crate) fn words(to: Case, text: &str) -> Self {
        Self {
            to,
            text: text.to_owned(),
            attachments: Vec::new(),
            pin: None,
            edited: false,
            danger: None,
        }
    }
}
