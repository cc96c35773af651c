//! The places where an input violates its schema, as reported by the reference and by the generated
//! code.
//!
//! The tests of the client include this file by its path.

use std::collections::BTreeSet;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use runcomfy_codegen::json::escape_step;
use serde_json::Value;

/// JSON pointers with the keyword that is violated there.
pub(crate) type Places = BTreeSet<(String, String)>;

/// Returns the violations that the reference reports. The place of a missing or unknown property is the
/// pointer of the property, not of its object. For a value of a wrong type, only `type` is returned.
pub(crate) fn of_reference(reference: &Validator, input: &Value) -> Places {
    let mut places = Places::new();
    for error in reference.iter_errors(input) {
        let (kind, at) = (error.kind(), error.instance_path().as_str());
        let mut add = |path| places.insert((path, kind.keyword().to_owned()));
        let member = |name: &str| format!("{at}/{}", escape_step(name));
        match kind {
            ValidationErrorKind::Required { property } => {
                add(member(property.as_str().unwrap_or_default()));
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    add(member(name));
                }
            }
            _ => drop(add(at.to_owned())),
        }
    }
    let wrong_types: BTreeSet<String> = places
        .iter()
        .filter(|(_, keyword)| keyword == "type")
        .map(|(path, _)| path.clone())
        .collect();
    places.retain(|(path, keyword)| keyword == "type" || !wrong_types.contains(path));
    places
}

/// Reads the places of the client's violations from JSON. `None` if the JSON has another form, or if a
/// place occurs twice with the same keyword.
pub(crate) fn of_client(violations: &Value) -> Option<Places> {
    let violations = violations.as_array()?;
    let places: Option<Places> = violations.iter().map(place).collect();
    places.filter(|places| places.len() == violations.len())
}

fn place(violation: &Value) -> Option<(String, String)> {
    let keyword = match violation["rule"].as_str()? {
        "unknown_property" => "additionalProperties".to_owned(),
        rule => camel_case(rule),
    };
    Some((violation["path"].as_str()?.to_owned(), keyword))
}

fn camel_case(rule: &str) -> String {
    let mut words = rule.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        name + &initial.to_uppercase() + rest
    })
}
