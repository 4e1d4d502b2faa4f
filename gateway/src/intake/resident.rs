//! One message of a resident: from its stored conversation to the next step.
//!
//! Joins the pure dialogue with what was read for the group. Nothing is written
//! here; see `effects`.

use super::flood::Verdict;
use super::group::{Item, row};
use super::{key, proving, stamp};
use crate::app::Core;
use crate::clock::Moment;
use crate::conversation::{
    Case as Target, Deed, Effect, Key, Means, Mine, Proving, Reply, ReplyKind, Snapshot, Step,
    Understood, View, language, notices, step, understand, words,
};
use crate::ids::DraftId;
use crate::outbox::{open, parse_token};
use crate::requests::notify::{self, offset};
use crate::requests::summary;
use crate::store::conversations::{self, Found, Wanted};
use crate::store::outbox::Written;
use crate::store::requests::Brief;
use crate::store::rows::InboundRow;
use crate::store::{StoreError, outbox as parcels, requests};
use crate::territory::{Role, Worker};
use crate::world::World;
use bots::{Address, Content};
use chrono::TimeDelta;
use menus::Lang;
use std::collections::HashMap;

/// How long a closed request is still the person's to speak of.
const REMEMBERED: TimeDelta = TimeDelta::days(31);

/// What was read for a group.
pub(super) struct Loaded {
    /// By message key.
    pub(super) found: HashMap<String, Found>,
    /// Requests by address, newest first.
    pub(super) briefs: HashMap<String, Vec<Brief>>,
    /// Messages whose buttons were pressed, by id.
    pub(super) taps: HashMap<String, Written>,
}

/// Reads what the group needs, in as few statements as there are kinds.
pub(super) async fn load(core: &Core, group: &[Item]) -> Result<Loaded, StoreError> {
    let wanted: Vec<Wanted> = group
        .iter()
        .map(|i| Wanted {
            address: i.inbound.address.to_string(),
            key: key(&i.inbound),
            at: stamp(core.clock.now()),
        })
        .collect();
    let mut found: HashMap<String, Found> = HashMap::with_capacity(wanted.len());
    for row in conversations::look_up(&core.db, &wanted).await? {
        found.insert(row.key.clone(), row);
    }
    let with_requests: Vec<String> = found
        .values()
        .filter(|f| f.requests.unwrap_or(0) > 0)
        .map(|f| f.address.clone())
        .collect();
    let mut briefs: HashMap<String, Vec<requests::Brief>> = HashMap::new();
    if !with_requests.is_empty() {
        let now = core.clock.now();
        let (since, now) = (stamp(now - REMEMBERED), stamp(now));
        for brief in requests::of_addresses(&core.db, &with_requests, since, now).await? {
            briefs.entry(brief.address.clone()).or_default().push(brief);
        }
    }
    let mut ids: Vec<String> = Vec::new();
    for item in group {
        if let Content::Tap { token, .. } = &item.inbound.content
            && let Some((id, _)) = crate::outbox::parse_token(token)
        {
            ids.push(id.to_owned());
        }
    }
    let mut taps = HashMap::new();
    if !ids.is_empty() {
        for written in parcels::by_ids(&core.db, &ids).await? {
            taps.insert(written.id.clone(), written);
        }
    }
    Ok(Loaded {
        found,
        briefs,
        taps,
    })
}

/// What one message leads to.
pub(super) struct Stepped {
    pub(super) inbound: InboundRow,
    pub(super) address: Address,
    pub(super) sender: Option<String>,
    /// The keyed hash of where it came from, if the channel knows.
    pub(super) network: Option<String>,
    /// Version that was read; 0 = no conversation yet.
    pub(super) before: i64,
    /// Requests opened from here so far.
    pub(super) requests: i64,
    pub(super) snapshot: Snapshot,
    pub(super) replies: Vec<Reply>,
    pub(super) effects: Vec<Effect>,
    pub(super) briefs: Vec<Brief>,
    /// The button press to answer.
    pub(super) callback: Option<String>,
    /// Messages of the chat to take back.
    pub(super) unsend: Vec<String>,
    /// The level proved so far.
    pub(super) proved: i64,
    /// The person left.
    pub(super) ended: bool,
    /// The person came back under another id.
    pub(super) moved: Option<String>,
}

/// A message with everything it is read against.
pub(super) struct Turn<'a> {
    pub(super) core: &'a Core,
    pub(super) world: &'a World,
    pub(super) item: &'a Item,
    pub(super) found: &'a Found,
    pub(super) loaded: &'a Loaded,
    pub(super) now: Moment,
}

impl Turn<'_> {
    /// Takes the step.
    pub(super) async fn step(&self, pace: Verdict) -> Result<Stepped, StoreError> {
        let inbound = &self.item.inbound;
        let stored = self.stored()?;
        let lang = inbound.sender.language.as_deref().and_then(Lang::parse);
        let briefs = self
            .loaded
            .briefs
            .get(&self.found.address)
            .cloned()
            .unwrap_or_default();
        let mut stepped = Stepped {
            inbound: row(self.core, self.item, None),
            address: inbound.address.clone(),
            sender: inbound.sender.name.clone(),
            network: inbound.network.clone(),
            before: self.found.version.unwrap_or(0),
            requests: self.found.requests.unwrap_or(0),
            snapshot: stored
                .clone()
                .unwrap_or_else(|| Snapshot::fresh(self.newest(), lang.unwrap_or_default())),
            replies: Vec::new(),
            effects: Vec::new(),
            briefs,
            callback: None,
            unsend: Vec::new(),
            proved: self.found.proved.unwrap_or(0),
            ended: matches!(inbound.content, Content::Blocked),
            moved: None,
        };
        if let Content::Tap { callback, .. } = &inbound.content {
            stepped.callback.clone_from(callback);
        }
        if let Content::Moved { to } = &inbound.content {
            stepped.moved = Some(to.clone());
        }
        if pace != Verdict::Go {
            self.core.metrics.slowed.inc();
        }
        match pace {
            Verdict::Go => {
                let (proved, item) = (self.found.proved, self.item);
                let proving =
                    proving::known(self.core, stored.as_ref(), proved, item, self.now).await?;
                self.talk(stored, lang, proving, &mut stepped);
            }
            Verdict::Tell => stepped
                .replies
                .push(notices::slow_down(stepped.snapshot.lang, &self.core.lines)),
            Verdict::Hush => {}
        }
        Ok(stepped)
    }

    fn newest(&self) -> u32 {
        self.world.newest().catalogue.version()
    }

    fn stored(&self) -> Result<Option<Snapshot>, StoreError> {
        let Some(sealed) = &self.found.state_sealed else {
            return Ok(None);
        };
        let damaged = |why: String| StoreError::Damaged {
            table: "conversations",
            why,
        };
        let plain = self
            .core
            .seal
            .open(sealed)
            .map_err(|e| damaged(e.to_string()))?;
        let mut snapshot = Snapshot::from_json(&String::from_utf8_lossy(&plain), self.newest());
        // Nothing is under way: the newest menu may be used.
        if snapshot.may_move() {
            snapshot.catalogue = self.newest();
        }
        Ok(Some(snapshot))
    }

    fn talk(
        &self,
        stored: Option<Snapshot>,
        lang: Option<Lang>,
        proving: Proving,
        stepped: &mut Stepped,
    ) {
        let version = stored.as_ref().map_or(self.newest(), |s| s.catalogue);
        let lives = stored.as_ref().and_then(Snapshot::lives);
        let published = self.world.locally(self.world.catalogue(version), lives);
        let input = self.understood(stored.as_ref());
        let speaks = language(&stepped.snapshot, &input);
        let mine: Vec<Mine> = stepped
            .own()
            .map(|b| summary::mine(b, self.world, speaks))
            .collect();
        let mut new_id = || DraftId::new(self.now);
        let mut view = View {
            now: self.now,
            offset: offset(),
            catalogue: &published.catalogue,
            menu: &published.menu,
            requests: &mine,
            lines: &self.core.lines,
            places: self.world,
            new_id: &mut new_id,
            channel: means(self.core, &self.item.inbound.address),
            proving,
            desk_down: !desk_staffed(self.world, self.now),
            lang,
        };
        let Step {
            snapshot,
            replies,
            effects,
        } = step(stored, input, &mut view);
        stepped.snapshot = snapshot;
        if let Some(message) = &self.item.inbound.message {
            stepped.snapshot.trace(stamp(self.item.at), message.clone());
        }
        stepped.replies = replies;
        stepped.effects = effects;
    }

    fn understood(&self, stored: Option<&Snapshot>) -> Understood {
        let offered = stored.map_or(&[][..], |s| s.offered.as_slice());
        let content = &self.item.inbound.content;
        let resolve = |token: &str| self.key(token);
        // Done beforehand, unless the message comes from the parked list.
        let words = |text: &str| {
            let known = self.item.words.as_ref().filter(|w| w.text == text);
            known
                .cloned()
                .unwrap_or_else(|| words(text, &self.world.classifier))
        };
        let mut input = understand(content, resolve, words, offered);
        // The first word of a chat is not an answer to anything.
        if stored.is_none() && matches!(input, Understood::Stale) {
            input = Understood::Start { payload: None };
        }
        input
    }

    /// The meaning of a button: of a message to this very chat, or none.
    fn key(&self, token: &str) -> Option<Key> {
        if let Some((deed, reference)) = Deed::parse(token) {
            let own = self.loaded.briefs.get(&self.found.address)?;
            let shown = |brief: &&Brief| {
                brief.silenced == 0 && notify::shown(&brief.reference) == reference
            };
            return Some(deed.key(own.iter().find(shown)?.id.as_str().into()));
        }
        let (id, position) = parse_token(token)?;
        let written = self.loaded.taps.get(id)?;
        if written.address != self.found.address {
            tracing::warn!("a button of another chat was pressed");
            return None;
        }
        let parcel = open(&written.body_sealed, &self.core.seal).ok()?;
        serde_json::from_value(parcel.keys.get(position)?.clone()).ok()
    }
}

/// Whether anybody of the duty desk is there to be alerted.
pub(crate) fn desk_staffed(world: &World, now: Moment) -> bool {
    let open = world.calendar(world.versions().2).is_open(now);
    let duty = |w: &Worker| w.roles.contains(&Role::Duty) && w.on_duty(now, open);
    world.roster.workers().iter().any(duty)
}

/// What the channel of an address can do.
fn means(core: &Core, address: &Address) -> Means {
    let limits = core.limits(address);
    Means {
        buttons: limits.is_some_and(|l| l.choices > 0),
        contact: limits.is_some_and(|l| l.contact),
        place: limits.is_some_and(|l| l.place),
        page: crate::outbox::is_page(address),
        unsend: limits.is_some_and(|l| l.unsend),
    }
}

impl Stepped {
    /// The requests that the person may speak of.
    pub(super) fn own(&self) -> impl Iterator<Item = &Brief> {
        self.briefs.iter().filter(|b| b.silenced == 0)
    }

    /// The request an effect means, if it was stored before this message. Whoever
    /// may not speak for another any more still answers a worker who asks.
    pub(super) fn request(&self, target: &Target) -> Option<&Brief> {
        let held = self.snapshot.held.as_ref().map(|held| &held.request.0);
        let asked = |b: &&Brief| b.silenced == 0 || held == Some(&b.id);
        self.briefs.iter().filter(asked).find(|b| match target {
            Target::Request(id) => b.id == id.0,
            Target::Draft(draft) => b.draft == draft.0,
        })
    }

    /// Position of the promise cards among the replies: after every card of
    /// danger and what leads up to them, before the rest.
    pub(super) fn before_rest(&self) -> usize {
        let first = [ReplyKind::Crisis, ReplyKind::Preface];
        self.replies
            .iter()
            .take_while(|r| first.contains(&r.kind))
            .count()
    }
}
