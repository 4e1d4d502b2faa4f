//! Delivering one message: which calls it takes and what their refusals mean.
//!
//! Tries once. A text over the limit goes out in parts; if a later part fails,
//! the whole message counts as failed and a retry repeats the first part, so
//! whoever can should split beforehand.

use super::api::{Api, Failure};
use super::keyboard;
use crate::error::{GoneReason, SendError};
use crate::message::{Address, Outbound, Receipt};
use crate::render;
use serde::Deserialize;
use serde::de::IgnoredAny;
use teloxide::payloads::{
    AnswerCallbackQuery, AnswerCallbackQuerySetters, DeleteMessages, EditMessageText,
    EditMessageTextSetters, SendMessage, SendMessageSetters,
};
use teloxide::types::{CallbackQueryId, ChatId, LinkPreviewOptions, MessageId, ReplyMarkup};

/// UTF-16 units of one message.
pub(super) const TEXT_UNITS: usize = 4096;
/// Messages one call takes back.
const MOST_UNSENT: usize = 100;
/// UTF-16 units of the answer to a tap.
const TOAST_UNITS: usize = 200;

#[derive(Deserialize)]
struct Sent {
    message_id: i64,
}

/// Sends, edits and answers as `message` says.
pub(super) async fn send(
    api: &Api,
    to: &Address,
    message: &Outbound,
) -> Result<Receipt, SendError> {
    if !message.unsend.is_empty() {
        unsend(api, to, &message.unsend).await?;
    }
    let parts = render::split(&message.text, TEXT_UNITS);
    if parts.is_empty() {
        return match &message.answers {
            Some(callback) => answer(api, callback, message)
                .await
                .map(|()| Receipt::default()),
            None if message.unsend.is_empty() => {
                Err(SendError::Rejected("there is nothing to send".into()))
            }
            None => Ok(Receipt::default()),
        };
    }
    let chat = chat(to)?;
    let markup = keyboard::markup(message)?;
    let deliver = deliver(api, chat, message, &parts, markup);
    let Some(callback) = &message.answers else {
        return deliver.await;
    };
    // The words matter; an unanswered tap only leaves a clock on the button.
    let (answered, delivered) = tokio::join!(answer(api, callback, message), deliver);
    if let Err(error) = answered {
        tracing::debug!(%error, "a tap was not answered");
    }
    delivered
}

fn chat(to: &Address) -> Result<ChatId, SendError> {
    let id = to.chat.parse();
    id.map(ChatId)
        .map_err(|_| SendError::Rejected("the chat is not a number".into()))
}

/// Takes messages back, the newest first. What is gone or too old is skipped
/// over there; a refusal of the rest keeps nobody from being answered.
async fn unsend(api: &Api, to: &Address, messages: &[String]) -> Result<(), SendError> {
    let chat = chat(to)?;
    let ids = messages.iter().filter_map(|id| id.parse().ok());
    let ids: Vec<MessageId> = ids.map(MessageId).collect();
    for some in ids.chunks(MOST_UNSENT) {
        let call = DeleteMessages::new(chat, some.to_vec());
        match api.call::<IgnoredAny>("deleteMessages", &call).await {
            Ok(_) => {}
            Err(Failure::Refused { description, .. }) => {
                tracing::debug!(description, "messages were not taken back");
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(())
}

async fn answer(api: &Api, callback: &str, message: &Outbound) -> Result<(), SendError> {
    let mut call = AnswerCallbackQuery::new(CallbackQueryId(callback.to_owned()));
    if let Some(toast) = message.toast.as_deref().filter(|t| !t.trim().is_empty()) {
        call = call.text(render::truncate(toast, TOAST_UNITS));
    }
    match api.call::<IgnoredAny>("answerCallbackQuery", &call).await {
        Ok(_) => Ok(()),
        Err(failure) if failure.says("query is too old") || failure.says("query id is invalid") => {
            Ok(())
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn deliver(
    api: &Api,
    chat: ChatId,
    message: &Outbound,
    parts: &[&str],
    markup: Option<ReplyMarkup>,
) -> Result<Receipt, SendError> {
    let mut rest = parts;
    let mut last = None;
    if let Some(id) = editable(message)
        && edit(api, chat, id, message, parts).await?
    {
        last = Some(i64::from(id));
        rest = &parts[1..];
    }
    for (index, part) in rest.iter().enumerate() {
        let mut call = SendMessage::new(chat, *part).link_preview_options(no_preview());
        if index + 1 == rest.len()
            && let Some(markup) = &markup
        {
            call = call.reply_markup(markup.clone());
        }
        let sent: Sent = api.call("sendMessage", &call).await?;
        last = Some(sent.message_id);
    }
    Ok(Receipt {
        message: last.map(|id| id.to_string()),
    })
}

/// The message to rewrite. A reply keyboard cannot be brought or taken away by
/// an edit, so such a message is sent anew.
fn editable(message: &Outbound) -> Option<i32> {
    if message.ask.is_some() || (message.remove_keyboard && message.choices.is_empty()) {
        return None;
    }
    message.edit.as_deref()?.parse().ok()
}

/// Rewrites a message with the first part; `false` if that is not possible any
/// more and the text has to be sent anew.
async fn edit(
    api: &Api,
    chat: ChatId,
    id: i32,
    message: &Outbound,
    parts: &[&str],
) -> Result<bool, SendError> {
    let mut call =
        EditMessageText::new(chat, MessageId(id), parts[0]).link_preview_options(no_preview());
    if parts.len() == 1 && !message.choices.is_empty() {
        call = call.reply_markup(keyboard::inline(&message.choices));
    }
    match api.call::<IgnoredAny>("editMessageText", &call).await {
        Ok(_) => Ok(true),
        Err(failure) if failure.says("message is not modified") => Ok(true),
        Err(failure)
            if failure.says("message to edit not found")
                || failure.says("message can't be edited")
                || failure.says("message_id_invalid")
                || failure.says("no text in the message to edit") =>
        {
            Ok(false)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// A preview would make Telegram's servers open links that are meant for one
/// person and work once.
fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

impl Failure {
    /// Whether the API refused with a description that contains `words`, which
    /// are in lower case. Spellings differ between servers and versions.
    fn says(&self, words: &str) -> bool {
        matches!(self, Self::Refused { description, .. }
            if description.to_lowercase().contains(words))
    }
}

impl From<Failure> for SendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooFast(wait) => Self::RetryAfter(wait),
            Failure::Down(cause) => Self::Temporary(cause),
            Failure::Unanswered(cause) => Self::Unknown(cause),
            Failure::Refused {
                moved_to: Some(to), ..
            } => Self::Moved { to: to.to_string() },
            Failure::Refused {
                code, description, ..
            } => refused(code, description),
        }
    }
}

fn refused(code: u16, description: String) -> SendError {
    let text = description.to_lowercase();
    let gone = match code {
        403 if text.contains("deactivated") => Some(GoneReason::Deactivated),
        403 if text.contains("initiate conversation") => Some(GoneReason::NotFound),
        403 => Some(GoneReason::Blocked),
        400 if ["chat not found", "user not found", "peer_id_invalid"]
            .iter()
            .any(|words| text.contains(words)) =>
        {
            Some(GoneReason::NotFound)
        }
        _ => None,
    };
    match gone {
        Some(reason) => SendError::Gone(reason),
        None => SendError::Rejected(description),
    }
}
