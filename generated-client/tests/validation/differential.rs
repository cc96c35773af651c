//! The verdict on a JSON input equals that of a reference JSON Schema validator on the normalised
//! schema, whether the input is read from text or from a value.

use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use runcomfy_client::{InputError, Model, ModelInput, ModelVisitor, Violations, models};
use serde_json::Value;

use crate::support::arbitrary::{any_json, at_least};
use crate::support::reference::Reference;

/// Reads an input, without its type.
#[derive(Clone, Copy)]
struct Readers {
    from_value: fn(&Value) -> Result<(), Violations>,
    from_json: fn(&str) -> Result<(), InputError>,
}

#[derive(Default)]
struct AllReaders(HashMap<&'static str, Readers>);

impl ModelVisitor for AllReaders {
    fn visit<M: Model>(&mut self, _: M) {
        let readers = Readers {
            from_value: |input| M::Input::from_value(input).map(drop),
            from_json: |text| M::Input::from_json(text).map(drop),
        };
        self.0.insert(M::ID, readers);
    }
}

/// A model, its reference, and values worth trying for each of its properties.
struct Subject {
    id: String,
    readers: Readers,
    reference: Reference,
    base: Value,
    properties: Vec<(String, Vec<Value>)>,
}

static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let mut readers = AllReaders::default();
    models::visit(&mut readers);
    let files = crate::support::schemas::model_files();
    assert!(files.len() >= 5);
    files
        .into_iter()
        .map(|(id, text)| {
            let reference = Reference::of(&text);
            let properties = reference.schema["properties"].as_object().unwrap();
            Subject {
                readers: readers.0[id.as_str()],
                base: crate::support::boundary::base(&reference.schema),
                properties: properties
                    .iter()
                    .map(|(name, property)| {
                        (name.clone(), crate::support::boundary::values(property))
                    })
                    .collect(),
                reference,
                id,
            }
        })
        .collect()
});

impl Subject {
    /// Reads the value, and the text that it was parsed from, and compares all verdicts.
    fn compare(&self, text: &str, value: &Value) -> Result<bool, String> {
        let expected = self.reference.accepts(value);
        let from_value = (self.readers.from_value)(value).err();
        let from_json = match (self.readers.from_json)(text) {
            Ok(()) => None,
            Err(InputError::Invalid(violations)) => Some(violations),
            Err(error) => return Err(format!("{}: {text}: {error}", self.id)),
        };
        if from_value != from_json {
            let id = &self.id;
            return Err(format!(
                "{id}: {text}: value {from_value:#?}, text {from_json:#?}"
            ));
        }
        if from_value.is_none() != expected {
            let id = &self.id;
            return Err(format!(
                "{id}: {text}: expected {expected}, but {from_value:#?}"
            ));
        }
        Ok(expected)
    }
}

/// The base of the input with one more member, as it is written.
fn text_with(base: &Value, name: &str, literal: &str) -> String {
    let base = base.to_string();
    let members = base.trim_end_matches('}');
    format!("{members},{}:{literal}}}", Value::from(name))
}

#[test]
fn the_verdict_around_every_limit_is_that_of_the_reference() {
    let (mut good, mut bad) = (0, 0);
    for subject in SUBJECTS.iter() {
        for input in crate::support::boundary::inputs(&subject.reference.schema) {
            match subject.compare(&input.to_string(), &input).unwrap() {
                true => good += 1,
                false => bad += 1,
            }
        }
    }
    assert!(
        good > 250 && bad > 1500,
        "the cases are one-sided: {good} good, {bad} bad"
    );
}

#[test]
fn an_input_that_is_not_an_object_is_refused() {
    for subject in SUBJECTS.iter() {
        for text in ["null", "true", "5", "5.5", "\"text\"", "[]", "[{}]"] {
            let value = serde_json::from_str(text).unwrap();
            assert!(!subject.compare(text, &value).unwrap());
        }
    }
}

#[test]
fn a_number_is_judged_by_its_value_and_not_by_how_it_is_written() {
    let literals = [
        "5",
        "5.0",
        "5e0",
        "0.5e1",
        "50E-1",
        "500.0e-2",
        "5.000000000000000000001",
        "1e2",
        "-0",
        "-0.0",
        "0e99",
        "1E+1",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "1e308",
        "-1e308",
        "4e-324",
        "0.3",
        "0.29999999999999999",
        "0.30000000000000004",
        "0.1e400e",
        "01",
        "1e400",
        "NaN",
    ];
    for subject in SUBJECTS.iter() {
        for (name, _) in &subject.properties {
            for literal in literals {
                let text = text_with(&subject.base, name, literal);
                match serde_json::from_str(&text) {
                    Ok(value) => drop(subject.compare(&text, &value).unwrap()),
                    Err(_) => {
                        let found = (subject.readers.from_json)(&text);
                        assert!(
                            matches!(found, Err(InputError::Syntax(_))),
                            "{text}: {found:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn integers_beyond_64_bits_are_refused() {
    let readers = SUBJECTS
        .iter()
        .find(|subject| subject.id == "wan-ai/wan-2-2/image-to-video");
    let subject = readers.unwrap();
    for (literal, is_good) in [
        ("9223372036854775807", true),
        ("-9223372036854775808", true),
        ("9223372036854775808", false),
        ("18446744073709551615", false),
        ("1e19", false),
    ] {
        let text = text_with(&subject.base, "seed", literal);
        let value = serde_json::from_str(&text).unwrap();
        assert_eq!(subject.compare(&text, &value), Ok(is_good), "{literal}");
    }
}

#[test]
fn of_two_members_with_one_name_the_last_counts() {
    let good_then_bad = |name: &str, good: &str, bad: &str| {
        let quoted = Value::from(name);
        [
            (format!("{quoted}:{bad},{quoted}:{good}"), true),
            (format!("{quoted}:{good},{quoted}:{bad}"), false),
        ]
    };
    let id = "wan-ai/wan-2-2/image-to-video";
    let subject = SUBJECTS.iter().find(|subject| subject.id == id).unwrap();
    let cases = [
        good_then_bad("seed", "1", "null"),
        good_then_bad("resolution", "\"480P\"", "\"480p\""),
        good_then_bad("duration", "5", "6"),
        good_then_bad("negative_prompt", "\"\"", &format!("{:?}", "x".repeat(501))),
        good_then_bad("prompt", "\"again\"", "[]"),
    ];
    for (members, is_good) in cases.into_iter().flatten() {
        let base = subject.base.to_string();
        let text = format!("{},{members}}}", base.trim_end_matches('}'));
        let value = serde_json::from_str(&text).unwrap();
        assert_eq!(subject.compare(&text, &value), Ok(is_good), "{members}");
    }
    // A property that nobody knows is one violation, however often it stands there.
    let text = text_with(&subject.base, "nobody", "1,\"nobody\":2");
    let value = serde_json::from_str(&text).unwrap();
    assert_eq!(subject.compare(&text, &value), Ok(false));
}

/// One member of an input: which property, if any, and which of its values, if any.
#[derive(Clone, Debug)]
struct Edit {
    property: Option<Index>,
    listed: Option<Index>,
    name: String,
    value: Value,
}

fn edit() -> impl Strategy<Value = Edit> {
    (
        prop::option::weighted(0.95, any::<Index>()),
        prop::option::weighted(0.6, any::<Index>()),
        ".{0,8}",
        any_json(),
    )
        .prop_map(|(property, listed, name, value)| Edit {
            property,
            listed,
            name,
            value,
        })
}

/// An object as text, in which a member may stand twice.
fn text_of(subject: &Subject, has_base: bool, edits: &[Edit]) -> String {
    let base = subject.base.as_object().unwrap();
    let mut members: Vec<(&str, &Value)> = Vec::new();
    members.extend(
        base.iter()
            .filter(|_| has_base)
            .map(|(name, value)| (name.as_str(), value)),
    );
    for edit in edits {
        let (name, value) = match &edit.property {
            None => (edit.name.as_str(), &edit.value),
            Some(index) => {
                let (name, values) = index.get(&subject.properties);
                let listed = edit.listed.as_ref().map(|index| index.get(values));
                (name.as_str(), listed.unwrap_or(&edit.value))
            }
        };
        members.push((name, value));
    }
    let members = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", Value::from(*name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

proptest! {
    #![proptest_config(at_least(4000))]

    #[test]
    fn the_verdict_on_any_object_is_that_of_the_reference(
        subject in any::<Index>(),
        has_base in prop::bool::weighted(0.9),
        edits in prop::collection::vec(edit(), 0..5),
    ) {
        let subject = subject.get(&SUBJECTS);
        let text = text_of(subject, has_base, &edits);
        let value = serde_json::from_str(&text).unwrap();
        prop_assert!(subject.compare(&text, &value).is_ok(), "{}", subject.compare(&text, &value).unwrap_err());
    }
}
