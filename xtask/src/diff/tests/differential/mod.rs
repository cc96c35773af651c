//! The severities on the wire agree with a reference validator on random pairs of schemas.
//!
//! The set of valid inputs shrank if a witness is valid under the old schema but not under the new one. The
//! set of valid outputs grew if a witness is valid under the new schema but not under the old one. For
//! outputs, the old schema accepts unknown properties, since readers ignore them. The report must contain a
//! breaking change in exactly these cases, apart from the rules in `may_be_unseen`.
//!
//! If both schemas accept the same inputs, no change of the input may be more severe than `documentation` on
//! the wire. If they accept different inputs, at least one change of the input must be more severe than
//! `documentation`. Changes with a rule in `is_independent_of_values` are not considered.

mod schemas;
mod witnesses;

use std::num::NonZero;
use std::thread;

use fastrand::Rng;
use jsonschema::Validator;
use runcomfy_codegen::json_schema::to_json_schema;
use runcomfy_codegen::{Analyzed, SourceFile, analyze};
use serde_json::{Value, json};

use super::{file, model};
use crate::diff::compare::compare;
use crate::diff::report::ChangeReport;
use crate::diff::schema_set::SchemaSet;
use crate::diff::severity::{Direction, Severity};
pub(super) use witnesses::witnesses;

#[test]
fn the_severities_agree_with_the_reference() {
    compare_pairs(10_000);
}

#[test]
#[ignore = "a million pairs"]
fn the_severities_agree_with_the_reference_on_a_million_pairs() {
    compare_pairs(1_000_000);
}

/// The number of compared pairs, and the results.
#[derive(Default)]
struct Tally {
    pairs: u64,
    shrinks: u64,
    grows: u64,
    wrong: Vec<String>,
}

fn compare_pairs(pairs: u64) {
    let threads = thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let tallies = thread::scope(|scope| {
        let compare = |first| {
            (first..pairs)
                .step_by(threads as usize)
                .fold(Tally::default(), one)
        };
        let threads = (0..threads).map(|first| scope.spawn(move || compare(first)));
        let threads: Vec<_> = threads.collect();
        let tallies = threads.into_iter().map(|thread| thread.join().unwrap());
        tallies.collect::<Vec<Tally>>()
    });
    let sum = |count: fn(&Tally) -> u64| tallies.iter().map(count).sum::<u64>();
    let (shrinks, grows) = (sum(|tally| tally.shrinks), sum(|tally| tally.grows));
    println!("{pairs} pairs: {shrinks} inputs shrank, {grows} outputs grew");
    let wrong: Vec<&String> = tallies.iter().flat_map(|tally| &tally.wrong).collect();
    let shown: Vec<_> = wrong.iter().take(5).collect();
    assert!(wrong.is_empty(), "{} wrong: {shown:#?}", wrong.len());
    assert_eq!(sum(|tally| tally.pairs), pairs);
    // Inputs must shrink and outputs must grow in many pairs, but not in nearly all.
    assert!(shrinks > pairs / 5 && shrinks < pairs * 9 / 10, "{shrinks}");
    assert!(grows > pairs / 5 && grows < pairs * 9 / 10, "{grows}");
}

/// Checks the report on the pair that a seed generates, and adds the result to the tally.
fn one(mut tally: Tally, seed: u64) -> Tally {
    let mut rng = Rng::with_seed(seed);
    let (old, new) = pair(&mut rng);
    let (old, new) = ([analyze(&old)], [analyze(&new)]);
    let report = compare(
        &SchemaSet::new("schemas", &old),
        &SchemaSet::new("schemas", &new),
    );
    let (old, new) = (reference(&old[0]), reference(&new[0]));
    let witnesses = witnesses([Some(&old), Some(&new)]);
    let find = |from: &Value, to: &Value| {
        let (from, to) = (validator(from), validator(to));
        let mut witnesses = witnesses.iter();
        witnesses.find(|value| from.is_valid(value) && !to.is_valid(value))
    };
    let (shrank, grew) = (find(&old, &new), find(&new, &open(old.clone())));
    let accepts_more = find(&new, &old);
    tally.pairs += 1;
    tally.shrinks += u64::from(shrank.is_some());
    tally.grows += u64::from(grew.is_some());
    for (direction, witness) in [(Direction::Input, shrank), (Direction::Output, grew)] {
        let found = breaking(&report, direction);
        let must_be = found.iter().any(|rule| !may_be_unseen(rule, direction));
        if (witness.is_some() && found.is_empty()) || (witness.is_none() && must_be) {
            tally.wrong.push(format!(
                "seed {seed}, {}: {witness:?}, but {found:?}\n{old}\n{new}",
                direction.name()
            ));
        }
    }
    // A change more severe than `documentation` must be reported if the schemas accept different inputs, and
    // must not be reported if they accept the same inputs.
    let changed: Vec<&str> = report
        .changes
        .iter()
        .filter(|change| {
            change.direction == Some(Direction::Input)
                && change.wire >= Severity::Compatible
                && !is_independent_of_values(change.rule.id())
        })
        .map(|change| change.rule.id())
        .collect();
    let is_changed = shrank.is_some() || accepts_more.is_some();
    if is_changed == changed.is_empty() {
        tally.wrong.push(format!(
            "seed {seed}: {shrank:?}, {accepts_more:?}, but {changed:?}\n{old}\n{new}"
        ));
    }
    tally
}

/// Two valid models; the new one is usually a mutation of the old one.
pub(super) fn pair(rng: &mut Rng) -> (SourceFile, SourceFile) {
    loop {
        let old = schemas::object(rng, 0);
        let mut new = if rng.u8(..8) == 0 {
            schemas::object(rng, 0)
        } else {
            old.clone()
        };
        for _ in 0..rng.u8(1..4) {
            schemas::mutate(rng, &mut new, 0);
        }
        let (old, new) = (source(&old), source(&new));
        if analyze(&old).valid().is_some() && analyze(&new).valid().is_some() {
            return (old, new);
        }
    }
}

/// A model with the schema as its input and its output.
fn source(schema: &Value) -> SourceFile {
    file("owner/tool/run", &model("owner/tool/run", schema, schema))
}

/// The JSON Schema of the model's input.
pub(super) fn reference(analyzed: &Analyzed<'_>) -> Value {
    to_json_schema(&analyzed.valid().unwrap().model.input)
}

/// The reference validator for a schema.
pub(super) fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).unwrap()
}

/// The schema without `additionalProperties: false`, since readers ignore unknown properties.
fn open(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(members) => {
            if members.get("additionalProperties") == Some(&json!(false)) {
                members.remove("additionalProperties");
            }
            for value in members.values_mut() {
                *value = open(value.take());
            }
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| *value = open(value.take())),
        _ => {}
    }
    schema
}

/// The rules of the changes in this direction that are breaking on the wire, except media rules.
fn breaking(report: &ChangeReport, direction: Direction) -> Vec<&'static str> {
    let changes = report
        .changes
        .iter()
        .filter(|change| change.direction == Some(direction) && change.wire == Severity::Breaking);
    let rules = changes.map(|change| change.rule.id());
    // JSON Schema has no media rules.
    rules
        .filter(|rule| !rule.starts_with("media-rule-"))
        .collect()
}

/// Whether the change breaks readers even if the set of valid outputs did not grow. If an optional property
/// is renamed, the old schema accepts outputs without the old name, but readers no longer find the value.
fn may_be_unseen(rule: &str, direction: Direction) -> bool {
    direction == Direction::Output
        && ["property-renamed", "property-wire-name-changed"].contains(&rule)
}

/// Whether the severity of the rule on the wire is independent of the set of accepted JSON values. That of a
/// media rule depends on the accepted files instead.
fn is_independent_of_values(rule: &str) -> bool {
    [
        "format-",
        "media-",
        "required-reordered",
        "field-",
        "type-renamed",
        "variant-",
    ]
    .iter()
    .any(|prefix| rule.starts_with(prefix))
}
