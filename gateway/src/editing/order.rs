//! What an administrator orders, carried out and put into one view: for the
//! pages and for the command line.

use super::blast::Blast;
use super::desk::Desk;
use super::draft::Draft;
use super::edits::Edits;
use super::known::Spot;
use super::paper::{Found, Kind, Paper};
use super::places::Ended;
use super::release::Release;
use super::weigh;
use crate::app::Core;
use crate::clock::Moment;
use crate::store::StoreError;
use menus::diff::Change;
use menus::{Catalogue, Localized};
use std::sync::Arc;

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Only look.
    Look,
    /// Change the draft.
    Edit(Edits),
    /// Put a whole text in the draft's place.
    Write(String),
    /// Give the draft up.
    Discard,
    /// Look at what publishing this would mean.
    Weigh(Weighed),
    /// Publish the draft as it was compared with this version; at a moment, or now.
    Publish {
        live: u32,
        at: Option<Moment>,
        note: String,
    },
    /// Be the second person for a release.
    Approve(String),
    /// Take a release back that is not published yet.
    Withdraw(String),
    /// Publish a former version again.
    Revert { to: u32, note: String },
}

/// What somebody is about to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weighed {
    Draft,
    /// A former version.
    Version(u32),
    /// A release that waits for a second person, by its id.
    Release(String),
}

/// An order with what the page showed.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub kind: Kind,
    /// Number of the saving that was looked at.
    pub revision: i64,
    pub order: Order,
}

/// What came of an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Saved,
    /// The draft said so already.
    Nothing,
    Discarded,
    /// Somebody else saved meanwhile: what they changed, and what was to be changed here.
    Stale {
        theirs: Vec<Change>,
        yours: Vec<Change>,
    },
    /// An edit that cannot be made.
    Refused(Localized),
    /// These keep it from being kept or published.
    Grave(Vec<Found>),
    InForce(u32),
    Planned(Moment),
    /// A second person has to agree.
    WaitsForSecond,
    /// Changes of this kind need somebody with an account of their own.
    NeedsAccount,
    /// The author cannot be the second person.
    NotYou,
    Withdrawn,
    /// There is no such draft, release or version any more, or another one is in force.
    Gone,
}

/// A version that was or is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    pub number: u32,
    pub at: Moment,
}

/// All there is to see of a kind.
#[derive(Clone, Debug)]
pub struct Workbench {
    pub kind: Kind,
    /// What is in force.
    pub live: u32,
    pub live_paper: Arc<Paper>,
    pub live_text: Arc<str>,
    pub draft: Option<Draft>,
    /// The draft, or what is in force; `None` for a draft that cannot be read.
    pub paper: Option<Arc<Paper>>,
    /// Number of the newest saving; goes back with every form.
    pub revision: i64,
    pub findings: Vec<Found>,
    /// From what is in force to the draft.
    pub changes: Vec<Change>,
    /// It takes a second person.
    pub needs_two: bool,
    pub blast: Blast,
    pub releases: Vec<Release>,
    pub versions: Vec<Version>,
    pub said: Option<Said>,
    /// The units that may have a service otherwise; of a menu only.
    pub places: Vec<Spot>,
    /// Units that have services otherwise and are not there any more.
    pub ended: Vec<Ended>,
    /// Who looks.
    pub actor: String,
}

impl Workbench {
    /// The catalogue of the draft, or the one in force.
    pub fn menu(&self) -> Option<&Catalogue> {
        match self.paper.as_deref() {
            Some(Paper::Menu(catalogue)) => Some(catalogue),
            _ => None,
        }
    }

    /// The text of the draft, or the one in force.
    pub fn text(&self) -> &str {
        self.draft.as_ref().map_or(&self.live_text, |d| &d.body)
    }
}

/// Does what is ordered and looks.
pub async fn carry_out(core: &Core, actor: &str, asked: Asked) -> Result<Workbench, StoreError> {
    let desk = Desk::open(core, actor, asked.kind).await?;
    let said = match asked.order {
        Order::Look => return desk.look(None).await,
        Order::Weigh(what) => return weigh::weigh(desk, &what).await,
        Order::Edit(edits) => desk.edit(asked.revision, &edits).await?,
        Order::Write(text) => desk.write(asked.revision, text).await?,
        Order::Discard => desk.discard(asked.revision).await?,
        Order::Publish { live, at, note } => desk.publish(asked.revision, live, at, &note).await?,
        Order::Approve(id) => desk.approve(&id).await?,
        Order::Withdraw(id) => desk.withdraw(&id).await?,
        Order::Revert { to, note } => desk.revert(to, &note).await?,
    };
    let desk = Desk::open(core, actor, asked.kind).await?;
    desk.look(Some(said)).await
}
