//! The draft of the menu as a resident would meet it: the real conversation, on a
//! channel, in a language, at a place, a moment and a level of proof of one's
//! choosing. Nothing is stored and nothing is sent; what was said so far comes with
//! every question and is gone through again.

use super::draft;
use super::paper::Kind;
use crate::app::Core;
use crate::clock::Moment;
use crate::conversation::{
    Effect, Key, Lines, Means, Mine, Proving, Reply, ReplyKind, Snapshot, State, Step, Understood,
    View, step, understand, words,
};
use crate::ids::{DraftId, OutboxId};
use crate::intake::desk_staffed;
use crate::outbox::{Lane, Letter, parts, token};
use crate::requests::notify::{offset, parcel};
use crate::requests::open::{self, Context};
use crate::requests::summary;
use crate::routing::trial::locate;
use crate::store::StoreError;
use crate::territory::OUTSIDE;
use crate::world::{Published, World};
use bots::{Address, Content, Limits, render};
use chrono::TimeDelta;
use menus::menu::CHOICES_PER_SCREEN;
use menus::{Assurance, Lang};

/// What was said so far, at most.
pub const MOST_TURNS: usize = 60;

/// What somebody wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Name of the channel's kind.
    pub channel: String,
    pub lang: Lang,
    /// What the resident has proved already.
    pub level: Assurance,
    /// Where they live, in words or as a unit's code; empty if nobody knows.
    pub area: String,
    /// When they begin.
    pub at: Moment,
    pub turns: Vec<Turn>,
}

/// One thing the resident does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    Says(String),
    /// Presses this button of those below the newest messages.
    Presses(usize),
}

/// What they would see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previewed {
    pub bubbles: Vec<Bubble>,
    /// Name of the place that was found.
    pub area: Option<String>,
    /// The desks are open at that moment.
    pub open: bool,
    /// There is a draft; without one it is the menu in force.
    pub draft: bool,
}

/// One message on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bubble {
    /// The resident's own.
    pub mine: bool,
    pub text: String,
    /// Buttons as the channel lays them out. A number: it can be pressed now.
    pub rows: Vec<Vec<(String, Option<usize>)>>,
    /// Length as the channel counts, and its limit.
    pub units: usize,
    pub most: usize,
    /// Bytes of the longest button code, where the channel limits them.
    pub code: Option<usize>,
    /// Choices of the menu on it, without what is always there.
    pub choices: usize,
    pub danger: bool,
}

impl Bubble {
    /// Whether it keeps every limit of its channel.
    pub fn fits(&self) -> bool {
        self.units <= self.most
            && self
                .code
                .is_none_or(|bytes| bytes <= bots::telegram::TOKEN_BYTES)
            && self.choices <= CHOICES_PER_SCREEN
    }
}

/// Plays it, in a thread of its own; `None` if the channel is unknown or the
/// playing failed, with the cause in the log.
pub async fn preview(core: &Core, asked: Preview) -> Result<Option<Previewed>, StoreError> {
    let Some(kind) = bots::Kind::named(&asked.channel) else {
        return Ok(None);
    };
    let paper = draft::paper(&core.db, Kind::Menu).await?;
    let (world, lines) = (core.world(), core.lines.clone());
    let work = move || {
        let world = world.supposing(paper.as_ref());
        let mut played = Phone::new(&world, &lines, kind.limits, &asked).play(&asked);
        played.draft = paper.is_some();
        played
    };
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done
        .inspect_err(|error| tracing::error!(%error, "a preview failed"))
        .ok())
}

/// A phone with one conversation on it.
struct Phone<'a> {
    world: &'a World,
    lines: &'a Lines,
    limits: Limits,
    address: Address,
    snapshot: Snapshot,
    level: Assurance,
    now: Moment,
    bubbles: Vec<Bubble>,
    /// Meanings of the buttons below the newest messages.
    keys: Vec<Key>,
    /// What was opened so far, as its resident would be told of it.
    mine: Vec<Mine>,
}

impl<'a> Phone<'a> {
    fn new(world: &'a World, lines: &'a Lines, limits: Limits, asked: &Preview) -> Self {
        let mut snapshot = Snapshot::fresh(world.versions().0, asked.lang);
        snapshot.lang_fixed = true;
        Self {
            world,
            lines,
            limits,
            address: Address::new(&asked.channel, "preview", "preview"),
            snapshot,
            level: asked.level,
            now: asked.at,
            bubbles: Vec::new(),
            keys: Vec::new(),
            mine: Vec::new(),
        }
    }

    fn play(mut self, asked: &Preview) -> Previewed {
        let area = locate(&asked.area, None, &self.world.tree).unit();
        let area = area.filter(|unit| unit.as_str() != OUTSIDE);
        let named = area.map(|unit| {
            let name = self.world.unit_name(&unit).to_owned();
            (unit, name)
        });
        self.snapshot.known.place.clone_from(&named);
        self.turn(Understood::Start { payload: None });
        for turn in asked.turns.iter().take(MOST_TURNS) {
            self.now += TimeDelta::minutes(1);
            let input = self.heard(turn);
            self.turn(input);
        }
        let calendar = self.world.calendar(self.world.versions().2);
        Previewed {
            open: calendar.is_open(asked.at),
            area: named.map(|(_, name)| name),
            bubbles: self.bubbles,
            draft: false,
        }
    }

    /// What the resident does, on the screen and as it is understood.
    fn heard(&mut self, turn: &Turn) -> Understood {
        let pressed = |at: &usize| self.keys.get(*at).cloned();
        let (text, input) = match turn {
            Turn::Says(text) => {
                let classifier = &self.world.classifier;
                let words = |text: &str| words(text, classifier);
                let content = Content::Text(text.clone());
                let input = understand(&content, |_| None, words, &self.snapshot.offered);
                (text.clone(), input)
            }
            Turn::Presses(at) => {
                let input = pressed(at).map_or(Understood::Stale, Understood::Key);
                (self.label(*at), input)
            }
        };
        self.bubbles.push(Bubble {
            mine: true,
            text,
            ..Bubble::default()
        });
        input
    }

    fn label(&self, at: usize) -> String {
        let buttons = self.bubbles.iter().flat_map(|b| b.rows.iter().flatten());
        let mut pressed = buttons.filter(|(_, place)| *place == Some(at));
        pressed
            .next()
            .map(|(label, _)| label.clone())
            .unwrap_or_default()
    }

    fn turn(&mut self, input: Understood) {
        for (_, place) in self
            .bubbles
            .iter_mut()
            .flat_map(|b| b.rows.iter_mut().flatten())
        {
            *place = None;
        }
        self.keys.clear();
        let published = self.published();
        let mut ids = 0_u32;
        let stamp = self.now;
        let mut new_id = || {
            ids += 1;
            DraftId::from(format!("{}-{ids}", stamp.timestamp()).as_str())
        };
        let mut view = View {
            now: self.now,
            offset: offset(),
            catalogue: &published.catalogue,
            menu: &published.menu,
            requests: &self.mine,
            lines: self.lines,
            places: self.world,
            new_id: &mut new_id,
            channel: Means {
                buttons: self.limits.choices > 0,
                contact: self.limits.contact,
                place: self.limits.place,
                page: crate::outbox::is_page(&self.address),
                unsend: self.limits.unsend,
            },
            proving: Proving {
                codes: false,
                real_name: false,
                face: false,
                reached: self.level,
                fresh: None,
                outcome: None,
            },
            desk_down: !desk_staffed(self.world, self.now),
            lang: None,
        };
        let Step {
            snapshot,
            replies,
            effects,
        } = step(Some(self.snapshot.clone()), input, &mut view);
        self.snapshot = snapshot;
        let first = [ReplyKind::Crisis, ReplyKind::Preface];
        let (before, after): (Vec<Reply>, Vec<Reply>) =
            replies.into_iter().partition(|r| first.contains(&r.kind));
        let opened = effects.into_iter().filter_map(|effect| self.opened(effect));
        let cards: Vec<Reply> = opened.collect();
        for reply in before.into_iter().chain(cards).chain(after) {
            self.show(reply);
        }
    }

    fn published(&self) -> std::sync::Arc<Published> {
        let all = self.world.catalogue(self.snapshot.catalogue);
        self.world.locally(all, self.snapshot.lives())
    }

    /// Opens a request that stays on this phone; the promise, as it would be made.
    fn opened(&mut self, effect: Effect) -> Option<Reply> {
        let opening = match effect {
            Effect::Open(opening) | Effect::AskHuman(opening) => opening,
            Effect::Withdraw { request } => {
                self.mine.retain(|mine| mine.id != request);
                return None;
            }
            _ => return None,
        };
        let from = open::From {
            address: &self.address,
            sender: None,
            context: Context::default(),
            catalogue: self.snapshot.catalogue,
        };
        let opened = open::open(*opening, &from, self.world, self.now, [0; 8])?;
        let brief = summary::brief(&opened.case, self.world);
        let mine = summary::mine(&brief, self.world, self.snapshot.lang);
        self.mine.push(mine);
        opened.card
    }

    /// How much there is to choose from: of a screen of the menu what is not always
    /// there, else the answers and services.
    fn choices(&self, reply: &Reply) -> usize {
        if let State::Menu { screen } = &self.snapshot.state {
            return self.published().menu.screen(screen).entries.len();
        }
        let chosen = |key: &Key| matches!(key, Key::Answer { .. } | Key::Pick { .. });
        reply.keys.iter().filter(|(_, key)| chosen(key)).count()
    }

    /// Puts a reply on the screen, cut and laid out as for the channel.
    fn show(&mut self, reply: Reply) {
        let danger = reply.kind == ReplyKind::Crisis;
        let choices = self.choices(&reply);
        let keys: Vec<Key> = reply.keys.iter().map(|(_, key)| key.clone()).collect();
        let letter = Letter {
            to: self.address.clone(),
            lane: Lane::Reply,
            request: None,
            parcel: parcel(reply, self.snapshot.lang),
            not_before: None,
        };
        for part in parts(letter, Some(self.limits)) {
            let message = part.parcel.message;
            let mut at = self.keys.len();
            let telegram = self.address.channel == bots::telegram::NAME;
            let rows = if telegram {
                bots::telegram::rows(&message.choices)
            } else {
                message.choices.chunks(1).collect()
            };
            let rows = rows.into_iter().map(|row| {
                let button = |choice: &bots::Choice| {
                    at += 1;
                    (choice.label.clone(), Some(at - 1))
                };
                row.iter().map(button).collect()
            });
            let rows: Vec<Vec<_>> = rows.collect();
            let longest = token(&OutboxId::new(self.now).0, keys.len()).len();
            self.bubbles.push(Bubble {
                mine: false,
                units: render::units(&message.text),
                most: self.limits.text_units,
                code: (telegram && !rows.is_empty()).then_some(longest),
                choices: if rows.is_empty() { 0 } else { choices },
                text: message.text,
                rows,
                danger,
            });
        }
        self.keys.extend(keys);
    }
}
