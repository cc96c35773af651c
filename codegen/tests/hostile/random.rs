//! Random files: bytes, damaged model files, and models made of hostile texts.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use super::texts::{IDS, NAMES, TEXTS};
use super::{is_accepted, is_accepted_value};
use crate::support::files_below;

/// The number of files in a normal run, the same ones every time.
const FEW: Cases = Cases(300);
/// The number of files in a long run, different ones every time.
const MANY: Cases = Cases(30_000);

#[test]
fn random_bytes() {
    try_bytes(FEW);
}

#[test]
#[ignore = "takes minutes"]
fn many_random_bytes() {
    try_bytes(MANY);
}

#[test]
fn damaged_files() {
    try_damaged(FEW);
}

#[test]
#[ignore = "takes minutes"]
fn many_damaged_files() {
    try_damaged(MANY);
}

#[test]
fn models_of_hostile_texts() {
    try_models(FEW);
}

#[test]
#[ignore = "takes minutes"]
fn many_models_of_hostile_texts() {
    try_models(MANY);
}

#[derive(Clone, Copy)]
struct Cases(u32);

impl Cases {
    fn run<S: Strategy>(self, strategy: &S, test: impl Fn(S::Value)) {
        let config = Config {
            cases: self.0,
            failure_persistence: None,
            ..Config::default()
        };
        let mut runner = if self.0 == FEW.0 {
            TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        } else {
            TestRunner::new(config)
        };
        let result = runner.run(strategy, |value| {
            test(value);
            Ok(())
        });
        result.unwrap();
    }
}

fn try_bytes(cases: Cases) {
    cases.run(&vec(any::<u8>(), 0..500), |bytes| {
        is_accepted("acme/test.json", &bytes);
    });
    cases.run(&any::<String>(), |text| {
        is_accepted("acme/test.json", text.as_bytes());
    });
}

/// Tries damaged copies of the fixtures. A part of a second fixture is inserted, or it replaces a part of
/// the first one. Both parts have at most 40 bytes and may be empty.
fn try_damaged(cases: Cases) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files = files_below(&folder, ".json").into_iter();
    let files: Vec<String> = files
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let part = || (select(files.clone()), any::<[Index; 2]>());
    cases.run(&(part(), part(), any::<bool>()), |(one, other, doubled)| {
        let cut = |(text, at): &(String, [Index; 2])| {
            let mut at = at.map(|index| index.index(text.len()));
            at.sort_unstable();
            at
        };
        let [start, end] = cut(&one);
        let [from, to] = cut(&other);
        // With longer parts, the result would seldom be accepted.
        let (end, to) = (end.min(start + 40), to.min(from + 40));
        let (old, new) = (one.0.as_bytes(), other.0.as_bytes());
        let rest = if doubled { start } else { end };
        let bytes = [&old[..start], &new[from..to], &old[rest..]].concat();
        is_accepted("acme/test.json", &bytes);
    });
}

/// Tries models made of hostile texts. Asserts that more than a tenth of them are accepted. Reasons for
/// refusing the others include an invalid id, a name that collides or cannot be derived, an enum value
/// with a control character, and a list of lists.
fn try_models(cases: Cases) {
    let accepted = Cell::new(0_u32);
    cases.run(&model(), |model| {
        if is_accepted_value(&model) {
            accepted.set(accepted.get() + 1);
        }
    });
    assert!(accepted.get() > cases.0 / 10, "{} accepted", accepted.get());
}

fn model() -> impl Strategy<Value = Value> {
    let id = prop_oneof![
        3 => Just("acme/test".to_owned()),
        1 => select(IDS).prop_map(str::to_owned),
        1 => "[a-z0-9A-Z ._+-]{1,8}(/[a-z0-9A-Z ._+-]{1,8}){1,4}",
    ];
    (id, object(2), object(1)).prop_map(|(id, input, output)| {
        json!({ "model_id": id, "input": input, "output": { "output": output } })
    })
}

fn object(depth: u32) -> BoxedStrategy<Value> {
    let properties = hash_map(name(), schema(depth), 0..4);
    let parts = (properties, any::<bool>(), text(), text());
    let object = parts.prop_map(|(properties, required, title, description)| {
        let properties: Map<String, Value> = properties.into_iter().collect();
        let names: Vec<&String> = properties.keys().collect();
        let required = if required { json!(names) } else { json!([]) };
        json!({
            "type": "object", "title": title, "description": description,
            "required": required, "properties": properties,
        })
    });
    object.boxed()
}

fn schema(depth: u32) -> BoxedStrategy<Value> {
    let described = (scalar(), text(), text());
    let scalar = described.prop_map(|(mut schema, title, description)| {
        schema["title"] = title.into();
        schema["description"] = description.into();
        schema
    });
    if depth == 0 {
        return scalar.boxed();
    }
    let list = (schema(depth - 1), 0..5_u32, text());
    let list = list.prop_map(|(mut items, limit, title)| {
        if let Value::Object(items) = &mut items {
            items.remove("default");
        }
        json!({ "type": "array", "items": items, "maxItems": limit, "title": title })
    });
    prop_oneof![4 => scalar, 1 => list, 1 => object(depth - 1)].boxed()
}

fn scalar() -> BoxedStrategy<Value> {
    let integer = any::<[i64; 3]>().prop_map(|mut numbers| {
        numbers.sort_unstable();
        let [minimum, default, maximum] = numbers;
        json!({ "type": "integer", "minimum": minimum, "maximum": maximum, "default": default })
    });
    let number = any::<[f64; 3]>().prop_map(|mut numbers| {
        numbers.sort_by(f64::total_cmp);
        let [minimum, default, maximum] = numbers;
        json!({ "type": "float", "minimum": minimum, "maximum": maximum, "default": default })
    });
    let string_enum = vec(text(), 1..4).prop_map(|mut values| {
        values.sort();
        values.dedup();
        json!({ "type": "string", "default": values[0], "enum": values })
    });
    let integer_enum = vec(any::<i64>(), 1..4).prop_map(|mut values| {
        values.sort_unstable();
        values.dedup();
        json!({ "type": "integer", "default": values[0], "enum": values })
    });
    let string = (text(), 0..3_usize).prop_map(|(text, more)| {
        let length = text.chars().count() + more;
        json!({ "type": "string", "default": text, "maxLength": length })
    });
    let boolean = any::<bool>().prop_map(|value| json!({ "type": "boolean", "default": value }));
    let media = prop_oneof![Just("image_uri"), Just("video_uri"), Just("audio_uri")];
    let media = (media, 1e-9..1e9).prop_map(|(format, limit)| {
        let rule = json!({ "validation_rule": "file_size_mb<", "validation_value": limit });
        json!({ "type": "string", "format": format, "validations": [rule] })
    });
    prop_oneof![
        integer,
        number,
        string_enum,
        integer_enum,
        string,
        boolean,
        media
    ]
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    let known = select(TEXTS).prop_map(str::to_owned);
    let joined = vec(select(TEXTS), 2..5).prop_map(|texts| texts.concat());
    prop_oneof![
        known,
        joined,
        any::<String>(),
        "[a-z `_<>\\[\\]*#:/-]{0,200}"
    ]
    .boxed()
}

/// Names, most of which contain letters or digits.
fn name() -> BoxedStrategy<String> {
    let known = select(NAMES).prop_map(str::to_owned);
    let named = (text(), "[a-z]{3}").prop_map(|(text, word)| format!("{text}{word}"));
    prop_oneof![1 => known, 3 => "[a-z0-9]{1,4}_?[a-zA-Z]{2,9}", 3 => named, 1 => text()].boxed()
}
