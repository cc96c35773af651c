//! Tests of cases that no known model has: more than 64 properties, lists in inputs, objects in outputs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "the macros define public structs")]

use std::collections::HashSet;

use serde_json::json;

use super::field::{Field, Object, PropertyNames};
use super::macros::{annotations, input_fields, output_fields, string_enum};
use super::read::{ReadReport, read_object};
use crate::ModelOutput as _;
use crate::validate::{ConstraintVisitor, Validate};

/// 70 wire names.
const NAMES: &[&str] = &[
    "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b0", "b1", "b2", "b3", "b4", "b5",
    "b6", "b7", "b8", "b9", "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "d0", "d1",
    "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7",
    "e8", "e9", "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "g0", "g1", "g2", "g3",
    "g4", "g5", "g6", "g7", "g8", "g9",
];

struct Wide(Vec<i64>);

impl Object for Wide {
    fn placeholder() -> Self {
        Self(vec![0; NAMES.len()])
    }

    fn property_names(&self) -> PropertyNames {
        PropertyNames {
            all: NAMES,
            required: 68,
        }
    }

    fn fields(&self, visit: &mut dyn FnMut(&[&dyn Field])) {
        let fields: Vec<&dyn Field> = self.0.iter().map(|field| field as _).collect();
        visit(&fields);
    }

    fn fields_mut(&mut self, visit: &mut dyn FnMut(&mut [&mut dyn Field])) {
        let mut fields: Vec<&mut dyn Field> = self.0.iter_mut().map(|field| field as _).collect();
        visit(&mut fields);
    }
}

fn read(members: impl Iterator<Item = usize>) -> (Wide, ReadReport) {
    let members = members.map(|index| format!("\"{}\":{index}", NAMES[index]));
    let text = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    let mut wide = Wide::placeholder();
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    let mut report = ReadReport::default();
    read_object(&mut wide, &mut deserializer, &mut report).unwrap();
    (wide, report)
}

#[test]
fn objects_with_more_than_64_properties_are_read() {
    let (wide, report) = read(0..NAMES.len());
    assert!(report.violations.is_empty() && !report.has_duplicates);
    assert!(wide.0.iter().zip(0..).all(|(found, index)| *found == index));
    // The required properties only, in reverse order.
    let (_, report) = read((0..68).rev());
    assert!(report.violations.is_empty() && !report.has_duplicates);
}

#[test]
fn missing_and_duplicate_properties_beyond_64_are_found() {
    for missing in [0, 63, 64, 65, 67] {
        let (_, report) = read((0..NAMES.len()).filter(|index| *index != missing));
        let paths: Vec<&str> = report
            .violations
            .iter()
            .map(|one| one.path.as_str())
            .collect();
        assert_eq!(paths, [format!("/{}", NAMES[missing])]);
    }
    for twice in [0, 63, 64, 65, 69] {
        let (_, report) = read((0..NAMES.len()).chain([twice]));
        assert!(report.has_duplicates && report.violations.is_empty());
    }
}

/// An input with one required list.
struct Listing(Vec<i64>);

impl Object for Listing {
    fn placeholder() -> Self {
        Self(Vec::new())
    }

    fn property_names(&self) -> PropertyNames {
        PropertyNames {
            all: &["list"],
            required: 1,
        }
    }

    fn fields(&self, visit: &mut dyn FnMut(&[&dyn Field])) {
        visit(&[&self.0]);
    }

    fn fields_mut(&mut self, visit: &mut dyn FnMut(&mut [&mut dyn Field])) {
        visit(&mut [&mut self.0]);
    }
}

#[test]
fn the_last_of_duplicate_lists_applies() {
    let mut input = Listing::placeholder();
    let text = r#"{"list":[1,2],"list":[3]}"#;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut report = ReadReport::default();
    read_object(&mut input, &mut deserializer, &mut report).unwrap();
    assert!(report.has_duplicates && report.violations.is_empty());
    assert_eq!(input.0, [3]);
}

output_fields! {
    pub struct Outer {
        "inner" => inner: Option<Inner>,
    }
}

output_fields! {
    pub struct Inner {
        "url" => url: Option<String>,
    }
}

#[test]
fn an_object_in_an_output_is_written_as_it_was_read() {
    let value = json!({ "inner": { "url": "a", "more": [1] }, "more": null });
    let output = Outer::from_value(value.clone()).unwrap();
    assert_eq!(output.inner.as_ref().unwrap().url.as_deref(), Some("a"));
    assert_eq!(output.to_value(), value);
}

/// Types defined by the macros. The structs do not derive `Debug` and `PartialEq`.
mod tables {
    #![allow(dead_code, reason = "setters are not tested here")]
    use super::*;

    input_fields! {
        pub struct Whole {
            required {
                "type" => r#type: String,
            }
            optional {
                "flag" => flag: bool,
                "integer" => integer: i64,
                "number" => number: f64,
                "kind" => kind: Kind,
                "texts" => texts: [String],
                "part" => part: Part,
                "parts" => parts: [Part],
            }
        }
    }

    input_fields! {
        pub struct Part {
            required {}
            optional {
                "numbers" => numbers: [f64],
            }
        }
    }

    string_enum! {
        pub enum Kind {
            First = "1st",
            Second = "2nd",
        }
    }

    impl Validate for Whole {
        fn check(&self, _: &mut impl ConstraintVisitor) {}
    }

    impl Validate for Part {
        fn check(&self, _: &mut impl ConstraintVisitor) {}
    }

    annotations! { Whole {} }
    annotations! { Part {} }
}

/// The same types with derived `Debug` and `PartialEq`, as the reference.
mod derives {
    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct Whole {
        pub(super) r#type: String,
        pub(super) flag: Option<bool>,
        pub(super) integer: Option<i64>,
        pub(super) number: Option<f64>,
        pub(super) kind: Option<Kind>,
        pub(super) texts: Option<Vec<String>>,
        pub(super) part: Option<Part>,
        pub(super) parts: Option<Vec<Part>>,
    }

    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct Part {
        pub(super) numbers: Option<Vec<f64>>,
    }

    #[derive(Clone, Debug, PartialEq)]
    pub(super) enum Kind {
        First,
        Second,
    }
}

/// A `Whole`, and copies of it with one field changed in each.
macro_rules! wholes {
    ($module:ident) => {{
        use $module::{Kind, Part, Whole};
        let part = |numbers: &[f64]| Part {
            numbers: Some(numbers.to_vec()),
        };
        let texts = |texts: &[&str]| Some(texts.iter().map(|&text| text.to_owned()).collect());
        let first = Whole {
            r#type: String::new(),
            flag: None,
            integer: None,
            number: None,
            kind: None,
            texts: None,
            part: None,
            parts: None,
        };
        let mut wholes = vec![first.clone()];
        let mut add = |change: &dyn Fn(&mut Whole)| {
            let mut whole = first.clone();
            change(&mut whole);
            wholes.push(whole);
        };
        add(&|whole| whole.r#type = "a \"quoted\" text".to_owned());
        add(&|whole| whole.flag = Some(true));
        add(&|whole| whole.flag = Some(false));
        add(&|whole| whole.integer = Some(1));
        for number in [1.0, 0.0, -0.0, f64::NAN, f64::INFINITY] {
            add(&|whole| whole.number = Some(number));
        }
        add(&|whole| whole.kind = Some(Kind::First));
        add(&|whole| whole.kind = Some(Kind::Second));
        for list in [&[] as &[&str], &[""], &["1st"], &["1st", ""]] {
            add(&|whole| whole.texts = texts(list));
        }
        add(&|whole| whole.part = Some(Part { numbers: None }));
        for list in [&[] as &[f64], &[1.0], &[f64::NAN], &[1.0, 2.0]] {
            add(&|whole| whole.part = Some(part(list)));
            add(&|whole| whole.parts = Some(vec![part(list)]));
        }
        add(&|whole| whole.parts = Some(vec![part(&[1.0]), part(&[1.0])]));
        wholes
    }};
}

#[test]
fn inputs_are_equal_and_formatted_as_with_derives() {
    let (tables, derives) = (wholes!(tables), wholes!(derives));
    for (table, derive) in tables.iter().zip(&derives) {
        assert_eq!(format!("{table:?}"), format!("{derive:?}"));
        assert_eq!(format!("{table:#?}"), format!("{derive:#?}"));
        for (other, other_derive) in tables.iter().zip(&derives) {
            let expected = derive == other_derive;
            assert_eq!(table == other, expected, "{table:?} and {other:?}");
        }
    }
}

#[test]
fn enums_are_keys_of_sets() {
    use tables::Kind;
    let mut kinds = HashSet::from([Kind::First, Kind::Second]);
    assert!(!kinds.insert(Kind::Second) && kinds.len() == Kind::ALL.len());
}
