//! The checks that generated code calls, one line for each limit of a schema.

use serde_json::Value;

use super::judge::{has_max_length, has_min_length, is_good};
use super::number::Number;
use super::path::Path;
use super::violation::{Rule, Violation, Violations};

/// An input, or an object within one, that knows the limits of its schema.
///
/// Implemented by generated code, one line for each limit.
pub trait Validate {
    /// Hands every limit to `on`, with the field that it holds for.
    fn check(&self, on: &mut impl Checker);

    /// Checks every limit. Allocates nothing when the input is good.
    ///
    /// # Errors
    ///
    /// All violations at once.
    #[inline]
    fn validate(&self) -> Result<(), Violations> {
        if is_good(self) {
            return Ok(());
        }
        Violations::none_or(violations_of(self))
    }
}

/// The violations of `value`, in the order of its schema.
#[cold]
pub(crate) fn violations_of(value: &(impl Validate + ?Sized)) -> Vec<Violation> {
    let mut violations = Vec::new();
    value.check(&mut Collect {
        violations: &mut violations,
        at: Path::Root,
    });
    violations
}

/// Takes the limits of a schema, field by field.
///
/// A limit on scalars that is handed a list holds for each item of it. A field that is `None` has
/// no violations.
pub trait Checker {
    /// `minimum`: at least `limit`.
    fn minimum<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T);
    /// `maximum`: at most `limit`.
    fn maximum<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T);
    /// `exclusiveMinimum`: above `limit`.
    fn exclusive_minimum<T: Number>(
        &mut self,
        name: &'static str,
        value: &impl Scalars<T>,
        limit: T,
    );
    /// `exclusiveMaximum`: below `limit`.
    fn exclusive_maximum<T: Number>(
        &mut self,
        name: &'static str,
        value: &impl Scalars<T>,
        limit: T,
    );
    /// `multipleOf`: a whole number of steps of `limit`.
    fn multiple_of<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T);
    /// `type: number`: neither NaN nor infinite, which JSON cannot carry.
    fn finite(&mut self, name: &'static str, value: &impl Scalars<f64>);
    /// `enum` of integers: one of `limit`.
    fn one_of(&mut self, name: &'static str, value: &impl Scalars<i64>, limit: &'static [i64]);
    /// `minLength`: at least `limit` Unicode scalar values.
    fn min_length(&mut self, name: &'static str, value: &impl Scalars<str>, limit: usize);
    /// `maxLength`: at most `limit` Unicode scalar values.
    fn max_length(&mut self, name: &'static str, value: &impl Scalars<str>, limit: usize);
    /// `minItems`: at least `limit` items.
    fn min_items(&mut self, name: &'static str, value: &impl Items, limit: usize);
    /// `maxItems`: at most `limit` items.
    fn max_items(&mut self, name: &'static str, value: &impl Items, limit: usize);
    /// The limits within an object, or within each object of a list.
    fn object<T: Validate>(&mut self, name: &'static str, value: &impl Scalars<T>);
}

/// The values of type `T` that a field holds: one, none, or the items of a list.
pub trait Scalars<T: ?Sized> {
    /// Whether the field is a list of them.
    const IS_LIST: bool = false;

    /// Visits each value, with its index where the field is a list.
    fn each(&self, visit: impl FnMut(Option<usize>, &T));
}

impl<T> Scalars<T> for T {
    #[inline]
    fn each(&self, mut visit: impl FnMut(Option<usize>, &T)) {
        visit(None, self);
    }
}

impl<T> Scalars<T> for Option<T> {
    #[inline]
    fn each(&self, mut visit: impl FnMut(Option<usize>, &T)) {
        if let Some(value) = self {
            visit(None, value);
        }
    }
}

impl<T> Scalars<T> for Vec<T> {
    const IS_LIST: bool = true;

    #[inline]
    fn each(&self, mut visit: impl FnMut(Option<usize>, &T)) {
        for (index, value) in self.iter().enumerate() {
            visit(Some(index), value);
        }
    }
}

impl<T> Scalars<T> for Option<Vec<T>> {
    const IS_LIST: bool = true;

    #[inline]
    fn each(&self, visit: impl FnMut(Option<usize>, &T)) {
        if let Some(values) = self {
            values.each(visit);
        }
    }
}

impl Scalars<str> for String {
    #[inline]
    fn each(&self, mut visit: impl FnMut(Option<usize>, &str)) {
        visit(None, self);
    }
}

impl Scalars<str> for Option<String> {
    #[inline]
    fn each(&self, mut visit: impl FnMut(Option<usize>, &str)) {
        if let Some(value) = self {
            visit(None, value);
        }
    }
}

impl Scalars<str> for Vec<String> {
    const IS_LIST: bool = true;

    #[inline]
    fn each(&self, mut visit: impl FnMut(Option<usize>, &str)) {
        for (index, value) in self.iter().enumerate() {
            visit(Some(index), value);
        }
    }
}

impl Scalars<str> for Option<Vec<String>> {
    const IS_LIST: bool = true;

    #[inline]
    fn each(&self, visit: impl FnMut(Option<usize>, &str)) {
        if let Some(values) = self {
            values.each(visit);
        }
    }
}

/// A field that is a list.
pub trait Items {
    /// How many items it has, `None` when the field is absent.
    fn count(&self) -> Option<usize>;
}

impl<T> Items for Vec<T> {
    #[inline]
    fn count(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<T> Items for Option<Vec<T>> {
    #[inline]
    fn count(&self) -> Option<usize> {
        self.as_ref().map(Vec::len)
    }
}

/// Collects the violations of one input.
struct Collect<'a> {
    violations: &'a mut Vec<Violation>,
    at: Path<'a>,
}

impl Collect<'_> {
    #[inline]
    fn number<T: Number>(
        &mut self,
        name: &'static str,
        value: &impl Scalars<T>,
        limit: T,
        rule: Rule,
        is_broken: impl Fn(T, T) -> bool,
    ) {
        value.each(|index, value| {
            if is_broken(*value, limit) {
                self.push(name, index, rule, limit.to_json(), value.to_json());
            }
        });
    }

    #[cold]
    #[inline(never)]
    fn push(
        &mut self,
        name: &'static str,
        index: Option<usize>,
        rule: Rule,
        limit: Value,
        actual: Value,
    ) {
        let field = Path::Name(&self.at, name);
        let place = index.map_or(field, |index| Path::Index(&field, index));
        self.violations
            .push(Violation::at(&place, rule, limit, actual));
    }
}

impl Checker for Collect<'_> {
    #[inline]
    fn minimum<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T) {
        // False for NaN, which is left to `finite`.
        self.number(name, value, limit, Rule::Minimum, |value, limit| {
            value < limit
        });
    }

    #[inline]
    fn maximum<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T) {
        self.number(name, value, limit, Rule::Maximum, |value, limit| {
            value > limit
        });
    }

    #[inline]
    fn exclusive_minimum<T: Number>(
        &mut self,
        name: &'static str,
        value: &impl Scalars<T>,
        limit: T,
    ) {
        self.number(
            name,
            value,
            limit,
            Rule::ExclusiveMinimum,
            |value, limit| value <= limit,
        );
    }

    #[inline]
    fn exclusive_maximum<T: Number>(
        &mut self,
        name: &'static str,
        value: &impl Scalars<T>,
        limit: T,
    ) {
        self.number(
            name,
            value,
            limit,
            Rule::ExclusiveMaximum,
            |value, limit| value >= limit,
        );
    }

    #[inline]
    fn multiple_of<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T) {
        self.number(name, value, limit, Rule::MultipleOf, |value, limit| {
            !value.is_multiple_of(limit)
        });
    }

    #[inline]
    fn finite(&mut self, name: &'static str, value: &impl Scalars<f64>) {
        value.each(|index, value| {
            if !value.is_finite() {
                let found = Value::from(value.to_string());
                self.push(name, index, Rule::Type, "number".into(), found);
            }
        });
    }

    #[inline]
    fn one_of(&mut self, name: &'static str, value: &impl Scalars<i64>, limit: &'static [i64]) {
        value.each(|index, value| {
            if !limit.contains(value) {
                self.push(name, index, Rule::Enum, limit.into(), (*value).into());
            }
        });
    }

    #[inline]
    fn min_length(&mut self, name: &'static str, value: &impl Scalars<str>, limit: usize) {
        value.each(|index, value| {
            if !has_min_length(value, limit) {
                let found = value.chars().count();
                self.push(name, index, Rule::MinLength, limit.into(), found.into());
            }
        });
    }

    #[inline]
    fn max_length(&mut self, name: &'static str, value: &impl Scalars<str>, limit: usize) {
        value.each(|index, value| {
            if !has_max_length(value, limit) {
                let found = value.chars().count();
                self.push(name, index, Rule::MaxLength, limit.into(), found.into());
            }
        });
    }

    #[inline]
    fn min_items(&mut self, name: &'static str, value: &impl Items, limit: usize) {
        if let Some(count) = value.count().filter(|count| *count < limit) {
            self.push(name, None, Rule::MinItems, limit.into(), count.into());
        }
    }

    #[inline]
    fn max_items(&mut self, name: &'static str, value: &impl Items, limit: usize) {
        if let Some(count) = value.count().filter(|count| *count > limit) {
            self.push(name, None, Rule::MaxItems, limit.into(), count.into());
        }
    }

    #[inline]
    fn object<T: Validate>(&mut self, name: &'static str, value: &impl Scalars<T>) {
        let field = Path::Name(&self.at, name);
        value.each(|index, value| {
            let at = index.map_or(field, |index| Path::Index(&field, index));
            value.check(&mut Collect {
                violations: self.violations,
                at,
            });
        });
    }
}
