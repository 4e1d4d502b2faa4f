//! The numbers and texts the fake is built from, read from `constants.json`.
//!
//! They are facts about the official server (its source and the Bot API
//! description), kept apart from the code so that they can be checked and
//! renewed by themselves. The rates are the customary ones of its FAQ.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The facts.
pub(super) static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    serde_json::from_str(include_str!("constants.json")).expect("the file beside this one fits")
});

#[derive(Deserialize)]
pub(super) struct Facts {
    pub(super) webhook: Webhook,
    pub(super) update_ttl_s: HashMap<String, i64>,
    pub(super) get_updates: GetUpdates,
    pub(super) limits: Limits,
    pub(super) rates: Rates,
    pub(super) errors: Errors,
}

#[derive(Deserialize)]
pub(super) struct Webhook {
    pub(super) secret_header: String,
    pub(super) secret_max_chars: usize,
    pub(super) max_connections: Range,
    pub(super) first_retry_s: i64,
    pub(super) second_retry_s: i64,
    /// The cap is drawn between these two.
    pub(super) retry_cap_s: (i64, i64),
    pub(super) retry_after_honoured_max_s: i64,
    pub(super) gone_closes_after_s: i64,
    pub(super) set_again_within_s: i64,
    pub(super) answer_within_s: u64,
    pub(super) never_in_the_answer: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Range {
    pub(super) min: i64,
    pub(super) default: i64,
    pub(super) max: i64,
}

#[derive(Deserialize)]
pub(super) struct GetUpdates {
    pub(super) limit_max: i64,
    pub(super) timeout_max_s: i64,
}

#[derive(Deserialize)]
pub(super) struct Limits {
    pub(super) text_units: usize,
    pub(super) caption_units: usize,
    pub(super) callback_data_bytes: usize,
    pub(super) callback_answer_units: usize,
    pub(super) buttons: usize,
    pub(super) photo_upload_bytes: usize,
    pub(super) file_upload_bytes: usize,
    pub(super) file_download_bytes: usize,
}

#[derive(Deserialize)]
pub(super) struct Rates {
    pub(super) chat_per_s: f64,
    pub(super) chat_burst: f64,
    pub(super) all_per_s: f64,
}

#[derive(Deserialize)]
pub(super) struct Errors {
    pub(super) webhook_is_set: String,
    pub(super) other_poller: String,
    pub(super) not_modified: String,
    pub(super) stale_callback: String,
    pub(super) blocked: String,
    pub(super) deactivated: String,
    pub(super) chat_missing: String,
    pub(super) unauthorized: String,
    pub(super) flood: String,
}
