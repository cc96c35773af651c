//! Validation: the constraints of a schema, and the types that describe violations of them.

mod advice;
mod collector;
mod constraint;
mod fast_check;
mod message;
mod number;
mod path;
mod violation;

pub use advice::Advice;
pub use constraint::{ConstraintVisitor, Items, Scalars};
pub use number::Number;
pub use violation::{Rule, Violation, Violations};

pub(crate) use collector::{advice_of, violations_of};
pub(crate) use fast_check::is_valid;
pub(crate) use message::nearest;
pub(crate) use path::Path;

/// An input, or an object within one, with the constraints of its schema.
///
/// Implemented by generated code, one line for each constraint.
pub trait Validate {
    /// Passes every constraint to `c`, with the field it applies to.
    #[doc(hidden)]
    fn check(&self, c: &mut impl ConstraintVisitor);

    /// Passes every recommendation to `c`: constraints that the service does not enforce.
    #[doc(hidden)]
    fn check_advice(&self, _c: &mut impl ConstraintVisitor) {}

    /// Checks every constraint. Does not allocate if the input is valid.
    ///
    /// # Errors
    ///
    /// All violations, in the order of the schema.
    #[inline]
    fn validate(&self) -> Result<(), Violations> {
        if is_valid(self) {
            return Ok(());
        }
        Violations::into_result(violations_of(self))
    }
}
