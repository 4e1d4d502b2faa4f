//! Staff accounts: setting up from a link, signing in with password and code,
//! guessing, sessions, proving again.

use gateway::app::door::{self, Door};
use gateway::staff::enrol;
use tests::{Browser, Page, World, days, hours, minutes, seconds, totp};

const PASSWORD: &str = "three banyans by the gate";

/// Somebody with an account and the device that shows its codes.
struct Person<'w> {
    world: &'w World,
    browser: Browser,
    name: String,
    secret: String,
    recovery: Vec<String>,
}

impl<'w> Person<'w> {
    async fn sets_up(world: &'w World, name: &str, subject: &str) -> Self {
        let core = world.app().core.clone();
        let link = enrol::invite(&core, name, subject).await.expect("invited");
        let mut person = Self {
            world,
            browser: Browser::new(),
            name: name.to_owned(),
            secret: String::new(),
            recovery: Vec::new(),
        };
        let done = person.finishes(&link, PASSWORD).await;
        assert_eq!(done.status, 200, "{}", done.text());
        person
    }

    async fn finishes(&mut self, link: &str, password: &str) -> Page {
        let site = self.world.site();
        let page = self.browser.post(&site, "/set-up", &[("link", link)]).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let (_, rest) = page
            .body
            .split_once("class=\"secret\">")
            .expect("a secret is shown");
        self.secret = rest.split('<').next().unwrap_or_default().replace(' ', "");
        let code = totp(&self.secret, self.world.clock.now());
        let fields = [
            ("link", link),
            ("offer", &page.field("offer")),
            ("password", password),
            ("again", password),
            ("code", &code),
        ];
        let done = self.browser.post(&site, "/set-up/finish", &fields).await;
        let codes = done.body.split("<li><code>").skip(1);
        self.recovery = codes
            .filter_map(|part| Some(part.split_once("</code>")?.0.to_owned()))
            .collect();
        done
    }

    async fn enters(&self, browser: &Browser, password: &str, code: &str) -> Page {
        let fields = [
            ("name", self.name.as_str()),
            ("password", password),
            ("code", code),
        ];
        browser
            .post(&self.world.site(), "/sign-in/password", &fields)
            .await
    }

    /// The present code of the device, a new one each time.
    fn code(&self) -> String {
        self.world.clock.advance(seconds(31));
        totp(&self.secret, self.world.clock.now())
    }

    async fn opens(&self, path: &str) -> Page {
        self.browser.get(&self.world.site(), path).await
    }
}

async fn acts(world: &World) -> Vec<String> {
    world
        .rows("SELECT act FROM audit ORDER BY id")
        .await
        .concat()
}

#[tokio::test]
async fn a_worker_sets_up_an_account_and_signs_in_with_it() {
    let world = World::start().await;
    let person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    assert_eq!(person.recovery.len(), 10);
    assert_eq!(
        person.opens("/worker").await.status,
        200,
        "signed in at once"
    );
    let elsewhere = Browser::new();
    let page = person.enters(&elsewhere, PASSWORD, &person.code()).await;
    assert_eq!(page.location.as_deref(), Some("/worker"), "{}", page.text());
    assert!(
        elsewhere
            .get(&world.site(), "/worker")
            .await
            .text()
            .contains("孙慧敏")
    );
    // Any spelling of the name, and a recovery code once.
    let again = Browser::new();
    let fields = [
        ("name", " Sun.Huimin "),
        ("password", PASSWORD),
        ("code", person.recovery[3].as_str()),
    ];
    let page = again
        .post(&world.site(), "/sign-in/password", &fields)
        .await;
    assert_eq!(page.location.as_deref(), Some("/worker"));
    let page = again
        .post(&world.site(), "/sign-in/password", &fields)
        .await;
    assert_eq!(page.status, 403, "a recovery code counts once");
    let acts = acts(&world).await;
    for act in ["staff.invited", "sign_in", "sign_in.failed"] {
        assert!(acts.iter().any(|a| a == act), "{act} in {acts:?}");
    }
    for (table, columns) in [
        ("staff", "id, name_tag, subject, body_sealed"),
        ("sessions", "tag, id, subject, account, device_sealed"),
        ("grants", "tag, subject"),
        ("audit", "actor, act, subject, detail"),
    ] {
        let all = world.rows(&format!("SELECT {columns} FROM {table}")).await;
        let all = format!("{all:?}");
        assert!(
            !all.contains("huimin") && !all.contains(&person.secret),
            "{table}"
        );
        assert!(!all.contains("argon2"), "{table}");
    }
    world.ends().await;
}

#[tokio::test]
async fn a_set_up_link_works_once_and_only_with_a_good_password_and_the_right_code() {
    let world = World::start().await;
    let core = world.app().core.clone();
    let site = world.site();
    let former = enrol::invite(&core, "gao.jianguo", "admin")
        .await
        .expect("invited");
    let link = enrol::invite(&core, "gao.jianguo", "admin")
        .await
        .expect("invited");
    let taken = enrol::invite(&core, "GAO.jianguo", "worker:YX033").await;
    assert!(matches!(taken, Err(enrol::NotInvited::Taken)));
    let stranger = Browser::new();
    for spent in [former.as_str(), "nonsense", ""] {
        let page = stranger.post(&site, "/set-up", &[("link", spent)]).await;
        assert_eq!(page.status, 403, "a newer link replaces an older one");
    }
    let mut person = Person {
        world: &world,
        browser: Browser::new(),
        name: "gao.jianguo".into(),
        secret: String::new(),
        recovery: Vec::new(),
    };
    for weak in ["short", "password1234", "gao.jianguo1"] {
        let page = person.finishes(&link, weak).await;
        assert_eq!(page.status, 422, "{weak}");
        assert_ne!(person.opens("/admin").await.status, 200);
    }
    let page = person
        .browser
        .post(&site, "/set-up", &[("link", &link)])
        .await;
    let offer = page.field("offer");
    let wrong = [
        ("link", link.as_str()),
        ("offer", offer.as_str()),
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("code", "000000"),
    ];
    let page = person.browser.post(&site, "/set-up/finish", &wrong).await;
    assert_eq!(page.status, 422);
    assert_eq!(person.finishes(&link, PASSWORD).await.status, 200);
    assert_eq!(person.opens("/admin").await.status, 200);
    let page = stranger.post(&site, "/set-up", &[("link", &link)]).await;
    assert_eq!(page.status, 403, "the link is spent");
    world.ends().await;
}

#[tokio::test]
async fn a_code_counts_once_even_side_by_side() {
    let world = World::start().await;
    let person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    let code = person.code();
    let browsers: Vec<Browser> = (0..4).map(|_| Browser::new()).collect();
    let tries = browsers.iter().map(|b| person.enters(b, PASSWORD, &code));
    let pages = futures::future::join_all(tries).await;
    let entered = pages.iter().filter(|p| p.status.is_redirection()).count();
    assert_eq!(
        entered,
        1,
        "{:?}",
        pages.iter().map(|p| p.status).collect::<Vec<_>>()
    );
    world.ends().await;
}

#[tokio::test]
async fn guessing_is_slowed_down_and_known_and_unknown_names_answer_alike() {
    let world = World::start().await;
    let person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    let site = world.site();
    let guess = async |name: &str, n: usize| {
        let password = format!("wrong password {n}");
        let fields = [
            ("name", name),
            ("password", password.as_str()),
            ("code", "111111"),
        ];
        Browser::new()
            .post(&site, "/sign-in/password", &fields)
            .await
    };
    // Twenty at once: five are looked at, whoever they are for.
    for name in ["sun.huimin", "nobody.here"] {
        let pages = futures::future::join_all((0..20).map(|n| guess(name, n))).await;
        let looked = pages.iter().filter(|p| p.status == 403).count();
        let later = pages.iter().filter(|p| p.status == 429).count();
        assert_eq!((looked, later), (5, 15), "{name}");
        assert!(
            pages.iter().all(|p| !p.body.contains(name)),
            "{name} is not repeated"
        );
    }
    let (known, unknown) = (
        guess("sun.huimin", 99).await,
        guess("nobody.here", 99).await,
    );
    assert_eq!(known.body, unknown.body);
    // The right person waits, too, and gets in afterwards.
    let browser = Browser::new();
    let page = person.enters(&browser, PASSWORD, &person.code()).await;
    assert_eq!(page.status, 429, "{}", page.text());
    world.clock.advance(minutes(16));
    let page = person.enters(&browser, PASSWORD, &person.code()).await;
    assert!(page.status.is_redirection(), "{}", page.text());
    world.ends().await;
}

#[tokio::test]
async fn sessions_end_by_rest_by_age_by_hand_and_with_the_worker() {
    let world = World::start().await;
    let person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    let phone = Browser::new();
    person.enters(&phone, PASSWORD, &person.code()).await;
    let page = person.opens("/worker/account").await;
    let rows = page.body.matches("name=\"end\" value=\"").count();
    assert_eq!(rows, 2, "the other one, and all others: {}", page.text());
    let fields = [("token", page.field("token")), ("end", page.field("end"))];
    let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    person
        .browser
        .post(&world.site(), "/worker/account", &fields)
        .await;
    assert_eq!(phone.get(&world.site(), "/worker").await.status, 401);
    assert_eq!(person.opens("/worker").await.status, 200);

    // Used every hour it lasts for twelve; left alone for two.
    for _ in 0..11 {
        world.clock.advance(hours(1));
        assert_eq!(person.opens("/worker").await.status, 200);
    }
    world.clock.advance(hours(1));
    assert_eq!(person.opens("/worker").await.status, 401, "twelve hours");
    let later = Browser::new();
    person.enters(&later, PASSWORD, &person.code()).await;
    world.clock.advance(minutes(119));
    assert_eq!(later.get(&world.site(), "/worker").await.status, 200);
    world.clock.advance(minutes(121));
    assert_eq!(
        later.get(&world.site(), "/worker").await.status,
        401,
        "two hours of rest"
    );
    world.clock.advance(days(1));
    world.ends().await;
}

#[tokio::test]
async fn signing_in_changes_the_secret_and_ends_the_former_session() {
    let world = World::start().await;
    let person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    let before = person.browser.cookie("linli_worker").expect("a session");
    let page = person
        .enters(&person.browser, PASSWORD, &person.code())
        .await;
    assert!(page.status.is_redirection());
    let after = person.browser.cookie("linli_worker").expect("a session");
    assert_ne!(before, after);
    let thief = Browser::new();
    thief.takes("linli_worker", &before);
    assert_eq!(thief.get(&world.site(), "/worker").await.status, 401);
    thief.takes("linli_worker", "planted");
    let page = person.enters(&thief, PASSWORD, &person.code()).await;
    assert!(page.status.is_redirection());
    assert_ne!(thief.cookie("linli_worker").as_deref(), Some("planted"));
    world.ends().await;
}

#[tokio::test]
async fn what_matters_needs_a_code_of_the_last_five_minutes() {
    let world = World::start().await;
    let person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    let site = world.site();
    let asks = async || {
        let token = person.opens("/worker/account").await.field("token");
        let fields = [("token", token.as_str())];
        person
            .browser
            .post(&site, "/worker/recovery", &fields)
            .await
    };
    let proves = async |code: &str| {
        let page = person.opens("/worker/prove?back=/worker/account").await;
        let token = page.field("token");
        let fields = [
            ("token", token.as_str()),
            ("back", "/worker/account"),
            ("code", code),
        ];
        person.browser.post(&site, "/worker/prove", &fields).await
    };
    assert_eq!(asks().await.status, 200, "signing in is a proof");
    world.clock.advance(minutes(6));
    assert_eq!(asks().await.status, 403, "it is too long ago");
    assert_eq!(proves("000000").await.status, 403);
    assert_eq!(asks().await.status, 403);
    let page = proves(&person.code()).await;
    assert_eq!(page.location.as_deref(), Some("/worker/account"));
    let fresh = asks().await;
    assert_eq!(fresh.status, 200);
    assert!(
        !fresh.body.contains(&person.recovery[0]),
        "the former are void"
    );
    let old = Browser::new();
    let page = person.enters(&old, PASSWORD, &person.recovery[0]).await;
    assert_eq!(page.status, 403);
    world.clock.advance(minutes(6));
    for _ in 0..5 {
        assert_eq!(proves("000000").await.status, 403);
    }
    assert_eq!(
        proves(&person.code()).await.status,
        429,
        "guessing is slowed down here, too"
    );
    world.ends().await;
}

#[tokio::test]
async fn whoever_knows_the_password_changes_it_and_all_other_places_are_signed_out() {
    let world = World::start().await;
    let person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    let phone = Browser::new();
    person.enters(&phone, PASSWORD, &person.code()).await;
    let account = person.opens("/worker/account").await;
    assert!(account.body.contains("href=\"/worker/password\""));
    let changes = async |old: &str, new: &str, again: &str| {
        let token = person.opens("/worker/password").await.field("token");
        let fields = [
            ("token", token.as_str()),
            ("old", old),
            ("password", new),
            ("again", again),
        ];
        let site = world.site();
        person
            .browser
            .post(&site, "/worker/password", &fields)
            .await
    };
    let new = "four lanterns under the eaves";
    for (old, new, again, status, says) in [
        ("not the password", new, new, 403, "现在的密码不对"),
        (PASSWORD, "short", "short", 422, "至少要 12 个字"),
        (PASSWORD, "sun.huimin12", "sun.huimin12", 422, "太容易猜到"),
        (
            PASSWORD,
            new,
            "something else entirely",
            422,
            "两次输入的密码不一样",
        ),
        (PASSWORD, PASSWORD, PASSWORD, 422, "和现在的一样"),
    ] {
        let page = changes(old, new, again).await;
        assert_eq!(page.status, status, "{says}");
        assert!(page.text().contains(says), "{}", page.text());
        assert!(!page.body.contains(PASSWORD) && !page.body.contains(new));
    }
    assert_eq!(phone.get(&world.site(), "/worker").await.status, 200);
    let done = changes(PASSWORD, new, new).await;
    let to = done.location.expect("the account");
    assert!(person.opens(&to).await.text().contains("密码改好了"));
    assert_eq!(phone.get(&world.site(), "/worker").await.status, 401);
    let elsewhere = Browser::new();
    let page = person.enters(&elsewhere, PASSWORD, &person.code()).await;
    assert_eq!(page.status, 403, "the former one is void");
    let page = person.enters(&elsewhere, new, &person.code()).await;
    assert!(page.status.is_redirection(), "{}", page.text());
    let acts = acts(&world).await;
    for (act, times) in [("password.failed", 1), ("password.changed", 1)] {
        assert_eq!(acts.iter().filter(|a| *a == act).count(), times, "{act}");
    }
    // Guessing at an unlocked screen is slowed down.
    for _ in 0..5 {
        assert_eq!(
            changes("a guess of theirs", PASSWORD, PASSWORD)
                .await
                .status,
            403
        );
    }
    assert_eq!(changes(new, PASSWORD, PASSWORD).await.status, 429);
    // Whoever came by a one-time link has none.
    let link = world.worker_without_chat("YX034").await;
    assert_eq!(link.opens("/worker/password").await.status, 404);
    world.ends().await;
}

#[tokio::test]
async fn setting_up_anew_signs_out_everywhere_and_the_former_password_is_void() {
    let world = World::start().await;
    let mut person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    let phone = Browser::new();
    person.enters(&phone, PASSWORD, &person.code()).await;
    let core = world.app().core.clone();
    let link = enrol::invite(&core, "sun.huimin", "worker:YX033")
        .await
        .expect("invited");
    assert_eq!(
        phone.get(&world.site(), "/worker").await.status,
        200,
        "not before it is done"
    );
    let done = person
        .finishes(&link, "four lanterns under the eaves")
        .await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(phone.get(&world.site(), "/worker").await.status, 401);
    let browser = Browser::new();
    assert_eq!(
        person
            .enters(&browser, PASSWORD, &person.code())
            .await
            .status,
        403
    );
    let page = person
        .enters(&browser, "four lanterns under the eaves", &person.code())
        .await;
    assert!(page.status.is_redirection());
    world.ends().await;
}

#[tokio::test]
async fn add_staff_prints_a_link_and_takes_no_name_twice() {
    let world = World::start().await;
    let run = async |line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        let program = env!("CARGO_BIN_EXE_gateway-under-test");
        world.command(program, &arguments).await
    };
    let told = run("add-staff sun.huimin --worker YX033").await;
    told.says("/set-up#").says("works once");
    let (_, link) = told
        .out
        .lines()
        .next()
        .and_then(|l| l.split_once('#'))
        .expect("a link");
    let page = Browser::new()
        .post(&world.site(), "/set-up", &[("link", link)])
        .await;
    assert!(page.text().contains("sun.huimin"), "{}", page.text());
    run("add-staff sun.huimin --admin")
        .await
        .refuses("somebody else");
    run("add-staff other --worker YX999")
        .await
        .refuses("no such worker");
    run("add-staff a/b --admin").await.refuses("3 to 64");
    world.ends().await;
}

#[tokio::test]
async fn a_lost_device_is_taken_away_at_once_and_set_up_anew_by_its_owner() {
    let world = World::start().await;
    let mut person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    let admin = world.administrator().await;
    let site = world.site();
    let resets = async |id: &str| {
        let token = admin.get(&site, "/admin/workers").await.field("token");
        let fields = [("token", token.as_str()), ("id", id), ("do", "reset")];
        admin.post(&site, "/admin/workers/account", &fields).await
    };
    let id = world.rows("SELECT id FROM staff").await.concat().remove(0);
    let page = admin.get(&site, "/admin/workers").await;
    assert!(page.text().contains("sun.huimin"), "{}", page.text());
    assert!(page.text().contains("密码和验证码"), "{}", page.text());
    // Who has an account signs in with it: nobody makes a link past it.
    let links = async |id: &str| {
        let token = admin.get(&site, "/admin/workers").await.field("token");
        let fields = [("token", token.as_str()), ("id", id)];
        admin.post(&site, "/admin/workers", &fields).await
    };
    let page = links("YX033").await;
    assert!(page.text().contains("有自己的账号"), "{}", page.text());
    assert!(links("YX034").await.body.contains("/sign-in#"));
    let made =
        "SELECT actor FROM audit WHERE act = 'door.hand_out_link' AND subject = 'worker:YX034'";
    assert_eq!(world.rows(made).await, [["admin"]]);
    let core = &world.app().core;
    let unspent = door::hand_out(core, Door::Link, "worker:YX033", "operator").await;
    let unspent = unspent.expect("a link");
    let by_link = world.worker("YX033").await;
    // What ends or opens somebody's access takes a fresh proof.
    world.clock.advance(minutes(6));
    assert_eq!(links("YX034").await.status, 403);
    assert_eq!(resets(&id).await.status, 403);
    assert_eq!(person.opens("/worker").await.status, 200);
    let admin = world.administrator().await;
    let token = admin.get(&site, "/admin/workers").await.field("token");
    let fields = [("token", token.as_str()), ("id", &id), ("do", "reset")];
    let page = admin.post(&site, "/admin/workers/account", &fields).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let (_, rest) = page.body.split_once("/set-up#").expect("a link is shown");
    let link: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    // Whoever found the telephone: signed out, and neither it nor the codes count.
    assert_eq!(person.opens("/worker").await.status, 401);
    let thief = Browser::new();
    for code in [person.code(), person.recovery[0].clone()] {
        let page = person.enters(&thief, PASSWORD, &code).await;
        assert_eq!(page.status, 403, "{}", page.text());
    }
    let page = admin.get(&site, "/admin/workers").await;
    assert!(page.text().contains("还没设好"), "{}", page.text());
    // Nor does anything else that was on it, or on its way to it.
    assert_eq!(by_link.opens("/worker").await.status, 401);
    let page = Browser::new()
        .post(&site, "/sign-in", &[("link", unspent.as_str())])
        .await;
    assert!(!page.status.is_redirection(), "{}", page.text());
    let chats = "worker_chats WHERE worker = 'YX033' AND ended_at IS NULL";
    assert_eq!(world.count(chats).await, 0);
    let done = person
        .finishes(&link, "four lanterns under the eaves")
        .await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(person.opens("/worker").await.status, 200);
    let who = "SELECT actor, subject FROM audit WHERE act = 'staff.reset'";
    assert_eq!(
        world.rows(who).await,
        [["admin".to_owned(), format!("staff:{id}")]]
    );
    // Another administrator's is not theirs to take: two persons stay two.
    let other = Person::sets_up(&world, "li.admin", "admin").await;
    let found = "SELECT id FROM staff WHERE subject = 'admin'";
    let theirs = world.rows(found).await.concat().remove(0);
    let fields = [("token", token.as_str()), ("id", &theirs), ("do", "reset")];
    let page = admin.post(&site, "/admin/workers/account", &fields).await;
    assert!(!page.body.contains("/set-up#"), "{}", page.text());
    assert_eq!(other.opens("/admin").await.status, 200);
    // Nobody else has such a page, and an account that is none is said to be gone.
    let worker = world.worker_without_chat("YX033").await;
    assert_eq!(worker.opens("/admin/workers").await.status, 401);
    let fields = [("token", token.as_str()), ("id", "none"), ("do", "reset")];
    let page = admin.post(&site, "/admin/workers/account", &fields).await;
    assert!(page.text().contains("没有这个账号"), "{}", page.text());
    world.ends().await;
}

#[tokio::test]
async fn a_command_lists_accounts_and_takes_a_lost_device_away() {
    let world = World::start().await;
    let person = Person::sets_up(&world, "sun.huimin", "worker:YX033").await;
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    let told = world.command(program, &["staff", "list"]).await;
    told.says("sun.huimin")
        .says("worker:YX033")
        .says("password and code");
    let none = world
        .command(program, &["staff", "reset", "nobody.here"])
        .await;
    none.refuses("no such account");
    let unbound = world
        .command(program, &["staff", "unbind", "sun.huimin"])
        .await;
    unbound.refuses("not bound");
    assert_eq!(person.opens("/worker").await.status, 200);
    let told = world
        .command(program, &["staff", "reset", "sun.huimin"])
        .await;
    told.says("/set-up#");
    assert_eq!(person.opens("/worker").await.status, 401);
    let page = person
        .enters(&Browser::new(), PASSWORD, &person.code())
        .await;
    assert_eq!(page.status, 403, "{}", page.text());
    let told = world.command(program, &["staff", "list"]).await;
    told.says("not set up yet");
    let who = "SELECT actor FROM audit WHERE act = 'staff.reset'";
    assert_eq!(world.rows(who).await.concat(), ["operator"]);
    world.ends().await;
}
