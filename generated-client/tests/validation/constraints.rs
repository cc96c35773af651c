//! Every limit of the five model files, one by one: a value just inside passes, a value just
//! outside is one violation that names the field, the rule and the limit.
//!
//! The limits are counted in the raw JSON, so a limit that generation drops fails here.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use runcomfy_client::{MediaField, Model, ModelInput, ModelVisitor, Violation, Violations, models};
use serde_json::Value;

use crate::support::constraints::{Constraint, Given, constraints, defaults, shown};

/// A model that is compiled in, without its type.
struct Compiled {
    media: &'static [MediaField],
    check: fn(&Value) -> Result<(), Violations>,
}

#[derive(Default)]
struct AllModels(HashMap<&'static str, Compiled>);

impl ModelVisitor for AllModels {
    fn visit<M: Model>(&mut self, _: M) {
        let compiled = Compiled {
            media: M::MEDIA,
            check: |input| M::Input::from_value(input).map(drop),
        };
        assert!(self.0.insert(M::ID, compiled).is_none(), "{} twice", M::ID);
    }
}

/// All that is checked of one model file.
struct Case<'a> {
    compiled: &'a Compiled,
    example: &'a Value,
}

impl Case<'_> {
    fn judge(&self, field: &str, given: &Given) -> Result<(), Violations> {
        let mut input = self.example.clone();
        let members = input.as_object_mut().unwrap();
        match given {
            Given::Value(value) => {
                members.insert(field.to_owned(), value.clone());
            }
            Given::Missing => {
                assert!(
                    members.remove(field).is_some(),
                    "the example has no {field}"
                );
            }
            Given::Media(facts) => {
                let media = self
                    .compiled
                    .media
                    .iter()
                    .find(|media| media.path == [field]);
                return media.unwrap().check(&format!("/{field}"), facts);
            }
        }
        (self.compiled.check)(&input)
    }

    /// The single violation of what must not pass.
    fn violation(&self, field: &str, given: &Given) -> Violation {
        let found = self.judge(field, given);
        let violations = found
            .err()
            .unwrap_or_else(|| panic!("{field}: {} passed", shown(given)));
        let [violation] = violations.as_slice() else {
            panic!("{field}: {} is {violations:?}", shown(given));
        };
        violation.clone()
    }
}

/// The models of the five documents that the count of 107 is of.
const FIVE: [&str; 5] = [
    "bytedance/seedance-v1.5-pro/image-to-video",
    "community/fantasy-portrait/image-to-video",
    "community/wan-2-1/fusionx/image-to-video",
    "happyhorse/happyhorse-1.0/reference-to-video",
    "wan-ai/wan-2-2/image-to-video",
];

#[test]
fn every_limit_of_the_five_schemas_is_enforced_at_its_bound() {
    let mut models_in = AllModels::default();
    models::visit(&mut models_in);
    let mut list = String::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut media = 0;
    let files = crate::support::schemas::model_files();
    assert_eq!(
        files.len(),
        models_in.0.len(),
        "a model without a file or a file without a model"
    );
    // Further models are judged against the reference, in `validation_differential`.
    for (id, text) in files.iter().filter(|(id, _)| FIVE.contains(&id.as_str())) {
        let file: Value = serde_json::from_str(text).unwrap();
        let case = Case {
            compiled: &models_in.0[id.as_str()],
            example: &file["example"],
        };
        writeln!(list, "{id}").unwrap();
        let rules = case.compiled.media.iter().map(|field| field.rules.len());
        media += rules.sum::<usize>();
        for constraint in constraints(&file["input"]) {
            case.hold(&constraint);
            *counts.entry(constraint.kind()).or_default() += 1;
            writeln!(list, "  {}", constraint.line()).unwrap();
        }
        for (name, default) in defaults(&file["input"]) {
            let given = Given::Value(default.clone());
            case.judge(name, &given).unwrap();
            *counts.entry("default".to_owned()).or_default() += 1;
        }
    }
    assert_eq!(media, 12, "a media rule is generated that no schema states");
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

impl Case<'_> {
    fn hold(&self, constraint: &Constraint) {
        let field = &constraint.field;
        for given in &constraint.inside {
            if let Err(violations) = self.judge(field, given) {
                panic!("{field}: {} does not pass: {violations}", shown(given));
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
