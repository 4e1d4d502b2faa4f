//! The workers' side: queues, sheets and the dialogue in the messenger.

pub mod view;
