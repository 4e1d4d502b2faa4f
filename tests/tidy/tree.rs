//! The files a rule looks at, from the disk or made up.

use std::path::{Path, PathBuf};

/// A file of the repository.
pub(crate) struct File {
    /// From the top, with "/" between the parts.
    pub(crate) path: String,
    /// Empty for what is not text.
    pub(crate) text: String,
    pub(crate) executable: bool,
}

impl File {
    pub(crate) fn is(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|e| e == extension)
    }

    /// Whether the whole file is test code.
    pub(crate) fn is_test(&self) -> bool {
        let mut parts = self.path.split('/');
        parts.any(|p| matches!(p, "tests" | "tests.rs" | "benches" | "cases.rs"))
    }
}

pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// What a build or a run leaves behind, as in .gitignore.
const SKIPPED: [&str; 4] = ["target", ".git", "linli-data", "node_modules"];

impl Tree {
    /// The repository this test belongs to.
    pub(crate) fn repository() -> Self {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = Vec::new();
        let mut folders: Vec<PathBuf> = vec![top.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy();
                if SKIPPED.contains(&name.as_ref()) || name.contains(".db") {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(Self::read(top, &path));
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    fn read(top: &Path, path: &Path) -> File {
        use std::os::unix::fs::PermissionsExt as _;
        let bytes = std::fs::read(path).unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        File {
            path: path.strip_prefix(top).unwrap().to_str().unwrap().to_owned(),
            text: String::from_utf8(bytes).unwrap_or_default(),
            executable: mode & 0o111 != 0,
        }
    }

    /// Made-up files, all of them executable.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
            executable: true,
        };
        Self {
            files: files.iter().map(file).collect(),
        }
    }

    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|f| f.path == path)
    }

    /// Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|f| f.is("rs"))
    }
}

#[test]
fn the_repository_is_found_and_this_file_is_in_it() {
    let tree = Tree::repository();
    let this = tree.file("tests/tidy/tree.rs").unwrap();
    assert!(this.is_test() && this.is("rs") && !this.executable);
    assert!(!tree.file("gateway/src/main.rs").unwrap().is_test());
    assert!(tree.files.iter().all(|f| !f.path.starts_with("target/")));
}
