//! The city's single sign-on: who comes in by it, what is refused, and proving
//! again by it.

use gateway::staff::{enrol, oidc};
use tests::{Browser, Page, Provider, Setup, Token, World, minutes};

async fn town_by(provider: &Provider, claim: &str) -> World {
    let world = Setup::default()
        .with("LINLI__STAFF__OIDC__ISSUER", provider.url())
        .with("LINLI__STAFF__OIDC__CLIENT_ID", tests::CLIENT)
        .with("LINLI__STAFF__OIDC__CLIENT_SECRET", tests::CLIENT_SECRET)
        .with("LINLI__STAFF__OIDC__SCOPES", "email profile")
        .with("LINLI__STAFF__OIDC__CLAIM", claim)
        .start()
        .await;
    provider.follows(&world.clock);
    let core = world.app().core.clone();
    for (name, subject) in [
        ("sun.huimin", "worker:YX033"),
        ("gao.jianguo", "admin"),
        ("li.unbound", "worker:YX034"),
    ] {
        let invited = enrol::invite(&core, name, subject).await;
        invited.expect("an account");
    }
    world
}

async fn binds(world: &World, name: &str, who: &str) -> Result<(), oidc::NotBound> {
    let core = world.app().core.clone();
    oidc::bind(&core, &world.settings().staff.oidc, name, who).await
}

async fn town(provider: &Provider) -> World {
    let world = town_by(provider, "sub").await;
    let bound = binds(&world, "sun.huimin", "id-of-sun").await;
    bound.expect("an account to bind");
    world
}

/// Goes to the provider; the address somebody is sent to.
async fn leaves(world: &World, browser: &Browser) -> String {
    let page = browser.get(&world.site(), "/sign-in/oidc").await;
    assert!(page.status.is_redirection(), "{}", page.text());
    page.location.expect("an address")
}

async fn comes_back(world: &World, browser: &Browser, provider: &Provider, user: &str) -> Page {
    let address = leaves(world, browser).await;
    let back = provider.signs_in(&address, user);
    browser.get(&world.site(), &back).await
}

async fn is_in(world: &World, browser: &Browser) -> bool {
    browser.get(&world.site(), "/worker").await.status == 200
}

#[tokio::test]
async fn somebody_with_a_bound_account_comes_in_and_nobody_else() {
    let provider = Provider::start().await;
    let world = town(&provider).await;
    let browser = Browser::new();
    let page = browser.get(&world.site(), "/sign-in").await;
    assert!(page.body.contains("href=\"/sign-in/oidc\""));
    let page = comes_back(&world, &browser, &provider, "sun").await;
    assert_eq!(page.location.as_deref(), Some("/worker"), "{}", page.text());
    assert!(is_in(&world, &browser).await);
    assert_eq!(browser.cookie("linli_oidc").as_deref(), Some(""));
    let account = browser.get(&world.site(), "/worker/account").await;
    assert!(
        account.text().contains("单位统一登录"),
        "{}",
        account.text()
    );
    // Known to the provider, even by the name of an account, but bound to none.
    for stranger in ["nobody", "li.unbound", "gao.jianguo"] {
        let browser = Browser::new();
        let page = comes_back(&world, &browser, &provider, stranger).await;
        assert_eq!(page.status, 403);
        assert!(page.text().contains("还没有对应的账号"), "{}", page.text());
        assert!(!is_in(&world, &browser).await);
    }
    // One person, one account; binding an account anew voids who it was before.
    let taken = binds(&world, "gao.jianguo", "id-of-sun").await;
    assert!(matches!(taken, Err(oidc::NotBound::Taken)), "{taken:?}");
    binds(&world, "sun.huimin", "id-of-sun2")
        .await
        .expect("anew");
    let page = comes_back(&world, &Browser::new(), &provider, "sun").await;
    assert_eq!(page.status, 403);
    binds(&world, "gao.jianguo", "id-of-sun")
        .await
        .expect("free");
    let page = comes_back(&world, &Browser::new(), &provider, "sun").await;
    assert_eq!(page.location.as_deref(), Some("/admin"));
    // Nothing of what the provider calls people is kept in clear.
    for sql in [
        "SELECT account, tag FROM staff_outside",
        "SELECT tag, subject FROM grants WHERE kind = 'oidc'",
        "SELECT actor, act, subject, detail FROM audit",
    ] {
        let rows = format!("{:?}", world.rows(sql).await);
        assert!(!rows.contains("id-of") && !rows.contains("code-"), "{rows}");
    }
    world.ends().await;
}

#[tokio::test]
async fn an_address_counts_only_where_the_provider_checked_it() {
    let provider = Provider::start().await;
    let world = town_by(&provider, "email").await;
    let bound = binds(&world, "sun.huimin", " Sun@City.example ").await;
    bound.expect("an account to bind");
    provider.gives(Token::UncheckedEmail);
    let browser = Browser::new();
    let page = comes_back(&world, &browser, &provider, "sun").await;
    assert_eq!(page.status, 403, "{}", page.text());
    provider.gives(Token::Good);
    let page = comes_back(&world, &browser, &provider, "sun").await;
    assert!(page.status.is_redirection(), "{}", page.text());
    assert!(is_in(&world, &browser).await);
    world.ends().await;
}

#[tokio::test]
async fn every_token_that_is_not_for_this_sign_in_is_refused() {
    let provider = Provider::start().await;
    let world = town(&provider).await;
    for wrong in [
        Token::WrongNonce,
        Token::NoNonce,
        Token::WrongAudience,
        Token::TwoAudiences,
        Token::WrongIssuer,
        Token::Expired,
        Token::FromTheFuture,
        Token::WrongSignature,
        Token::Unsigned,
        Token::Symmetric,
    ] {
        provider.gives(wrong);
        let browser = Browser::new();
        let page = comes_back(&world, &browser, &provider, "sun").await;
        assert_eq!(page.status, 403, "{wrong:?}: {}", page.text());
        assert!(page.text().contains("没有通过核对"), "{wrong:?}");
        assert!(!is_in(&world, &browser).await, "{wrong:?}");
    }
    let failed = "SELECT act FROM audit WHERE act = 'sign_in.failed'";
    assert_eq!(world.rows(failed).await.len(), 10);
    for good in [Token::JustExpired, Token::Good, Token::NewKeys] {
        provider.gives(good);
        let browser = Browser::new();
        let page = comes_back(&world, &browser, &provider, "sun").await;
        assert!(page.status.is_redirection(), "{good:?}: {}", page.text());
        assert!(is_in(&world, &browser).await, "{good:?}");
    }
    world.ends().await;
}

#[tokio::test]
async fn an_answer_counts_once_in_the_browser_it_is_for_and_not_for_long() {
    let provider = Provider::start().await;
    let world = town(&provider).await;
    let site = world.site();
    let over = async |browser: &Browser, back: &str| {
        let page = browser.get(&site, back).await;
        assert_eq!(page.status, 403, "{}", page.text());
        assert!(page.text().contains("请重新开始"), "{}", page.text());
        assert!(!is_in(&world, browser).await);
    };
    let browser = Browser::new();
    let back = provider.signs_in(&leaves(&world, &browser).await, "sun");
    // Somebody else's browser, without and with a sign-in of its own under way.
    let other = Browser::new();
    over(&other, &back).await;
    leaves(&world, &other).await;
    over(&other, &back).await;
    let kept = browser
        .cookie("linli_oidc")
        .expect("what it was sent off with");
    assert!(browser.get(&site, &back).await.status.is_redirection());
    // The same answer again, even with the cookie put back.
    let replay = Browser::new();
    replay.takes("linli_oidc", &kept);
    over(&replay, &back).await;
    let late = Browser::new();
    let back = provider.signs_in(&leaves(&world, &late).await, "sun");
    world.clock.advance(minutes(11));
    over(&late, &back).await;
    // A code the provider does not know, none, and somebody who turned back.
    for (wrong, says) in [
        ("code=other", "没有通过核对"),
        ("error=access_denied", "没有登录完"),
        ("code=", "没有登录完"),
    ] {
        let browser = Browser::new();
        let back = provider.signs_in(&leaves(&world, &browser).await, "sun");
        let state = back.split_once("state=").expect("a state").1;
        let back = format!("/sign-in/oidc/back?{wrong}&state={state}");
        let page = browser.get(&site, &back).await;
        assert_eq!(page.status, 403, "{wrong}");
        assert!(page.text().contains(says), "{wrong}: {}", page.text());
    }
    world.ends().await;
}

#[tokio::test]
async fn being_waved_through_is_no_proof_and_signing_in_again_there_is_one() {
    let provider = Provider::start().await;
    let world = town(&provider).await;
    let site = world.site();
    let bound = binds(&world, "gao.jianguo", "id-of-gao").await;
    bound.expect("an account to bind");
    let browser = Browser::new();
    comes_back(&world, &browser, &provider, "gao").await;
    // New recovery codes need a proof.
    let tries = async || {
        let token = browser.get(&site, "/admin/account").await.field("token");
        let fields = [("token", token.as_str())];
        browser.post(&site, "/admin/recovery", &fields).await.status
    };
    assert_eq!(tries().await, 403, "the provider knew them from before");
    let page = browser.get(&site, "/admin/prove?back=/admin/account").await;
    assert!(!page.body.contains("name=\"code\""), "there is no device");
    let asked = "/admin/prove/oidc?back=/admin/account";
    assert!(page.body.contains(asked), "{}", page.body);
    let proves = async |user: &str| {
        let page = browser.get(&site, asked).await;
        let back = provider.signs_in(&page.location.expect("an address"), user);
        browser.get(&site, &back).await
    };
    for (how, user) in [(Token::OldSession, "gao"), (Token::Good, "sun")] {
        provider.gives(how);
        let page = proves(user).await;
        let to = page.location.expect("the page of the proof");
        assert!(to.starts_with("/admin/prove?said=stale"), "{how:?} {to}");
        let page = browser.get(&site, &to).await;
        assert!(page.text().contains("没有算数"), "{}", page.text());
        assert_eq!(tries().await, 403, "{how:?}");
    }
    let page = proves("gao").await;
    assert_eq!(page.location.as_deref(), Some("/admin/account"));
    assert_eq!(tries().await, 200);
    world.clock.advance(minutes(6));
    assert_eq!(tries().await, 403);
    world.ends().await;
}

#[tokio::test]
async fn without_a_provider_there_is_no_door_and_one_that_is_away_says_so() {
    let world = World::start().await;
    let browser = Browser::new();
    let page = browser.get(&world.site(), "/sign-in").await;
    assert!(!page.body.contains("oidc"));
    for path in ["/sign-in/oidc", "/sign-in/oidc/back?code=x&state=y"] {
        let page = browser.get(&world.site(), path).await;
        assert_eq!(page.status, 404, "{path}");
    }
    let none = binds(&world, "sun.huimin", "x").await;
    assert!(matches!(none, Err(oidc::NotBound::NoProvider)));
    world.ends().await;
    // Away from the start, and while somebody is on the way back.
    let provider = Provider::start().await;
    let world = town(&provider).await;
    let browser = Browser::new();
    let back = provider.signs_in(&leaves(&world, &browser).await, "sun");
    provider.goes_away();
    let page = browser.get(&world.site(), &back).await;
    assert_eq!(page.status, 503, "{}", page.text());
    world.clock.advance(minutes(61));
    let page = browser.get(&world.site(), "/sign-in/oidc").await;
    assert_eq!(page.status, 503);
    assert!(page.text().contains("请过一会儿再试，或者用密码登录"));
    world.ends().await;
}

#[tokio::test]
async fn add_staff_binds_an_account_to_somebody_at_the_single_sign_on() {
    let provider = Provider::start().await;
    let world = town(&provider).await;
    let run = async |line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        let program = env!("CARGO_BIN_EXE_gateway-under-test");
        let issuer = ("LINLI__STAFF__OIDC__ISSUER", provider.url());
        let client = ("LINLI__STAFF__OIDC__CLIENT_ID", tests::CLIENT);
        world
            .command_with(program, &arguments, &[issuer, client])
            .await
    };
    let told = run("add-staff zhou.min --worker YX034 --single-sign-on id-of-zhou").await;
    told.says("/set-up#").says("lets this account in");
    run("add-staff gao.jianguo --admin --single-sign-on id-of-zhou")
        .await
        .refuses("another account");
    let browser = Browser::new();
    let page = comes_back(&world, &browser, &provider, "zhou").await;
    assert_eq!(page.location.as_deref(), Some("/worker"), "{}", page.text());
    world.ends().await;
}

#[tokio::test]
async fn an_account_parted_from_the_single_sign_on_is_signed_out_and_comes_in_no_more() {
    let provider = Provider::start().await;
    let world = town(&provider).await;
    let site = world.site();
    let browser = Browser::new();
    comes_back(&world, &browser, &provider, "sun").await;
    assert!(is_in(&world, &browser).await);
    let admin = world.administrator().await;
    let page = admin.get(&site, "/admin/workers").await;
    assert!(page.text().contains("解除统一登录"), "{}", page.text());
    let id = "SELECT account FROM staff_outside";
    let id = world.rows(id).await.concat().remove(0);
    let token = page.field("token");
    let fields = [("token", token.as_str()), ("id", &id), ("do", "unbind")];
    let page = admin.post(&site, "/admin/workers/account", &fields).await;
    assert!(page.text().contains("解除了"), "{}", page.text());
    assert!(!is_in(&world, &browser).await, "signed out at once");
    let page = comes_back(&world, &Browser::new(), &provider, "sun").await;
    assert_eq!(page.status, 403, "{}", page.text());
    let page = admin.post(&site, "/admin/workers/account", &fields).await;
    assert!(page.text().contains("没有绑统一登录"), "{}", page.text());
    // Bound again it comes in again; each step is on record with who did it.
    binds(&world, "sun.huimin", "id-of-sun")
        .await
        .expect("free");
    let page = comes_back(&world, &Browser::new(), &provider, "sun").await;
    assert!(page.status.is_redirection(), "{}", page.text());
    let program = env!("CARGO_BIN_EXE_gateway-under-test");
    let told = world
        .command(program, &["staff", "unbind", "Sun.Huimin"])
        .await;
    told.says("Parted");
    let page = comes_back(&world, &Browser::new(), &provider, "sun").await;
    assert_eq!(page.status, 403, "{}", page.text());
    // Also where nobody can read the account any more.
    binds(&world, "sun.huimin", "id-of-sun")
        .await
        .expect("free");
    world.damages("UPDATE staff SET body_sealed = 'x'").await;
    let page = admin.post(&site, "/admin/workers/account", &fields).await;
    assert!(page.text().contains("解除了"), "{}", page.text());
    let who = "SELECT actor FROM audit WHERE act = 'staff.unbound' ORDER BY actor";
    assert_eq!(
        world.rows(who).await.concat(),
        ["admin", "admin", "operator"]
    );
    world.ends().await;
}
