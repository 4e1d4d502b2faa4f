//! Places in lists, as programs hand them back: opaque, and good for as long as
//! they like.

use super::fault::Fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The place after a key.
pub(super) fn write(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

/// The key of a place; empty for the beginning.
pub(super) fn read(cursor: Option<&str>) -> Result<String, Fault> {
    let Some(cursor) = cursor else {
        return Ok(String::new());
    };
    let key = URL_SAFE_NO_PAD.decode(cursor).ok();
    let key = key.and_then(|key| String::from_utf8(key).ok());
    let sound = |key: &String| !key.is_empty() && key.len() <= 128 && !key.contains('\0');
    key.filter(sound)
        .ok_or_else(|| Fault::unreadable("the cursor is none of this list"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_place_leads_back_to_its_key_and_anything_else_is_refused() {
        assert_eq!(read(Some(&write("310-A"))).unwrap(), "310-A");
        assert_eq!(read(None).unwrap(), "");
        for bad in ["", "@", "A", &write("\0"), &write(&"x".repeat(200))] {
            assert!(read(Some(bad)).is_err(), "{bad}");
        }
    }
}
