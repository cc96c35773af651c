//! Checks whether a JSON value is valid under a checked schema. A refusal has the same rule id and pointer
//! as the client's violation, but with `*` for the index of an item. As in JSON Schema, integers can have
//! any size; the client refuses those that do not fit `i64` with the rule `type`. A test compares the results
//! with those of the `jsonschema` crate.

use num::rational::BigRational;
use runcomfy_codegen::bounds::{BoundKind, Bounds};
use runcomfy_codegen::model::{ItemSchema, ListSchema, ObjectSchema, PropertySchema, StringSchema};
use serde_json::Value;

use crate::diff::values::{CountSet, NumberKeywords, exact_number};

/// A rule that an input breaks: a limit, an enum, a type, a missing required property or an unknown
/// property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Refusal {
    /// The id of the rule, the same as in the client's violations.
    pub(crate) rule: &'static str,
    /// The JSON pointer to the value, with `*` for the index of an item.
    pub(crate) pointer: String,
}

/// The rules that an input breaks, sorted and without duplicates. Media rules are not checked.
pub(crate) fn refusals(schema: &ObjectSchema, input: &Value) -> Vec<Refusal> {
    let mut checker = RefusalCollector::default();
    checker.object(schema, input);
    let mut refusals = checker.refusals;
    refusals.sort();
    refusals.dedup();
    refusals
}

#[derive(Default)]
struct RefusalCollector {
    /// The pointer to the current value.
    pointer: String,
    refusals: Vec<Refusal>,
}

impl RefusalCollector {
    fn refuse(&mut self, rule: &'static str) {
        let pointer = self.pointer.clone();
        self.refusals.push(Refusal { rule, pointer });
    }

    fn refuse_if(&mut self, is_refused: bool, rule: &'static str) {
        if is_refused {
            self.refuse(rule);
        }
    }

    /// Runs `check` with `step` appended to the pointer.
    fn at(&mut self, step: &str, check: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(step);
        check(self);
        self.pointer.truncate(length);
    }

    fn object(&mut self, schema: &ObjectSchema, value: &Value) {
        let Value::Object(members) = value else {
            return self.refuse("type");
        };
        for property in &schema.properties {
            let step = runcomfy_codegen::json::escape_step(&property.wire_name);
            match members.get(&property.wire_name) {
                Some(value) => self.at(&step, |checker| checker.property(&property.schema, value)),
                None if property.required => self.at(&step, |checker| checker.refuse("required")),
                None => {}
            }
        }
        for name in members.keys() {
            let mut known = schema.properties.iter();
            if !known.any(|property| property.wire_name == *name) {
                let step = runcomfy_codegen::json::escape_step(name);
                self.at(&step, |checker| checker.refuse("unknown_property"));
            }
        }
    }

    fn property(&mut self, schema: &PropertySchema, value: &Value) {
        match schema {
            PropertySchema::Single(item) => self.item(item, value),
            PropertySchema::List(list) => self.list(list, value),
        }
    }

    fn list(&mut self, schema: &ListSchema, value: &Value) {
        let Value::Array(items) = value else {
            return self.refuse("type");
        };
        self.count(
            items.len(),
            schema.min_items,
            schema.max_items,
            ["min_items", "max_items"],
        );
        self.at("*", |checker| {
            for item in items {
                checker.item(&schema.item, item);
            }
        });
    }

    fn item(&mut self, schema: &ItemSchema, value: &Value) {
        match (schema, value) {
            (ItemSchema::Boolean, Value::Bool(_)) => {}
            (ItemSchema::Integer { bounds, one_of }, Value::Number(number)) => {
                let keywords = NumberKeywords::of_integer(bounds, one_of.as_deref());
                self.number(&keywords, exact_number(&number.to_string()));
            }
            (ItemSchema::Number(bounds), Value::Number(number)) => {
                let keywords = NumberKeywords::of_number(bounds);
                self.number(&keywords, exact_number(&number.to_string()));
            }
            (ItemSchema::String(schema), Value::String(text)) => self.text(schema, text),
            (ItemSchema::StringEnum(values), Value::String(text)) => {
                let is_known = values.iter().any(|value| value.wire_name == *text);
                self.refuse_if(!is_known, "enum");
            }
            (ItemSchema::Object(schema), value) => self.object(schema, value),
            _ => self.refuse("type"),
        }
    }

    /// Checks a number. `None` represents a number whose exponent exceeds the limit of `exact_number`; it is
    /// refused with the rule `type`.
    fn number(&mut self, keywords: &NumberKeywords, number: Option<BigRational>) {
        let Some(number) = number.filter(|number| keywords.of_type().contains(number)) else {
            return self.refuse("type");
        };
        self.refuse_if(!keywords.of_enum().contains(&number), "enum");
        for (kind, bound) in present(&keywords.bounds) {
            let (is_broken, rule) = match kind {
                BoundKind::Minimum => (number < *bound, "minimum"),
                BoundKind::Maximum => (number > *bound, "maximum"),
                BoundKind::ExclusiveMinimum => (number <= *bound, "exclusive_minimum"),
                BoundKind::ExclusiveMaximum => (number >= *bound, "exclusive_maximum"),
                BoundKind::MultipleOf => (!(&number / bound).is_integer(), "multiple_of"),
            };
            self.refuse_if(is_broken, rule);
        }
    }

    fn text(&mut self, schema: &StringSchema, text: &str) {
        let (min, max) = (schema.min_length, schema.max_length);
        self.count(text.chars().count(), min, max, ["min_length", "max_length"]);
    }

    fn count(
        &mut self,
        count: usize,
        min: Option<usize>,
        max: Option<usize>,
        [min_rule, max_rule]: [&'static str; 2],
    ) {
        self.refuse_if(!CountSet::new(min, None).contains(count), min_rule);
        self.refuse_if(!CountSet::new(None, max).contains(count), max_rule);
    }
}

/// The bounds that are set.
fn present(bounds: &Bounds<BigRational>) -> impl Iterator<Item = (BoundKind, &BigRational)> {
    let bounds = [
        (BoundKind::Minimum, &bounds.minimum),
        (BoundKind::Maximum, &bounds.maximum),
        (BoundKind::ExclusiveMinimum, &bounds.exclusive_minimum),
        (BoundKind::ExclusiveMaximum, &bounds.exclusive_maximum),
        (BoundKind::MultipleOf, &bounds.multiple_of),
    ];
    let bounds = bounds.into_iter();
    bounds.filter_map(|(kind, bound)| Some((kind, bound.as_ref()?)))
}
