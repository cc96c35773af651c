//! Past inputs: the counts agree with a reference validator, and the report contains no value of an input.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fastrand::Rng;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use runcomfy_codegen::analyze;
use serde_json::{Value, json};

use super::differential::{pair, reference, validator, witnesses};
use super::{model, object, valid_files};
use crate::diff::format::Format;
use crate::diff::replay::inputs::{PastInput, past_inputs};
use crate::diff::replay::replay;
use crate::diff::report::ChangeReport;
use crate::diff::schema_set::SchemaSet;

/// The number of pairs of schemas.
const PAIRS: u64 = 100;
/// The number of inputs for each pair.
const INPUTS: usize = 100;

#[test]
fn the_counts_are_those_of_the_reference() {
    let mut total = 0;
    let mut refused = 0;
    for seed in 0..PAIRS {
        let mut rng = Rng::with_seed(seed);
        let (old, new) = pair(&mut rng);
        let (old, new) = ([analyze(&old)], [analyze(&new)]);
        let schemas = [reference(&old[0]), reference(&new[0])];
        let values = witnesses([Some(&schemas[0]), Some(&schemas[1])]);
        // Most inputs are chosen from the valid ones, since past inputs are mostly valid.
        let [before, after] = schemas.each_ref().map(validator);
        let (valid, invalid): (Vec<Value>, Vec<Value>) =
            values.into_iter().partition(|value| before.is_valid(value));
        let mut choose = |values: &[Value]| rng.choice(values).cloned();
        let inputs = (0..INPUTS).filter_map(|index| {
            let from_valid = (index % 5 > 0).then(|| choose(&valid)).flatten();
            from_valid.or_else(|| choose(&invalid))
        });
        let inputs: Vec<PastInput> = inputs
            .map(|input| PastInput {
                model_id: "owner/tool/run".to_owned(),
                input,
            })
            .collect();

        let mut expected: BTreeMap<(String, String), usize> = BTreeMap::new();
        let mut expected_refused = 0;
        for PastInput { input, .. } in inputs.iter().filter(|past| before.is_valid(&past.input)) {
            let found: Vec<_> = after.iter_errors(input).collect();
            let is_type = |error: &&ValidationError<'_>| {
                matches!(error.kind(), ValidationErrorKind::Type { .. })
            };
            let of_other_type: BTreeSet<&str> = found
                .iter()
                .filter(is_type)
                .map(|error| error.instance_path().as_str())
                .collect();
            // For a value of the wrong type, only the type error counts.
            let found = found.iter().filter(|error| {
                is_type(error) || !of_other_type.contains(error.instance_path().as_str())
            });
            let mut errors: Vec<_> = found.flat_map(refusals).collect();
            errors.sort();
            errors.dedup();
            expected_refused += usize::from(!errors.is_empty());
            for error in errors {
                *expected.entry(error).or_default() += 1;
            }
        }
        let report = replay(
            &SchemaSet::new("schemas", &old),
            &SchemaSet::new("schemas", &new),
            &inputs,
        );
        let rules = report.models.iter().flat_map(|model| &model.rules);
        let found: BTreeMap<(String, String), usize> = rules
            .map(|rule| ((rule.rule.clone(), rule.pointer.clone()), rule.inputs))
            .collect();
        assert_eq!(
            found, expected,
            "seed {seed}: {} to {}",
            schemas[0], schemas[1]
        );
        assert_eq!(report.refused, expected_refused, "seed {seed}");
        let is_invalid = |past: &&PastInput| !before.is_valid(&past.input);
        assert_eq!(
            report.refused_before,
            inputs.iter().filter(is_invalid).count()
        );
        assert_eq!(report.total, inputs.len());
        total += report.total;
        refused += report.refused;
    }
    assert_eq!(total, 10_000);
    assert!(
        refused > total / 10 && refused < total * 9 / 10,
        "{refused}"
    );
}

/// The rules and pointers of the refusals that correspond to one error of the reference validator.
fn refusals(error: &ValidationError<'_>) -> Vec<(String, String)> {
    let place = error.instance_path().as_str().split('/').map(|step| {
        // No property name of the random schemas is a number, so a numeric step is the index of an item.
        if step.parse::<usize>().is_ok() {
            "*"
        } else {
            step
        }
    });
    let place = place.collect::<Vec<_>>().join("/");
    let below = |name: &str| format!("{place}/{name}");
    let at = |rule: &str| vec![(rule.to_owned(), place.clone())];
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            vec![(
                "required".to_owned(),
                below(property.as_str().unwrap_or_default()),
            )]
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|name| ("unknown_property".to_owned(), below(name)))
            .collect(),
        ValidationErrorKind::Type { .. } => at("type"),
        ValidationErrorKind::Enum { .. } => at("enum"),
        ValidationErrorKind::Minimum { .. } => at("minimum"),
        ValidationErrorKind::Maximum { .. } => at("maximum"),
        ValidationErrorKind::ExclusiveMinimum { .. } => at("exclusive_minimum"),
        ValidationErrorKind::ExclusiveMaximum { .. } => at("exclusive_maximum"),
        ValidationErrorKind::MultipleOf { .. } => at("multiple_of"),
        ValidationErrorKind::MinLength { .. } => at("min_length"),
        ValidationErrorKind::MaxLength { .. } => at("max_length"),
        ValidationErrorKind::MinItems { .. } => at("min_items"),
        ValidationErrorKind::MaxItems { .. } => at("max_items"),
        other => panic!("{other:?}"),
    }
}

/// The report on the changes from `old` to `new`, with their effect on these past inputs.
fn report(old: &[Value], new: &[Value], inputs: &[(&str, Value)]) -> ChangeReport {
    let (old, new) = (valid_files(old), valid_files(new));
    let (old, new) = (
        runcomfy_codegen::analyze_all(&old),
        runcomfy_codegen::analyze_all(&new),
    );
    let (old, new) = (
        SchemaSet::new("schemas", &old),
        SchemaSet::new("schemas", &new),
    );
    let inputs: Vec<PastInput> = inputs
        .iter()
        .map(|(id, input)| PastInput {
            model_id: (*id).to_owned(),
            input: input.clone(),
        })
        .collect();
    let mut report = crate::diff::compare::compare(&old, &new);
    report.inputs = Some(replay(&old, &new, &inputs));
    report
}

fn versions(id: &str) -> [Value; 2] {
    let version = |maximum: u32, values: Value, seed: u32| {
        let input = object(json!({
            "149_steps": { "type": "integer", "maximum": maximum },
            "resolution": { "type": "string", "enum": values },
            "seed": { "type": "integer", "default": seed },
            "looks": { "type": "array", "items": object(json!({
                "scale": { "type": "number", "default": seed }
            })) },
        }));
        model(id, &input, &object(json!({})))
    };
    [
        version(50, json!(["480p", "720p"]), 1),
        version(20, json!(["480p"]), 2),
    ]
}

/// 4,812 inputs, of which the new schema refuses 37.
fn inputs(id: &str) -> Vec<(&str, Value)> {
    let mut inputs = vec![(id, json!({ "149_steps": 33, "seed": 7 })); 31];
    inputs.extend(vec![(id, json!({ "resolution": "720p", "seed": 7 })); 6]);
    inputs.extend(vec![(id, json!({ "149_steps": 5 })); 1_204]);
    inputs.resize(4_812, (id, json!({ "149_steps": 5, "seed": 7 })));
    inputs
}

#[test]
fn the_report_has_counts_and_pointers() {
    let [old, new] = versions("owner/tool/run");
    let report = report(&[old], &[new], &inputs("owner/tool/run"));
    let text = Format::Text.render(&report, None);
    let sentence = "37 of 4,812 inputs would now be refused (31 `maximum` /149_steps, \
                    6 `enum` /resolution); 1,204 leave out `seed`, whose default changed";
    assert_eq!(text.lines().nth(1), Some(sentence), "{text}");
    let markdown = Format::Markdown.render(&report, None);
    assert!(
        markdown.contains(&format!("\n- {sentence}.\n")),
        "{markdown}"
    );
    let github = Format::Github.render(&report, None);
    assert_eq!(
        github.lines().last(),
        Some(format!("::warning title=past inputs::{sentence}").as_str())
    );
    let json: Value = serde_json::from_str(&Format::Json.render(&report, None)).unwrap();
    assert_eq!(
        json["inputs"],
        json!({
            "total": 4812, "refused": 37, "refused_before": 0, "unknown_model": 0,
            "models": [{
                "model": "owner/tool/run", "total": 4812, "refused": 37,
                "rules": [
                    { "rule": "maximum", "pointer": "/149_steps", "inputs": 31 },
                    { "rule": "enum", "pointer": "/resolution", "inputs": 6 },
                ],
                "defaults": [{ "pointer": "/seed", "inputs": 1204 }],
            }],
        })
    );
    let schema: Value = serde_json::from_str(&crate::diff::report::schema()).unwrap();
    assert!(validator(&schema).is_valid(&json));
}

#[test]
fn several_models_have_a_sentence_each() {
    let (a, b) = (versions("a/tool/run"), versions("b/tool/run"));
    let gone = model("c/tool/run", &object(json!({})), &object(json!({})));
    let report = report(
        &[a[0].clone(), b[0].clone(), gone],
        &[a[1].clone(), b[1].clone()],
        &[
            ("a/tool/run", json!({ "149_steps": 33, "seed": 1 })),
            ("a/tool/run", json!({ "149_steps": 99, "seed": 1 })),
            (
                "b/tool/run",
                json!({ "seed": 1, "looks": [{}, { "scale": 1 }, {}] }),
            ),
            ("c/tool/run", json!({})),
            ("d/tool/run", json!({})),
        ],
    );
    let text = Format::Text.render(&report, None);
    let lines: Vec<&str> = text.lines().skip(1).take(4).collect();
    assert_eq!(
        lines,
        [
            "2 of 5 inputs would now be refused; 1 was refused before; \
             1 is for models that the old schemas do not have",
            "  `a/tool/run`: 1 of 2 inputs (1 `maximum` /149_steps)",
            "  `c/tool/run`: 1 of 1 input (1 `model`)",
            "  `b/tool/run`: 0 of 1 input; 1 leaves out `looks/*/scale`, whose default changed",
        ]
    );
}

#[test]
fn lines_of_both_kinds_are_read() {
    let path = Path::new("inputs.jsonl");
    let read = |text: &str| past_inputs(path, text.as_bytes());
    let past = |seed: u32| PastInput {
        model_id: "a/b/c".to_owned(),
        input: json!({ "seed": seed }),
    };
    let plain = "{\"model_id\":\"a/b/c\",\"input\":{\"seed\":1}}\n\n\
                 {\"model_id\":\"a/b/c\",\"input\":{\"seed\":1}}\r\n";
    assert_eq!(read(plain).unwrap(), [past(1), past(1)]);
    // The second input was refused, corrected and submitted again; the last line is cut off.
    let journal = r#"{"index":0,"step":"submitting","model_id":"a/b/c","input":{"seed":1}}
{"index":1,"step":"submitting","model_id":"a/b/c","input":{"seed":2}}
{"index":0,"step":"submitted","request_id":"r"}
{"index":1,"step":"refused"}
{"index":1,"step":"submitting","model_id":"a/b/c","input":{"seed":3}}
{"index":0,"step":"ended","request_id":"r","response":{"status":"succeeded"}}
{"index":2,"step":"submitting","model_id":"a/"#;
    assert_eq!(read(journal).unwrap(), [past(1), past(3)]);
    let resumed = format!(
        "{journal}\n{}\n",
        r#"{"index":2,"step":"submitting","model_id":"a/b/c","input":{"seed":4}}"#
    );
    assert_eq!(read(&resumed).unwrap(), [past(1), past(3), past(4)]);
    for (text, line) in [
        (
            "{\"model_id\":\"a/b/c\",\"input\":{}}\n{\"model_id\":\"a/b/c\"}\n",
            2,
        ),
        ("{\"model_id\":\"a/b/c\",\"in\n{}\n", 1),
        ("secret\n", 1),
        ("[]\n", 1),
    ] {
        let message = read(text).unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("inputs.jsonl: line {line} is")),
            "{message}"
        );
        assert!(!message.contains("secret"), "{message}");
    }
}
