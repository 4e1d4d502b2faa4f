//! The methods: what each call does to the state and answers.
//!
//! getUpdates waits and is therefore in `server`; the rest is immediate. Unknown
//! parameters are ignored, as the real server does.

use super::constants::FACTS;
use super::rules;
use super::state::{Hook, Sent, State};
use super::wire::{Call, Outcome, Refusal, Upload};
use chrono::TimeDelta;
use gateway::clock::Moment;
use serde_json::{Value, json};

/// Whether a call puts something into a chat, so that rates and faults apply.
pub(super) fn delivers(method: &str) -> bool {
    method != "sendchataction" && (method.starts_with("send") || method.starts_with("edit"))
}

/// Runs a method.
pub(super) fn run(state: &mut State, call: &Call, now: Moment) -> Outcome {
    match call.method.as_str() {
        "getme" => Ok(state.me()),
        "setwebhook" => set_webhook(state, call, now),
        "deletewebhook" => Ok(delete_webhook(state, call)),
        "getwebhookinfo" => Ok(webhook_info(state)),
        "sendmessage" => send_message(state, call, now),
        "sendphoto" => send_file(state, call, "photo", "jpg", now),
        "senddocument" => send_file(state, call, "document", "bin", now),
        "sendvoice" => send_file(state, call, "voice", "oga", now),
        "sendchataction" => chat_action(state, call),
        "editmessagetext" => edit_text(state, call, now),
        "deletemessages" => delete_messages(state, call, now),
        "answercallbackquery" => answer_tap(state, call, now),
        "getfile" => get_file(state, call),
        "setmycommands" | "deletemycommands" | "close" | "logout" => Ok(true.into()),
        _ => Err(Refusal::new(404, "Not Found: method not found")),
    }
}

fn set_webhook(state: &mut State, call: &Call, now: Moment) -> Outcome {
    let facts = &FACTS.webhook;
    let url = call.text("url").unwrap_or_default();
    if url.is_empty() {
        return Ok(delete_webhook(state, call));
    }
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(Refusal::bad(
            "bad webhook: An HTTPS URL must be provided for webhook",
        ));
    }
    let secret = call.text("secret_token").filter(|s| !s.is_empty());
    if let Some(secret) = &secret {
        if secret.len() > facts.secret_max_chars {
            return Err(Refusal::bad("secret token is too long"));
        }
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !secret.bytes().all(word) {
            return Err(Refusal::bad("secret token contains unallowed characters"));
        }
    }
    let soon = TimeDelta::seconds(facts.set_again_within_s);
    if state.hook_set_at.is_some_and(|at| now - at < soon) {
        return Err(Refusal::too_fast(facts.set_again_within_s));
    }
    // Without the parameter the former list stays.
    if let Some(kinds) = call.object("allowed_updates")? {
        state.allowed = serde_json::from_value(kinds).ok();
    }
    if call.flag("drop_pending_updates") {
        state.pending.clear();
    }
    let connections = &facts.max_connections;
    let wanted = call
        .number("max_connections")
        .unwrap_or(connections.default);
    state.hook_set_at = Some(now);
    state.hook_version += 1;
    // Everything else is replaced: no secret given means no secret.
    state.hook = Some(Hook {
        url,
        secret,
        max_connections: wanted.clamp(connections.min, connections.max),
        last_error: None,
        gone_since: None,
    });
    Ok(true.into())
}

fn delete_webhook(state: &mut State, call: &Call) -> Value {
    if call.flag("drop_pending_updates") {
        state.pending.clear();
    }
    state.hook = None;
    state.hook_version += 1;
    true.into()
}

fn webhook_info(state: &State) -> Value {
    let mut info = json!({
        "url": state.hook.as_ref().map_or("", |hook| &hook.url),
        "has_custom_certificate": false,
        "pending_update_count": state.pending.len(),
    });
    if let Some(hook) = &state.hook {
        info["max_connections"] = hook.max_connections.into();
        if let Some((at, message)) = &hook.last_error {
            info["last_error_date"] = at.timestamp().into();
            info["last_error_message"] = message.clone().into();
        }
    }
    if let Some(kinds) = &state.allowed {
        info["allowed_updates"] = json!(kinds);
    }
    info
}

/// The chat of a call, which the bot may write to.
fn chat_of(state: &mut State, call: &Call) -> Result<i64, Refusal> {
    let given = call.text("chat_id").unwrap_or_default();
    if given.is_empty() {
        return Err(Refusal::bad("chat_id is empty"));
    }
    let missing = || Refusal::new(400, &FACTS.errors.chat_missing);
    let chat = given.parse().map_err(|_| missing())?;
    state.reachable(chat)?;
    Ok(chat)
}

fn markup_of(state: &mut State, call: &Call, chat: i64) -> Result<Option<Value>, Refusal> {
    let markup = call.object("reply_markup")?;
    if let Some(markup) = &markup {
        rules::keyboard(markup, state.person(chat).kind == "private")?;
    }
    Ok(markup)
}

fn send_message(state: &mut State, call: &Call, now: Moment) -> Outcome {
    let chat = chat_of(state, call)?;
    rules::parse_mode(call.text("parse_mode").as_deref())?;
    let text = rules::text(call.text("text"))?;
    let markup = markup_of(state, call, chat)?;
    state.faults.allow(chat, now)?;
    Ok(post(state, call, chat, &json!({"text": text}), markup, now))
}

fn send_file(state: &mut State, call: &Call, kind: &str, extension: &str, now: Moment) -> Outcome {
    let chat = chat_of(state, call)?;
    let caption = rules::caption(call.text("caption"))?;
    let markup = markup_of(state, call, chat)?;
    let (id, size, name) = match (upload(call, kind), call.text(kind)) {
        (Some(upload), _) => {
            let limits = &FACTS.limits;
            let most = if kind == "photo" {
                limits.photo_upload_bytes
            } else {
                limits.file_upload_bytes
            };
            if upload.bytes.len() > most {
                return Err(Refusal::new(413, "Request Entity Too Large"));
            }
            let id = state.keep(&format!("{kind}s"), extension, upload.bytes.clone());
            (id, upload.bytes.len(), upload.name.clone())
        }
        (None, Some(id)) => match state.files.get(&id) {
            Some(file) => (id, file.bytes.len(), String::new()),
            None => {
                return Err(Refusal::bad(
                    "wrong remote file identifier specified: wrong string length",
                ));
            }
        },
        (None, None) => return Err(Refusal::bad(&format!("there is no {kind} in the request"))),
    };
    state.faults.allow(chat, now)?;
    let unique = format!("u{id}");
    let file = json!({"file_id": id, "file_unique_id": unique, "file_size": size});
    let mut content = match kind {
        "photo" => {
            let mut size = file;
            size["width"] = 640.into();
            size["height"] = 480.into();
            json!({"photo": [size]})
        }
        "voice" => {
            let mut voice = file;
            voice["duration"] = call.number("duration").unwrap_or(1).into();
            json!({"voice": voice})
        }
        _ => {
            let mut document = file;
            document["file_name"] = name.into();
            json!({"document": document})
        }
    };
    if let Some(caption) = caption {
        content["caption"] = caption.into();
    }
    Ok(post(state, call, chat, &content, markup, now))
}

/// The upload of a parameter, named directly or by "attach://name".
fn upload<'c>(call: &'c Call, name: &str) -> Option<&'c Upload> {
    let named = call.text(name);
    let attached = named.as_deref().and_then(|n| n.strip_prefix("attach://"));
    call.uploads.get(attached.unwrap_or(name))
}

/// Puts a message into a chat and remembers it.
fn post(
    state: &mut State,
    call: &Call,
    chat: i64,
    content: &Value,
    markup: Option<Value>,
    now: Moment,
) -> Value {
    let id = state.new_message_id();
    let mut message = json!({
        "message_id": id, "from": state.bot(), "chat": state.chat(chat), "date": now.timestamp(),
    });
    for (name, value) in content.as_object().into_iter().flatten() {
        message[name] = value.clone();
    }
    if let Some(markup) = &markup {
        if markup.get("inline_keyboard").is_some() {
            message["reply_markup"] = markup.clone();
        } else if markup.get("keyboard").is_some() {
            state.person(chat).keyboard = Some(markup.clone());
        } else if markup.get("remove_keyboard").is_some() {
            state.person(chat).keyboard = None;
        }
    }
    state.person(chat).messages.insert(id, message.clone());
    record(state, call, chat, &message, markup, now);
    message
}

fn record(
    state: &mut State,
    call: &Call,
    chat: i64,
    message: &Value,
    markup: Option<Value>,
    at: Moment,
) {
    let text = message.get("text").or_else(|| message.get("caption"));
    state.sent.push(Sent {
        chat,
        message: message["message_id"].as_i64().unwrap_or_default(),
        method: call.method.clone(),
        text: text.and_then(Value::as_str).unwrap_or_default().to_owned(),
        markup,
        at,
    });
}

fn edit_text(state: &mut State, call: &Call, now: Moment) -> Outcome {
    let chat = chat_of(state, call)?;
    let id = call
        .number("message_id")
        .ok_or_else(|| Refusal::bad("message identifier is not specified"))?;
    rules::parse_mode(call.text("parse_mode").as_deref())?;
    let text = rules::text(call.text("text"))?;
    let markup = markup_of(state, call, chat)?;
    if markup
        .as_ref()
        .is_some_and(|m| m.get("inline_keyboard").is_none())
    {
        return Err(Refusal::bad("inline keyboard expected"));
    }
    state.faults.allow(chat, now)?;
    let own = state.id;
    let message = state
        .person(chat)
        .messages
        .get_mut(&id)
        .ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if message["from"]["id"] != own {
        return Err(Refusal::bad("message can't be edited"));
    }
    if message.get("text").is_none() {
        return Err(Refusal::bad("there is no text in the message to edit"));
    }
    if message["text"] == text.as_str() && message.get("reply_markup") == markup.as_ref() {
        return Err(Refusal::new(400, &FACTS.errors.not_modified));
    }
    message["text"] = text.into();
    message["edit_date"] = now.timestamp().into();
    let fields = message.as_object_mut().expect("messages are objects");
    match &markup {
        Some(markup) => fields.insert("reply_markup".into(), markup.clone()),
        None => fields.remove("reply_markup"),
    };
    let message = message.clone();
    record(state, call, chat, &message, markup, now);
    Ok(message)
}

/// Messages of a private chat, whoever wrote them, for two days; what is not
/// there is skipped.
fn delete_messages(state: &mut State, call: &Call, now: Moment) -> Outcome {
    let chat = chat_of(state, call)?;
    let ids = call.object("message_ids")?.unwrap_or_default();
    let ids: Vec<i64> = serde_json::from_value(ids)
        .map_err(|_| Refusal::bad("message identifiers are not specified"))?;
    if ids.is_empty() || ids.len() > 100 {
        return Err(Refusal::bad("wrong number of message identifiers"));
    }
    let oldest = (now - TimeDelta::hours(48)).timestamp();
    let fresh = |message: &Value| message["date"].as_i64().unwrap_or_default() > oldest;
    let messages = &mut state.person(chat).messages;
    for id in ids {
        if messages.get(&id).is_some_and(fresh) {
            messages.remove(&id);
        }
    }
    Ok(true.into())
}

fn answer_tap(state: &mut State, call: &Call, now: Moment) -> Outcome {
    let text = call.text("text").unwrap_or_default();
    if rules::units(&text) > FACTS.limits.callback_answer_units {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    let id = call.text("callback_query_id").unwrap_or_default();
    let patience = TimeDelta::seconds(FACTS.update_ttl_s["callback_query"]);
    match state.taps.get_mut(&id) {
        Some(tap) if now - tap.at < patience => {
            tap.answered = Some(text);
            Ok(true.into())
        }
        _ => Err(Refusal::new(400, &FACTS.errors.stale_callback)),
    }
}

fn chat_action(state: &mut State, call: &Call) -> Outcome {
    const ACTIONS: [&str; 11] = [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ];
    chat_of(state, call)?;
    let action = call.text("action").unwrap_or_default();
    if ACTIONS.contains(&action.as_str()) {
        Ok(true.into())
    } else {
        Err(Refusal::bad("wrong parameter action in request"))
    }
}

fn get_file(state: &mut State, call: &Call) -> Outcome {
    let id = call.text("file_id").unwrap_or_default();
    let file = state
        .files
        .get(&id)
        .ok_or_else(|| Refusal::bad("invalid file_id"))?;
    if file.bytes.len() > FACTS.limits.file_download_bytes {
        return Err(Refusal::bad("file is too big"));
    }
    Ok(json!({
        "file_id": id, "file_unique_id": format!("u{id}"),
        "file_size": file.bytes.len(), "file_path": file.path,
    }))
}
