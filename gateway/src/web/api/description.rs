//! The description of the interface (OpenAPI 3.1), and a page to read it.
//!
//! Made from the handlers; what all calls have in common (the token, the errors
//! they share) is added here, so that no handler can forget it.

use super::super::Shared;
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::routes::Routes;
use super::fault::Fault;
use crate::clients::Scope;
use crate::rights::Right;
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::sync::LazyLock;
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, Required,
    Response as Described, ResponseBuilder,
};

const ABOUT: &str = "What the pages do, for programs. Every call brings `Authorization: Bearer` with a token \
    of `gateway add-client`; every write an `Idempotency-Key`: sent again with it, the same call is done once and \
    answered alike. Lists come in parts: `next` of one is the `cursor` of the following. Errors are \
    application/problem+json (RFC 9457).";

/// The description, as JSON text.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let (_, api) = super::build().router.split_for_parts();
    api.to_pretty_json().expect("a description is plain data")
});

pub(in super::super) fn routes() -> Routes {
    Routes::open()
        .get("/api/openapi.json", Right::Visit, json)
        .get("/api", Right::Visit, viewer)
}

/// The description without calls.
pub(super) fn frame() -> OpenApi {
    let token = Http::builder().scheme(HttpAuthScheme::Bearer);
    let token = token.description(Some("A token of `gateway add-client`"));
    let components = ComponentsBuilder::new()
        .schema("Problem", Fault::schema())
        .security_scheme("token", SecurityScheme::Http(token.build()))
        .build();
    let info = InfoBuilder::new()
        .title("Linli")
        .version("1")
        .description(Some(ABOUT))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build()
}

/// The operations of a path, with their methods.
pub(super) fn operations(item: &mut PathItem) -> Vec<(Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
    .collect()
}

/// Adds what the guard and the extractors may answer, and the token.
pub(super) fn complete(operation: &mut Operation, path: &str, scope: Scope) {
    let mut answers = vec![
        ("400", "A part of the call cannot be read"),
        ("401", "No token, or one that does not count"),
        ("403", "Scope or right is missing"),
        ("429", "Too many calls in this minute"),
        ("500", "Our fault"),
        ("503", "The store is away: come again"),
    ];
    if path.contains('{') || path.ends_with("/board") {
        answers.push(("404", "There is no such thing, or not for this token"));
    }
    if operation.request_body.is_some() {
        answers.extend([
            ("409", "Not possible now"),
            ("412", "It has another version by now"),
            ("413", "The body is too large"),
            ("415", "The body is not JSON"),
            (
                "422",
                "Read, but not fit; or the key was used for another call",
            ),
        ]);
        operation.parameters.get_or_insert_default().push(key());
    }
    for (status, about) in answers {
        let response = problem(about);
        operation
            .responses
            .responses
            .insert(status.to_owned(), response.into());
    }
    operation.security = Some(vec![SecurityRequirement::new("token", [scope.code()])]);
}

fn problem(about: &str) -> Described {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description(about)
        .content("application/problem+json", content)
        .build()
}

fn key() -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .min_length(Some(8))
        .max_length(Some(128))
        .pattern(Some("^[!-~]{8,128}$"))
        .build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some("Names this write; the same again is done once"))
        .schema(Some(schema))
        .build()
}

async fn json() -> Response {
    ([(CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}

/// A call on the page.
struct Call {
    method: String,
    path: String,
    summary: String,
    description: String,
    scope: String,
    /// Name, where, whether needed, about.
    parameters: Vec<(String, String, bool, String)>,
    body: String,
    /// Status, about, name of the shape.
    answers: Vec<(String, String, String)>,
}

/// A shape on the page: name, what it is, and its fields: name, type, about.
struct Shape {
    name: String,
    about: String,
    fields: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "api.html")]
struct Viewer {
    page: Page,
    about: &'static str,
    scopes: Vec<(&'static str, &'static str)>,
    calls: Vec<Call>,
    shapes: Vec<Shape>,
}

async fn viewer(State(site): State<Shared>, prefs: Prefs) -> Result<Response, Problem> {
    let api: Value = serde_json::from_str(&TEXT).map_err(|_| Problem::Broken("description"))?;
    Ok(page::html(&Viewer {
        page: Page::desk(&site, prefs),
        about: ABOUT,
        scopes: Scope::ALL.iter().map(|s| (s.code(), s.about())).collect(),
        calls: calls(&api),
        shapes: shapes(&api),
    }))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

fn calls(api: &Value) -> Vec<Call> {
    let mut calls = Vec::new();
    for (path, item) in api["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let answers = operation["responses"].as_object().into_iter().flatten();
            calls.push(Call {
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text(&operation["summary"]),
                description: text(&operation["description"]),
                scope: text(&operation["security"][0]["token"][0]),
                parameters: parameters
                    .map(|p| {
                        let needed = p["required"].as_bool().unwrap_or_default();
                        (
                            text(&p["name"]),
                            text(&p["in"]),
                            needed,
                            text(&p["description"]),
                        )
                    })
                    .collect(),
                body: kind(&operation["requestBody"]["content"]["application/json"]["schema"]),
                answers: answers
                    .map(|(status, a)| {
                        let content = a["content"].as_object().into_iter().flatten().next();
                        let shape = content.map(|(_, c)| kind(&c["schema"])).unwrap_or_default();
                        (status.clone(), text(&a["description"]), shape)
                    })
                    .collect(),
            });
        }
    }
    calls
}

/// A type in a word or two.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if schema["type"] == "array" {
        return format!("[{}]", kind(&schema["items"]));
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(text).collect::<Vec<_>>().join(" | ");
    }
    let several = schema["oneOf"].as_array().into_iter().flatten();
    let several: Vec<String> = several.map(kind).collect();
    match &schema["type"] {
        _ if !several.is_empty() => several.join(" | "),
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(" | "),
        one => text(one),
    }
}

fn shapes(api: &Value) -> Vec<Shape> {
    let all = api["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten();
    all.flat_map(|(name, schema)| {
        let variants = schema["oneOf"].as_array();
        match variants {
            Some(variants) => variants.iter().map(|v| shape(name, v)).collect(),
            None => vec![shape(name, schema)],
        }
    })
    .collect()
}

fn shape(name: &str, schema: &Value) -> Shape {
    let fields = schema["properties"].as_object().into_iter().flatten();
    Shape {
        name: name.to_owned(),
        about: text(&schema["description"]),
        fields: fields
            .map(|(name, field)| (name.clone(), kind(field), text(&field["description"])))
            .collect(),
    }
}
