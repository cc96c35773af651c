//! Tests every constraint in the input schemas of five model files with valid and invalid values. A
//! constraint that has a limit is tested at this limit. Each invalid value must cause exactly one violation,
//! with the expected field, rule and limit. Constraints in `overrides` are not tested here.
//!
//! The constraints are read from the raw JSON, so the test fails if the generator drops a constraint.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use runcomfy_client::{Violation, Violations};
use serde_json::Value;

use crate::support::compiled::{CompiledModel, MODELS};
use crate::support::constraints::{Constraint, Given, constraints, defaults, display};

/// A model and its documented example. Each test input is the example with one field changed or removed.
/// Media rules are tested with metadata instead of an input.
struct Case<'a> {
    compiled: &'a CompiledModel,
    example: &'a Value,
}

impl Case<'_> {
    /// Sets or removes the field in the example and validates the result. For media metadata, only checks
    /// the field's media rules.
    fn validate(&self, field: &str, given: &Given) -> Result<(), Violations> {
        let mut input = self.example.clone();
        let members = input.as_object_mut().unwrap();
        match given {
            Given::Value(value) => {
                members.insert(field.to_owned(), value.clone());
            }
            Given::Missing => {
                assert!(members.remove(field).is_some(), "the example lacks {field}");
            }
            Given::Media(metadata) => {
                let media = self
                    .compiled
                    .media
                    .iter()
                    .find(|media| media.path == [field]);
                return media.unwrap().check(&format!("/{field}"), metadata);
            }
        }
        (self.compiled.from_value)(&input)
    }

    /// Like [`Case::validate`], but returns the violation. Panics unless there is exactly one.
    fn violation(&self, field: &str, given: &Given) -> Violation {
        let violations = self
            .validate(field, given)
            .err()
            .unwrap_or_else(|| panic!("{field}: {} is valid", display(given)));
        let [violation] = violations.as_slice() else {
            panic!("{field}: {}: {violations:?}", display(given));
        };
        violation.clone()
    }

    /// Asserts that the values inside the constraint are valid, and that each value outside causes the
    /// expected violation.
    fn check(&self, constraint: &Constraint) {
        let field = &constraint.field;
        for given in &constraint.inside {
            if let Err(violations) = self.validate(field, given) {
                panic!("{field}: {}: {violations}", display(given));
            }
        }
        for given in &constraint.outside {
            let violation = self.violation(field, given);
            assert_eq!(violation.path, format!("/{field}"));
            assert_eq!(violation.rule.id(), constraint.rule, "{field}");
            assert_eq!(violation.limit, constraint.limit, "{field}");
            if let ("minimum" | "maximum" | "enum", Given::Value(value)) = (constraint.rule, given)
            {
                assert_eq!(violation.actual, *value, "{field}");
            }
            assert!(violation.message.contains(&format!("`{field}`")));
        }
    }
}

/// The models whose constraints are tested and counted.
const COUNTED: [&str; 5] = [
    "bytedance/seedance-v1.5-pro/image-to-video",
    "community/fantasy-portrait/image-to-video",
    "community/wan-2-1/fusionx/image-to-video",
    "happyhorse/happyhorse-1.0/reference-to-video",
    "wan-ai/wan-2-2/image-to-video",
];

#[test]
fn every_constraint_is_enforced_at_its_bound() {
    let mut list = String::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut media = 0;
    let files = crate::support::schemas::model_files();
    assert_eq!(files.len(), MODELS.len());
    // Other models are tested only in `differential`, against a JSON Schema validator.
    for (id, text) in files
        .iter()
        .filter(|(id, _)| COUNTED.contains(&id.as_str()))
    {
        let file: Value = serde_json::from_str(text).unwrap();
        let case = Case {
            compiled: &MODELS[id.as_str()],
            example: &file["example"],
        };
        writeln!(list, "{id}").unwrap();
        let rules = case.compiled.media.iter().map(|field| field.rules.len());
        media += rules.sum::<usize>();
        for constraint in constraints(&file["input"]) {
            case.check(&constraint);
            *counts.entry(constraint.kind()).or_default() += 1;
            writeln!(list, "  {}", constraint.line()).unwrap();
        }
        for (name, default) in defaults(&file["input"]) {
            let given = Given::Value(default.clone());
            case.validate(name, &given).unwrap();
            *counts.entry("default".to_owned()).or_default() += 1;
        }
    }
    // Twelve of the rules are in the schemas of the models' pages. The other three are in the `overrides`
    // of a model file, which `constraints` does not read.
    assert_eq!(media, 15, "generated media rules");
    let expected = [
        ("default", 42),
        ("enum", 12),
        ("maxLength", 2),
        ("maximum", 10),
        ("media", 12),
        ("minimum", 10),
        ("required", 11),
        ("type", 50),
    ];
    assert_eq!(
        counts,
        expected
            .map(|(kind, count)| (kind.to_owned(), count))
            .into()
    );
    let limits: usize = counts.values().sum::<usize>() - counts["default"];
    assert_eq!(limits, 107);
    insta::assert_snapshot!("every_limit", list);
}
