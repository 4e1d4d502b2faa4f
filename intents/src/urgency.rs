//! How pressing words are, in three steps. It deliberately holds nothing else: corpus and verdicts both speak of it.

/// How pressing the words are. The catalogue's own urgency of the service is not known here; take the greater one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    Normal,
    Urgent,
    Crisis,
}
