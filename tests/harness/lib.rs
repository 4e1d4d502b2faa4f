//! What the tests stand on: a whole gateway on a clock moved by hand, and the
//! people around it as types with verbs.
//!
//! ```text
//! let world = World::start().await;
//! let worker = world.worker("YX033").await;
//! let resident = world.resident_on_telegram(42);
//! resident.says("想送餐").await.sees("电话");
//! world.advance(hours(4)).await;
//! worker.sees("提醒");
//! world.ends().await;
//! ```
//!
//! Everything goes through the front door: webhook, pages, buttons. Only `check`
//! looks into the tables.

mod beginning;
pub mod botapi;
mod browser;
mod check;
mod command;
mod database;
mod device;
pub mod kill;
mod moments;
mod opinion;
mod provider;
mod receiver;
mod registry;
mod resident;
mod sms;
mod town;
mod worker;

pub use beginning::{Beginning, Wire};
pub use browser::{Browser, Frames, Page, between};
pub use command::Told;
pub use database::{Engine, engine};
pub use device::totp;
pub use moments::{days, hours, local, minutes, seconds};
pub use opinion::{Opinion, Says};
pub use provider::{CLIENT, CLIENT_SECRET, Provider, Token};
pub use receiver::Receiver;
pub use registry::{Knows, REGISTRY_KEY, Registry};
pub use resident::Resident;
pub use sms::{Answers, KEY, KEY_ID, Sms, Taken};
pub use town::{SECRET, Setup, World};
pub use worker::Worker;
