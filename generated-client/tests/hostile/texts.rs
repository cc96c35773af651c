//! Texts in the place of inputs.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use runcomfy_client::{InputError, Model, ModelInput, ModelVisitor, Violations, models};
use serde_json::{Map, Value};

use super::damaged;
use crate::support::arbitrary::{any_json, at_least};

/// Reads inputs of a model.
struct Reader {
    id: &'static str,
    from_json: fn(&str) -> Result<(), InputError>,
    from_value: fn(&Value) -> Result<(), Violations>,
    /// The documented request, or an empty object.
    example: Value,
}

struct Readers(Vec<Reader>);

impl ModelVisitor for Readers {
    fn visit<M: Model>(&mut self, _: M) {
        let example = M::example().map(|example| serde_json::to_value(example).unwrap());
        self.0.push(Reader {
            id: M::ID,
            from_json: |text| M::Input::from_json(text).map(drop),
            from_value: |value| M::Input::from_value(value).map(drop),
            example: example.unwrap_or_else(|| Value::Object(Map::new())),
        });
    }
}

static READERS: LazyLock<Vec<Reader>> = LazyLock::new(|| {
    let mut readers = Readers(Vec::new());
    models::visit(&mut readers);
    readers.0
});

/// Puts a member somewhere among those of a request: another value for one of its names, which may
/// then stand twice, or a name that it does not have.
#[derive(Clone, Debug)]
struct Edit {
    at: Index,
    name: Option<Index>,
    other_name: String,
    value: Value,
    replaces: bool,
}

fn edit() -> impl Strategy<Value = Edit> {
    let name = prop::option::weighted(0.8, any::<Index>());
    (any::<Index>(), name, ".{0,9}", any_json(), any::<bool>()).prop_map(
        |(at, name, other_name, value, replaces)| Edit {
            at,
            name,
            other_name,
            value,
            replaces,
        },
    )
}

/// The documented request with other members, as text that may be damaged.
fn request() -> impl Strategy<Value = (usize, String)> {
    (0..READERS.len(), prop::collection::vec(edit(), 0..4))
        .prop_flat_map(|(reader, edits)| {
            let example = READERS[reader].example.as_object().unwrap();
            let names: Vec<&String> = example.keys().collect();
            let mut members: Vec<(String, Value)> = example.clone().into_iter().collect();
            for edit in edits {
                let name = match &edit.name {
                    Some(index) if !names.is_empty() => index.get(&names).to_string(),
                    _ => edit.other_name,
                };
                if edit.replaces {
                    members.retain(|(known, _)| *known != name);
                }
                members.insert(edit.at.index(members.len() + 1), (name, edit.value));
            }
            let members = members
                .into_iter()
                .map(|(name, value)| format!("{}:{value}", Value::from(name)));
            let text = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
            let damaged = damaged(text.clone().into_bytes());
            (Just(reader), prop_oneof![Just(text.into_bytes()), damaged])
        })
        .prop_map(|(reader, bytes)| (reader, String::from_utf8_lossy(&bytes).into_owned()))
}

fn text() -> impl Strategy<Value = (usize, String)> {
    // Deep, and perhaps closed again; 128 is where the reader of a `Value` gives up.
    let ends = select(vec![("[", "]"), ("{\"a\":", "}"), ("[{\"\":[", "]}]")]);
    let deep = (
        ends,
        prop_oneof![0..200_usize, 0..5_000_usize],
        any::<bool>(),
    );
    let text = prop_oneof![
        any::<String>(),
        any_json().prop_map(|json| json.to_string()),
        deep.prop_map(|((open, close), depth, is_closed)| {
            let closing = if is_closed { depth } else { 0 };
            let nested = format!("{}1{}", open.repeat(depth), close.repeat(closing));
            format!("{{\"prompt\":{nested},\"x\":1,\"x\":{nested}}}")
        }),
    ];
    (0..READERS.len(), text)
}

proptest! {
    #![proptest_config(at_least(4_000))]

    #[test]
    fn any_text_is_read_or_refused((reader, text) in prop_oneof![3 => request(), 1 => text()]) {
        let reader = &READERS[reader];
        let found = (reader.from_json)(&text);
        match serde_json::from_str::<Value>(&text) {
            Ok(value) => {
                let expected = (reader.from_value)(&value).err();
                let found = match &found {
                    Ok(()) => None,
                    Err(InputError::Invalid(violations)) => Some(violations),
                    Err(error) => panic!("{}: {text}: {error}", reader.id),
                };
                prop_assert_eq!(found, expected.as_ref(), "{}: {}", reader.id, text);
            }
            Err(_) => prop_assert!(found.is_err(), "{}: {text}", reader.id),
        }
        if let Err(error) = found {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
