//! What the configuration accepts, refuses and says about it.
#![allow(clippy::unwrap_used)]

use super::*;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;

fn env(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(k, v)| (k.into(), v.into())).collect()
}

fn load(file: &str, vars: &[(&str, &str)]) -> Result<Loaded, Problems> {
    Config::from_sources(Some(("linli.toml", file)), env(vars))
}

fn problems(file: &str, vars: &[(&str, &str)]) -> Vec<String> {
    let problems = load(file, vars).unwrap_err().0;
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn every_field_is_in_the_defaults_and_nothing_else() {
    // No field has a default in code and unknown keys are refused, so reading
    // compares both ways.
    let table: toml::Table = toml::from_str(DEFAULTS).unwrap();
    table.clone().try_into::<Config>().unwrap();
    for (section, value) in &table {
        let mut less = table.clone();
        less.remove(section);
        assert!(
            less.try_into::<Config>().is_err(),
            "{section} is not a field"
        );
        for key in value.as_table().into_iter().flat_map(toml::Table::keys) {
            let mut less = table.clone();
            less[section].as_table_mut().unwrap().remove(key);
            let left = less.try_into::<Config>();
            assert!(left.is_err(), "{section}.{key} is not a field");
        }
    }
    let mut more = table;
    more["web"]
        .as_table_mut()
        .unwrap()
        .insert("extra".into(), 1.into());
    assert!(more.try_into::<Config>().is_err());
}

/// Keys of a commented text that have no comment right above them.
fn undocumented(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let bare = lines.windows(2).filter(|pair| {
        let key = pair[1].starts_with(|c: char| c.is_ascii_lowercase());
        key && !pair[0].starts_with("# ")
    });
    bare.map(|pair| pair[1].to_owned()).collect()
}

#[test]
fn every_key_of_the_defaults_has_a_comment_above_it() {
    assert_eq!(undocumented(DEFAULTS), Vec::<String>::new());
    assert_eq!(undocumented("[a]\nb = 1\n# c\nd = 2\n"), ["b = 1"]);
}

#[test]
fn the_secrets_named_in_the_code_are_fields() {
    let table: toml::Table = toml::from_str(DEFAULTS).unwrap();
    for secret in sources::SECRETS {
        let (sections, key) = secret.rsplit_once('.').unwrap();
        let section = sections.split('.').fold(&table, |at, part| {
            at.get(part).and_then(toml::Value::as_table).unwrap()
        });
        assert!(section.contains_key(key), "{secret}");
        assert!(DEFAULTS.contains(secret), "{secret} is not in the header");
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let loaded = load(
        "listen = \"0.0.0.0:80\"\n[intake]\nburst = 7\n",
        &[
            ("LINLI__LISTEN", "[::1]:0"),
            ("LINLI__OUTBOX__BULK_PER_SECOND", "12"),
        ],
    )
    .unwrap();
    let config = loaded.config;
    assert_eq!(config.listen.to_string(), "[::1]:0");
    assert_eq!(config.intake.burst, 7);
    assert!((config.outbox.bulk_per_second - 12.0).abs() < 1e-9);
    assert_eq!(config.intake.group_max, 128);
    let sources: Vec<String> = loaded.given.iter().map(|g| g.2.to_string()).collect();
    assert_eq!(
        sources,
        [
            "linli.toml:3",
            "linli.toml:1",
            "LINLI__LISTEN",
            "LINLI__OUTBOX__BULK_PER_SECOND"
        ]
    );
}

#[test]
fn every_problem_is_listed_at_once_with_its_source() {
    let found = problems(
        "listen = \"nowhere\"\n\n[databse]\nurl = \"x\"\n[web]\nsession = \"soon\"\n[intake]\nburst = \"many\"\n",
        &[
            ("LINLI__LISTN", "127.0.0.1:1"),
            ("LINLI__INTAKE__GROUP_MAX", "lots"),
            ("LINLI__OUTBOX__SENDERS", "0"),
            ("LINLI_CONFIG", "not ours to judge"),
        ],
    );
    let all = found.join("\n");
    assert_eq!(found.len(), 7, "{all}");
    for said in [
        "linli.toml:1: listen: ",
        "linli.toml:3: databse: is not a known key; did you mean database?",
        "linli.toml:6: web.session: ",
        "linli.toml:8: intake.burst: must be a whole number, not a text in quotes",
        "LINLI__LISTN: listn: is not a known key; did you mean listen?",
        "LINLI__INTAKE__GROUP_MAX: intake.group_max: must be a whole number, not \"lots\"",
        "LINLI__OUTBOX__SENDERS: outbox.senders: must be at least 1",
    ] {
        assert!(all.contains(said), "{said} is missing in\n{all}");
    }
}

#[test]
fn a_key_in_the_wrong_section_is_shown_its_place() {
    let found = problems("[redis]\nmax_connections = 3\n", &[]);
    assert!(found[0].ends_with("did you mean database.max_connections?"));
}

#[test]
fn every_broken_line_of_the_file_is_named() {
    let found = problems("listen = \n[web\nsession = \"1h\"\n", &[("LINLI__X", "1")]);
    assert!(found[0].starts_with("linli.toml:1: "), "{found:?}");
    assert!(found[1].starts_with("linli.toml:2: "), "{found:?}");
    assert!(found.last().unwrap().starts_with("LINLI__X: "), "{found:?}");
}

#[test]
fn values_that_do_not_fit_together_are_named() {
    let found = problems(
        "[escalation]\npoll = \"10s\"\n",
        &[("LINLI__OUTBOX__LEASE", "2s")],
    );
    assert_eq!(found.len(), 2);
    assert!(found[0].starts_with("LINLI__OUTBOX__LEASE: outbox.lease: "));
    assert!(found[1].starts_with("linli.toml:2: escalation.poll: "));
}

#[test]
fn values_without_sense_are_refused() {
    for (key, value) in [
        ("LINLI__PUBLIC_URL", "help.example.org"),
        ("LINLI__CITY__UTC_OFFSET", "Shanghai"),
        ("LINLI__DATABASE__URL", "mysql://x"),
        ("LINLI__DATABASE__URL", "sqlite:"),
        ("LINLI__REDIS__URL", "localhost:6379"),
        ("LINLI__SECRETS__KEY", "abc"),
        ("LINLI__OUTBOX__CHAT_PER_SECOND", "-1"),
        ("LINLI__OUTBOX__CHAT_PER_SECOND", "inf"),
        ("LINLI__CRISIS__POLICE", ""),
        ("LINLI__CRISIS__FIRE", "call us"),
        ("LINLI__LOG__FORMAT", "xml"),
        ("LINLI__LOG__LEVEL", "loud"),
        ("LINLI__LOG__LEVEL", ""),
        ("LINLI__SHUTDOWN__DRAIN", "0s"),
        ("LINLI__DATABASE", "sqlite:x.db"),
        ("LINLI__", "1"),
    ] {
        let found = problems("", &[(key, value)]);
        assert_eq!(found.len(), 1, "{key}={value}: {found:?}");
        assert!(found[0].starts_with(&format!("{key}: ")), "{found:?}");
    }
}

#[test]
fn a_variable_that_is_not_text_is_refused() {
    let name = OsString::from("LINLI__CITY__NAME");
    let vars = vec![(name, OsString::from_vec(vec![0xff]))];
    let found = Config::from_sources(None, vars).unwrap_err();
    assert!(found.to_string().contains("is not UTF-8"));
}

#[test]
fn useful_values_are_understood() {
    let c = load(
        "",
        &[
            ("LINLI__PUBLIC_URL", "https://help.example.org/"),
            ("LINLI__LOG__LEVEL", "info,sqlx=warn"),
            ("LINLI__LOG__FORMAT", "json"),
            ("LINLI__ESCALATION__POLICY_FILE", "ladder.toml"),
        ],
    )
    .unwrap()
    .config;
    assert_eq!(c.base_url(c.listen), "https://help.example.org");
    assert_eq!(c.log.format, LogFormat::Json);
    assert!(c.escalation.policy_file.is_some() && c.escalation.calendar_file.is_none());
    let c = Config::builtin();
    assert_eq!(c.base_url(c.listen), "http://127.0.0.1:8080");
}

#[test]
fn a_nameless_channel_is_the_account_main_whoever_sets_it() {
    let loaded = load(
        "[channels.telegram]\ntoken = \"file\"\nmode = \"polling\"\n[channels.telegram.second]\ntoken = \"two\"\n[channels.sms]\n",
        &[
            ("LINLI__CHANNELS__TELEGRAM__MAIN__TOKEN", "variable"),
            ("LINLI__CHANNELS__TELEGRAM__SECOND__SECRET", "987654"),
            ("LINLI__CHANNELS__TELEGRAM__CONNECTIONS", "40"),
        ],
    )
    .unwrap();
    let channels = &loaded.config.channels;
    let names: Vec<_> = channels.accounts().map(|(k, a, _)| (k, a)).collect();
    assert_eq!(
        names,
        [
            ("sms", "main"),
            ("telegram", "main"),
            ("telegram", "second")
        ]
    );
    let main = &channels.0["telegram"]["main"];
    assert_eq!(main["token"].as_str(), Some("variable"));
    assert_eq!(main["mode"].as_str(), Some("polling"));
    assert_eq!(main["connections"].as_integer(), Some(40));
    assert_eq!(
        channels.0["telegram"]["second"]["secret"].as_str(),
        Some("987654")
    );
    let shown = format!("{:?} {:?}", loaded.config, loaded.given);
    assert!(
        !shown.contains("variable") && !shown.contains("987654"),
        "{shown}"
    );
}

#[test]
fn channel_tables_of_another_shape_are_refused() {
    for (file, key) in [
        ("[channels]\ntelegram = 1\n", "channels.telegram"),
        (
            "[channels.telegram.main.deep]\ntoken = \"x\"\n",
            "channels.telegram.main.deep",
        ),
        (
            "[[channels.telegram]]\ntoken = \"x\"\n",
            "channels.telegram",
        ),
        ("channels = 3\n", "channels"),
    ] {
        let found = problems(file, &[]);
        assert_eq!(found.len(), 1, "{file}: {found:?}");
        assert!(
            found[0].contains(&format!(": {key}: ")),
            "{file}: {found:?}"
        );
    }
    let twice = "[channels.telegram]\ntoken = \"a\"\n[channels.telegram.main]\ntoken = \"b\"\n";
    assert!(problems(twice, &[])[0].contains("is given twice"));
}

#[test]
fn secrets_come_from_files_trimmed_and_are_never_shown() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("db");
    std::fs::write(&path, "postgres://u:pa55word@h/db\n").unwrap();
    let mode = |m| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(m)).unwrap();
    mode(0o600);
    let name = path.to_str().unwrap();
    let file = format!(
        "[database]\nurl_file = \"{name}\"\n[channels.telegram]\ntoken_file = \"{name}\"\n"
    );
    let loaded = load(&file, &[]).unwrap();
    assert_eq!(
        loaded.config.database.url.expose(),
        "postgres://u:pa55word@h/db"
    );
    let main = &loaded.config.channels.0["telegram"]["main"];
    assert_eq!(main["token"].as_str(), Some("postgres://u:pa55word@h/db"));
    assert!(!main.contains_key("token_file"));
    assert!(!format!("{loaded:?}").contains("pa55word"));
    assert_eq!(loaded.warnings, Vec::<String>::new());

    mode(0o644);
    let loaded = load("", &[("LINLI__DATABASE__URL_FILE", name)]).unwrap();
    assert!(loaded.warnings[0].starts_with("LINLI__DATABASE__URL_FILE: "));

    let both = format!("[database]\nurl = \"sqlite:x\"\nurl_file = \"{name}\"\n");
    assert!(problems(&both, &[])[0].contains("is given twice"));
    let missing = problems("[secrets]\nkey_file = \"/no/such/file\"\n", &[]);
    assert!(missing[0].starts_with("linli.toml:2: secrets.key_file: /no/such/file cannot be read"));
    // Only secrets come from files.
    assert!(problems("listen_file = \"x\"\n", &[])[0].contains("is not a known key"));
}

#[test]
fn a_wrong_secret_is_not_repeated_in_the_problem() {
    let found = problems(
        "",
        &[
            ("LINLI__DATABASE__URL", "mysql://u:pa55word@h"),
            ("LINLI__REDIS__URL", "http://u:pa55word@h"),
            ("LINLI__SECRETS__KEY", "pa55word"),
        ],
    );
    assert_eq!(found.len(), 3);
    assert!(!found.join("").contains("pa55word"), "{found:?}");
}

#[test]
fn a_provider_that_may_answer_later_than_its_question_is_given_back_is_refused() {
    let faults = |section: &str, url: &str, timeout: &str| {
        let file = format!(
            "public_url = \"https://linli.example\"\n[{section}]\n{url} = \"https://p.example\"\ntimeout = \"{timeout}\"\n"
        );
        load(&file, &[]).err().map_or(Vec::new(), |found| {
            found.0.iter().map(ToString::to_string).collect()
        })
    };
    for (section, url) in [("real_name", "url"), ("face", "start_url")] {
        let place = format!("{section}.timeout");
        let named = |found: Vec<String>| found.iter().any(|fault| fault.contains(&place));
        for long in ["21s", "45s", "10m"] {
            assert!(named(faults(section, url, long)), "{section} {long}");
        }
        assert!(!named(faults(section, url, "20s")), "{section}");
    }
}

#[test]
fn paths_of_a_file_begin_at_its_folder_and_those_of_variables_where_one_stands() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "a".repeat(64)).unwrap();
    let name = folder.path().join("linli.toml");
    let text = "[database]\nurl = \"sqlite:x.db\"\n[secrets]\nkey_file = \"secret\"\n[spool]\ndir = \"s\"\n";
    let loaded = Config::from_sources(
        Some((name.to_str().unwrap(), text)),
        env(&[("LINLI__SPOOL__DIR", "elsewhere")]),
    );
    let config = loaded.unwrap().config;
    let url = format!("sqlite:{}", folder.path().join("x.db").display());
    assert_eq!(config.database.url.expose(), url);
    assert_eq!(config.secrets.key.expose(), "a".repeat(64));
    assert_eq!(config.spool.dir, PathBuf::from("elsewhere"));
    assert_eq!(config.secrets.store, PathBuf::from("linli-data/key"));
}
