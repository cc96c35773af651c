//! Fault injection: the faults, the rules that select requests, and the code that replaces or modifies
//! responses.

mod fault;
mod respond;
mod rule;
mod rule_state;

pub use fault::Fault;
pub use rule::{FaultPlan, FaultRule, When};

pub(crate) use respond::{ResetConnection, modify, replacement};
pub(crate) use rule_state::RuleState;
