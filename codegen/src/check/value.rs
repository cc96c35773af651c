//! Whether a JSON value fits a schema: for defaults and examples, whose misfit is the schema's
//! fault.

use crate::json::{Json, Located, Span};
use crate::model::{Bounds, Item, List, Object, Shape, Text};

/// A value that does not fit.
pub(super) struct Misfit {
    /// Where the value stands.
    pub(super) span: Span,
    /// Why it does not fit.
    pub(super) message: String,
}

pub(super) fn object(object: &Object, json: &Located<Json>, misfits: &mut Vec<Misfit>) {
    let Json::Object(members) = &json.value else {
        return misfits.push(mismatch(json, "an object"));
    };
    for property in &object.properties {
        let member = members
            .iter()
            .find(|member| member.name.value == property.wire);
        match member {
            Some(member) => shape(&property.shape, &member.value, misfits),
            None if property.required => {
                let message = format!("`{}` is required, but missing", property.wire);
                misfits.push(misfit(json, message));
            }
            None => {}
        }
    }
    for member in members {
        let name = &member.name;
        if !object
            .properties
            .iter()
            .any(|property| property.wire == name.value)
        {
            let message = format!("there is no property `{}`", name.value);
            misfits.push(Misfit {
                span: name.span.clone(),
                message,
            });
        }
    }
}

pub(super) fn shape(shape: &Shape, json: &Located<Json>, misfits: &mut Vec<Misfit>) {
    match shape {
        Shape::One(one) => item(one, json, misfits),
        Shape::List(of) => list(of, json, misfits),
    }
}

fn list(list: &List, json: &Located<Json>, misfits: &mut Vec<Misfit>) {
    let Json::Array(items) = &json.value else {
        return misfits.push(mismatch(json, "an array"));
    };
    let count = items.len();
    if let Some(limit) = list.min_items.filter(|limit| count < *limit) {
        misfits.push(misfit(
            json,
            format!("{count} items are fewer than `minItems` {limit}"),
        ));
    }
    if let Some(limit) = list.max_items.filter(|limit| count > *limit) {
        misfits.push(misfit(
            json,
            format!("{count} items are more than `maxItems` {limit}"),
        ));
    }
    for json in items {
        item(&list.item, json, misfits);
    }
}

fn item(of: &Item, json: &Located<Json>, misfits: &mut Vec<Misfit>) {
    match (of, &json.value) {
        (Item::Boolean, Json::Boolean(_)) => {}
        (Item::Boolean, _) => misfits.push(mismatch(json, "true or false")),
        (Item::Integer { bounds, one_of }, Json::Number(number)) => match number.as_i64() {
            None => misfits.push(mismatch(json, "an integer of at most 64 bits")),
            Some(integer) => {
                if one_of
                    .as_ref()
                    .is_some_and(|allowed| !allowed.contains(&integer))
                {
                    misfits.push(misfit(json, format!("{integer} is not in the `enum`")));
                }
                bounded(integer, bounds, json, misfits);
            }
        },
        (Item::Integer { .. }, _) => misfits.push(mismatch(json, "an integer")),
        (Item::Number(bounds), Json::Number(number)) => match number.as_f64() {
            None => misfits.push(mismatch(json, "a finite number")),
            Some(float) => bounded(float, bounds, json, misfits),
        },
        (Item::Number(_), _) => misfits.push(mismatch(json, "a number")),
        (Item::Text(limits), Json::String(text)) => length(limits, text, json, misfits),
        (Item::Choice(choices), Json::String(text)) => {
            if !choices.iter().any(|choice| choice.wire == *text) {
                let message = format!("{} is not in the `enum`", json.value.excerpt());
                misfits.push(misfit(json, message));
            }
        }
        (Item::Text(_) | Item::Choice(_), _) => misfits.push(mismatch(json, "a string")),
        (Item::Object(of), _) => object(of, json, misfits),
    }
}

fn length(limits: &Text, text: &str, json: &Located<Json>, misfits: &mut Vec<Misfit>) {
    let count = text.chars().count();
    if let Some(limit) = limits.min_length.filter(|limit| count < *limit) {
        misfits.push(misfit(
            json,
            format!("{count} characters are fewer than `minLength` {limit}"),
        ));
    }
    if let Some(limit) = limits.max_length.filter(|limit| count > *limit) {
        misfits.push(misfit(
            json,
            format!("{count} characters are more than `maxLength` {limit}"),
        ));
    }
}

fn bounded<T: Multiple>(
    number: T,
    bounds: &Bounds<T>,
    json: &Located<Json>,
    misfits: &mut Vec<Misfit>,
) {
    if let Some(reason) = out_of_bounds(number, bounds) {
        misfits.push(misfit(json, format!("{number} {reason}")));
    }
}

/// Why a number is out of bounds, if it is.
pub(super) fn out_of_bounds<T: Multiple>(number: T, bounds: &Bounds<T>) -> Option<String> {
    let broken = |name: &str, limit: Option<T>, is_broken: fn(&T, &T) -> bool, word: &str| {
        let limit = limit.filter(|limit| is_broken(&number, limit))?;
        Some(format!("is {word} `{name}` {limit}"))
    };
    broken("minimum", bounds.minimum, T::lt, "below")
        .or_else(|| broken("maximum", bounds.maximum, T::gt, "above"))
        .or_else(|| {
            broken(
                "exclusiveMinimum",
                bounds.exclusive_minimum,
                T::le,
                "not above",
            )
        })
        .or_else(|| {
            broken(
                "exclusiveMaximum",
                bounds.exclusive_maximum,
                T::ge,
                "not below",
            )
        })
        .or_else(|| {
            let not_multiple: fn(&T, &T) -> bool = |number, step| !number.is_multiple_of(*step);
            broken(
                "multipleOf",
                bounds.multiple_of,
                not_multiple,
                "not a multiple of",
            )
        })
}

/// Numbers that can be told to be multiples of a step.
pub(super) trait Multiple: Copy + PartialOrd + std::fmt::Display {
    fn is_multiple_of(self, step: Self) -> bool;
}

impl Multiple for i64 {
    fn is_multiple_of(self, step: Self) -> bool {
        self.checked_rem(step).is_none_or(|rest| rest == 0)
    }
}

impl Multiple for f64 {
    fn is_multiple_of(self, step: Self) -> bool {
        // Judged to twelve digits: enough for a default, which a person wrote. Inputs are judged
        // exactly, by the client.
        let steps = self / step;
        (steps - steps.round()).abs() <= 1e-12 * steps.abs().max(1.0)
    }
}

fn misfit(json: &Located<Json>, message: String) -> Misfit {
    Misfit {
        span: json.span.clone(),
        message,
    }
}

fn mismatch(json: &Located<Json>, expected: &str) -> Misfit {
    misfit(
        json,
        format!("expected {expected}, found {}", json.value.excerpt()),
    )
}
