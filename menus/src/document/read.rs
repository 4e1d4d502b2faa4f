//! From the stored structures to a catalogue, naming the place of what is wrong.

use std::collections::HashMap;

use super::DocumentError;
use super::stored::{
    Document, FieldRow, LimitRow, OverrideRow, PairRow, QuestionRow, ServiceRow, Text,
};
use crate::catalogue::{
    Catalogue, Category, Override, Parts, Place, Role, Route, Service, ServiceCode, Span,
    TimeLimit, try_on,
};
use crate::clarify::{Answer, Pair};
use crate::localized::Localized;
use crate::question::{Choice, Keep, Kind, Question, Range};

pub(super) fn catalogue(document: Document) -> Result<Catalogue, DocumentError> {
    let mut shared = HashMap::new();
    for (index, row) in document.questions.into_iter().enumerate() {
        let place = format!("questions[{index}] {}", row.key);
        let question = question(row, false, &place)?;
        if shared.insert(question.key.clone(), question).is_some() {
            return Err(invalid(&place, "this key is defined twice"));
        }
    }
    let services = document.services.into_iter().enumerate();
    let services = services
        .map(|(index, row)| service(row, index, &shared))
        .collect::<Result<Vec<Service>, _>>()?;
    let overrides = document.overrides.into_iter();
    let overrides = overrides.map(|row| otherwise(row, &services));
    let mut overrides: Vec<Override> = overrides.collect::<Result<_, _>>()?;
    overrides.sort_by(|a, b| (&a.unit, &a.service).cmp(&(&b.unit, &b.service)));
    Ok(Catalogue::new(Parts {
        version: document.version,
        categories: document
            .categories
            .into_iter()
            .map(|row| Category {
                code: row.code,
                name: localized(row.name),
                short: row.short.map(localized),
                in_menu: row.in_menu,
                note: row.note,
            })
            .collect(),
        services,
        roles: document
            .roles
            .into_iter()
            .map(|row| Role {
                code: row.code,
                name: localized(row.name),
            })
            .collect(),
        pairs: document.pairs.into_iter().map(pair).collect(),
        overrides,
    }))
}

fn service(
    row: ServiceRow,
    index: usize,
    shared: &HashMap<String, Question>,
) -> Result<Service, DocumentError> {
    let place = format!("services[{index}] {}", row.code);
    let fields = row
        .fields
        .into_iter()
        .map(|one| field(one, shared, &place))
        .collect::<Result<_, _>>()?;
    let limits = row
        .limits
        .into_iter()
        .map(|one| limit(one, &place))
        .collect::<Result<_, _>>()?;
    let copy = Place::from(row.route.copy);
    Ok(Service {
        code: ServiceCode::new(&row.code),
        category: row.category,
        name: localized(row.name),
        short: row.short.map(localized),
        aliases: row.aliases,
        examples: row.examples,
        fields,
        assurance: row.assurance.into(),
        urgency: row.urgency.into(),
        limits,
        role: row.role,
        route: Route {
            lead: row.route.lead.into(),
            copy: (copy != Place::None).then_some(copy),
        },
        restricted: row.restricted,
        public_notice: row.public_notice,
        commitment: row.commitment,
        source_note: row.source_note,
        in_menu: row.in_menu,
    })
}

/// An override, with its values tried on the service it is about.
fn otherwise(row: OverrideRow, services: &[Service]) -> Result<Override, DocumentError> {
    let place = format!("overrides {} {}", row.unit, row.service);
    let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if row.unit.is_empty() || !row.unit.bytes().all(sound) {
        let why = "the unit is a code of letters, digits, -, _ and .";
        return Err(invalid(&place, why));
    }
    let about = services.iter().find(|s| s.code == row.service.as_str());
    let mut there = about
        .cloned()
        .ok_or_else(|| invalid(&place, "there is no such service"))?;
    for (key, value) in &row.set {
        match try_on(&mut there, key, value) {
            None => return Err(invalid(&place, format!("'{key}' cannot be otherwise"))),
            Some(Err(refused)) => return Err(invalid(&place, format!("{key}: {refused}"))),
            Some(Ok(())) => {}
        }
    }
    Ok(Override {
        unit: row.unit,
        service: there.code,
        values: row.set,
    })
}

fn field(
    row: FieldRow,
    shared: &HashMap<String, Question>,
    place: &str,
) -> Result<Question, DocumentError> {
    match (row.ask, row.own) {
        (Some(key), None) => match shared.get(&key) {
            Some(question) => Ok(Question {
                required: row.required,
                ..question.clone()
            }),
            None => Err(invalid(
                place,
                format!("asks '{key}', which is not among the questions"),
            )),
        },
        (None, Some(own)) => question(own, row.required, place),
        _ => Err(invalid(
            place,
            "a field has either 'ask' or 'own', not both",
        )),
    }
}

fn question(row: QuestionRow, required: bool, place: &str) -> Result<Question, DocumentError> {
    let kind = Kind::named(&row.kind).ok_or_else(|| {
        invalid(
            place,
            format!("there is no kind of question '{}'", row.kind),
        )
    })?;
    if let Some(range) = &row.range
        && range.least > range.most
    {
        return Err(invalid(
            place,
            format!("the range {} to {} is empty", range.least, range.most),
        ));
    }
    let keep = row.keep.as_deref().map(|word| {
        Keep::named(word)
            .ok_or_else(|| invalid(place, format!("'{word}' is no time to keep an answer")))
    });
    Ok(Question {
        keep: keep.transpose()?,
        key: row.key,
        label: localized(row.label),
        ask: row.ask.map(localized),
        kind,
        required,
        sensitive: row.sensitive,
        purpose: row.purpose.map(localized),
        options: row
            .options
            .into_iter()
            .map(|option| Choice {
                key: option.key,
                label: localized(option.label),
            })
            .collect(),
        range: row.range.map(|range| Range {
            least: range.least,
            most: range.most,
        }),
    })
}

fn limit(row: LimitRow, place: &str) -> Result<TimeLimit, DocumentError> {
    let span = Span::parse(&row.span, row.working);
    let span = span.map_err(|error| invalid(place, format!("{}: {error}", row.milestone)))?;
    Ok(TimeLimit {
        milestone: row.milestone,
        span,
        basis: row.basis.into(),
    })
}

fn pair(row: PairRow) -> Pair {
    Pair {
        question: localized(row.question),
        choices: row
            .choices
            .into_iter()
            .map(|choice| Answer {
                label: localized(choice.label),
                service: ServiceCode::new(&choice.service),
            })
            .collect(),
        unanswered: row.unanswered.as_deref().map(ServiceCode::new),
    }
}

fn localized(text: Text) -> Localized {
    Localized::new(text.zh, text.en)
}

fn invalid(place: &str, problem: impl Into<String>) -> DocumentError {
    DocumentError::Invalid {
        place: place.to_owned(),
        problem: problem.into(),
    }
}
