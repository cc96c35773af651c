//! Strategies that several property tests share.

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;

/// A configuration with this number of cases, or with the default of proptest if that is larger. The default
/// is `PROPTEST_CASES`, or 256 if that variable is not set.
pub(crate) fn at_least(cases: u32) -> Config {
    let default = Config::default();
    Config {
        cases: default.cases.max(cases),
        failure_persistence: None,
        ..default
    }
}

/// An arbitrary JSON value with at most three levels of arrays and objects.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-30_i64..200).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-30_i32..200).prop_map(|tenths| Value::from(f64::from(tenths) / 10.0)),
        ".{0,12}".prop_map(Value::from),
        "[é😀]{498,502}".prop_map(Value::from),
        "https?://[a-z]{1,8}(/[a-z.]{0,8}){0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".{0,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
