//! Reading a call in every form the real server takes it, and answering in the
//! form it answers.
//!
//! GET and POST; parameters in the query, as JSON, as a form or as multipart,
//! numbers and objects also as text. What the parameters mean is decided
//! elsewhere.

use axum::body::Body;
use axum::extract::{Form, FromRequest, Multipart, Query, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, body};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Most a client may post: the largest upload and its wrapping.
const MAX_BODY: usize = 60 << 20;

/// A method call.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    /// In lower case: names are case-insensitive.
    pub(super) method: String,
    pub(super) params: Map<String, Value>,
    pub(super) uploads: HashMap<String, Upload>,
}

/// A file that came along with a call.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// The API's "no".
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) description: String,
    pub(super) retry_after: Option<i64>,
    pub(super) migrate_to: Option<i64>,
}

/// What a method gives.
pub(super) type Outcome = Result<Value, Refusal>;

impl Call {
    /// Reads a request for `method`.
    pub(super) async fn read(method: &str, request: Request) -> Result<Self, Refusal> {
        let mut call = Self {
            method: method.to_ascii_lowercase(),
            ..Self::default()
        };
        let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri())
            .map_err(|_| Refusal::bad("can't parse the query"))?;
        call.add_texts(query.0);
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        if kind.starts_with("multipart/form-data") {
            call.read_multipart(request).await?;
        } else if kind.starts_with("application/x-www-form-urlencoded") {
            let form = Form::<Vec<(String, String)>>::from_request(request, &())
                .await
                .map_err(|_| Refusal::bad("can't parse the form"))?;
            call.add_texts(form.0);
        } else {
            call.read_json(request).await?;
        }
        Ok(call)
    }

    fn add_texts(&mut self, pairs: Vec<(String, String)>) {
        for (name, value) in pairs {
            self.params.insert(name, Value::String(value));
        }
    }

    async fn read_json(&mut self, request: Request) -> Result<(), Refusal> {
        let bytes = body::to_bytes(request.into_body(), MAX_BODY)
            .await
            .map_err(|_| Refusal::new(413, "Request Entity Too Large"))?;
        if bytes.is_empty() {
            return Ok(());
        }
        let fields: Map<String, Value> =
            serde_json::from_slice(&bytes).map_err(|_| Refusal::bad("can't parse JSON object"))?;
        self.params.extend(fields);
        Ok(())
    }

    async fn read_multipart(&mut self, request: Request) -> Result<(), Refusal> {
        let broken = |_| Refusal::bad("can't parse the multipart body");
        // Read to the very end first: a body left half-read closes the connection,
        // and clients that keep theirs open stumble over it with the next call.
        let (head, rest) = request.into_parts();
        let bytes = body::to_bytes(rest, MAX_BODY)
            .await
            .map_err(|_| Refusal::new(413, "Request Entity Too Large"))?;
        let request = Request::from_parts(head, Body::from(bytes));
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|_| Refusal::bad("can't parse the multipart body"))?;
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(broken)?;
            if let Some(file) = file {
                let upload = Upload {
                    name: file,
                    bytes: bytes.to_vec(),
                };
                self.uploads.insert(name, upload);
            } else {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                self.params.insert(name, Value::String(text));
            }
        }
        Ok(())
    }

    /// A parameter as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.params.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A parameter as a whole number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// A parameter that is true.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.params.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
            _ => false,
        }
    }

    /// A parameter that is an object or a list, perhaps written as text.
    pub(super) fn object(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.params.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| Refusal::bad(&format!("can't parse {name} JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

impl Refusal {
    pub(super) fn new(code: u16, description: &str) -> Self {
        Self {
            code,
            description: description.to_owned(),
            retry_after: None,
            migrate_to: None,
        }
    }

    pub(super) fn bad(what: &str) -> Self {
        Self::new(400, &format!("Bad Request: {what}"))
    }

    pub(super) fn too_fast(seconds: i64) -> Self {
        let flood = &super::constants::FACTS.errors.flood;
        Self {
            retry_after: Some(seconds),
            ..Self::new(429, &format!("{flood} {seconds}"))
        }
    }
}

/// The outcome as the server writes it.
pub(super) fn answer(outcome: &Outcome) -> Response {
    let refusal = match outcome {
        Ok(result) => return Json(json!({"ok": true, "result": result})).into_response(),
        Err(refusal) => refusal,
    };
    let mut body = json!({
        "ok": false,
        "error_code": refusal.code,
        "description": refusal.description,
    });
    if let Some(to) = refusal.migrate_to {
        body["parameters"] = json!({"migrate_to_chat_id": to});
    }
    let status = StatusCode::from_u16(refusal.code).expect("codes are ours");
    match refusal.retry_after {
        Some(seconds) => {
            body["parameters"] = json!({"retry_after": seconds});
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            (status, wait, Json(body)).into_response()
        }
        None => (status, Json(body)).into_response(),
    }
}
