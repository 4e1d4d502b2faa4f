//! The key file of an installation that has no keys in its configuration.
//!
//! One key in a line, the last one seals. It is made on the first start; a new
//! key joins by replacing the file whole, so that a reader and a power cut find
//! either the old file or the new one.

use rand::RngCore;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The keys of the file, oldest first; made with one key if it is not there.
///
/// # Errors
/// If it cannot be read or made, or holds what is no key.
pub fn read_or_make(path: &Path) -> std::io::Result<Vec<String>> {
    match read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        other => return other,
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let key = random_key();
    let mut file = options().create_new(true).open(path)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    Ok(vec![key])
}

/// The keys of the file, oldest first.
///
/// # Errors
/// If it cannot be read or holds what is no key.
pub fn read(path: &Path) -> std::io::Result<Vec<String>> {
    let text = std::fs::read_to_string(path)?;
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let keys: Vec<String> = lines.map(str::to_owned).collect();
    if keys.is_empty() || keys.iter().any(|k| k.len() < 32) {
        return Err(std::io::Error::other("a key in it is too short"));
    }
    Ok(keys)
}

/// Puts these keys into the file, in place of what it holds.
///
/// # Errors
/// If it cannot be written; then it is as it was.
pub fn write(path: &Path, keys: &[String]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let next = folder.join(format!(".{name}.{:016x}", rand::random::<u64>()));
    let mut file = options().create_new(true).open(&next)?;
    file.write_all((keys.join("\n") + "\n").as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&next, path)?;
    std::fs::File::open(folder)?.sync_all()
}

/// 256 bits as hexadecimal characters.
pub fn random_key() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

fn options() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_and_further_keys_join_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in/key");
        let first = read_or_make(&path).unwrap();
        assert_eq!(read_or_make(&path).unwrap(), first);
        let both = vec![first[0].clone(), random_key()];
        write(&path, &both).unwrap();
        assert_eq!(read(&path).unwrap(), both);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1
        );
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for text in ["", "\n", "short", "short\nalso short"] {
            std::fs::write(&path, text).unwrap();
            assert!(read_or_make(&path).is_err(), "{text:?}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
