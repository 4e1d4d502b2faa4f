//! Nothing personal in logs, in push texts or readable in the database.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tests::{Engine, KEY, KEY_ID, Registry, Setup, Sms, World, engine};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What must be found nowhere: telephone, name, document, words, address.
const PRIVATE: [&str; 6] = [
    "13870615243",
    "欧阳独一",
    "110101199003070599",
    "11010119900307002X",
    "紫藤色的轮椅",
    "十七栋三零九",
];

/// Everything that goes out to somebody else is configured.
fn outward(sms: &Sms, registry: &Registry) -> Setup {
    let mut setup = Setup::default()
        .with("LINLI__SMS__PROVIDER", "tencent")
        .with("LINLI__SMS__KEY_ID", KEY_ID)
        .with("LINLI__SMS__KEY", KEY)
        .with("LINLI__SMS__APP", "1400006666")
        .with("LINLI__SMS__SIGNATURE", "邻里")
        .with("LINLI__SMS__TEMPLATE", "1110")
        .with("LINLI__SMS__API_URL", sms.url());
    for (key, value) in registry.real_name() {
        setup = setup.with(key, value);
    }
    setup
}

#[tokio::test]
async fn neither_logs_nor_tables_hold_what_people_said_or_who_they_are() {
    let log = Log::default();
    let out = log.clone();
    let _ = tracing_subscriber::fmt()
        .with_env_filter("trace")
        .with_writer(move || out.clone())
        .try_init();
    let (sms, registry) = (Sms::start().await, Registry::start().await);
    let world = outward(&sms, &registry).start().await;
    let coordinator = world.worker("YX033").await;
    let duty = world.worker("YX001").await;
    let resident = world.resident_on_telegram(42);
    let _ = world.telegram.user(42).named("欧阳独一");
    resident
        .says("我叫欧阳独一，证号11010119900307002X，想申请低保，住新桥花园十七栋三零九")
        .await;
    for _ in 0..20 {
        let last = resident.last();
        let code = sms.calls().0.checked_sub(1).map(|_| sms.code(PRIVATE[0]));
        let answer = match &last {
            last if last.contains("对吗") => break,
            last if last.contains("联系电话") => PRIVATE[0],
            last if last.contains("怎么称呼") => PRIVATE[1],
            last if last.contains("6 个数字") => code.as_deref().unwrap_or("跳过"),
            last if last.contains("您同意吗") => "同意",
            _ => "跳过",
        };
        resident.says(answer).await;
    }
    resident.taps("对，交上去").await.sees("编号");
    assert_eq!(sms.calls().0, 1, "a code was sent");
    assert_eq!(registry.asked("/compare").len(), 1, "a provider was asked");
    resident.says("我的数据").await.taps("看看存了什么").await;
    coordinator.sees("新的求助");
    for secret in PRIVATE {
        coordinator.sees_not(secret);
    }
    coordinator.accepts().await;
    let reference = resident.reference();
    resident
        .says(&format!("{reference} 紫藤色的轮椅，证号110101199003070599"))
        .await
        .sees("已经记到");
    resident
        .does(|person| {
            person.sends_photo(b"picture", Some("紫藤色的轮椅"));
        })
        .await;
    coordinator.asks("欧阳独一您好，方便吗？").await;
    resident.says("方便，紫藤色的轮椅").await;
    coordinator.releases().await;
    coordinator.contacts().await;
    coordinator.finishes("安排了服务", "给欧阳独一办好了").await;
    let web = world.resident_on_web();
    web.says("欧阳独一不想活了").await;
    duty.accepts().await;
    world
        .damages("UPDATE conversations SET state_sealed = 'v1:broken' WHERE address LIKE '%/42'")
        .await;
    resident.says("紫藤色的轮椅 13870615243").await;
    // What waits in the spool while the database is away is sealed as well.
    world.loses_its_database().await;
    world
        .telegram
        .user(43)
        .says("欧阳独一要紫藤色的轮椅 13870615243");
    world.telegram.wait_until_delivered().await;
    assert_eq!(world.app().intake.spool().contents().messages, 1);
    assert!(files_are_clean(world.folder()) > 0, "the spool was read");
    world.restart().await;

    let lines = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let lines = String::from_utf8_lossy(&lines).into_owned();
    assert!(lines.contains("parked"), "the log was captured");
    for secret in PRIVATE {
        let found = lines.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} in the log");
    }
    if engine() == Engine::Sqlite {
        // With its log of writes while it runs, and as it lies there after.
        assert!(
            files_are_clean(world.folder()) > 2,
            "database and log were read"
        );
        world.stop().await;
        files_are_clean(world.folder());
    } else {
        tables_are_clean(&world).await;
        let place = world.rows("SELECT current_setting('data_directory')").await;
        let place = std::path::Path::new(&place[0][0]);
        // The server may belong to somebody else whose files are not ours to read.
        if std::fs::read_dir(place).is_ok() {
            world.rows("SELECT CAST(pg_switch_wal() AS TEXT)").await;
            assert!(files_are_clean(place) > 100, "the server's files were read");
        }
        world.stop().await;
    }
}

/// Every table there is, whatever was added since.
async fn tables_are_clean(world: &World) {
    let tables = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'";
    let tables = world.rows(tables).await.concat();
    assert!(tables.len() > 15, "{tables:?}");
    for table in tables {
        for row in world
            .rows(&format!("SELECT CAST(t AS TEXT) FROM {table} t"))
            .await
        {
            for secret in PRIVATE {
                assert!(!row[0].contains(secret), "{table} holds what it must not");
            }
        }
    }
}

/// Every file of a folder and of those in it; how many were read.
fn files_are_clean(folder: &std::path::Path) -> usize {
    let mut read = 0;
    for entry in std::fs::read_dir(folder).expect("its folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            read += std::fs::read_dir(&path).map_or(0, |_| files_are_clean(&path));
            continue;
        }
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        read += 1;
        for secret in PRIVATE {
            let secret = secret.as_bytes();
            let found = bytes.windows(secret.len()).any(|part| part == secret);
            assert!(!found, "{} holds what it must not", path.display());
        }
    }
    read
}
