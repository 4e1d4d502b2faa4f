//! Who may do what, as one table: every route, act and button asks here.
//!
//! A right that names no group of its holder is denied, and so is everything
//! that has no right. Which *requests* somebody may see is not decided here but
//! in `desk::access`; both have to agree.
//!
//! To add a right: a row in the table. To add a role: a line in [`Group::of`].

use crate::territory::{Role, Worker};

/// Somebody who asks, as far as rights go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// Nobody signed in: residents, and machines that prove themselves otherwise.
    Anyone,
    /// A worker in one of their roles.
    Worker(Role),
    /// An administrator.
    Admin,
}

/// Holders with the same rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Whoever opens the page.
    Everyone,
    /// Grid workers: report, visit, tell.
    Field,
    /// The community's desk and the social workers.
    Community,
    /// Street, district and duty desks.
    Authority,
    /// Other offices that answer a referral.
    Partner,
    /// Contracted providers and volunteers: an order and nothing else.
    Outside,
    /// The data-protection officer: rights requests and the logs.
    Watch,
    /// Administrators: how things run, without residents' words.
    Admin,
}

impl Group {
    /// The group of a holder; `None` has no rights at all.
    pub fn of(holder: Holder) -> Option<Self> {
        let role = match holder {
            Holder::Anyone => return Some(Self::Everyone),
            Holder::Admin => return Some(Self::Admin),
            Holder::Worker(role) => role,
        };
        match role {
            Role::Grid => Some(Self::Field),
            Role::Coord | Role::Comm | Role::ChildDir | Role::Sw => Some(Self::Community),
            Role::Duty
            | Role::DutyChief
            | Role::Street
            | Role::StreetLeader
            | Role::District
            | Role::DistrictLeader
            | Role::BureauLeader => Some(Self::Authority),
            Role::Dpf
            | Role::Med
            | Role::Health
            | Role::EduAid
            | Role::Housing
            | Role::Labor
            | Role::Justice
            | Role::Police
            | Role::Vets
            | Role::Rescue
            | Role::H12345 => Some(Self::Partner),
            Role::Supplier | Role::Vol => Some(Self::Outside),
            Role::Privacy => Some(Self::Watch),
            // The automatic answer signs in nowhere.
            Role::Bot => None,
        }
    }
}

macro_rules! rights {
    ($($(#[doc = $about:literal])* $right:ident $code:literal [$($group:ident)*];)*) => {
        /// Something that is allowed or not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Right {
            $($(#[doc = $about])* $right,)*
        }

        impl Right {
            /// All rights, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$right,)*];

            /// Its stable name, for the audit log.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$right => $code,)* }
            }

            /// Who has it.
            pub const fn groups(self) -> &'static [Group] {
                match self { $(Self::$right => &[$(Group::$group,)*],)* }
            }
        }
    };
}

rights! {
    // Doors that are open to everybody.
    /// Look at public pages and choose how they look.
    Visit "visit" [Everyone];
    /// Talk in the residents' chat.
    Chat "chat" [Everyone];
    /// Sign in and out.
    Enter "enter" [Everyone];
    /// Machines: each call proves itself to its own handler.
    Machine "machine" [Everyone];

    // Whoever signed in.
    /// See and end the own sessions, change the password, prove to be there.
    Account "account" [Field Community Authority Partner Outside Watch Admin];
    /// Get new recovery codes.
    Recovery "recovery" [Field Community Authority Partner Outside Watch Admin];

    // Workers' pages.
    /// See the own queue.
    Queue "queue" [Field Community Authority Partner Outside Watch];
    /// Open a request that is theirs to see.
    Read "read" [Field Community Authority Partner Outside Watch];
    /// Read the resident's own words, answers about their life, and messages.
    Story "story" [Field Community Authority Partner Watch];
    /// See the figures of the own units, and what is late there.
    Oversee "oversee" [Authority];
    /// See the own roster, book leave and swaps, hand over.
    Roster "roster" [Field Community Authority Partner Outside Watch];
    /// Connect a messenger to the account.
    Bind "bind" [Field Community Authority Partner Outside Watch];

    // Acts on a request that is theirs to act on.
    /// Take it.
    Accept "accept" [Field Community Authority Partner Outside Watch];
    /// Give it back.
    Decline "decline" [Field Community Authority Partner Outside Watch];
    /// A try that reached nobody.
    Attempt "attempt" [Field Community Authority Partner Outside Watch];
    /// A conversation took place.
    Contact "contact" [Field Community Authority Partner Outside Watch];
    /// Go and see.
    Visiting "visiting" [Field Community Authority Partner Outside Watch];
    /// Attest, where they met, who somebody is.
    Vouch "vouch" [Field Community Authority];
    /// Write to the resident.
    Ask "ask" [Field Community Authority Partner Outside Watch];
    /// Give the conversation back.
    Release "release" [Field Community Authority Partner Outside Watch];
    /// Keep a note.
    Note "note" [Field Community Authority Partner Outside Watch];
    /// Stop its clocks for a reason.
    Pause "pause" [Field Community Authority Partner Watch];
    /// Let its clocks run.
    Resume "resume" [Field Community Authority Partner Watch];
    /// Hand it to another desk.
    Transfer "transfer" [Field Community Authority Partner Watch];
    /// Put it under another service.
    Recategorise "recategorise" [Community Authority];
    /// Settle what is to be looked into with its persons.
    Settle "settle" [Field Community Authority Partner Watch];
    /// Ask somebody above for more time.
    Extend "extend" [Field Community Authority Partner Watch];
    /// Give more time, or not.
    Grant "grant" [Authority];
    /// Make two of it.
    Split "split" [Community Authority];
    /// Let it follow another one about the same thing.
    Link "link" [Community Authority];
    /// End it with an outcome that decides about no money.
    Finish "finish" [Field Community Authority Partner Outside Watch];
    /// Grant or refuse in the authority's name.
    Decide "decide" [Authority Partner];

    // In danger, and what follows.
    /// See what is not theirs, at once, and answer for it.
    BreakGlass "break_glass" [Field Community Authority Partner];
    /// Sign off what was seen so.
    Review "review" [Authority Watch];

    // What needs a fresh proof, besides everything else.
    /// See a number or a name in full.
    Unmask "unmask" [Field Community Authority Partner Outside Watch];
    /// Take data out in bulk.
    Export "export" [Watch Admin];
    /// Erase what is kept of somebody.
    Erase "erase" [Watch Admin];

    // Administrators' pages.
    /// Figures, alarms, outlines without words.
    Overview "overview" [Admin];
    /// Take the figures of the board out as a table.
    Table "table" [Admin];
    /// Read messages that could not be handled, and put them into other words.
    Mend "mend" [Authority];
    /// See and handle parked messages.
    Parked "parked" [Admin];
    /// Review corrections and publish what is learnt.
    Learn "learn" [Admin];
    /// See what is wrong with the roster.
    Duty "duty" [Admin];
    /// Ask who would get a request.
    Route "route" [Admin];
    /// Decide which persons are one.
    Persons "persons" [Admin];
    /// Edit, compare and publish the menu, the policy and the calendar.
    Documents "documents" [Admin];
    /// Search the log of who did what; see what would be deleted.
    Log "log" [Admin];
    /// Say which programs are told what happens, and see what became of it.
    Webhooks "webhooks" [Admin];
    /// See worker accounts.
    Accounts "accounts" [Admin];
    /// Make a worker's sign-in link; take a lost device or the single sign-on from
    /// somebody's account.
    Reset "reset" [Admin];
}

impl Right {
    /// Whether it also takes a proof of the last five minutes that the person is
    /// there; the guard of the routes asks for it.
    pub const fn needs_proof(self) -> bool {
        matches!(
            self,
            Self::Unmask | Self::Export | Self::Erase | Self::Recovery | Self::Reset | Self::Table
        )
    }

    /// Whether any of these holders has it.
    pub fn allows(self, holders: impl IntoIterator<Item = Holder>) -> bool {
        let groups = self.groups();
        groups.contains(&Group::Everyone)
            || holders
                .into_iter()
                .any(|holder| Group::of(holder).is_some_and(|group| groups.contains(&group)))
    }

    /// Whether a worker has it in any of their roles.
    pub fn allows_worker(self, worker: &Worker) -> bool {
        worker.active && self.allows(worker.roles.iter().map(|role| Holder::Worker(*role)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(role: Role, right: Right) -> bool {
        right.allows([Holder::Worker(role)])
    }

    #[test]
    fn names_of_rights_are_unique() {
        let mut codes: Vec<&str> = Right::ALL.iter().map(|r| r.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Right::ALL.len());
    }

    #[test]
    fn the_table_keeps_what_each_role_may_not_do() {
        for role in [Role::Coord, Role::Comm, Role::Sw, Role::Grid, Role::Vol] {
            assert!(!may(role, Right::Decide), "{role} approves no money");
        }
        for role in [Role::Supplier, Role::Vol] {
            for right in [Right::Story, Right::Recategorise, Right::Transfer] {
                assert!(!may(role, right), "{role} {right:?}");
            }
            assert!(may(role, Right::Accept) && may(role, Right::Finish));
        }
        assert!(!may(Role::Grid, Right::Recategorise));
        assert!(!may(Role::Privacy, Right::Decide));
    }

    #[test]
    fn what_nobody_was_given_nobody_has() {
        for right in Right::ALL {
            let open = right.groups() == [Group::Everyone];
            assert_eq!(may(Role::Bot, *right), open, "{right:?}");
            assert_eq!(right.allows([]), open, "{right:?}");
        }
    }

    #[test]
    fn workers_and_administrators_do_not_share_a_door() {
        let open = [Right::Visit, Right::Chat, Right::Enter, Right::Machine];
        let own = [Right::Account, Right::Recovery];
        let bulk = [Right::Export, Right::Erase];
        for right in Right::ALL.iter().filter(|r| !open.contains(r)) {
            assert!(!right.allows([Holder::Anyone]), "{right:?}");
            if own.contains(right) || bulk.contains(right) {
                continue;
            }
            let workers = Role::ALL.iter().map(|role| Holder::Worker(*role));
            assert!(
                !(right.allows(workers) && right.allows([Holder::Admin])),
                "{right:?}"
            );
        }
    }
}
