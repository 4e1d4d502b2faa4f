//! The providers of text messages on loopback: they check signatures as the
//! vendors' interfaces do, and keep what they were given.
//!
//! Written from the vendors' descriptions, on its own. What passes has to pass
//! the reading of the gateway's own signer as well, so that both agree about
//! requests neither of them made.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Account and secret of both vendors.
pub const KEY_ID: &str = "AKIDEXAMPLE";
pub const KEY: &str = "SECRETEXAMPLE";

/// How it answers what is well signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Taken.
    Ok,
    /// With this code of the vendor's.
    Code(&'static str),
    /// With a page of a machine on the way.
    Broken,
}

/// A message it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub phone: String,
    pub code: String,
}

struct Inner {
    answers: Mutex<Answers>,
    taken: Mutex<Vec<Taken>>,
    /// What the last well signed call says.
    last: Mutex<Value>,
    /// Calls with a wrong signature, or none.
    unsigned: Mutex<usize>,
    calls: Mutex<usize>,
}

/// The providers.
pub struct Sms {
    inner: Arc<Inner>,
    url: String,
    server: tokio::task::JoinHandle<()>,
}

impl Sms {
    /// Starts them.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start() -> Self {
        let inner = Arc::new(Inner {
            answers: Mutex::new(Answers::Ok),
            taken: Mutex::default(),
            last: Mutex::default(),
            unsigned: Mutex::default(),
            calls: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("a bound socket has one");
        let site = Router::new()
            .route("/", post(called))
            .with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, site).await;
        });
        Self {
            inner,
            url: format!("http://{address}"),
            server,
        }
    }

    /// What to configure.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on they answer so.
    pub fn answers(&self, how: Answers) {
        *lock(&self.inner.answers) = how;
    }

    /// Messages they took.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.inner.taken).clone()
    }

    /// The code that came to a telephone last.
    ///
    /// # Panics
    /// If none came.
    pub fn code(&self, phone: &str) -> String {
        let taken = self.taken();
        let mut mine = taken.iter().rev().filter(|t| t.phone == phone);
        mine.next()
            .unwrap_or_else(|| panic!("no message came"))
            .code
            .clone()
    }

    /// What the last well signed call says, without what differs from call to
    /// call.
    pub fn last(&self) -> Value {
        lock(&self.inner.last).clone()
    }

    /// Begins anew.
    pub fn forgets(&self) {
        self.answers(Answers::Ok);
        lock(&self.inner.taken).clear();
        *lock(&self.inner.last) = Value::Null;
    }

    /// Calls so far, and those that were not signed as they should be.
    pub fn calls(&self) -> (usize, usize) {
        (*lock(&self.inner.calls), *lock(&self.inner.unsigned))
    }
}

impl Drop for Sms {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn sha(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

async fn called(
    State(inner): State<Arc<Inner>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    *lock(&inner.calls) += 1;
    let header = |name: &str| {
        let value = headers.get(name).and_then(|v| v.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let query = query.unwrap_or_default();
    let given = header("authorization");
    let tencent = given.starts_with("TC3");
    let good = if tencent {
        tencent_signature(&header, &body) == given
    } else {
        aliyun_signature(&given, &header, &query, &body).is_some_and(|s| given.ends_with(&s))
    };
    let names = given.split("SignedHeaders=").nth(1);
    let names = names.and_then(|rest| rest.split(',').next());
    let ours = gateway::sms::check::authorization(
        (KEY_ID, KEY),
        &header,
        names.filter(|_| !tencent),
        &query,
        &String::from_utf8_lossy(&body),
    );
    assert!(!good || ours == given, "two readings: {ours} {given}");
    if !good {
        *lock(&inner.unsigned) += 1;
        return refused(
            tencent,
            "AuthFailure.SignatureFailure",
            "SignatureDoesNotMatch",
        );
    }
    *lock(&inner.last) = if tencent {
        let names = ["x-tc-action", "x-tc-version", "x-tc-region", "content-type"];
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        json!({ "head": names.map(&header), "body": body })
    } else {
        let names = [
            "x-acs-action",
            "x-acs-version",
            "x-acs-content-sha256",
            "accept",
        ];
        json!({ "head": names.map(&header), "query": query })
    };
    let answers = *lock(&inner.answers);
    if answers == Answers::Broken {
        return (StatusCode::BAD_GATEWAY, "<html>").into_response();
    }
    let taken = if tencent {
        of_tencent(&body)
    } else {
        of_aliyun(&query)
    };
    let code = match answers {
        Answers::Code(code) => code,
        _ if tencent => "Ok",
        _ => "OK",
    };
    if answers == Answers::Ok {
        lock(&inner.taken).push(taken);
    }
    let answer = if tencent {
        json!({ "Response": { "RequestId": "r", "SendStatusSet": [
            { "SerialNo": "5000:1", "Code": code, "Message": "m", "Fee": 1 }] } })
    } else {
        json!({ "RequestId": "r", "BizId": "9006^0", "Code": code, "Message": "m" })
    };
    Json(answer).into_response()
}

fn refused(tencent: bool, one: &str, other: &str) -> Response {
    if tencent {
        let body =
            json!({ "Response": { "RequestId": "r", "Error": { "Code": one, "Message": "m" } } });
        return Json(body).into_response();
    }
    let body = json!({ "RequestId": "r", "Code": other, "Message": "m" });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

/// The header as it should read.
fn tencent_signature(header: &impl Fn(&str) -> String, body: &[u8]) -> String {
    let stamp: i64 = header("x-tc-timestamp").parse().unwrap_or_default();
    let date = chrono::DateTime::from_timestamp(stamp, 0).unwrap_or_default();
    let date = date.format("%Y-%m-%d");
    let signed = format!(
        "POST\n/\n\ncontent-type:{}\nhost:{}\n\ncontent-type;host\n{}",
        header("content-type"),
        header("host"),
        sha(body)
    );
    let scope = format!("{date}/sms/tc3_request");
    let text = format!(
        "TC3-HMAC-SHA256\n{stamp}\n{scope}\n{}",
        sha(signed.as_bytes())
    );
    let first = mac(format!("TC3{KEY}").as_bytes(), &date.to_string());
    let key = mac(&mac(&first, "sms"), "tc3_request");
    format!(
        "TC3-HMAC-SHA256 Credential={KEY_ID}/{scope}, SignedHeaders=content-type;host, Signature={}",
        hex::encode(mac(&key, &text))
    )
}

/// The signature as it should read, over the headers that say they are signed.
fn aliyun_signature(
    given: &str,
    header: &impl Fn(&str) -> String,
    query: &str,
    body: &[u8],
) -> Option<String> {
    let names = given.split("SignedHeaders=").nth(1)?.split(',').next()?;
    for needed in ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date"] {
        names.split(';').find(|name| *name == needed)?;
    }
    if header("x-acs-content-sha256") != sha(body) || !given.contains(KEY_ID) {
        return None;
    }
    let lines: Vec<String> = names
        .split(';')
        .map(|name| format!("{name}:{}\n", header(name)))
        .collect();
    let lines = lines.concat();
    let signed = format!("POST\n/\n{query}\n{lines}\n{names}\n{}", sha(body));
    let text = format!("ACS3-HMAC-SHA256\n{}", sha(signed.as_bytes()));
    Some(format!(
        "Signature={}",
        hex::encode(mac(KEY.as_bytes(), &text))
    ))
}

fn of_tencent(body: &[u8]) -> Taken {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    assert_eq!(body["TemplateParamSet"][1], "5", "minutes: {body}");
    Taken {
        phone: text(&body["PhoneNumberSet"][0]).replace("+86", ""),
        code: text(&body["TemplateParamSet"][0]),
    }
}

fn of_aliyun(query: &str) -> Taken {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let all: BTreeMap<&str, &str> = pairs.collect();
    let parameters = all["TemplateParam"].split("%3A%22").nth(1);
    Taken {
        phone: all["PhoneNumbers"].to_owned(),
        code: parameters
            .and_then(|rest| rest.split('%').next())
            .unwrap_or_default()
            .to_owned(),
    }
}
