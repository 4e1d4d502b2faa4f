//! Relative paths: those of a configuration file are looked for beside it, so
//! that a command means the same from every folder. Those of the defaults and
//! the environment are left to the current folder, as anywhere else.

use std::path::Path;

/// Keys that hold a path; `database.url` holds one behind `sqlite:`.
const PATHS: [&str; 4] = [
    "secrets.store",
    "spool.dir",
    "escalation.policy_file",
    "escalation.calendar_file",
];

/// The value of `key` as it is meant in a file of this folder.
pub(super) fn beside(folder: &Path, key: &str, value: &str) -> String {
    if key == "database.url" {
        return sqlite(folder, value).unwrap_or_else(|| value.to_owned());
    }
    if PATHS.contains(&key) {
        return joined(folder, value);
    }
    value.to_owned()
}

/// A path as it is meant in a file of this folder. Nothing stays nothing.
pub(super) fn joined(folder: &Path, path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    // The folder and the path are text already; nothing is lost.
    folder.join(path).display().to_string()
}

/// `None` where there is no relative path in it.
fn sqlite(folder: &Path, url: &str) -> Option<String> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path.starts_with(['/', '?', ':']) {
        return None;
    }
    // In the address these two begin something else.
    let folder = folder.display().to_string();
    let folder = folder.replace('%', "%25").replace('?', "%3F");
    Some(format!("sqlite:{}", joined(Path::new(&folder), path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_of_a_file_are_beside_it() {
        let at = |key, value| beside(Path::new("/etc/linli"), key, value);
        for (url, meant) in [
            ("sqlite:data/x.db", "sqlite:/etc/linli/data/x.db"),
            ("sqlite://x.db?mode=ro", "sqlite:/etc/linli/x.db?mode=ro"),
            ("sqlite:/var/x.db", "sqlite:/var/x.db"),
            ("sqlite:///var/x.db", "sqlite:///var/x.db"),
            ("sqlite::memory:", "sqlite::memory:"),
            ("postgres://u@h/n", "postgres://u@h/n"),
        ] {
            assert_eq!(at("database.url", url), meant);
        }
        assert_eq!(at("secrets.store", "key"), "/etc/linli/key");
        assert_eq!(at("spool.dir", "/spool"), "/spool");
        assert_eq!(at("escalation.policy_file", ""), "");
        assert_eq!(at("city.name", "data"), "data", "no path");
        let odd = beside(Path::new("/a?b%c"), "database.url", "sqlite:x.db");
        assert_eq!(odd, "sqlite:/a%3Fb%25c/x.db");
        let same = beside(Path::new(""), "database.url", "sqlite:x.db");
        assert_eq!(same, "sqlite:x.db", "the file is in the current folder");
    }
}
