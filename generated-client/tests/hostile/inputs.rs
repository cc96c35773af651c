//! Arbitrary text as an input.

use proptest::prelude::*;
use proptest::sample::select;
use runcomfy_client::InputError;
use serde_json::{Value, json};

use super::damaged;
use crate::support::arbitrary::{any_json, at_least};
use crate::support::compiled::{CompiledModel, MODELS};

fn model() -> impl Strategy<Value = &'static CompiledModel> {
    select(MODELS.values().collect::<Vec<_>>())
}

/// A model, and the JSON of its documented input (`{}` if it has none) after random edits by [`damaged`].
/// `validation::differential` tests inputs with other values and with duplicate properties.
fn damaged_example() -> impl Strategy<Value = (&'static CompiledModel, String)> {
    model().prop_flat_map(|model| {
        let example = model.example.clone().unwrap_or(json!({})).to_string();
        damaged(example.into_bytes())
            .prop_map(move |bytes| (model, String::from_utf8_lossy(&bytes).into_owned()))
    })
}

fn text() -> impl Strategy<Value = String> {
    // The depths are below and above 128, the depth at which parsing a `Value` fails.
    let brackets = select(vec![("[", "]"), ("{\"a\":", "}"), ("[{\"\":[", "]}]")]);
    let nested = (
        brackets,
        prop_oneof![0..200_usize, 0..5_000_usize],
        any::<bool>(),
    );
    prop_oneof![
        any::<String>(),
        any_json().prop_map(|json| json.to_string()),
        nested.prop_map(|((open, close), depth, is_closed)| {
            let closing = if is_closed { depth } else { 0 };
            let nested = format!("{}1{}", open.repeat(depth), close.repeat(closing));
            format!("{{\"prompt\":{nested},\"x\":1,\"x\":{nested}}}")
        }),
    ]
}

proptest! {
    #![proptest_config(at_least(4_000))]

    #[test]
    fn any_text_is_an_input_or_an_error(
        (model, text) in prop_oneof![3 => damaged_example(), 1 => (model(), text())],
    ) {
        let result = (model.from_json)(&text);
        match serde_json::from_str::<Value>(&text) {
            Ok(value) => {
                let expected = (model.from_value)(&value).err();
                let violations = match &result {
                    Ok(()) => None,
                    Err(InputError::Invalid(violations)) => Some(violations),
                    Err(error) => panic!("{text}: {error}"),
                };
                prop_assert_eq!(violations, expected.as_ref(), "{}", text);
            }
            Err(_) => prop_assert!(result.is_err(), "{text}"),
        }
        if let Err(error) = result {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
