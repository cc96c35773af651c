//! The constraints of a schema. Generated code calls one method of the visitor for each.

use super::Validate;
use super::number::Number;

/// Visits the constraints of an input, field by field.
///
/// A constraint on scalars applies to each item if the field is a list. A field that is `None`
/// violates nothing.
pub trait ConstraintVisitor {
    /// Sets the reason for the constraints that follow; used for advice only.
    fn reason(&mut self, _reason: &'static str) {}
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
    /// `multipleOf`: an integer multiple of `limit`.
    fn multiple_of<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T);
    /// `type: number`: not NaN or infinite, which JSON cannot represent.
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
    /// The constraints of an object, or of each object in a list.
    fn object<T: Validate>(&mut self, name: &'static str, value: &impl Scalars<T>);
}

/// A field that holds values of type `T`: one, none, or a list.
pub trait Scalars<T: ?Sized> {
    /// Whether the field is a list.
    const IS_LIST: bool = false;

    /// Calls `visit` with each value, and its index if the field is a list.
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
    /// The number of items, `None` when the field is absent.
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
