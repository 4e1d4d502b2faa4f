//! The service catalogue: what residents can ask for and everything the rest
//! of the product needs to know about each service.
//!
//! Values are immutable once built; changes are made by [`crate::edit`] and
//! stored by [`crate::document`]. Nothing here checks whether a catalogue makes
//! sense: that is [`crate::check`], so that a draft may be incomplete.
//!
//! To add an attribute to a service: a field below, its row in
//! [`ATTRIBUTES`], and its line in the stored form in `document`.

mod attributes;
mod entered;
mod local;
mod span;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

pub use attributes::{ATTRIBUTES, Attribute, Setter, Shown};
pub use entered::Refused;
pub use local::{OTHERWISE, Override};
pub(crate) use local::{set_otherwise, try_on};
pub use span::{MILESTONES, Milestone, Span, SpanError, Stage, Unit, milestone};

use crate::clarify::Pair;
use crate::localized::Localized;
use crate::question::Question;

/// The stable code of a service, such as `BAS-DIBAO`. Never renamed or reused.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceCode(Arc<str>);

impl ServiceCode {
    pub fn new(code: &str) -> Self {
        Self(Arc::from(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ServiceCode {
    fn from(code: &str) -> Self {
        Self::new(code)
    }
}

impl std::borrow::Borrow<str> for ServiceCode {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for ServiceCode {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for ServiceCode {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for ServiceCode {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for ServiceCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for ServiceCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ServiceCode({})", self.0)
    }
}

/// How sure we must be who someone is before the service is *completed*. It is
/// never asked before the first contact in food, shelter or danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// Anonymous.
    L0,
    /// A phone proved by a code.
    L1,
    /// Name and identity number checked.
    L2,
    /// The real person, by face or in person before a worker.
    L3,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    Normal,
    Urgent,
    Crisis,
}

/// Where a time limit comes from. A district may change the last two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    Statutory,
    Local,
    Customary,
}

/// Which of a person's places decides whose queue a request enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Where the household is registered.
    Hukou,
    /// Where the person lives.
    Residence,
    /// Where the person is now.
    Location,
    /// The district's own desk, never a community queue.
    District,
    /// Nobody's queue: answered by the product itself.
    None,
}

/// Who leads and who receives a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub lead: Place,
    pub copy: Option<Place>,
}

/// One deadline of a service, counted from the message for contacts and from
/// acceptance for everything the law regulates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeLimit {
    /// A key of [`MILESTONES`]; unknown keys are kept and count as outcomes.
    pub milestone: String,
    pub span: Span,
    pub basis: Basis,
}

/// A first-level entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Three letters, the first part of its services' codes.
    pub code: String,
    pub name: Localized,
    /// The label on buttons, when the name is too long.
    pub short: Option<Localized>,
    /// `false` for services reached by the always-visible buttons only.
    pub in_menu: bool,
    /// For administrators.
    pub note: String,
}

impl Category {
    /// What a button says.
    pub fn label(&self) -> &Localized {
        self.short.as_ref().unwrap_or(&self.name)
    }
}

/// A kind of desk that can be responsible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub code: String,
    pub name: Localized,
}

/// One service of the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    pub code: ServiceCode,
    /// The code of its [`Category`].
    pub category: String,
    pub name: Localized,
    /// The label on buttons, when the name is too long.
    pub short: Option<Localized>,
    /// Words residents use for it.
    pub aliases: Vec<String>,
    /// Sentences residents might write; they train the classifier.
    pub examples: Vec<String>,
    /// Every question of the service; [`crate::form`] picks what a resident is asked.
    pub fields: Vec<Question>,
    pub assurance: Assurance,
    pub urgency: Urgency,
    pub limits: Vec<TimeLimit>,
    /// The code of its [`Role`].
    pub role: String,
    pub route: Route,
    /// Only the district's duty desk sees it; notices are neutral.
    pub restricted: bool,
    /// Whether results are posted publicly.
    pub public_notice: bool,
    /// Whether a promise may stand instead of papers (告知承诺).
    pub commitment: bool,
    /// Where limits and rules come from, for administrators.
    pub source_note: String,
    /// `false` hides it from its category's screens; text still finds it.
    pub in_menu: bool,
}

impl Service {
    /// What a button says.
    pub fn label(&self) -> &Localized {
        self.short.as_ref().unwrap_or(&self.name)
    }

    /// A question by its key.
    pub fn field(&self, key: &str) -> Option<&Question> {
        self.fields.iter().find(|question| question.key == key)
    }
}

/// The span within which a person must have spoken to the resident: the
/// shortest limit whose milestone is a contact; where there is none, the
/// shortest limit of all (services that only forward or answer). `None` for a
/// service without limits.
pub fn first_contact(service: &Service) -> Option<Span> {
    first_contact_limit(service).map(|limit| limit.span)
}

/// The span within which the matter should be settled: the longest limit
/// among milestones that are outcomes, apart from the one that already served
/// as first contact. Notices, follow-ups, validity periods and special-case
/// extensions do not count. Steps in sequence (town, then county) are not added
/// up, because a district may run them side by side. `None` where nothing
/// bounds the outcome.
pub fn resolution(service: &Service) -> Option<Span> {
    let contact = first_contact_limit(service);
    service
        .limits
        .iter()
        .filter(|limit| milestone(&limit.milestone).is_none_or(|m| m.stage == Stage::Outcome))
        .filter(|limit| contact.is_none_or(|contact| !std::ptr::eq(*limit, contact)))
        .max_by_key(|limit| limit.span.rough_minutes())
        .map(|limit| limit.span)
}

/// The parts a catalogue is built from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// 0 for a draft that was never published.
    pub version: u32,
    pub categories: Vec<Category>,
    pub services: Vec<Service>,
    pub roles: Vec<Role>,
    /// Services that get confused, with the question that separates them.
    pub pairs: Vec<Pair>,
    /// What is otherwise in places, by place and service.
    pub overrides: Vec<Override>,
}

/// A catalogue with its lookup tables. Cheap to share in an `Arc`.
#[derive(Clone, Debug)]
pub struct Catalogue {
    parts: Parts,
    by_code: HashMap<ServiceCode, usize>,
    /// For each service that can be confused, the pairs it is in.
    pairs_of: HashMap<ServiceCode, Vec<usize>>,
}

impl PartialEq for Catalogue {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl Catalogue {
    /// Never fails: contradictions are for [`crate::check`] to name. Of two
    /// services with one code the first is found.
    pub fn new(parts: Parts) -> Self {
        let mut by_code = HashMap::with_capacity(parts.services.len());
        for (index, service) in parts.services.iter().enumerate() {
            by_code.entry(service.code.clone()).or_insert(index);
        }
        let mut pairs_of: HashMap<ServiceCode, Vec<usize>> = HashMap::new();
        for (index, pair) in parts.pairs.iter().enumerate() {
            for choice in &pair.choices {
                let places = pairs_of.entry(choice.service.clone()).or_default();
                if places.last() != Some(&index) {
                    places.push(index);
                }
            }
        }
        Self {
            parts,
            by_code,
            pairs_of,
        }
    }

    /// 0 for a draft.
    pub fn version(&self) -> u32 {
        self.parts.version
    }

    pub fn categories(&self) -> &[Category] {
        &self.parts.categories
    }

    pub fn services(&self) -> &[Service] {
        &self.parts.services
    }

    pub fn roles(&self) -> &[Role] {
        &self.parts.roles
    }

    pub fn pairs(&self) -> &[Pair] {
        &self.parts.pairs
    }

    /// The service with a code, in constant time.
    pub fn service(&self, code: impl AsRef<str>) -> Option<&Service> {
        let index = *self.by_code.get(code.as_ref())?;
        self.parts.services.get(index)
    }

    pub fn category(&self, code: &str) -> Option<&Category> {
        self.parts
            .categories
            .iter()
            .find(|category| category.code == code)
    }

    pub fn role(&self, code: &str) -> Option<&Role> {
        self.parts.roles.iter().find(|role| role.code == code)
    }

    /// The services of a category, in catalogue order.
    pub fn services_of<'a>(&'a self, category: &'a str) -> impl Iterator<Item = &'a Service> {
        self.parts
            .services
            .iter()
            .filter(move |service| service.category == category)
    }

    /// The parts, to edit or store.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The same catalogue under another version number.
    #[must_use]
    pub fn with_version(mut self, version: u32) -> Self {
        self.parts.version = version;
        self
    }

    /// Indices into [`Self::pairs`] of the pairs a service is in.
    pub(crate) fn pairs_of(&self, code: &str) -> &[usize] {
        self.pairs_of.get(code).map_or(&[], Vec::as_slice)
    }
}

fn first_contact_limit(service: &Service) -> Option<&TimeLimit> {
    let is_contact =
        |limit: &&TimeLimit| milestone(&limit.milestone).is_some_and(|m| m.stage == Stage::Contact);
    let shortest = |limit: &&TimeLimit| limit.span.rough_minutes();
    let contacts = service
        .limits
        .iter()
        .filter(is_contact)
        .min_by_key(shortest);
    contacts.or_else(|| service.limits.iter().min_by_key(shortest))
}
