//! Checks every row of the table of impacts: forward and in reverse, and for the input and the output. The
//! changed object is the schema itself, or is nested in objects and lists. If it has only the property `p`,
//! the schema of `p` is also tested as the item of a list, where possible.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{change, limits, model, object, properties, texts};
use crate::diff::rule::ChangeRule;
use crate::diff::severity::{Direction, Severity};
use crate::diff::values::Effect;

/// A row of the table: two objects, and the impact of the change from one to the other.
pub(super) struct Row {
    /// The old object.
    old: Value,
    /// The new object.
    new: Value,
    forward: Expected,
    reverse: Expected,
}

/// A rule id, then the impact of the change on the input, then that on the output. An impact is written as
/// `wire/source`, or as `-` if no change is reported.
pub(super) type Expected = [&'static str; 3];

/// A row about the schema of one property, which is optional.
pub(super) fn row(old: Value, new: Value, forward: Expected, reverse: Expected) -> Row {
    whole(
        object(json!({ "p": old })),
        object(json!({ "p": new })),
        forward,
        reverse,
    )
}

/// A row about an object.
pub(super) fn whole(old: Value, new: Value, forward: Expected, reverse: Expected) -> Row {
    Row {
        old,
        new,
        forward,
        reverse,
    }
}

fn rows() -> Vec<Row> {
    [limits::rows(), properties::rows(), texts::rows()]
        .into_iter()
        .flatten()
        .collect()
}

/// The name of a placement, and a function that builds the object around an inner one. It returns `None` if
/// the row cannot be tested there.
type Placement = (&'static str, fn(&Value) -> Option<Value>);

const PLACEMENTS: &[Placement] = &[
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
        let can_be_item = only && item.get("default").is_none() && item["type"] != "array";
        let has_required = inner.get("required").is_some();
        (can_be_item && !has_required)
            .then(|| object(json!({ "p": { "type": "array", "items": item } })))
    }),
];

#[test]
fn every_row_has_the_expected_impact() {
    let mut seen = BTreeSet::new();
    let mut cases = 0;
    for row in rows() {
        for (placement, around) in PLACEMENTS {
            let (Some(old), Some(new)) = (around(&row.old), around(&row.new)) else {
                continue;
            };
            for direction in [Direction::Input, Direction::Output] {
                check(&old, &new, direction, &row.forward, placement);
                check(&new, &old, direction, &row.reverse, placement);
                cases += 2;
            }
        }
        for [rule, input, output] in [row.forward, row.reverse] {
            seen.extend([(rule, Direction::Input, input != "-")]);
            seen.extend([(rule, Direction::Output, output != "-")]);
        }
    }
    assert!(cases > 700, "{cases}");
    // Every rule about schemas must be tested on the input. All but one must also be tested on the output: a
    // changed order of `required` is reported only for inputs.
    let of_models = [
        ChangeRule::ModelAdded,
        ChangeRule::ModelRemoved,
        ChangeRule::ModelRenamed,
        ChangeRule::ModelIdChanged,
        ChangeRule::ModelNotComparable,
        ChangeRule::ModuleRenamed,
        ChangeRule::ExampleAdded,
        ChangeRule::ExampleRemoved,
        ChangeRule::ExampleChanged,
        ChangeRule::PriceRaised,
        ChangeRule::PriceLowered,
        ChangeRule::PriceAdded,
        ChangeRule::PriceRemoved,
        ChangeRule::PriceUnitChanged,
        ChangeRule::AboutChanged,
        ChangeRule::OverrideAdded,
        ChangeRule::OverrideRemoved,
        ChangeRule::OverrideChanged,
        // These need `names`, see `models`.
        ChangeRule::VariantRenamed,
        ChangeRule::TypeRenamed,
    ];
    for rule in ChangeRule::ALL
        .iter()
        .filter(|rule| !of_models.contains(rule))
    {
        let is_seen = |direction| seen.contains(&(rule.id(), direction, true));
        assert!(is_seen(Direction::Input), "{} on the input", rule.id());
        let is_input_only = *rule == ChangeRule::RequiredReordered;
        assert_eq!(
            is_seen(Direction::Output),
            !is_input_only,
            "{} on the output",
            rule.id()
        );
    }
}

fn check(old: &Value, new: &Value, direction: Direction, expected: &Expected, placement: &str) {
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
    let impact = match direction {
        Direction::Input => input,
        Direction::Output => output,
    };
    let expected = match *impact {
        "-" => Vec::new(),
        impact => vec![format!("{rule} {impact}")],
    };
    assert_eq!(
        found,
        expected,
        "{} ({placement}):\n{old:#}\nto\n{new:#}",
        direction.name()
    );
}

#[test]
fn ids_are_distinct_and_in_kebab_case() {
    let ids: BTreeSet<&str> = ChangeRule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), ChangeRule::ALL.len());
    for rule in ChangeRule::ALL {
        for direction in [None, Some(Direction::Input), Some(Direction::Output)] {
            // Every rule must have an impact: a report does not count changes without one.
            let severity = rule.impact(direction, Effect::NONE).severity();
            assert!(severity >= Severity::Documentation, "{}", rule.id());
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
