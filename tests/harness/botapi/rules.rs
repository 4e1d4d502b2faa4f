//! What the real server refuses in a message: pure checks of texts and
//! keyboards.

use super::constants::FACTS;
use super::wire::Refusal;
use serde_json::Value;

/// Length in UTF-16 units.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text as it is shown, or why it cannot be.
pub(super) fn text(given: Option<String>) -> Result<String, Refusal> {
    let text = given.unwrap_or_default().trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    if units(&text) > FACTS.limits.text_units {
        return Err(Refusal::bad("message is too long"));
    }
    Ok(text)
}

pub(super) fn caption(given: Option<String>) -> Result<Option<String>, Refusal> {
    let caption = given.filter(|c| !c.trim().is_empty());
    if caption.as_deref().map_or(0, units) > FACTS.limits.caption_units {
        return Err(Refusal::bad("message caption is too long"));
    }
    Ok(caption)
}

/// Checks the formatting mode; formatting itself is not imitated.
pub(super) fn parse_mode(given: Option<&str>) -> Result<(), Refusal> {
    let known = ["", "html", "markdown", "markdownv2"];
    match given {
        Some(mode) if !known.contains(&mode.to_ascii_lowercase().as_str()) => {
            Err(Refusal::bad("unsupported parse_mode"))
        }
        _ => Ok(()),
    }
}

/// Checks a keyboard of any kind for a chat.
pub(super) fn keyboard(markup: &Value, private: bool) -> Result<(), Refusal> {
    let fields = markup
        .as_object()
        .ok_or_else(|| Refusal::bad("object expected as reply markup"))?;
    if let Some(rows) = fields.get("inline_keyboard") {
        return each(rows, inline);
    }
    if let Some(rows) = fields.get("keyboard") {
        return each(rows, |button| reply(button, private));
    }
    let on = |name: &str| fields.get(name) == Some(&Value::Bool(true));
    if fields.is_empty() || on("remove_keyboard") || on("force_reply") {
        return Ok(());
    }
    Err(Refusal::bad(
        "can't parse reply keyboard markup JSON object",
    ))
}

fn each(rows: &Value, check: impl Fn(&Value) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let wrong = || Refusal::bad("field of the reply markup must be an array of arrays of buttons");
    let mut count = 0;
    for row in rows.as_array().ok_or_else(wrong)? {
        for button in row.as_array().ok_or_else(wrong)? {
            check(button)?;
            count += 1;
        }
    }
    if count > FACTS.limits.buttons {
        return Err(Refusal::bad("reply markup is too long"));
    }
    Ok(())
}

fn label(button: &Value) -> Result<(), Refusal> {
    match button.get("text").and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => Ok(()),
        _ => Err(Refusal::bad("text buttons are unallowed to be empty")),
    }
}

fn inline(button: &Value) -> Result<(), Refusal> {
    const ACTS: [&str; 7] = [
        "callback_data",
        "url",
        "login_url",
        "web_app",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "copy_text",
    ];
    label(button)?;
    if ACTS
        .iter()
        .filter(|act| button.get(**act).is_some())
        .count()
        != 1
    {
        return Err(Refusal::bad(
            "can't parse inline keyboard button: exactly one optional field must be used",
        ));
    }
    match button.get("callback_data") {
        None => Ok(()),
        Some(Value::String(data))
            if (1..=FACTS.limits.callback_data_bytes).contains(&data.len()) =>
        {
            Ok(())
        }
        Some(_) => Err(Refusal::bad("BUTTON_DATA_INVALID")),
    }
}

fn reply(button: &Value, private: bool) -> Result<(), Refusal> {
    if button.is_string() {
        return label(&serde_json::json!({"text": button}));
    }
    label(button)?;
    let asks = |what: &str| button.get(what) == Some(&Value::Bool(true));
    if !private && (asks("request_contact") || asks("request_location")) {
        return Err(Refusal::bad(
            "phone number and location can be requested in private chats only",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn lengths_count_utf16_units_and_bytes_where_the_server_does() {
        assert!(text(Some("😀".repeat(2048))).is_ok());
        assert!(text(Some("😀".repeat(2048) + "x")).is_err());
        assert!(text(Some(" \n".into())).is_err());
        let with = |data: &str| {
            let markup = json!({"inline_keyboard": [[{"text": "x", "callback_data": data}]]});
            keyboard(&markup, true)
        };
        assert!(with(&"x".repeat(64)).is_ok());
        assert!(with(&"字".repeat(22)).is_err());
        assert!(with("").is_err());
    }

    #[test]
    fn malformed_keyboards_are_refused() {
        for bad in [
            json!([]),
            json!({"inline_keyboard": [{"text": "x", "callback_data": "y"}]}),
            json!({"inline_keyboard": [[{"text": "x"}]]}),
            json!({"inline_keyboard": [[{"text": "x", "callback_data": "y", "url": "z"}]]}),
            json!({"inline_keyboard": [[{"text": "", "callback_data": "y"}]]}),
            json!({"keyboard": [[{"text": " "}]]}),
            json!({"keybord": []}),
        ] {
            assert!(keyboard(&bad, true).is_err(), "{bad}");
        }
        let ask = json!({"keyboard": [[{"text": "电话", "request_contact": true}]]});
        assert!(keyboard(&ask, true).is_ok());
        assert!(keyboard(&ask, false).is_err());
    }
}
