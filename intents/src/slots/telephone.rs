//! Telephone numbers: mobiles, landlines with their area code, and those of Hong Kong, Macau and Taiwan. It
//! deliberately leaves out hotlines, numbers without an area code and whatever is called an order or an account.

use super::context::{Named, calls_for, warned_of};
use super::digits::Run;
use super::head;

/// Digits of a mobile.
const MOBILE: usize = 11;

/// The telephone that a run of digit groups is: digits only, with `+` and its code from outside of the mainland.
pub(super) fn of(run: &Run) -> Option<String> {
    if !(8..=16).contains(&run.joined.len()) {
        return None;
    }
    let found = if run.before().ends_with('+') {
        abroad(run).or_else(|| mainland(run))
    } else {
        mainland(run)
    }?;
    let ours = calls_for(run.before()) != Named::Other
        && !sticks(run.before(), run.after())
        && !warned_of(run.before(), run.after());
    ours.then_some(found)
}

fn mainland(run: &Run) -> Option<String> {
    let digits = run.joined.as_str();
    let coded = digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86"));
    for local in [Some(digits), coded].into_iter().flatten() {
        if is_mobile(local) && (coded.is_some() || mobile_form(run)) {
            return Some(local.to_owned());
        }
        let area =
            if run.before().ends_with('+') && local.len() < digits.len() && !local.starts_with('0')
            {
                format!("0{local}")
            } else {
                local.to_owned()
            };
        if is_landline(&area) && (local.len() < digits.len() || landline_form(run)) {
            return Some(area);
        }
    }
    // 013800138000, as one dialled from elsewhere.
    let local = digits.strip_prefix('0').filter(|local| is_mobile(local))?;
    (run.from == run.to).then(|| local.to_owned())
}

/// `+852 5123 4567`
fn abroad(run: &Run) -> Option<String> {
    let digits = run.joined.as_str();
    let length = match digits.get(..3)? {
        "852" | "853" => 11..=11,
        "886" => 11..=12,
        _ => return None,
    };
    (run.even && length.contains(&digits.len()) && !run.goes_on()).then(|| format!("+{digits}"))
}

fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == MOBILE && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
}

/// Area codes are 010, 02x (8 digits follow) or 0xxx (7 or 8 digits follow).
fn is_landline(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    if !(11..=12).contains(&bytes.len()) || bytes[0] != b'0' || bytes[1] == b'0' {
        return false;
    }
    let short = bytes[1] == b'2' || (bytes[1] == b'1' && bytes[2] == b'0');
    let area = if short { 3 } else { 4 };
    let local = bytes.len() - area;
    (bytes[1] != b'1' || short)
        && (local == 8 || (local == 7 && !short))
        && !matches!(bytes[area], b'0' | b'1')
}

/// Written as mobiles are, or in any other way beside a word for telephones.
fn mobile_form(run: &Run) -> bool {
    if run.from == run.to {
        // 0.13512345678
        return !run.before().ends_with("0.");
    }
    let usual: [&[usize]; 6] = [
        &[3, 4, 4],
        &[3, 8],
        &[7, 4],
        &[3, 3, 5],
        &[1; MOBILE],
        &[4, 3, 4],
    ];
    let called =
        || calls_for(run.before()) == Named::Telephone || head(run.after(), 6).contains("电话");
    run.even && (usual.iter().any(|shape| run.shaped(shape)) || (called() && !run.goes_on()))
}

fn landline_form(run: &Run) -> bool {
    let usual: [&[usize]; 8] = [
        &[3, 8],
        &[4, 7],
        &[4, 8],
        &[3, 4, 4],
        &[4, 4, 4],
        &[4, 3, 4],
        &[11],
        &[12],
    ];
    run.even && usual.iter().any(|shape| run.shaped(shape))
}

/// Letters that belong to the number make it another one: `SF13512345678`, the path of a link; and so does a unit.
fn sticks(before: &str, after: &str) -> bool {
    let start = before
        .trim_end_matches(|c: char| c.is_ascii_lowercase())
        .len();
    let letters = matches!(
        &before[start..],
        "" | "tel"
            | "phone"
            | "mobile"
            | "call"
            | "cell"
            | "v"
            | "vx"
            | "wx"
            | "wechat"
            | "dh"
            | "sj"
            | "is"
            | "at"
            | "on"
            | "me"
    );
    let link = before
        .strip_suffix('/')
        .is_some_and(|b| b.ends_with(|c: char| c.is_ascii_lowercase()));
    !letters || link || after.starts_with(['元', '块', '%', '万'])
}
