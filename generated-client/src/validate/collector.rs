//! Collects violations, each with its path, rule, limit and actual value. An invalid input is checked a
//! second time for this.

use serde_json::Value;

use super::Validate;
use super::constraint::{ConstraintVisitor, Items, Scalars};
use super::fast_check::{has_max_length, has_min_length};
use super::number::Number;
use super::path::Path;
use super::violation::{Rule, Violation};

/// All violations of `value`, in the order of its schema.
#[cold]
pub(crate) fn violations_of(value: &(impl Validate + ?Sized)) -> Vec<Violation> {
    let mut violations = Vec::new();
    value.check(&mut ViolationCollector {
        violations: &mut violations,
        reasons: None,
        at: Path::Root,
    });
    violations
}

/// All recommendations that `value` does not follow, each with its reason.
#[cold]
pub(crate) fn advice_of(value: &impl Validate) -> Vec<(Violation, &'static str)> {
    let mut violations = Vec::new();
    let mut reasons = Reasons::default();
    value.check_advice(&mut ViolationCollector {
        violations: &mut violations,
        reasons: Some(&mut reasons),
        at: Path::Root,
    });
    violations.into_iter().zip(reasons.all).collect()
}

/// Collects the violations of one input.
struct ViolationCollector<'a> {
    violations: &'a mut Vec<Violation>,
    /// The reasons for the violations. `None` unless advice is collected.
    reasons: Option<&'a mut Reasons>,
    at: Path<'a>,
}

#[derive(Default)]
struct Reasons {
    /// The reason for the constraints visited next.
    current: &'static str,
    /// The reason for each violation, in the same order.
    all: Vec<&'static str>,
}

impl ViolationCollector<'_> {
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
        let path = index.map_or(field, |index| Path::Index(&field, index));
        self.violations.push(match &mut self.reasons {
            None => Violation::at(&path, rule, limit, actual),
            Some(reasons) => {
                reasons.all.push(reasons.current);
                Violation::of_advice(&path, rule, limit, actual)
            }
        });
    }
}

impl ConstraintVisitor for ViolationCollector<'_> {
    fn reason(&mut self, reason: &'static str) {
        if let Some(reasons) = &mut self.reasons {
            reasons.current = reason;
        }
    }

    #[inline]
    fn minimum<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T) {
        // This comparison and those of the next three methods are false for NaN, which `finite` reports.
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
            let mut within = ViolationCollector {
                violations: self.violations,
                reasons: self.reasons.as_deref_mut(),
                at,
            };
            if within.reasons.is_some() {
                value.check_advice(&mut within);
            } else {
                value.check(&mut within);
            }
        });
    }
}
