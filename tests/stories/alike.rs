//! What is refused reads the same and takes the same work, whether somebody
//! guessed or met what is not theirs.

use gateway::requests::reference::Reference;
use gateway::staff::enrol;
use gateway::store::{Work, done};
use tests::{Browser, Page, World, minutes, totp};

const PASSWORD: &str = "three banyans by the gate";
const COUNTED: [Work; 3] = [Work::Statement, Work::Hash, Work::Factor];

/// The answer, and the least work of two goes: the first may find something
/// to remember.
async fn least(go: impl AsyncFn() -> Page) -> (Page, [u64; 3]) {
    let mut least = [u64::MAX; 3];
    let mut answer = None;
    for _ in 0..2 {
        let before = COUNTED.map(done);
        answer = Some(go().await);
        for (at, work) in COUNTED.into_iter().enumerate() {
            least[at] = least[at].min(done(work) - before[at]);
        }
    }
    let answer = answer.expect("it went");
    assert_ne!(least[0], 0, "it asked the database: {}", answer.text());
    (answer, least)
}

/// An account with a password and a device; the secret of the device.
async fn sets_up(world: &World, name: &str, subject: &str) -> String {
    let core = world.app().core.clone();
    let link = enrol::invite(&core, name, subject).await.expect("invited");
    let (site, browser) = (world.site(), Browser::new());
    let page = browser.post(&site, "/set-up", &[("link", &link)]).await;
    let secret = tests::between(&page.body, "class=\"secret\">", "<").expect("a secret");
    let secret = secret.replace(' ', "");
    let code = totp(&secret, world.clock.now());
    let offer = page.field("offer");
    let fields = [
        ("link", link.as_str()),
        ("offer", offer.as_str()),
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("code", code.as_str()),
    ];
    let done = browser.post(&site, "/set-up/finish", &fields).await;
    assert_eq!(done.status, 200, "{}", done.text());
    secret
}

#[tokio::test]
async fn an_unknown_name_takes_the_work_of_a_wrong_password_or_code() {
    let world = World::start().await;
    let secret = sets_up(&world, "sun.huimin", "worker:YX033").await;
    let core = world.app().core.clone();
    let invited = enrol::invite(&core, "gao.jianguo", "admin").await;
    invited.expect("invited");
    let site = world.site();
    world.clock.advance(minutes(1));
    let code = totp(&secret, world.clock.now());
    let mut all = Vec::new();
    for (name, password, code) in [
        ("sun.huimin", "wrong password here", code.as_str()),
        ("sun.huimin", PASSWORD, "000000"),
        ("nobody.here", PASSWORD, code.as_str()),
        // Invited, and nothing set up yet.
        ("gao.jianguo", PASSWORD, code.as_str()),
    ] {
        let fields = [("name", name), ("password", password), ("code", code)];
        let go = async || {
            let browser = Browser::new();
            browser.post(&site, "/sign-in/password", &fields).await
        };
        let (page, work) = least(go).await;
        assert_eq!(page.status, 403, "{name}");
        assert_eq!(work[1..], [1, 1], "{name}: one password, one code");
        all.push((name, page.text(), work));
        world.clock.advance(minutes(16));
        world.settle().await;
    }
    let (_, body, work) = &all[0];
    for other in &all[1..] {
        assert_eq!((&other.1, &other.2), (body, work), "{}", other.0);
    }
    world.ends().await;
}

#[tokio::test]
async fn a_guessed_reference_takes_the_work_of_a_foreign_one() {
    let world = World::start().await;
    let stranger = world.worker_without_chat("YX029").await;
    let resident = world.resident_on_telegram(42);
    let foreign = resident.files("我想申请低保，我住新桥花园").await;
    let guessed = Reference::from_random([7; 8]).to_string();
    assert_ne!(guessed, foreign);
    world.settle().await;
    for (path, act) in [("", false), ("/live", false), ("/act", true)] {
        let asks = |reference: &str| {
            let path = format!("/worker/r/{reference}{path}");
            let (stranger, reference) = (&stranger, reference.to_owned());
            async move || {
                if act {
                    let fields = [("act", "note"), ("text", "看看")];
                    stranger.forces(&reference, &fields).await
                } else {
                    stranger.opens(&path).await
                }
            }
        };
        let (theirs, much) = least(asks(&foreign)).await;
        let (nobodys, as_much) = least(asks(&guessed)).await;
        assert_eq!(theirs.status, 404, "{path}: {}", theirs.text());
        assert_eq!(theirs.status, nobodys.status, "{path}");
        assert_eq!(theirs.text(), nobodys.text(), "{path}");
        assert_eq!(much, as_much, "{path}");
    }
    world.ends().await;
}
