//! The list of all addresses, each with the right it needs, and the guard that
//! asks for it.
//!
//! Pages are added here and nowhere else, so none can be served without a
//! right: what is not on the list is denied. Who holds which right is in
//! `crate::rights`; whether *this* request or message is somebody's to see is
//! the backend's.

use super::cookies::Jar;
use super::gate::{Signed, subject};
use super::page::wants_fragment;
use super::problem::Problem;
use super::{Shared, Site, Unavailable, events};
use crate::rights::{Group, Right};
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::TimeDelta;
use std::sync::Arc;

/// How often it is looked whether an open stream's reader is still let in.
const LOOK: TimeDelta = TimeDelta::seconds(15);

/// An address with what it needs.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) right: Right,
    /// The cookie that says who asks; `None` where nobody has to sign in.
    pub(super) jar: Option<Jar>,
}

/// Addresses under construction.
pub(super) struct Routes {
    router: Router<Shared>,
    list: Vec<Listed>,
    jar: Option<Jar>,
}

impl Routes {
    /// For everybody, and for machines that prove themselves in each call.
    pub(super) fn open() -> Self {
        Self {
            router: Router::new(),
            list: Vec::new(),
            jar: None,
        }
    }

    /// For people who signed in with this cookie.
    pub(super) fn signed(jar: Jar) -> Self {
        Self {
            jar: Some(jar),
            ..Self::open()
        }
    }

    fn listed(&mut self, method: Method, path: &'static str, right: Right) {
        debug_assert_eq!(
            self.jar.is_none(),
            right.groups().contains(&Group::Everyone),
            "{path} needs a cookie exactly if {right:?} is not everybody's"
        );
        self.list.push(Listed {
            method,
            path,
            right,
            jar: self.jar,
        });
    }

    /// Answers `GET` and `HEAD`.
    pub(super) fn get<H: Handler<T, Shared>, T: 'static>(
        mut self,
        path: &'static str,
        right: Right,
        handler: H,
    ) -> Self {
        self.listed(Method::GET, path, right);
        self.router = self.router.route(path, get(handler));
        self
    }

    /// Answers `POST`.
    pub(super) fn post<H: Handler<T, Shared>, T: 'static>(
        mut self,
        path: &'static str,
        right: Right,
        handler: H,
    ) -> Self {
        self.listed(Method::POST, path, right);
        self.router = self.router.route(path, post(handler));
        self
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.list.extend(other.list);
        self
    }

    /// How large a body may be, in bytes, for what was added so far.
    pub(super) fn body_limit(mut self, most: usize) -> Self {
        self.router = self.router.layer(DefaultBodyLimit::max(most));
        self
    }

    /// Everything that is served.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn list(&self) -> &[Listed] {
        &self.list
    }

    /// Machines' addresses, whose handlers look for themselves.
    pub(super) fn unguarded(self) -> Router<Shared> {
        self.router
    }

    /// The pages behind their guard.
    pub(super) fn guarded(self, site: &Arc<Site>) -> Router<Shared> {
        let guard = Guard {
            site: site.clone(),
            list: self.list.into(),
        };
        let guard = axum::middleware::from_fn_with_state(guard, guarded);
        self.router.route_layer(guard)
    }
}

#[derive(Clone)]
struct Guard {
    site: Shared,
    list: Arc<[Listed]>,
}

impl Guard {
    fn listed(&self, path: &str, method: &Method) -> Option<&Listed> {
        let head = *method == Method::HEAD;
        let method = if head { &Method::GET } else { method };
        let mut list = self.list.iter();
        list.find(|l| l.path == path && l.method == *method)
    }
}

async fn guarded(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let right = match admit(&guard, &mut request).await {
        Ok(right) => right,
        Err(problem) => return problem.into_response(),
    };
    let signed = request.extensions().get::<Signed>().cloned();
    let answer = next.run(request).await;
    match signed {
        // An open stream outlives the moment at which its reader was let in.
        Some(signed) if events::is_stream(&answer) => {
            events::until(answer, no_longer(guard.site.clone(), signed, right))
        }
        _ => answer,
    }
}

/// Comes about soon after somebody signed out, was signed out or lost the right.
async fn no_longer(site: Shared, signed: Signed, right: Right) {
    loop {
        let look = site.clock.now() + site.clock.ahead(LOOK);
        site.clock.sleep_until(look).await;
        match site.backend.session(&signed.secret, false).await {
            Ok(Some((subject, _))) if right.allows(subject.holders()) => {}
            // The store is away: nobody can tell.
            Err(Unavailable) => {}
            Ok(_) => return,
        }
    }
}

/// Lets in whoever has the right, and leaves who they are for the gates. Says
/// which right it took.
async fn admit(guard: &Guard, request: &mut Request) -> Result<Right, Problem> {
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map(|p| p.as_str().to_owned()).unwrap_or_default();
    let Some(listed) = guard.listed(&path, request.method()) else {
        return Err(Problem::Method);
    };
    // Nobody's text holds it, and not every database takes it.
    if request.uri().to_string().contains("%00") {
        return Err(Problem::Unreadable);
    }
    let Some(jar) = listed.jar else {
        return Ok(listed.right);
    };
    // What a page asks for by itself keeps nobody signed in.
    let used = !(request.method() == Method::GET && wants_fragment(request.headers()));
    let (secret, subject, known) = subject(request.headers(), &guard.site, jar, used).await?;
    if !listed.right.allows(subject.holders()) {
        let actor = known.actor();
        guard
            .site
            .backend
            .refused(&actor, listed.right, &path)
            .await?;
        return Err(Problem::Forbidden);
    }
    if listed.right.needs_proof() && !known.proved(&guard.site.clock) {
        return Err(Problem::Prove(jar));
    }
    request.extensions_mut().insert(Signed {
        secret,
        subject,
        known,
        jar,
    });
    Ok(listed.right)
}
