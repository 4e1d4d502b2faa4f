//! Telegram, through the Bot API.
//!
//! `receive` reads updates, `send` delivers, `poll` fetches where no webhook can
//! reach us, `file` downloads, `api` is the wire. Residents and workers write in
//! private chats; what happens in groups is acknowledged and left alone.
//!
//! Of teloxide only the types of outgoing calls are used. Its listener answers
//! before anything is stored, its client sleeps ten seconds on a server error
//! and its `Update` refuses a whole message for one missing field, so the wire
//! and the reading are ours.

mod api;
mod file;
mod keyboard;
mod poll;
mod receive;
mod send;
mod settings;
mod update;

use crate::channel::{Built, Channel, Kind, Limits, Poller};
use crate::error::{FetchError, ReceiveError, SendError, StartError};
use crate::message::{Address, Inbound, Outbound, Receipt};
use crate::{Bytes, HeaderMap, webhook};
use api::{Api, Failure};
use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;
use settings::{Mode, TelegramSettings};
use std::sync::Arc;
use std::time::Duration;

/// The channel's name in addresses.
pub use keyboard::{TOKEN_BYTES, rows};

pub const NAME: &str = "telegram";

pub(crate) const KIND: Kind = Kind {
    name: NAME,
    limits: LIMITS,
    build,
};

const LIMITS: Limits = Limits {
    text_units: send::TEXT_UNITS,
    choices: keyboard::MOST_CHOICES,
    chat_per_second: 1.0,
    chat_burst: 5.0,
    bulk_per_second: 30.0,
    contact: true,
    place: true,
    unsend: true,
};

/// The header that carries our secret.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// Update kinds we ask for.
const UPDATES: [&str; 4] = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
];

struct Telegram {
    account: String,
    settings: TelegramSettings,
    api: Arc<Api>,
}

fn build(account: &str, table: toml::Table) -> Built {
    let settings = TelegramSettings::read(table)?;
    let api = Api::new(&settings.api_url, &settings.token);
    Ok(Arc::new(Telegram {
        account: account.to_owned(),
        settings,
        api: Arc::new(api),
    }))
}

#[async_trait]
impl Channel for Telegram {
    fn name(&self) -> &'static str {
        NAME
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn identity(&self) -> Option<String> {
        let (bot, _) = self.settings.token.split_once(':')?;
        Some(format!("{} {bot}", self.settings.api_url))
    }

    fn receive(
        &self,
        headers: &HeaderMap,
        _query: &str,
        body: &[u8],
    ) -> Result<Vec<Inbound>, ReceiveError> {
        // No secret, no webhook: a polling account takes nothing from outside.
        let secret = self
            .settings
            .secret
            .as_deref()
            .ok_or(ReceiveError::Unauthorized)?;
        webhook::secret_header(headers, SECRET_HEADER, secret)?;
        webhook::bounded(body)?;
        receive::inbound(&self.account, body).map(|inbound| vec![inbound])
    }

    async fn send(&self, to: &Address, message: &Outbound) -> Result<Receipt, SendError> {
        send::send(&self.api, to, message).await
    }

    async fn start(&self) -> Result<(), StartError> {
        #[derive(Deserialize)]
        struct Me {
            #[serde(rename = "id")]
            _id: i64,
        }
        let _: Me = self.api.call("getMe", &json!({})).await?;
        if self.settings.mode == Mode::Webhook {
            self.set_webhook().await?;
        }
        Ok(())
    }

    fn poller(&self) -> Option<Box<dyn Poller>> {
        (self.settings.mode == Mode::Polling)
            .then(|| poll::poller(&self.account, Arc::clone(&self.api)))
    }

    fn limits(&self) -> Limits {
        LIMITS
    }

    fn redactions(&self) -> Vec<String> {
        let token = self.settings.token.as_str();
        let mut texts = vec![token.to_owned(), token.replace(':', "%3A")];
        // The part after the colon is the secret one.
        texts.extend(token.split_once(':').map(|(_, key)| key.to_owned()));
        texts.extend(self.settings.secret.clone());
        texts
    }

    async fn fetch(&self, file: &str) -> Result<Bytes, FetchError> {
        file::fetch(&self.api, file).await
    }
}

impl Telegram {
    /// Tells Telegram where to post, if a public address is configured. The call
    /// replaces the whole configuration over there, so everything is named.
    async fn set_webhook(&self) -> Result<(), StartError> {
        let Some(public) = &self.settings.public_url else {
            return Ok(());
        };
        let call = json!({
            "url": format!("{public}/hooks/{NAME}/{}", self.account),
            "secret_token": self.settings.secret,
            "allowed_updates": UPDATES,
            "max_connections": self.settings.max_connections,
            "drop_pending_updates": false,
        });
        // Another process of ours may have set it within the same second.
        for _ in 0..3 {
            match self.api.call::<bool>("setWebhook", &call).await {
                Err(Failure::TooFast(wait)) if wait <= Duration::from_secs(5) => {
                    tokio::time::sleep(wait).await;
                }
                other => return other.map(drop).map_err(StartError::from),
            }
        }
        Err(StartError::Unreachable(
            "setting the webhook was put off three times".into(),
        ))
    }
}

impl From<Failure> for StartError {
    fn from(failure: Failure) -> Self {
        match failure {
            // An unknown token gives 404 where the token is part of the path.
            Failure::Refused {
                code: 401 | 404, ..
            } => Self::Unauthorized,
            Failure::Refused { description, .. } => Self::Refused(description),
            Failure::TooFast(wait) => Self::Unreachable(format!("asked to wait {wait:?}")),
            Failure::Down(cause) | Failure::Unanswered(cause) => Self::Unreachable(cause),
        }
    }
}

#[cfg(test)]
mod tests;
