//! Tencent Cloud SMS, interface of 2021-01-11: the request and what its answers
//! mean. Which template may be used is agreed with Tencent beforehand.

use super::sign::{Keys, Request, tencent};
use super::{Account, Outcome, Text};
use crate::clock::Moment;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;

pub(super) const URL: &str = "https://sms.tencentcloudapi.com";
const CONTENT: &str = "application/json";

pub(super) fn request(account: &Account, text: &Text, host: &str, now: Moment) -> Request {
    let body = json!({
        "PhoneNumberSet": [format!("+86{}", text.phone)],
        "SmsSdkAppId": account.app,
        "TemplateId": account.template,
        "SignName": account.signature,
        "TemplateParamSet": [text.code, text.minutes.to_string()],
    })
    .to_string();
    let (seconds, date) = (now.timestamp(), now.format("%Y-%m-%d").to_string());
    let keys = Keys {
        id: &account.key_id,
        secret: account.key.expose(),
    };
    let authorization = tencent(&keys, (CONTENT, host), &body, (seconds, &date));
    let headers = [
        ("content-type", CONTENT),
        ("host", host),
        ("x-tc-action", "SendSms"),
        ("x-tc-version", "2021-01-11"),
        ("x-tc-region", &account.region),
        ("x-tc-timestamp", &seconds.to_string()),
        ("authorization", &authorization),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    Request {
        headers: headers.to_vec(),
        query: String::new(),
        body,
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Response")]
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    #[serde(default)]
    send_status_set: Vec<Status>,
    error: Option<Failure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    code: String,
    serial_no: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failure {
    code: String,
}

/// Success is told number by number; the status of the whole says little.
pub(super) fn outcome(status: u16, body: &[u8]) -> Outcome {
    let Ok(Answer { response }) = serde_json::from_slice::<Answer>(body) else {
        return if status >= 500 {
            Outcome::Unknown
        } else {
            Outcome::Fault(format!("HTTP {status}"))
        };
    };
    match (response.error, response.send_status_set.into_iter().next()) {
        (Some(failure), _) => meaning(&failure.code, None),
        (None, Some(one)) => meaning(&one.code, one.serial_no),
        (None, None) => Outcome::Unknown,
    }
}

fn meaning(code: &str, receipt: Option<String>) -> Outcome {
    let begins = |with: &str| code.starts_with(with);
    match code {
        "Ok" => Outcome::Sent(receipt),
        "InvalidParameterValue.IncorrectPhoneNumber"
        | "FailedOperation.PhoneNumberInBlacklist"
        | "UnsupportedOperation.UnsupportedRegion" => Outcome::Never,
        "LimitExceeded.PhoneNumberThirtySecondLimit" | "LimitExceeded.DeliveryFrequencyLimit" => {
            Outcome::Later(TimeDelta::seconds(31))
        }
        _ if begins("LimitExceeded.PhoneNumber") => Outcome::Later(TimeDelta::minutes(30)),
        _ if begins("RequestLimitExceeded") || begins("InternalError") => {
            Outcome::Later(TimeDelta::seconds(10))
        }
        _ => Outcome::Fault(code.chars().take(80).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_means_one_of_five_things() {
        let of = |code: &str| {
            let body = json!({ "Response": { "RequestId": "r", "SendStatusSet": [
                { "SerialNo": "7:1", "Code": code, "Message": "m", "PhoneNumber": "+8613800000000" }] } });
            outcome(200, body.to_string().as_bytes())
        };
        assert_eq!(of("Ok"), Outcome::Sent(Some("7:1".into())));
        assert_eq!(of("FailedOperation.PhoneNumberInBlacklist"), Outcome::Never);
        assert!(matches!(
            of("LimitExceeded.PhoneNumberDailyLimit"),
            Outcome::Later(_)
        ));
        assert!(matches!(
            of("FailedOperation.InsufficientBalanceInSmsPackage"),
            Outcome::Fault(_)
        ));
        let refused = |code: &str| {
            let body = json!({ "Response": { "Error": { "Code": code, "Message": "m" } } });
            outcome(200, body.to_string().as_bytes())
        };
        let signature = "AuthFailure.SignatureFailure";
        assert_eq!(refused(signature), Outcome::Fault(signature.into()));
        assert!(matches!(refused("RequestLimitExceeded"), Outcome::Later(_)));
        assert_eq!(outcome(502, b"<html>"), Outcome::Unknown);
        assert!(matches!(outcome(404, b"no"), Outcome::Fault(_)));
        assert_eq!(outcome(200, br#"{"Response":{}}"#), Outcome::Unknown);
    }
}
