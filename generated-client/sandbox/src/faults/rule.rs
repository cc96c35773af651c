//! Fault rules, which define the fault, the endpoint, and the requests on which the fault is injected.

use super::fault::Fault;
use crate::endpoint::Endpoint;

/// Selects the requests on which a rule fires.
///
/// Only requests to the endpoint of the rule are considered. Requests on which an earlier rule fired and
/// requests skipped by [`FaultRule::skip`] are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// The first requests, up to this number.
    Times(u64),
    /// Every request.
    Always,
    /// Each request with this probability.
    Random {
        /// From 0 (never) to 1 (always).
        probability: f64,
        /// The seed of the random number generator. The same seed gives the same sequence of decisions.
        seed: u64,
    },
}

/// A rule of a [`FaultPlan`]: a fault, an endpoint, and when the fault is injected.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultRule {
    endpoint: Endpoint,
    fault: Fault,
    when: When,
    skip: u64,
    with_effect: bool,
}

impl FaultRule {
    /// A rule that fires once, on the next request to this endpoint.
    #[must_use]
    pub fn on(endpoint: Endpoint, fault: Fault) -> Self {
        Self {
            endpoint,
            fault,
            when: When::Times(1),
            skip: 0,
            with_effect: false,
        }
    }

    /// Sets when the rule fires.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Fires on the next `count` requests that are not skipped.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        self.when(When::Times(count))
    }

    /// Fires on every request.
    #[must_use]
    pub fn always(self) -> Self {
        self.when(When::Always)
    }

    /// Fires on each request with a probability from 0 to 1. The same seed gives the same sequence of
    /// decisions.
    #[must_use]
    pub fn with_probability(self, probability: f64, seed: u64) -> Self {
        self.when(When::Random { probability, seed })
    }

    /// Skips the first `count` requests to the endpoint. Requests on which an earlier rule of the plan
    /// fired are not counted.
    #[must_use]
    pub fn skip(mut self, count: u64) -> Self {
        self.skip = count;
        self
    }

    /// Makes the request take effect even if the fault replaces its response. For example, a submit
    /// creates a job and is billed, and a cancel request cancels the job. By default, a request whose
    /// response is replaced has no effect. Ignored for [`Fault::ResetBeforeRead`].
    #[must_use]
    pub fn with_effect(mut self) -> Self {
        self.with_effect = true;
        self
    }

    /// The endpoint that the rule applies to.
    #[must_use]
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// The fault that the rule injects.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// Whether a request on which the rule fires takes effect.
    ///
    /// It does if the fault modifies the response. It does not for [`Fault::ResetBeforeRead`]. For all
    /// other faults, it does only if [`with_effect`](Self::with_effect) was called.
    #[must_use]
    pub fn takes_effect(&self) -> bool {
        self.fault.modifies_response() || (self.with_effect && self.fault != Fault::ResetBeforeRead)
    }

    pub(super) fn schedule(&self) -> (When, u64) {
        (self.when, self.skip)
    }
}

/// An ordered list of fault rules. The first rule that fires on a request determines the injected fault.
/// Later rules do not count the request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultPlan {
    pub(crate) rules: Vec<FaultRule>,
}

impl FaultPlan {
    /// A plan without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a rule.
    #[must_use]
    pub fn rule(mut self, rule: FaultRule) -> Self {
        self.rules.push(rule);
        self
    }
}

impl From<FaultRule> for FaultPlan {
    fn from(rule: FaultRule) -> Self {
        Self { rules: vec![rule] }
    }
}

impl FromIterator<FaultRule> for FaultPlan {
    fn from_iter<I: IntoIterator<Item = FaultRule>>(rules: I) -> Self {
        Self {
            rules: rules.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Fault, FaultRule};

    #[test]
    fn only_a_request_that_was_read_takes_effect() {
        let on = |fault| FaultRule::on(Endpoint::Submit, fault);
        assert!(!on(Fault::ResetAfterRead).takes_effect());
        assert!(on(Fault::ResetAfterRead).with_effect().takes_effect());
        assert!(!on(Fault::ResetBeforeRead).with_effect().takes_effect());
        assert!(on(Fault::TruncatedResponse).takes_effect());
    }
}
