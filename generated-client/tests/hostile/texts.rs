//! Texts in the place of inputs.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use runcomfy_client::{InputError, Model, ModelInput, ModelVisitor, Violations, models};
use serde_json::{Map, Value};

use super::{any_json, at_least, damaged};

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

/// The documented request with other values, as text that may be damaged.
fn request() -> impl Strategy<Value = (usize, String)> {
    let edits = prop::collection::vec((any::<Index>(), any_json()), 0..4);
    (0..READERS.len(), edits)
        .prop_flat_map(|(reader, edits)| {
            let mut request = READERS[reader].example.clone();
            if let Value::Object(members) = &mut request {
                let names: Vec<String> = members.keys().cloned().collect();
                for (index, value) in edits.iter().filter(|_| !names.is_empty()) {
                    members.insert(index.get(&names).clone(), value.clone());
                }
            }
            (Just(reader), damaged(request.to_string().into_bytes()))
        })
        .prop_map(|(reader, bytes)| (reader, String::from_utf8_lossy(&bytes).into_owned()))
}

fn text() -> impl Strategy<Value = (usize, String)> {
    let deep = (select(vec!["[", "{\"a\":", "[{\"\":["]), 0..5_000_usize);
    let text = prop_oneof![
        any::<String>(),
        any_json().prop_map(|json| json.to_string()),
        deep.prop_map(|(text, depth)| text.repeat(depth)),
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
                let expected = (reader.from_value)(&value);
                prop_assert!(!matches!(found, Err(InputError::Syntax(_))), "{}: {text}", reader.id);
                prop_assert_eq!(found.is_ok(), expected.is_ok(), "{}: {}", reader.id, text);
            }
            Err(_) => prop_assert!(found.is_err(), "{}: {text}", reader.id),
        }
        if let Err(error) = found {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
