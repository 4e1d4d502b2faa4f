//! Editing without fear: the catalogue, the escalation policy and the calendar
//! are changed in a draft, checked, compared in words, and only then published.
//!
//! A draft is saved whole and by revision (`draft`); who saved something else
//! meanwhile is told, and nothing is lost. A release (`release`) makes it a
//! version: now, at a moment, or once a second person agreed. What it would meet
//! is counted first (`blast`), and scenarios (`scenario`) are played through by the
//! same functions that answer residents (`whatif`). What a document says and whether it may be
//! published is `paper`'s; versions never change and running conversations keep
//! theirs, which is the store's and the world's business.

mod blast;
mod desk;
mod draft;
mod edits;
mod known;
mod moved;
mod order;
mod paper;
mod paper_cache;
mod places;
mod preview;
mod release;
mod scenario;
pub mod sentences;
mod trying;
mod weigh;
mod whatif;
pub mod words;

pub use blast::{Blast, under_way};
pub use draft::Draft;
pub use edits::Edits;
pub use known::Spot;
pub use moved::{Move, Moved, moved};
pub use order::{Asked, Order, Said, Version, Weighed, Workbench, carry_out};
pub use paper::{Found, Kind, Paper};
pub use paper_cache::PaperCache;
pub use places::{Ended, settled};
pub use preview::{Bubble, MOST_TURNS, Preview, Previewed, Turn, preview};
pub use release::{Release, State, Told, run};
pub use scenario::Scenario;
pub use trying::{Try, Trying, carry_out as suppose};
pub use whatif::{Outcome, Supposed};
