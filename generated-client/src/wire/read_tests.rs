//! Objects of many properties, which no model has so far.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::field::{Field, Names, Object};
use super::read::{Report, read_object};

/// The wire names of an object with more properties than a word has bits.
const NAMES: &[&str] = &[
    "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b0", "b1", "b2", "b3", "b4", "b5",
    "b6", "b7", "b8", "b9", "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "d0", "d1",
    "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7",
    "e8", "e9", "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "g0", "g1", "g2", "g3",
    "g4", "g5", "g6", "g7", "g8", "g9",
];

struct Wide(Vec<i64>);

impl Object for Wide {
    fn blank() -> Self {
        Self(vec![0; NAMES.len()])
    }

    fn names(&self) -> Names {
        Names {
            all: NAMES,
            required: 68,
        }
    }

    fn fields(&self, then: &mut dyn FnMut(&[&dyn Field])) {
        let fields: Vec<&dyn Field> = self.0.iter().map(|field| field as _).collect();
        then(&fields);
    }

    fn fields_mut(&mut self, then: &mut dyn FnMut(&mut [&mut dyn Field])) {
        let mut fields: Vec<&mut dyn Field> = self.0.iter_mut().map(|field| field as _).collect();
        then(&mut fields);
    }
}

fn read(members: impl Iterator<Item = usize>) -> (Wide, Report) {
    let members = members.map(|index| format!("\"{}\":{index}", NAMES[index]));
    let text = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    let mut wide = Wide::blank();
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    let report = read_object(&mut wide, &mut deserializer).unwrap();
    (wide, report)
}

#[test]
fn an_object_may_have_more_properties_than_a_word_has_bits() {
    let (wide, report) = read(0..NAMES.len());
    assert!(report.violations.is_empty() && !report.has_duplicates);
    assert!(wide.0.iter().zip(0..).all(|(found, index)| *found == index));
    // In another order, and without those that need not be there.
    let (_, report) = read((0..68).rev());
    assert!(report.violations.is_empty() && !report.has_duplicates);
}

#[test]
fn what_is_missing_or_stands_twice_beyond_the_bits_of_a_word_is_noticed() {
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
