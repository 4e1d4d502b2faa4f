//! Aliyun Short Message Service, interface of 2017-05-25: the request and what
//! its answers mean. Signature and template are agreed with Aliyun beforehand.

use super::sign::{Keys, Request, aliyun, digest, query};
use super::{Account, Outcome, Text};
use crate::clock::Moment;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;

pub(super) const URL: &str = "https://dysmsapi.aliyuncs.com";

pub(super) fn request(
    account: &Account,
    text: &Text,
    host: &str,
    now: Moment,
    nonce: &str,
) -> Request {
    let parameters = json!({ "code": text.code }).to_string();
    let query = query(&[
        ("PhoneNumbers", &text.phone),
        ("SignName", &account.signature),
        ("TemplateCode", &account.template),
        ("TemplateParam", &parameters),
    ]);
    let date = now.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut headers: Vec<(String, String)> = [
        ("accept", "application/json"),
        ("host", host),
        ("x-acs-action", "SendSms"),
        ("x-acs-version", "2017-05-25"),
        ("x-acs-date", &date),
        ("x-acs-signature-nonce", nonce),
        ("x-acs-content-sha256", &digest("")),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let keys = Keys {
        id: &account.key_id,
        secret: account.key.expose(),
    };
    let authorization = aliyun(&keys, &headers, &query, "");
    headers.push(("authorization".to_owned(), authorization));
    Request {
        headers,
        query,
        body: String::new(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    code: String,
    biz_id: Option<String>,
}

/// The code decides, whatever the status.
pub(super) fn outcome(status: u16, body: &[u8]) -> Outcome {
    let Ok(Answer { code, biz_id }) = serde_json::from_slice::<Answer>(body) else {
        return if status >= 500 {
            Outcome::Unknown
        } else {
            Outcome::Fault(format!("HTTP {status}"))
        };
    };
    match code.as_str() {
        "OK" => Outcome::Sent(biz_id),
        "isv.MOBILE_NUMBER_ILLEGAL" | "isv.BLACK_KEY_CONTROL_LIMIT" => Outcome::Never,
        // Once a minute, five an hour, ten a day: refusals count, too.
        "isv.BUSINESS_LIMIT_CONTROL" => Outcome::Later(TimeDelta::seconds(61)),
        "isp.SYSTEM_ERROR" | "ServiceUnavailable" | "InternalError" => {
            Outcome::Later(TimeDelta::seconds(10))
        }
        code if code.starts_with("Throttling") => Outcome::Later(TimeDelta::seconds(10)),
        code => Outcome::Fault(code.chars().take(80).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_means_one_of_five_things() {
        let of = |status, code: &str| {
            let body = json!({ "RequestId": "r", "Message": "m", "BizId": "9^0", "Code": code });
            outcome(status, body.to_string().as_bytes())
        };
        assert_eq!(of(200, "OK"), Outcome::Sent(Some("9^0".into())));
        assert_eq!(of(200, "isv.MOBILE_NUMBER_ILLEGAL"), Outcome::Never);
        assert!(matches!(
            of(200, "isv.BUSINESS_LIMIT_CONTROL"),
            Outcome::Later(_)
        ));
        assert!(matches!(of(503, "Throttling.User"), Outcome::Later(_)));
        for fault in ["isv.AMOUNT_NOT_ENOUGH", "SignatureDoesNotMatch"] {
            assert_eq!(of(400, fault), Outcome::Fault(fault.into()));
        }
        assert_eq!(outcome(500, b""), Outcome::Unknown);
        assert!(matches!(outcome(403, b"no"), Outcome::Fault(_)));
    }
}
