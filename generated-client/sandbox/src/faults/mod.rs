//! Fault injection: what goes wrong, when, and how the response is replaced or modified.

mod fault;
mod respond;
mod rule;
mod rule_state;

pub use fault::Fault;
pub use rule::{FaultPlan, FaultRule, When};

pub(crate) use respond::{ResetConnection, modify, replacement};
pub(crate) use rule_state::RuleState;
