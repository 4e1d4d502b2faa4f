//! The signatures of the two vendors' interfaces, as pure functions.
//!
//! Tencent signs with TC3-HMAC-SHA256 (a chain of keys, the UTC date in it),
//! Aliyun with ACS3-HMAC-SHA256 (the bare secret). The tables below were
//! recorded from the vendors' own SDKs. Nothing is sent here.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// A signed request, ready to be sent with POST to "/".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) headers: Vec<(String, String)>,
    pub(super) query: String,
    pub(super) body: String,
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes any key length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// SHA-256 in small hexadecimal digits.
pub(super) fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// What belongs to a signature whatever the vendor.
pub(super) struct Keys<'a> {
    pub(super) id: &'a str,
    pub(super) secret: &'a str,
}

/// The Authorization header of Tencent's interface. Only content-type and host
/// are signed, as its SDK does. `timestamp` in seconds, `date` the same in UTC.
pub(super) fn tencent(
    keys: &Keys<'_>,
    (content_type, host): (&str, &str),
    body: &str,
    (timestamp, date): (i64, &str),
) -> String {
    let canonical = format!(
        "POST\n/\n\ncontent-type:{content_type}\nhost:{host}\n\ncontent-type;host\n{}",
        digest(body)
    );
    let scope = format!("{date}/sms/tc3_request");
    let to_sign = format!(
        "TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{}",
        digest(&canonical)
    );
    let dated = hmac(format!("TC3{}", keys.secret).as_bytes(), date);
    let key = hmac(&hmac(&dated, "sms"), "tc3_request");
    format!(
        "TC3-HMAC-SHA256 Credential={}/{scope}, SignedHeaders=content-type;host, Signature={}",
        keys.id,
        hex::encode(hmac(&key, &to_sign))
    )
}

/// The Authorization header of Aliyun's interface: `headers` are all signed,
/// names in small letters; `query` is canonical already.
pub(super) fn aliyun(
    keys: &Keys<'_>,
    headers: &[(String, String)],
    query: &str,
    body: &str,
) -> String {
    let mut signed: Vec<&(String, String)> = headers.iter().collect();
    signed.sort();
    let names: Vec<&str> = signed.iter().map(|h| h.0.as_str()).collect();
    let names = names.join(";");
    let lines: Vec<String> = signed
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", value.trim()))
        .collect();
    let lines = lines.concat();
    let canonical = format!("POST\n/\n{query}\n{lines}\n{names}\n{}", digest(body));
    let to_sign = format!("ACS3-HMAC-SHA256\n{}", digest(&canonical));
    format!(
        "ACS3-HMAC-SHA256 Credential={},SignedHeaders={names},Signature={}",
        keys.id,
        hex::encode(hmac(keys.secret.as_bytes(), &to_sign))
    )
}

/// Parameters as a canonical query: sorted, encoded as RFC 3986 wants it.
pub(super) fn query(parameters: &[(&str, &str)]) -> String {
    let mut sorted = parameters.to_vec();
    sorted.sort_unstable();
    let pairs: Vec<String> = sorted
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.join("&")
}

/// As it may stand in a query or a form.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&hex::encode_upper([byte]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from tencentcloud-sdk-python-sms 3.1.153.
    #[test]
    fn tencent_is_signed_as_its_own_client_signs() {
        let keys = Keys {
            id: "AKIDEXAMPLE",
            secret: "SECRETEXAMPLE",
        };
        let body = r#"{"PhoneNumberSet": ["+8613800000000"], "SmsSdkAppId": "1400006666", "TemplateId": "1110", "SignName": "\u793e\u533a\u7f51\u5173", "TemplateParamSet": ["482913", "5"]}"#;
        assert_eq!(
            digest(body),
            "b829e7a6c0cd2664dbf0c3b54dc5b9e27d088a5f2bec59b2f25478d44d374eed"
        );
        let header = tencent(
            &keys,
            ("application/json", "127.0.0.1:9130"),
            body,
            (1_795_287_619, "2026-11-21"),
        );
        assert_eq!(
            header,
            "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2026-11-21/sms/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=2d154c55ecb452a1dfdc55e36663d01958d31dd28e00a521bd8e964b4981d6e0"
        );
        let other = tencent(
            &keys,
            ("application/json", "127.0.0.1:9130"),
            body,
            (1_795_287_619, "2026-11-22"),
        );
        assert_ne!(header, other, "the date in UTC is part of it");
    }

    /// Recorded from alibabacloud_dysmsapi20170525 4.6.0.
    #[test]
    fn aliyun_is_signed_as_its_own_client_signs() {
        let keys = Keys {
            id: "LTAIEXAMPLE",
            secret: "SECRETEXAMPLE",
        };
        let query = query(&[
            ("TemplateParam", r#"{"code":"482913"}"#),
            ("SignName", "社区网关"),
            ("TemplateCode", "SMS_1110"),
            ("PhoneNumbers", "13800000000"),
        ]);
        assert_eq!(
            query,
            "PhoneNumbers=13800000000&SignName=%E7%A4%BE%E5%8C%BA%E7%BD%91%E5%85%B3&TemplateCode=SMS_1110&TemplateParam=%7B%22code%22%3A%22482913%22%7D"
        );
        let headers = [
            ("host", "127.0.0.1:9130"),
            ("x-acs-version", "2017-05-25"),
            ("x-acs-action", "SendSms"),
            (
                "user-agent",
                "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2",
            ),
            ("x-acs-date", "2026-11-21T19:00:19Z"),
            ("x-acs-signature-nonce", "338cd842f75f744e7e0c24dc8a8944f2"),
            ("accept", "application/json"),
            (
                "x-acs-content-sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            ("x-acs-credentials-provider", "static_ak"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            aliyun(&keys, &headers, &query, ""),
            "ACS3-HMAC-SHA256 Credential=LTAIEXAMPLE,SignedHeaders=accept;host;user-agent;x-acs-action;\
             x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,\
             Signature=580d6669ea4324e73404c84ce0c63907b9de29dacb2782c3acb8d473c7a2d60f"
        );
    }

    #[test]
    fn a_query_is_encoded_without_plus_signs() {
        assert_eq!(
            query(&[("b", "a b*~"), ("a", "+/")]),
            "a=%2B%2F&b=a%20b%2A~"
        );
    }
}
