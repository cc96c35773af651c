//! Validation: violations as data, and the checks that generated code calls.

mod checker;
mod judge;
mod message;
mod number;
mod path;
mod violation;

pub use checker::{Checker, Items, Scalars, Validate};
pub use number::Number;
pub use violation::{Rule, Violation, Violations};

pub(crate) use checker::violations_of;
pub(crate) use judge::is_good;
pub(crate) use message::nearest;
pub(crate) use path::Path;
