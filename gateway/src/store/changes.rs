//! The one way to write: everything that belongs together, in one transaction.
//!
//! A [`Changes`] is computed first, from what was read; committing it either
//! does all of it or nothing. Guards (versions, unique keys) are checked by
//! counting rows, never by provoking errors, so a lost race comes back as
//! [`StoreError::Conflict`] and the caller reads again. Several messages or
//! rungs may share one `Changes`: that is the group commit.

use super::clients::ClientRows;
use super::drafts::{self, DraftRow, ReleaseRow, ReleaseStep};
use super::inbound::{self, MendedRow};
use super::looks::{LookRow, SignedRow};
use super::person_rows::PeopleRows;
use super::photos::PhotoRow;
use super::proofs::{self, Proving};
use super::roster::BookingRow;
use super::rows::{
    AuditRow, ChatRow, ConversationRow, CorrectionRow, DecisionRow, DocumentRow, EventRow,
    GrantRow, InboundRow, MoveRow, OutboxRow, ReceiptRow, RequestChange, RequestRow, ResidentRow,
    TimerGone, TimerRow, TurnRow, UnitRow, UnparkRow, WorkerRow,
};
use super::staff::{self, EndedRow, OutsideRow, SeenRow, SessionRow, StaffRow, StepRow, VoidRow};
use super::step::{Step, add, stamped};
use super::webhooks::WebhookRows;
use super::writes;
use super::{
    Db, Result, StoreError, Work, audit, broken, checks, fault, looks, people, roster, worked,
};

/// What is to be written, table by table, in the order it is applied.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Messages received; a key that exists already is a conflict.
    pub inbound: Vec<InboundRow>,
    /// Parked messages that were dealt with.
    pub unparked: Vec<UnparkRow>,
    /// Words that workers put in the place of parked ones.
    pub mended: Vec<MendedRow>,
    /// Next states of conversations, guarded by version.
    pub conversations: Vec<ConversationRow>,
    /// New requests; reference and draft are unique.
    pub requests: Vec<RequestRow>,
    /// Changes of requests, guarded by version.
    pub request_changes: Vec<RequestChange>,
    /// History.
    pub events: Vec<EventRow>,
    /// Timers set anew.
    pub timers: Vec<TimerRow>,
    /// Requests whose timer is gone.
    pub timers_cleared: Vec<TimerGone>,
    /// Messages to send.
    pub outbox: Vec<OutboxRow>,
    /// Results of sending.
    pub receipts: Vec<ReceiptRow>,
    /// Codes, links, sessions handed out.
    pub grants: Vec<GrantRow>,
    /// Tags of one-time grants used up now; a used or unknown one is a conflict.
    pub grants_used: Vec<String>,
    /// Unused links that end now.
    pub grants_void: Vec<VoidRow>,
    /// Staff accounts, guarded by version.
    pub staff: Vec<StaffRow>,
    /// Accounts bound to somebody at the single sign-on.
    pub staff_outside: Vec<OutsideRow>,
    /// Accounts that belong to nobody there any more; one that did not is a conflict.
    pub staff_unbound: Vec<String>,
    /// Second factors used up; one used before is a conflict.
    pub staff_steps: Vec<StepRow>,
    /// Browsers signed in.
    pub sessions: Vec<SessionRow>,
    /// Sessions used or proved.
    pub sessions_seen: Vec<SeenRow>,
    /// Sessions that end.
    pub sessions_ended: Vec<EndedRow>,
    /// Chats bound to workers.
    pub chats: Vec<ChatRow>,
    /// Addresses where nobody is any more: residents' or workers'.
    pub chats_ended: Vec<String>,
    /// Chats that go on under another id.
    pub moved: Vec<MoveRow>,
    /// Documents; an existing version is a conflict.
    pub documents: Vec<DocumentRow>,
    /// Savings of drafts; an existing revision is a conflict.
    pub drafts: Vec<DraftRow>,
    /// Texts on their way to being versions.
    pub releases: Vec<ReleaseRow>,
    /// Their steps, guarded by state.
    pub release_steps: Vec<ReleaseStep>,
    /// Units, replaced by code.
    pub units: Vec<UnitRow>,
    /// Workers, replaced by id.
    pub workers: Vec<WorkerRow>,
    /// Workers whose bookings from files are all ended.
    pub rosters_cleared: Vec<String>,
    /// Bookings, replaced by id.
    pub bookings: Vec<BookingRow>,
    /// Ids of bookings withdrawn.
    pub bookings_ended: Vec<String>,
    /// Residents, replaced by id.
    pub residents: Vec<ResidentRow>,
    /// Persons and what is known of them.
    pub people: PeopleRows,
    /// Looks behind the mask.
    pub looks: Vec<LookRow>,
    /// Reviews of them, signed off.
    pub looks_signed: Vec<SignedRow>,
    /// Pictures; one that is there already stays.
    pub photos: Vec<PhotoRow>,
    /// Audit lines.
    pub audit: Vec<AuditRow>,
    /// Proposed examples.
    pub corrections: Vec<CorrectionRow>,
    /// Decisions about them, guarded by version.
    pub corrections_decided: Vec<DecisionRow>,
    /// Programs with a token, and what they were answered.
    pub programs: ClientRows,
    /// Addresses of programs, and what they are to be told.
    pub webhooks: WebhookRows,
    /// Proofs, one-time codes, text messages.
    pub proving: Proving,
    /// When all this happens; used where a row has no time of its own.
    pub at: i64,
}

/// Proof that a [`Changes`] is in the database.
#[derive(Clone, Debug, Default)]
pub struct Committed {
    /// Rows written.
    pub rows: u64,
    /// Where the new messages stand in their chats.
    pub turns: Vec<TurnRow>,
}

impl Changes {
    /// No changes yet, at this time.
    pub fn at(at: i64) -> Self {
        Self {
            at,
            ..Self::default()
        }
    }

    /// Adds all rows of another change; they are then committed together.
    pub fn absorb(&mut self, other: Self) {
        self.inbound.extend(other.inbound);
        self.unparked.extend(other.unparked);
        self.mended.extend(other.mended);
        self.conversations.extend(other.conversations);
        self.requests.extend(other.requests);
        self.request_changes.extend(other.request_changes);
        self.events.extend(other.events);
        self.timers.extend(other.timers);
        self.timers_cleared.extend(other.timers_cleared);
        self.outbox.extend(other.outbox);
        self.receipts.extend(other.receipts);
        self.grants.extend(other.grants);
        self.grants_used.extend(other.grants_used);
        self.grants_void.extend(other.grants_void);
        self.staff.extend(other.staff);
        self.staff_outside.extend(other.staff_outside);
        self.staff_unbound.extend(other.staff_unbound);
        self.staff_steps.extend(other.staff_steps);
        self.sessions.extend(other.sessions);
        self.sessions_seen.extend(other.sessions_seen);
        self.sessions_ended.extend(other.sessions_ended);
        self.chats.extend(other.chats);
        self.chats_ended.extend(other.chats_ended);
        self.moved.extend(other.moved);
        self.documents.extend(other.documents);
        self.drafts.extend(other.drafts);
        self.releases.extend(other.releases);
        self.release_steps.extend(other.release_steps);
        self.units.extend(other.units);
        self.workers.extend(other.workers);
        self.rosters_cleared.extend(other.rosters_cleared);
        self.bookings.extend(other.bookings);
        self.bookings_ended.extend(other.bookings_ended);
        self.residents.extend(other.residents);
        self.people.absorb(other.people);
        self.looks.extend(other.looks);
        self.looks_signed.extend(other.looks_signed);
        self.photos.extend(other.photos);
        self.audit.extend(other.audit);
        self.corrections.extend(other.corrections);
        self.corrections_decided.extend(other.corrections_decided);
        self.programs.absorb(other.programs);
        self.proving.absorb(other.proving);
        self.webhooks.absorb(other.webhooks);
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.audit.is_empty() && self.steps().is_empty()
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::with_capacity(8);
        let used: Vec<_> = self
            .grants_used
            .iter()
            .map(|t| stamped(t, self.at))
            .collect();
        let ended: Vec<_> = self
            .chats_ended
            .iter()
            .map(|t| stamped(t, self.at))
            .collect();
        let s = &mut steps;
        let once = !broken("no-dedupe");
        add(s, "inbound", writes::INBOUND, &self.inbound, once);
        add(s, "unparked", writes::UNPARKED, &self.unparked, true);
        add(s, "mended", inbound::MENDED, &self.mended, true);
        add(
            s,
            "conversations",
            writes::CONVERSATIONS,
            &self.conversations,
            true,
        );
        add(s, "requests", writes::REQUESTS, &self.requests, true);
        add(
            s,
            "request_changes",
            writes::REQUEST_CHANGES,
            &self.request_changes,
            true,
        );
        add(s, "events", writes::EVENTS, &self.events, true);
        add(
            s,
            "timers_cleared",
            writes::TIMERS_CLEARED,
            &self.timers_cleared,
            false,
        );
        add(s, "timers", writes::TIMERS, &self.timers, false);
        add(s, "outbox", writes::OUTBOX, &self.outbox, true);
        add(s, "receipts", writes::RECEIPTS, &self.receipts, false);
        add(s, "photos", writes::PHOTOS, &self.photos, false);
        add(s, "grants", writes::GRANTS, &self.grants, true);
        add(s, "grants_used", writes::GRANTS_USED, &used, true);
        let (void, factors) = (&self.grants_void, &self.staff_steps);
        let (seen, ended_sessions) = (&self.sessions_seen, &self.sessions_ended);
        add(s, "grants_void", writes::GRANTS_VOID, void, false);
        add(s, "staff", writes::STAFF, &self.staff, true);
        let bound = &self.staff_outside;
        add(s, "staff_outside", staff::OUTSIDE, bound, true);
        let unbound = self.staff_unbound.iter();
        let unbound: Vec<_> = unbound.map(|t| stamped(t, self.at)).collect();
        add(s, "staff_unbound", staff::UNBOUND, &unbound, true);
        add(s, "staff_steps", writes::STAFF_STEPS, factors, true);
        add(s, "sessions_seen", writes::SESSIONS_SEEN, seen, false);
        add(
            s,
            "sessions_ended",
            writes::SESSIONS_ENDED,
            ended_sessions,
            false,
        );
        add(s, "sessions", writes::SESSIONS, &self.sessions, true);
        add(s, "chats", writes::CHATS, &self.chats, true);
        add(s, "chats_ended", writes::CHATS_ENDED, &ended, false);
        add(
            s,
            "conversations_ended",
            writes::CONVERSATIONS_ENDED,
            &ended,
            false,
        );
        add(s, "moved_chats", writes::MOVED_CHATS, &self.moved, false);
        add(
            s,
            "moved_conversations",
            writes::MOVED_CONVERSATIONS,
            &self.moved,
            false,
        );
        add(
            s,
            "moved_requests",
            writes::MOVED_REQUESTS,
            &self.moved,
            false,
        );
        add(s, "moved_outbox", writes::MOVED_OUTBOX, &self.moved, false);
        add(s, "moved_proofs", proofs::MOVED, &self.moved, false);
        add(s, "moved_checks", checks::MOVED, &self.moved, false);
        self.proving.steps(s);
        add(s, "documents", writes::DOCUMENTS, &self.documents, true);
        self.draft_steps(s);
        add(s, "unit_past", people::UNIT_PAST, &self.units, false);
        add(s, "units", writes::UNITS, &self.units, true);
        add(s, "workers", writes::WORKERS, &self.workers, true);
        self.roster_steps(s);
        add(s, "residents", writes::RESIDENTS, &self.residents, true);
        self.people.steps(s, &self.moved);
        add(s, "looks", looks::LOOKS, &self.looks, true);
        add(s, "looks_signed", looks::SIGNED, &self.looks_signed, true);
        let (new, decided) = (&self.corrections, &self.corrections_decided);
        add(s, "corrections", writes::CORRECTIONS, new, false);
        add(
            s,
            "corrections_decided",
            writes::CORRECTIONS_DECIDED,
            decided,
            true,
        );
        self.programs.steps(s);
        self.webhooks.steps(s);
        steps
    }

    fn draft_steps(&self, steps: &mut Vec<Step>) {
        add(steps, "drafts", drafts::SAVED, &self.drafts, true);
        add(steps, "drafts_pruned", drafts::PRUNED, &self.drafts, false);
        add(steps, "releases", drafts::RELEASED, &self.releases, true);
        let changed = &self.release_steps;
        add(steps, "release_steps", drafts::STEPPED, changed, true);
    }

    fn roster_steps(&self, steps: &mut Vec<Step>) {
        let cleared = self.rosters_cleared.iter();
        let cleared: Vec<_> = cleared.map(|t| stamped(t, self.at)).collect();
        add(steps, "rosters_cleared", roster::CLEARED, &cleared, false);
        let ended = self.bookings_ended.iter();
        let ended: Vec<_> = ended.map(|t| stamped(t, self.at)).collect();
        add(steps, "bookings_ended", roster::ENDED, &ended, false);
        add(steps, "bookings", roster::BOOKINGS, &self.bookings, true);
    }
}

/// The body of a commit, written once for both drivers.
macro_rules! apply {
    ($tx:ident, $steps:expr, $audit:expr, $engine:ident) => {{
        let mut rows = 0;
        let mut turns: Vec<TurnRow> = Vec::new();
        for step in $steps {
            let done = if step.tells_turns {
                let query = sqlx::query_as(step.sql.$engine).bind(&step.rows);
                turns = query.fetch_all(&mut *$tx).await?;
                turns.len() as u64
            } else {
                let query = sqlx::query(step.sql.$engine).bind(&step.rows);
                query.execute(&mut *$tx).await?.rows_affected()
            };
            if step.exactly.is_some_and(|wanted| wanted != done) {
                $tx.rollback().await?;
                tracing::debug!(table = step.name, "guard refused a change");
                return Err(StoreError::Conflict);
            }
            rows += done;
            fault(step.name);
        }
        // Last, so that the end of the chain is locked for a moment only.
        if !$audit.is_empty() {
            if !audit::chain!(&mut *$tx, $audit, $engine) {
                $tx.rollback().await?;
                tracing::debug!(table = "audit", "guard refused a change");
                return Err(StoreError::Conflict);
            }
            rows += $audit.len() as u64;
            fault("audit");
        }
        fault("commit.before");
        $tx.commit().await?;
        fault("commit.after");
        Ok(Committed { rows, turns })
    }};
}

impl Db {
    /// Writes everything in one transaction, or nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a guard refused: nothing was written.
    pub async fn commit(&self, changes: &Changes) -> Result<Committed> {
        let steps = changes.steps();
        if steps.is_empty() && changes.audit.is_empty() {
            return Ok(Committed::default());
        }
        worked(Work::Statement);
        fault("commit.begin");
        match self {
            Self::Sqlite { write, .. } => {
                let mut tx = write.begin_with("BEGIN IMMEDIATE").await?;
                apply!(tx, &steps, &changes.audit, sqlite)
            }
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                apply!(tx, &steps, &changes.audit, postgres)
            }
        }
    }
}
