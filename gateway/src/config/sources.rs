//! Reads one source, the file or the environment, into single values with
//! their origin: the shape is checked against the defaults, secrets named by a
//! file are fetched, unknown keys are refused. Whether a value makes sense is
//! not decided here.

use super::load::{Problem, Source};
use super::paths;
use std::ffi::OsString;
use std::io::Read as _;
use std::path::Path;
use toml::{Table, Value};

/// Keys whose values are never shown and which may be given as `KEY_file`.
pub(super) const SECRETS: [&str; 11] = [
    "database.url",
    "redis.url",
    "secrets.key",
    "secrets.others",
    "second_opinion.key",
    "sms.key_id",
    "sms.key",
    "real_name.secret",
    "face.secret",
    "staff.oidc.client_secret",
    "admin.token",
];

/// Settings of channels that are shown; any other may be a secret.
const PLAIN: [&str; 3] = ["mode", "api_url", "public_url"];

const PREFIX: &str = "LINLI__";
/// A secret is short; a larger file is not one.
const SECRET_MAX_BYTES: u64 = 64 * 1024;

/// One value somebody gave.
pub(super) struct Given {
    pub(super) key: Vec<String>,
    pub(super) value: Value,
    pub(super) source: Source,
}

impl Given {
    pub(super) fn dotted(&self) -> String {
        self.key.join(".")
    }

    pub(super) fn problem(&self, what: impl Into<String>) -> Problem {
        Problem {
            key: self.dotted(),
            source: self.source.clone(),
            what: what.into(),
        }
    }

    /// The value unless it is, or may be, a secret.
    pub(super) fn shown(&self) -> String {
        let key = self.dotted();
        let name = self.key.last().map_or("", String::as_str);
        let plain = match self.key[0].as_str() {
            // An address may hold a password.
            "channels" => match &self.value {
                Value::String(text) => {
                    PLAIN.contains(&name) && !text.contains(['@', '?']) && !text.contains("/bot")
                }
                other => other.is_table() || other.is_bool(),
            },
            _ => !SECRETS.contains(&key.as_str()),
        };
        let file = self
            .value
            .as_str()
            .is_some_and(|v| v.starts_with("sqlite:"));
        if plain || (key == "database.url" && file) {
            self.value.to_string()
        } else {
            "***".to_owned()
        }
    }
}

/// What was read so far.
pub(super) struct Read<'a> {
    schema: &'a Table,
    pub(super) given: Vec<Given>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<String>,
}

/// A text with the beginnings of its values, to name lines.
struct Lines<'a> {
    name: &'a str,
    text: &'a str,
}

impl Lines<'_> {
    fn source(&self, offset: usize) -> Source {
        let before = self.text.get(..offset).unwrap_or(self.text);
        Source::File {
            name: self.name.to_owned(),
            line: 1 + before.matches('\n').count(),
        }
    }
}

type Spanned<'i> = toml::Spanned<toml::de::DeValue<'i>>;

impl<'a> Read<'a> {
    pub(super) fn new(schema: &'a Table) -> Self {
        Self {
            schema,
            given: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Reads a TOML text called `name`. Its relative paths begin at the folder
    /// of that name.
    pub(super) fn file(&mut self, name: &str, text: &str) {
        let lines = Lines { name, text };
        let (tree, mut errors) = toml::de::DeTable::parse_recoverable(text);
        errors.sort_by_key(|e| e.span().map_or(0, |s| s.start));
        let values = toml::from_str::<Table>(text);
        for error in &errors {
            self.problems.push(Problem {
                key: String::new(),
                source: lines.source(error.span().map_or(0, |s| s.start)),
                what: error.message().to_owned(),
            });
        }
        match values {
            Ok(values) => {
                let first = self.given.len();
                for (key, spanned) in tree.get_ref() {
                    let name = key.get_ref().to_string();
                    if let Some(value) = values.get(&name) {
                        let at = key.span().start;
                        self.walk(&lines, vec![name], at, spanned, value);
                    }
                }
                self.finish(first, Path::new(name).parent());
            }
            Err(error) if errors.is_empty() => self.problems.push(Problem {
                key: String::new(),
                source: lines.source(error.span().map_or(0, |s| s.start)),
                what: error.message().to_owned(),
            }),
            Err(_) => {}
        }
    }

    fn walk(&mut self, lines: &Lines, key: Vec<String>, at: usize, spans: &Spanned, value: &Value) {
        let tables = spans.get_ref().as_table().zip(value.as_table());
        let inside = key[0] == "channels" && key.len() < 4;
        let section = inside || matches!(self.known(&key), Some(Value::Table(_)));
        let Some((spans, table)) = tables.filter(|_| section) else {
            let source = lines.source(at);
            return self.add(key, value.clone(), source);
        };
        if key[0] == "channels" && key.len() > 1 && table.is_empty() {
            let source = lines.source(at);
            return self.add(key, Value::Table(Table::new()), source);
        }
        for (name, span) in spans {
            let part = name.get_ref().to_string();
            if let Some(value) = table.get(&part) {
                let mut key = key.clone();
                key.push(part);
                self.walk(lines, key, name.span().start, span, value);
            }
        }
    }

    /// Reads the variables that begin with `LINLI__`.
    pub(super) fn environment(&mut self, env: impl IntoIterator<Item = (OsString, OsString)>) {
        let first = self.given.len();
        let mut ours: Vec<(String, OsString)> = env
            .into_iter()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with(PREFIX))
            .collect();
        ours.sort();
        for (name, value) in ours {
            let key: Vec<String> = name[PREFIX.len()..]
                .split("__")
                .map(str::to_ascii_lowercase)
                .collect();
            let source = Source::Variable(name);
            match value.into_string() {
                Ok(text) => match self.parse(&key, text) {
                    Ok(value) => self.add(key, value, source),
                    Err(what) => self.refuse(&key, source, what),
                },
                Err(_) => self.refuse(&key, source, "is not UTF-8".to_owned()),
            }
        }
        self.finish(first, None);
    }

    /// A variable's text as the kind of value the key has by default.
    fn parse(&self, key: &[String], text: String) -> Result<Value, String> {
        let wrong = |wanted: &str| format!("must be {wanted}, not \"{text}\"");
        match self.known(key) {
            Some(Value::Integer(_)) => text
                .parse()
                .map(Value::Integer)
                .map_err(|_| wrong("a whole number")),
            Some(Value::Float(_)) => text
                .parse()
                .map(Value::Float)
                .map_err(|_| wrong("a number")),
            Some(Value::Boolean(_)) => text
                .parse()
                .map(Value::Boolean)
                .map_err(|_| wrong("true or false")),
            Some(Value::Array(_)) => {
                let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
                Ok(Value::Array(parts.map(Value::from).collect()))
            }
            None if key[0] == "channels" => Ok(loose(key, text)),
            _ => Ok(Value::String(text)),
        }
    }

    /// Takes one value: the key must be known and the value of its kind.
    fn add(&mut self, key: Vec<String>, value: Value, source: Source) {
        if key[0] == "channels" {
            return self.add_channel(key, value, source);
        }
        let value = match (self.known(&key), value) {
            (None, Value::String(path)) if secret_of_file(&key).is_some() => Value::String(path),
            (None, _) => {
                let what = unknown(self.schema, &key);
                return self.refuse(&key, source, what);
            }
            (Some(Value::Float(_)), Value::Integer(n)) => Value::Float(n as f64),
            (Some(known), value) if known.same_type(&value) && !value.is_table() => value,
            (Some(known), value) => {
                let what = format!("must be {}, not {}", kind(known), kind(&value));
                return self.refuse(&key, source, what);
            }
        };
        self.given.push(Given { key, value, source });
    }

    /// `channels.KIND.KEY` means the account "main".
    fn add_channel(&mut self, mut key: Vec<String>, value: Value, source: Source) {
        let table = value.is_table();
        let fits = match key.len() {
            2 => table,
            3 => true,
            4 => !table,
            _ => false,
        };
        let list_of_tables = value
            .as_array()
            .is_some_and(|a| a.iter().any(Value::is_table));
        if !fits || list_of_tables || key.iter().any(String::is_empty) {
            let what = "must be [channels.KIND] or [channels.KIND.NAME] with plain settings";
            return self.refuse(&key, source, what.to_owned());
        }
        if key.len() == 2 || (key.len() == 3 && !table) {
            key.insert(2, "main".to_owned());
        }
        self.given.push(Given { key, value, source });
    }

    fn refuse(&mut self, key: &[String], source: Source, what: String) {
        self.problems.push(Problem {
            key: key.join("."),
            source,
            what,
        });
    }

    fn known(&self, key: &[String]) -> Option<&'a Value> {
        let (first, rest) = key.split_first()?;
        rest.iter()
            .try_fold(self.schema.get(first)?, |at, part| at.as_table()?.get(part))
    }

    /// Fetches the secrets of one source that were named by a file, and refuses
    /// what that source says twice. Relative paths begin at `folder`.
    fn finish(&mut self, first: usize, folder: Option<&Path>) {
        let folder = folder.unwrap_or(Path::new(""));
        for mut one in self.given.split_off(first) {
            let mut fetched = None;
            if let (Some(key), Value::String(path)) = (secret_of_file(&one.key), &one.value) {
                fetched = Some((key, paths::joined(folder, path)));
            }
            if let Some((key, path)) = fetched {
                match fetch(&path) {
                    Ok((text, open)) => {
                        if open {
                            let file = &path;
                            self.warnings.push(format!(
                                "{}: {file} can be read by every user of this machine",
                                one.source
                            ));
                        }
                        one.key = key;
                        one.value = Value::String(text);
                    }
                    Err(what) => {
                        self.problems.push(one.problem(what));
                        continue;
                    }
                }
            }
            if let Value::String(text) = &one.value {
                one.value = Value::String(paths::beside(folder, &one.dotted(), text));
            }
            if self.given[first..].iter().any(|g| g.key == one.key) {
                let problem = one.problem("is given twice");
                self.problems.push(problem);
            } else {
                self.given.push(one);
            }
        }
    }
}

/// The key of the secret that `KEY_file` names, if that is what it is.
fn secret_of_file(key: &[String]) -> Option<Vec<String>> {
    let (last, sections) = key.split_last()?;
    let mut secret = sections.to_vec();
    secret.push(last.strip_suffix("_file")?.to_owned());
    let known = SECRETS.contains(&secret.join(".").as_str());
    (known || key[0] == "channels").then_some(secret)
}

/// The trimmed content, and whether everybody may read it.
fn fetch(path: &str) -> Result<(String, bool), String> {
    let cannot = |e: std::io::Error| format!("{path} cannot be read: {e}");
    let file = std::fs::File::open(path).map_err(cannot)?;
    let open = {
        use std::os::unix::fs::PermissionsExt as _;
        file.metadata().map_err(cannot)?.permissions().mode() & 0o004 != 0
    };
    let mut text = String::new();
    file.take(SECRET_MAX_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(cannot)?;
    if text.len() as u64 > SECRET_MAX_BYTES {
        return Err(format!("{path} is too large for a secret"));
    }
    Ok((text.trim().to_owned(), open))
}

/// Settings of channels have no defaults here, so their kind is guessed; what
/// looks like a secret stays text even if it is all digits.
fn loose(key: &[String], text: String) -> Value {
    let name = key.last().map_or("", String::as_str);
    let secret = ["token", "secret", "key", "password", "id", "_file"];
    if secret.iter().any(|s| name.ends_with(s)) {
        return Value::String(text);
    }
    if let Ok(flag) = text.parse() {
        return Value::Boolean(flag);
    }
    text.parse().map_or(Value::String(text), Value::Integer)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text in quotes",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
    }
}

/// "is not a known key", with the nearest one that is.
fn unknown(schema: &Table, key: &[String]) -> String {
    let dotted = key.join(".");
    let mut known = Vec::new();
    for (section, value) in schema {
        known.push(section.clone());
        let keys = value.as_table().into_iter().flat_map(Table::keys);
        known.extend(keys.map(|k| format!("{section}.{k}")));
    }
    known.extend(SECRETS.iter().map(|s| format!("{s}_file")));
    let elsewhere = known
        .iter()
        .filter(|k| k.rsplit('.').next() == key.last().map(String::as_str));
    let near = known
        .iter()
        .map(|k| (strsim::damerau_levenshtein(k, &dotted), k))
        .filter(|(distance, _)| *distance <= 1 + dotted.len() / 4)
        .min();
    match near.map(|(_, k)| k).or(elsewhere.min()) {
        Some(near) => format!("is not a known key; did you mean {near}?"),
        None => "is not a known key; `gateway check-config --defaults` lists them".to_owned(),
    }
}
