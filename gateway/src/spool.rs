//! Messages on disk while the database is away.
//!
//! What cannot be committed is appended to a file and synced before it is
//! answered; when the database is back the file is replayed in order. While
//! anything is spooled everything new joins the end of it, so the order of each
//! conversation is kept. Lines are sealed. A message replayed twice meets its
//! key in the database and changes nothing.

use crate::clock::Moment;
use crate::seal::Seal;
use bots::Inbound;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Why a message could not be spooled, or the spool not opened.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The size limit is reached.
    #[error("the spool is full ({0} bytes)")]
    Full(u64),
    /// The disk refused.
    #[error("the spool cannot be written: {0}")]
    Disk(#[from] std::io::Error),
}

/// A message and when it was received.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// When the gateway received it.
    pub at: Moment,
    /// The message.
    pub inbound: Inbound,
}

/// What is in the spool now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Messages waiting.
    pub messages: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// When the oldest was received, microseconds; 0 if empty.
    pub oldest: i64,
}

/// The spool of one process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Spool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    max_bytes: u64,
    seal: Seal,
    active: AtomicBool,
    messages: AtomicU64,
    bytes: AtomicU64,
    oldest: AtomicI64,
    disk: Mutex<Disk>,
}

#[derive(Debug)]
struct Disk {
    /// Files left by earlier processes, oldest first, then our own.
    files: VecDeque<(PathBuf, File)>,
    /// Whether the last of them is ours to append to.
    own: bool,
    /// How far the first file has been replayed.
    read_to: u64,
}

impl Spool {
    /// Opens the folder, proves that it can be written, and adopts what
    /// processes that are gone left in it.
    pub fn open(folder: &Path, max_bytes: u64, seal: Seal) -> Result<Self, SpoolError> {
        std::fs::create_dir_all(folder)?;
        try_folder(folder)?;
        let spool = Self(Arc::new(Shared {
            folder: folder.to_owned(),
            max_bytes,
            seal,
            active: AtomicBool::new(false),
            messages: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            oldest: AtomicI64::new(0),
            disk: Mutex::new(Disk {
                files: VecDeque::new(),
                own: false,
                read_to: 0,
            }),
        }));
        spool.adopt_left()?;
        Ok(spool)
    }

    /// Takes over what processes that are gone left in the folder. Nothing is
    /// done while this process has messages of its own there: order first.
    pub fn adopt_left(&self) -> Result<(), SpoolError> {
        if self.is_active() {
            return Ok(());
        }
        let mut disk = self.0.disk.lock().expect("no panic while held");
        if !disk.files.is_empty() {
            return Ok(());
        }
        let mut names: Vec<PathBuf> = std::fs::read_dir(&self.0.folder)?
            .filter_map(|entry| entry.ok().map(|e| e.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "spool"))
            .collect();
        names.sort();
        for path in names {
            let Ok(file) = OpenOptions::new().read(true).append(true).open(&path) else {
                // Replayed and gone since the folder was read, unless it is still there.
                if path.exists() {
                    tracing::error!("a file of the spool cannot be opened");
                }
                continue;
            };
            // Locked: another process is alive and will replay it itself. Or it
            // has just done so: then the name is gone.
            if file.try_lock().is_ok() && path.exists() {
                self.adopt(path, file, &mut disk)?;
            }
        }
        Ok(())
    }

    fn adopt(&self, path: PathBuf, file: File, disk: &mut Disk) -> Result<(), SpoolError> {
        let shared = &self.0;
        let mut found = 0;
        for line in BufReader::new(&file).lines() {
            if let Some(entry) = self.read(&line?) {
                found += 1;
                if shared.oldest.load(Ordering::Relaxed) == 0 {
                    shared
                        .oldest
                        .store(entry.at.timestamp_micros(), Ordering::Relaxed);
                }
            }
        }
        if found == 0 {
            return put_aside(&path, file.metadata()?.len());
        }
        shared.messages.fetch_add(found, Ordering::Relaxed);
        shared
            .bytes
            .fetch_add(file.metadata()?.len(), Ordering::Relaxed);
        disk.files.push_back((path, file));
        shared.active.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Whether new messages have to join the spool, because older ones wait in it.
    pub fn is_active(&self) -> bool {
        self.0.active.load(Ordering::SeqCst)
    }

    /// What is waiting.
    pub fn contents(&self) -> Contents {
        Contents {
            messages: self.0.messages.load(Ordering::Relaxed),
            bytes: self.0.bytes.load(Ordering::Relaxed),
            oldest: self.0.oldest.load(Ordering::Relaxed),
        }
    }

    /// Appends a message and syncs it to the disk: it may be answered after.
    pub async fn append(&self, entry: Entry) -> Result<(), SpoolError> {
        let spool = self.clone();
        tokio::task::spawn_blocking(move || spool.append_now(&entry))
            .await
            .unwrap_or_else(|_| Err(SpoolError::Disk(std::io::Error::other("writer stopped"))))
    }

    fn append_now(&self, entry: &Entry) -> Result<(), SpoolError> {
        let shared = &self.0;
        let mut line = shared.seal.seal_json(entry);
        line.push('\n');
        let mut disk = shared.disk.lock().expect("no panic while held");
        let size = shared.bytes.load(Ordering::Relaxed);
        if size + line.len() as u64 > shared.max_bytes {
            return Err(SpoolError::Full(size));
        }
        if !disk.own {
            // Names sort by time, so that a later process replays in order.
            let name = format!(
                "{:020}-{:08x}.spool",
                entry.at.timestamp_micros(),
                rand::random::<u32>()
            );
            let path = shared.folder.join(name);
            let file = OpenOptions::new()
                .read(true)
                .append(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            file.try_lock()
                .map_err(|_| std::io::Error::other("own file is locked"))?;
            File::open(&shared.folder)?.sync_all()?;
            disk.files.push_back((path, file));
            disk.own = true;
        }
        let (_, file) = disk.files.back_mut().expect("made above");
        let before = file.metadata()?.len();
        if let Err(error) = file
            .write_all(line.as_bytes())
            .and_then(|()| file.sync_data())
        {
            // A torn line must not swallow the next one.
            let _ = file.set_len(before);
            return Err(error.into());
        }
        shared.bytes.fetch_add(line.len() as u64, Ordering::Relaxed);
        shared.messages.fetch_add(1, Ordering::Relaxed);
        let _ = shared.oldest.compare_exchange(
            0,
            entry.at.timestamp_micros(),
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
        shared.active.store(true, Ordering::SeqCst);
        Ok(())
    }

    fn read(&self, line: &str) -> Option<Entry> {
        self.0.seal.open_json(line.trim_end()).ok()
    }

    /// The next messages in order, at most `most`; empty when all were replayed,
    /// and the spool is then inactive. Call [`Spool::replayed`] after they are
    /// committed.
    pub fn peek(&self, most: usize) -> Result<(Vec<Entry>, u64), SpoolError> {
        let shared = &self.0;
        let mut disk = shared.disk.lock().expect("no panic while held");
        loop {
            let read_to = disk.read_to;
            let Some((path, file)) = disk.files.front_mut() else {
                shared.active.store(false, Ordering::SeqCst);
                shared.oldest.store(0, Ordering::Relaxed);
                return Ok((Vec::new(), 0));
            };
            file.seek(SeekFrom::Start(read_to))?;
            let mut reader = BufReader::new(&*file);
            let (mut entries, mut bytes, mut line) = (Vec::new(), 0_u64, String::new());
            while entries.len() < most {
                line.clear();
                let read = reader.read_line(&mut line)?;
                if read == 0 || !line.ends_with('\n') {
                    break;
                }
                bytes += read as u64;
                // A line that cannot be opened was torn by a full disk and never answered.
                entries.extend(self.read(&line));
            }
            if !entries.is_empty() {
                if let Some(first) = entries.first() {
                    shared
                        .oldest
                        .store(first.at.timestamp_micros(), Ordering::Relaxed);
                }
                return Ok((entries, bytes));
            }
            // Nothing left in this file, and the lock keeps writers out.
            let size = file.metadata()?.len();
            remove(path)?;
            shared.bytes.fetch_sub(
                size.min(shared.bytes.load(Ordering::Relaxed)),
                Ordering::Relaxed,
            );
            disk.files.pop_front();
            disk.read_to = 0;
            if disk.files.is_empty() {
                disk.own = false;
            }
        }
    }

    /// The messages of the last [`Spool::peek`] are in the database.
    pub fn replayed(&self, count: usize, bytes: u64) {
        let mut disk = self.0.disk.lock().expect("no panic while held");
        disk.read_to += bytes;
        let left = self
            .0
            .messages
            .load(Ordering::Relaxed)
            .saturating_sub(count as u64);
        self.0.messages.store(left, Ordering::Relaxed);
    }
}

/// Proves that a folder can be written by writing a file there and removing it.
pub(crate) fn try_folder(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".probe-{:016x}", rand::random::<u64>()));
    let mut file = File::create(&probe)?;
    let written = file.write_all(b"linli").and_then(|()| file.sync_all());
    std::fs::remove_file(&probe)?;
    written
}

/// A file without a message that this key opens. An empty one goes; any other may
/// be of another key, given wrongly now or then: it stays, under a name nobody replays.
fn put_aside(path: &Path, size: u64) -> Result<(), SpoolError> {
    if size == 0 {
        return Ok(remove(path)?);
    }
    let aside = path.with_extension("spool.unread");
    std::fs::rename(path, &aside)?;
    tracing::error!(
        file = %aside.display(),
        "messages in the spool cannot be opened with this data key; with the right one, name the file *.spool again"
    );
    Ok(())
}

/// A file that is gone already is as good as removed.
fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::clock::moment;
    use bots::{Address, Content, Sender};

    fn entry(n: i64) -> Entry {
        Entry {
            at: moment(n),
            inbound: Inbound {
                address: Address::new("telegram", "main", "1"),
                key: format!("u:{n}"),
                sent_at: None,
                sender: Sender::default(),
                message: None,
                network: None,
                content: Content::Text(format!("第{n}句")),
            },
        }
    }

    fn keys(entries: &[Entry]) -> Vec<&str> {
        entries.iter().map(|e| e.inbound.key.as_str()).collect()
    }

    #[tokio::test]
    async fn what_was_spooled_is_replayed_in_order_by_the_next_process() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Spool::open(folder.path(), 1 << 20, Seal::new(b"k")).unwrap();
        let first = open();
        assert!(!first.is_active());
        for n in 1..=3 {
            first.append(entry(n)).await.unwrap();
        }
        assert!(first.is_active());
        assert_eq!(first.contents().messages, 3);
        drop(first);
        let next = open();
        assert!(next.is_active());
        next.append(entry(4)).await.unwrap();
        let mut seen = Vec::new();
        loop {
            let (entries, bytes) = next.peek(2).unwrap();
            if entries.is_empty() {
                break;
            }
            seen.extend(keys(&entries).into_iter().map(str::to_owned));
            next.replayed(entries.len(), bytes);
        }
        assert_eq!(seen, ["u:1", "u:2", "u:3", "u:4"]);
        assert!(!next.is_active());
        assert_eq!(next.contents(), Contents::default());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_living_process_keeps_its_own_spool() {
        let folder = tempfile::tempdir().unwrap();
        let one = Spool::open(folder.path(), 1 << 20, Seal::new(b"k")).unwrap();
        one.append(entry(1)).await.unwrap();
        let other = Spool::open(folder.path(), 1 << 20, Seal::new(b"k")).unwrap();
        assert!(!other.is_active());
        drop(one);
        other.adopt_left().unwrap();
        assert_eq!(keys(&other.peek(9).unwrap().0), ["u:1"], "the other died");
    }

    #[tokio::test]
    async fn a_full_spool_says_so_and_keeps_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 600, Seal::new(b"k")).unwrap();
        spool.append(entry(1)).await.unwrap();
        assert!(matches!(
            spool.append(entry(2)).await,
            Err(SpoolError::Full(_))
        ));
        assert_eq!(keys(&spool.peek(9).unwrap().0), ["u:1"]);
    }

    #[tokio::test]
    async fn what_another_key_sealed_waits_for_that_key() {
        let folder = tempfile::tempdir().unwrap();
        let open = |key: &[u8]| Spool::open(folder.path(), 1 << 20, Seal::new(key)).unwrap();
        open(b"right").append(entry(1)).await.unwrap();
        assert!(!open(b"wrong").is_active());
        let aside = std::fs::read_dir(folder.path()).unwrap().next();
        let aside = aside.unwrap().unwrap().path();
        assert_eq!(aside.extension().unwrap(), "unread");
        std::fs::rename(&aside, folder.path().join("1.spool")).unwrap();
        assert_eq!(keys(&open(b"right").peek(9).unwrap().0), ["u:1"]);
    }

    #[tokio::test]
    async fn a_disk_without_room_is_an_error_and_nothing_counts_as_kept() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 1 << 20, Seal::new(b"k")).unwrap();
        // Every write to it fails as on a full disk.
        let full = OpenOptions::new().append(true).open("/dev/full").unwrap();
        {
            let mut disk = spool.0.disk.lock().unwrap();
            disk.files.push_back((folder.path().join("1.spool"), full));
            disk.own = true;
        }
        match spool.append(entry(1)).await {
            Err(SpoolError::Disk(error)) => {
                assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
            }
            other => panic!("{other:?}"),
        }
        assert!(!spool.is_active());
        assert_eq!(spool.contents().messages, 0);
        assert_eq!(spool.contents().bytes, 0);
    }

    #[tokio::test]
    async fn a_torn_last_line_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 1 << 20, Seal::new(b"k")).unwrap();
        spool.append(entry(1)).await.unwrap();
        drop(spool);
        let path = std::fs::read_dir(folder.path())
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        let mut file = OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(b"v1:torn").unwrap();
        let spool = Spool::open(folder.path(), 1 << 20, Seal::new(b"k")).unwrap();
        let (entries, bytes) = spool.peek(9).unwrap();
        assert_eq!(keys(&entries), ["u:1"]);
        spool.replayed(1, bytes);
        assert!(spool.peek(9).unwrap().0.is_empty());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_noticed_at_the_start() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(Spool::open(&file.path().join("x"), 1, Seal::new(b"k")).is_err());
    }
}
