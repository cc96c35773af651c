//! The table of what a change means: every row, forward and back, on the input and on the output,
//! at the top, in an object, in a list of objects, and as the item of a list.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{change, limits, model, object, properties, texts};
use crate::diff::rule::Rule;
use crate::diff::verdict::{Direction, Verdict};

/// A row of the table: two objects, and what the change from one to the other means.
pub(super) struct Row {
    /// The properties, and `required`, before.
    old: Value,
    /// The same after.
    new: Value,
    there: Expected,
    back: Expected,
}

/// A rule, then the verdicts on the input and on the output as `wire/source`; `-` where the change
/// means nothing.
pub(super) type Expected = [&'static str; 3];

/// A row about the schema of one property, which is optional.
pub(super) fn row(old: Value, new: Value, there: Expected, back: Expected) -> Row {
    whole(
        object(json!({ "p": old })),
        object(json!({ "p": new })),
        there,
        back,
    )
}

/// A row about an object.
pub(super) fn whole(old: Value, new: Value, there: Expected, back: Expected) -> Row {
    Row {
        old,
        new,
        there,
        back,
    }
}

fn rows() -> Vec<Row> {
    [limits::rows(), properties::rows(), texts::rows()]
        .into_iter()
        .flatten()
        .collect()
}

/// Where an object may stand: the object that holds it.
type Around = (&'static str, fn(&Value) -> Option<Value>);

const PLACES: &[Around] = &[
    ("top", |inner| Some(inner.clone())),
    ("object", |inner| Some(object(json!({ "outer": inner })))),
    ("list of objects", |inner| {
        Some(object(
            json!({ "outer": { "type": "array", "items": inner } }),
        ))
    }),
    ("deep", |inner| {
        let list = json!({ "type": "array", "items": object(json!({ "inner": inner })) });
        Some(object(json!({ "outer": list })))
    }),
    ("item of a list", |inner| {
        let mut inner = inner.clone();
        let only = inner["properties"].as_object()?.len() == 1;
        let item = inner["properties"].get_mut("p")?.take();
        let fits = only && item.get("default").is_none() && item["type"] != "array";
        let is_plain = inner.get("required").is_none();
        (fits && is_plain).then(|| object(json!({ "p": { "type": "array", "items": item } })))
    }),
];

#[test]
fn every_row_means_what_the_table_says() {
    let mut seen = BTreeSet::new();
    let mut cases = 0;
    for row in rows() {
        for (place, around) in PLACES {
            let (Some(old), Some(new)) = (around(&row.old), around(&row.new)) else {
                continue;
            };
            for direction in [Direction::Input, Direction::Output] {
                check(&old, &new, direction, &row.there, place);
                check(&new, &old, direction, &row.back, place);
                cases += 2;
            }
        }
        for [rule, input, output] in [row.there, row.back] {
            seen.extend([(rule, Direction::Input, input != "-")]);
            seen.extend([(rule, Direction::Output, output != "-")]);
        }
    }
    assert!(cases > 700, "{cases}");
    // Nothing that can be found in a schema may go untested, in either direction.
    let of_models = [
        Rule::ModelAdded,
        Rule::ModelRemoved,
        Rule::ModelRenamed,
        Rule::ModelIdChanged,
        Rule::ModelNotComparable,
        Rule::ModuleRenamed,
        Rule::ExampleAdded,
        Rule::ExampleRemoved,
        Rule::ExampleChanged,
        // These need `names`, see `models`.
        Rule::VariantRenamed,
        Rule::TypeRenamed,
    ];
    for rule in Rule::ALL.iter().filter(|rule| !of_models.contains(rule)) {
        let is_seen = |direction| seen.contains(&(rule.id(), direction, true));
        assert!(is_seen(Direction::Input), "{} on the input", rule.id());
        let says_nothing = *rule == Rule::RequiredReordered;
        assert_eq!(
            is_seen(Direction::Output),
            !says_nothing,
            "{} on the output",
            rule.id()
        );
    }
}

fn check(old: &Value, new: &Value, direction: Direction, expected: &Expected, place: &str) {
    let empty = object(json!({}));
    let whole = |schema| match direction {
        Direction::Input => model("owner/tool/run", schema, &empty),
        Direction::Output => model("owner/tool/run", &empty, schema),
    };
    let report = change(&whole(old), &whole(new));
    let found: Vec<String> = report
        .changes
        .iter()
        .map(|change| {
            assert_eq!(change.direction, Some(direction));
            format!(
                "{} {}/{}",
                change.rule.id(),
                change.wire.name(),
                change.source.name()
            )
        })
        .collect();
    let [rule, input, output] = expected;
    let verdicts = match direction {
        Direction::Input => input,
        Direction::Output => output,
    };
    let expected = match *verdicts {
        "-" => Vec::new(),
        verdicts => vec![format!("{rule} {verdicts}")],
    };
    assert_eq!(
        found,
        expected,
        "{} ({place}):\n{old:#}\nto\n{new:#}",
        direction.name()
    );
}

#[test]
fn ids_are_distinct_and_in_kebab_case() {
    let ids: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), Rule::ALL.len());
    for rule in Rule::ALL {
        for direction in [None, Some(Direction::Input), Some(Direction::Output)] {
            // What is told is counted, so it must weigh something.
            let severity = rule.verdicts(direction).severity();
            assert!(severity >= Verdict::Documentation, "{}", rule.id());
        }
    }
    for id in ids {
        assert!(
            id.split('-')
                .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())),
            "{id}"
        );
    }
}
