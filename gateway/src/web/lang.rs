//! The language of a page: chosen by cookie, else by the browser's wish.
//!
//! Holds no texts; those are in `words`.

use menus::Lang;

/// The first language of an `Accept-Language` header that we speak.
pub(super) fn wished(accept: &str) -> Option<Lang> {
    let mut wishes: Vec<(f32, &str)> = accept
        .split(',')
        .take(16)
        .filter_map(|part| {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let weight = rest
                .trim()
                .strip_prefix("q=")
                .map_or(Some(1.0), |q| q.parse().ok());
            weight.filter(|w: &f32| *w > 0.0).map(|w| (w, tag))
        })
        .collect();
    // Stable, so that the order decides among equals.
    wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
    wishes.into_iter().find_map(|(_, tag)| Lang::parse(tag))
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_s_strongest_wish_that_we_speak_wins() {
        for (accept, want) in [
            ("en-GB,en;q=0.9,zh;q=0.8", Some(Lang::En)),
            ("fr,zh-TW;q=0.3,en;q=0.2", Some(Lang::Zh)),
            ("en;q=0.1,zh;q=0.9", Some(Lang::Zh)),
            ("en;q=0", None),
            ("de", None),
            ("", None),
        ] {
            assert_eq!(wished(accept), want, "{accept}");
        }
    }
}
