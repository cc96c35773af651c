//! Values that decide whether one schema accepts a value that another refuses.
//!
//! Random values cannot show that no such value exists. These values can, since the set of values that a
//! schema accepts ends, or has a gap, only at a limit that the schema states. The values include, for
//! both schemas:
//!
//! - every bound of a number, every integer of an enum, and the numbers 0.01 below and above each of them;
//! - the multiples of 1 and of every `multipleOf` that are closest to 0, to each bound and to each integer
//!   of an enum (so many multiples of each step that neither enum can contain all of them);
//! - strings of every length that is a limit or is next to one, and every string of an enum;
//! - a value of each type.
//!
//! A list consists of copies of one item. Every item is repeated as many times as each schema requires,
//! and a valid item is also repeated for each count at or next to a limit. An object starts with the
//! properties that one schema requires, with values that are valid under both schemas where possible; one
//! property at a time is added, replaced or left out.

use std::collections::BTreeSet;

use jsonschema::validator_for;
use serde_json::{Map, Value, json};

/// Numbers are represented as integer multiples of `1 / UNIT`, since every limit is a multiple of 0.01.
const UNIT: i64 = 100;

/// Witnesses for two schemas, either of which may be absent.
pub(in crate::diff::tests) fn witnesses(schemas: [Option<&Value>; 2]) -> Vec<Value> {
    let schemas: Vec<&Value> = schemas.into_iter().flatten().collect();
    let has = |types: &[&str]| {
        let mut schemas = schemas.iter();
        schemas.any(|schema| types.iter().any(|ty| schema["type"] == *ty))
    };
    let mut values = vec![
        json!(null),
        json!(true),
        json!(0),
        json!("z"),
        json!([]),
        json!({}),
    ];
    if has(&["integer", "number"]) {
        values.extend(numbers(&schemas));
    }
    if has(&["string"]) {
        values.extend(texts(&schemas));
    }
    if has(&["array"]) {
        values.extend(lists(&schemas));
    }
    if has(&["object"]) {
        values.extend(objects(&schemas));
    }
    values
}

fn numbers(schemas: &[&Value]) -> Vec<Value> {
    let units = |value: &Value| {
        value
            .as_f64()
            .map(|value| (value * UNIT as f64).round() as i64)
    };
    let mut points = BTreeSet::from([0]);
    let mut steps = BTreeSet::from([UNIT]);
    for schema in schemas {
        for keyword in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
            points.extend(units(&schema[keyword]));
        }
        let values = schema["enum"].as_array().into_iter().flatten();
        points.extend(values.filter_map(units));
        steps.extend(units(&schema["multipleOf"]));
    }
    let values = schemas
        .iter()
        .filter_map(|schema| schema["enum"].as_array());
    let reach = values
        .map(Vec::len)
        .max()
        .map_or(2, |count| count as i64 + 1);
    let mut numbers = BTreeSet::new();
    for point in points {
        numbers.extend([point - 1, point, point + 1]);
        for step in &steps {
            let multiple = point.div_euclid(*step);
            numbers.extend((multiple - reach..=multiple + reach).map(|count| count * step));
        }
    }
    let numbers = numbers.into_iter().map(|number| {
        if number % UNIT == 0 {
            json!(number / UNIT)
        } else {
            json!(number as f64 / UNIT as f64)
        }
    });
    numbers.collect()
}

/// 0, 1, every limit, and the counts next to each limit.
fn counts(schemas: &[&Value], keywords: [&str; 2]) -> BTreeSet<usize> {
    let mut counts = BTreeSet::from([0, 1]);
    for schema in schemas {
        let limits = keywords
            .iter()
            .filter_map(|keyword| schema[*keyword].as_u64());
        for limit in limits.filter_map(|limit| usize::try_from(limit).ok()) {
            counts.extend([limit.saturating_sub(1), limit, limit + 1]);
        }
    }
    counts
}

fn texts(schemas: &[&Value]) -> Vec<Value> {
    let mut texts: Vec<Value> = counts(schemas, ["minLength", "maxLength"])
        .into_iter()
        // No enum value has these letters.
        .flat_map(|count| [json!("z".repeat(count)), json!("漢".repeat(count))])
        .collect();
    for schema in schemas {
        texts.extend(schema["enum"].as_array().into_iter().flatten().cloned());
    }
    texts
}

fn lists(schemas: &[&Value]) -> Vec<Value> {
    let items = |index: usize| schemas.get(index)?.get("items");
    let Candidates { values, valid, .. } = Candidates::new("", [items(0), items(1)]);
    let mut lists = Vec::new();
    // Every item, repeated as many times as each schema requires, and at least once.
    let demanded = schemas.iter().map(|schema| schema["minItems"].as_u64());
    let demanded = demanded.filter_map(|count| usize::try_from(count.unwrap_or(1).max(1)).ok());
    for count in demanded.collect::<BTreeSet<_>>() {
        let copies = values
            .iter()
            .map(|item| Value::Array(vec![item.clone(); count]));
        lists.extend(copies);
    }
    // Each valid item, repeated for every count at or next to a limit.
    for item in valid.into_iter().flatten() {
        let counts = counts(schemas, ["minItems", "maxItems"]).into_iter();
        lists.extend(counts.map(|count| Value::Array(vec![item.clone(); count])));
    }
    lists
}

fn objects(schemas: &[&Value]) -> Vec<Value> {
    let property = |index: usize, name: &str| schemas.get(index)?["properties"].get(name);
    let names: BTreeSet<&String> = schemas
        .iter()
        .filter_map(|schema| schema["properties"].as_object())
        .flat_map(Map::keys)
        .collect();
    let candidates: Vec<Candidates<'_>> = names
        .into_iter()
        .map(|name| Candidates::new(name, [property(0, name), property(1, name)]))
        .collect();
    let mut objects = Vec::new();
    for (index, schema) in schemas.iter().enumerate() {
        let is_required = |name: &str| {
            let mut required = schema["required"].as_array().into_iter().flatten();
            required.any(|required| required == name)
        };
        let base: Map<String, Value> = candidates
            .iter()
            .filter(|property| is_required(property.name))
            .filter_map(|property| Some((property.name.to_owned(), property.valid[index].clone()?)))
            .collect();
        for Candidates { name, values, .. } in &candidates {
            let mut without = base.clone();
            without.remove(*name);
            for value in values {
                let mut with = without.clone();
                with.insert((*name).to_owned(), value.clone());
                objects.push(Value::Object(with));
            }
            objects.push(Value::Object(without));
        }
        objects.push(Value::Object(base));
    }
    objects
}

/// Values of a property.
struct Candidates<'a> {
    name: &'a str,
    values: Vec<Value>,
    /// A valid value for each of the two schemas; where possible, it is valid under both.
    valid: [Option<Value>; 2],
}

impl<'a> Candidates<'a> {
    fn new(name: &'a str, schemas: [Option<&Value>; 2]) -> Self {
        let values = witnesses(schemas);
        let validators = schemas.map(|schema| schema.map(|schema| validator_for(schema).unwrap()));
        let valid = [0, 1].map(|index| {
            let own = validators[index].as_ref()?;
            let other = validators[1 - index].as_ref();
            let mut valid = values.iter().filter(|value| own.is_valid(value));
            let mut of_both = valid.clone();
            let of_both = of_both.find(|value| other.is_none_or(|other| other.is_valid(value)));
            of_both.or_else(|| valid.next()).cloned()
        });
        Self {
            name,
            values,
            valid,
        }
    }
}
