//! What every part of the gateway works with.

use crate::bus::Bus;
use crate::clock::{Clock, Moment};
use crate::conversation::{Lines, Snapshot};
use crate::desk::CaseCache;
use crate::desk::board::Board;
use crate::editing::PaperCache;
use crate::identity;
use crate::outbox::{self, Held, Letter, Outbox};
use crate::probing::Nowhere;
use crate::seal::Seal;
use crate::store::{Changes, Db, StoreError, conversations};
use crate::telemetry::{History, Metrics};
use crate::webhooks;
use crate::world::World;
use arc_swap::{ArcSwap, ArcSwapOption};
use bots::{Address, Channel, Kind, Limits};
use std::collections::HashMap;
use std::sync::Arc;

/// The shared parts of one gateway.
pub struct Core {
    /// The database.
    pub db: Db,
    /// Encryption at rest.
    pub seal: Seal,
    /// Time.
    pub clock: Clock,
    /// Hints.
    pub bus: Bus,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Messages going out.
    pub outbox: Outbox,
    /// Channels by "kind/account".
    pub channels: HashMap<String, Arc<dyn Channel>>,
    /// Hotlines.
    pub lines: Lines,
    /// What people can prove here.
    pub proving: identity::Settings,
    /// Calls programs that are told what happens.
    pub webhooks: webhooks::Caller,
    /// Where probes end.
    pub nowhere: Arc<Nowhere>,
    /// The last minutes of what this process did.
    pub history: History,
    /// Documents that editors look at.
    pub papers: PaperCache,
    /// Requests that workers look at.
    pub cases: CaseCache,
    world: ArcSwap<World>,
    board: ArcSwapOption<Board>,
}

impl Core {
    /// Joins the parts.
    #[allow(
        clippy::too_many_arguments,
        reason = "called once, every part is needed"
    )]
    pub fn new(
        db: Db,
        seal: Seal,
        clock: Clock,
        bus: Bus,
        metrics: Arc<Metrics>,
        outbox: Outbox,
        channels: HashMap<String, Arc<dyn Channel>>,
        lines: Lines,
        proving: identity::Settings,
        webhooks: webhooks::Caller,
        nowhere: Arc<Nowhere>,
        world: World,
    ) -> Self {
        Self {
            db,
            seal,
            clock,
            bus,
            metrics,
            outbox,
            channels,
            lines,
            proving,
            webhooks,
            nowhere,
            history: History::default(),
            papers: PaperCache::default(),
            cases: CaseCache::default(),
            world: ArcSwap::from_pointee(world),
            board: ArcSwapOption::empty(),
        }
    }

    /// The world as of now; stays the same while it is held.
    pub fn world(&self) -> Arc<World> {
        self.world.load_full()
    }

    /// Replaces the world.
    pub fn set_world(&self, world: World) {
        self.world.store(Arc::new(world));
    }

    /// The supervisors' figures as they were taken last.
    pub fn board(&self) -> Option<Arc<Board>> {
        self.board.load_full()
    }

    /// Keeps newer figures.
    pub fn set_board(&self, board: Board) -> Arc<Board> {
        let board = Arc::new(board);
        self.board.store(Some(board.clone()));
        board
    }

    /// What the channel of an address allows and can do; of its kind, where the
    /// account is not configured in this process.
    pub fn limits(&self, address: &Address) -> Option<Limits> {
        let account = format!("{}/{}", address.channel, address.account);
        let channel = self.channels.get(&account).map(|c| c.limits());
        channel.or_else(|| Kind::named(&address.channel).map(|kind| kind.limits))
    }

    /// How the conversation at an address stands; `None` before it began.
    ///
    /// # Errors
    /// Of the store.
    pub async fn snapshot(&self, address: &str) -> Result<Option<Snapshot>, StoreError> {
        let found = conversations::one(&self.db, address).await?;
        let plain = found.and_then(|found| self.seal.open(&found.state_sealed).ok());
        Ok(plain.map(|plain| Snapshot::from_json(&String::from_utf8_lossy(&plain), 0)))
    }

    /// Adds messages to a change; send what it returns once that is committed.
    pub fn write_letters(
        &self,
        letters: Vec<Letter>,
        changes: &mut Changes,
        now: Moment,
    ) -> Vec<Held> {
        let mut held = Vec::with_capacity(letters.len());
        // One lease for all: what was written together comes back together.
        let lease = self.outbox.lease();
        for letter in letters {
            let limits = self.limits(&letter.to);
            for part in outbox::parts(letter, limits) {
                let (row, mine) = outbox::write(part, now, lease, &self.seal);
                changes.outbox.push(row);
                held.extend(mine);
            }
        }
        held
    }
}
