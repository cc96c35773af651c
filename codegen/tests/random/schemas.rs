//! Random model files that combine the types and limits of the dialect.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// Wire names of properties: with node ids, capitals, Rust keywords or other scripts. No two of them have
/// the same Rust name.
const NAMES: &[&str] = &[
    "prompt",
    "149_steps",
    "promptText",
    "type",
    "self",
    "602_num_frames",
    "negative_prompt",
    "image-url",
    "Größe",
    "种子",
    "new",
    "a/b~c",
    "with space",
    "CFG",
    "loop",
    "x",
];

/// Values of string enums. No two of them have the same Rust name.
const VALUES: &[&str] = &[
    "16:9",
    "9:16",
    "480x480 (1:1)",
    "720P",
    "720p",
    "adaptive",
    "BALANCED",
    "",
    "1.5",
    "-1",
    "自动",
    "self",
    "with \"quotes\" and \\",
    "5",
];

/// A model file with this id.
pub(crate) fn model_file(id: String) -> impl Strategy<Value = Value> {
    object(2, 1..=10).prop_map(move |input| json!({ "model_id": id, "input": input }))
}

fn object(
    depth: u32,
    count: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Value> + use<> {
    let names = subsequence(NAMES, count).prop_shuffle();
    let property = move |name| (Just(name), property(depth), any::<bool>());
    names
        .prop_flat_map(move |names| names.into_iter().map(property).collect::<Vec<_>>())
        .prop_map(|properties| {
            let required: Vec<&str> = properties
                .iter()
                .filter(|(_, _, required)| *required)
                .map(|(name, _, _)| *name)
                .collect();
            let properties: Map<String, Value> = properties
                .iter()
                .map(|(name, schema, _)| ((*name).to_owned(), schema.clone()))
                .collect();
            json!({ "type": "object", "required": required, "properties": properties })
        })
}

fn property(depth: u32) -> BoxedStrategy<Value> {
    let plain = item(depth);
    let list = (option(item(depth)), counts("Items", 4)).prop_map(|(items, limits)| {
        let mut schema = json!({ "type": "array" });
        add(&mut schema, limits);
        if let Some(items) = items {
            schema["items"] = items;
        }
        schema
    });
    prop_oneof![5 => plain, 1 => list].boxed()
}

fn item(depth: u32) -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        1 => Just(json!({ "type": "boolean" })),
        3 => integer(),
        1 => integer_enum(),
        3 => number(),
        3 => string(),
        2 => string_enum(),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let object = object(depth - 1, 0..=3);
    prop_oneof![12 => leaf, 1 => object].boxed()
}

fn integer() -> impl Strategy<Value = Value> {
    let edges = select(vec![i64::MIN, -(1 << 53), 0, 1, 4_294_967_295, i64::MAX]);
    let bound = prop_oneof![6 => -50..50_i64, 1 => any::<i64>(), 1 => edges];
    let bounds = (
        option(bound.clone()),
        option(bound),
        any::<[bool; 2]>(),
        option(1..12_i64),
    );
    bounds.prop_map(|(one, other, exclusive, step)| {
        let (low, high) = match (one, other) {
            (Some(one), Some(other)) => (Some(one.min(other)), Some(one.max(other))),
            bounds => bounds,
        };
        // Bounds that exclude every integer are refused as a contradiction. Exclusive bounds and steps are
        // therefore added only if the range is wide enough. Every step is below 12, so twelve consecutive
        // integers contain a multiple of it.
        let is_wide = |count: i128| {
            let low = low.unwrap_or(i64::MIN);
            let high = high.unwrap_or(i64::MAX);
            i128::from(high) - i128::from(low) > count
        };
        let open = is_wide(2);
        let step = step.filter(|_| is_wide(14));
        let mut schema = json!({ "type": "integer" });
        add(&mut schema, bound_of(low, open && exclusive[0], "minimum"));
        add(&mut schema, bound_of(high, open && exclusive[1], "maximum"));
        add(&mut schema, step.map(|step| ("multipleOf", step.into())));
        schema
    })
}

fn integer_enum() -> impl Strategy<Value = Value> {
    let values =
        prop::collection::btree_set(prop_oneof![4 => 0..200_i64, 1 => any::<i64>()], 1..14);
    values.prop_map(|values| json!({ "type": "integer", "enum": values }))
}

fn number() -> impl Strategy<Value = Value> {
    // Decimals with up to two places, as a person writes them, and floats of every size.
    let plain = || (-500..500_i32).prop_map(|hundredths| f64::from(hundredths) / 100.0);
    let bound = prop_oneof![6 => plain(), 1 => prop::num::f64::NORMAL];
    let step = select(vec![0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5]);
    // If there is a step, only small bounds are used, which keeps the inputs small too. For very large
    // numbers, the reference calculates with an inexact fraction, but the generated code checks the decimal
    // number exactly, so the two could disagree.
    let with_step = (option(plain()), option(plain()), step.prop_map(Some));
    let without = (option(bound.clone()), option(bound), Just(None));
    let limits = prop_oneof![1 => with_step, 3 => without];
    let parts = (select(vec!["float", "number"]), limits, any::<[bool; 2]>());
    parts.prop_map(|(name, (one, other, step), exclusive)| {
        let (low, high) = match (one, other) {
            (Some(one), Some(other)) => (Some(f64::min(one, other)), Some(f64::max(one, other))),
            bounds => bounds,
        };
        let open = low.zip(high).is_none_or(|(low, high)| low < high);
        let mut schema = json!({ "type": name });
        add(&mut schema, bound_of(low, open && exclusive[0], "minimum"));
        add(&mut schema, bound_of(high, open && exclusive[1], "maximum"));
        add(
            &mut schema,
            step.map(|step: f64| ("multipleOf", step.into())),
        );
        schema
    })
}

fn string() -> impl Strategy<Value = Value> {
    let format = select(vec!["uri", "image_uri", "video_uri", "audio_uri"]);
    let rules = select(vec![
        json!([{ "validation_rule": "width_pixels<", "validation_value": 2000 }]),
        json!([{ "validation_rule": "file_size_mb<", "validation_value": 10 }]),
    ]);
    let string = (counts("Length", 20), option(format), option(rules));
    string.prop_map(|(limits, format, rules)| {
        let mut schema = json!({ "type": "string" });
        add(&mut schema, limits);
        add(&mut schema, format.map(|format| ("format", format.into())));
        add(&mut schema, rules.map(|rules| ("validations", rules)));
        schema
    })
}

fn string_enum() -> impl Strategy<Value = Value> {
    let values = subsequence(VALUES, 1..VALUES.len()).prop_shuffle();
    values.prop_map(|values| json!({ "type": "string", "enum": values }))
}

/// The keywords `min…` and `max…` with this noun: both, one or neither.
fn counts(noun: &'static str, limit: usize) -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let names = if noun == "Items" {
        ["minItems", "maxItems"]
    } else {
        ["minLength", "maxLength"]
    };
    (option(0..=limit), option(0..=limit)).prop_map(move |limits| {
        let (low, high) = match limits {
            (Some(one), Some(other)) => (Some(one.min(other)), Some(one.max(other))),
            limits => limits,
        };
        let low = low.map(|low| (names[0], low.into()));
        low.into_iter()
            .chain(high.map(|high| (names[1], high.into())))
            .collect()
    })
}

fn bound_of(
    bound: Option<impl Into<Value>>,
    is_exclusive: bool,
    name: &str,
) -> Option<(&'static str, Value)> {
    let name = match (name, is_exclusive) {
        ("minimum", false) => "minimum",
        ("minimum", true) => "exclusiveMinimum",
        (_, false) => "maximum",
        (_, true) => "exclusiveMaximum",
    };
    Some((name, bound?.into()))
}

fn add(schema: &mut Value, keywords: impl IntoIterator<Item = (&'static str, Value)>) {
    for (keyword, value) in keywords {
        schema[keyword] = value;
    }
}

fn option<T: std::fmt::Debug + Clone>(
    strategy: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    prop::option::of(strategy)
}
