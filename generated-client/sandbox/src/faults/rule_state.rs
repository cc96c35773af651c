//! The state of a fault rule while the server runs.

use super::rule::{FaultRule, When};
use crate::endpoint::Endpoint;

/// A rule with its counters and its random number generator.
#[derive(Debug)]
pub(crate) struct RuleState {
    pub(crate) rule: FaultRule,
    seen: u64,
    pub(crate) fired: u64,
    random: fastrand::Rng,
}

impl RuleState {
    pub(crate) fn new(rule: FaultRule) -> Self {
        let seed = match rule.schedule().0 {
            When::Random { seed, .. } => seed,
            When::Times(_) | When::Always => 0,
        };
        Self {
            rule,
            seen: 0,
            fired: 0,
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Returns whether the rule fires on a request to `endpoint`. Counts the request if it is to the endpoint
    /// of the rule.
    pub(crate) fn fires(&mut self, endpoint: Endpoint) -> bool {
        if endpoint != self.rule.endpoint() {
            return false;
        }
        let (when, skip) = self.rule.schedule();
        self.seen += 1;
        if self.seen <= skip {
            return false;
        }
        let fires = match when {
            When::Times(count) => self.fired < count,
            When::Always => true,
            When::Random { probability, .. } => self.random.f64() < probability,
        };
        self.fired += u64::from(fires);
        fires
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, FaultRule, RuleState};
    use crate::Fault;

    fn rule() -> FaultRule {
        FaultRule::on(Endpoint::Status, Fault::Garbage)
    }

    #[test]
    fn a_random_rule_repeats_its_sequence_and_keeps_its_rate() {
        let run = |seed| -> Vec<bool> {
            let mut state = RuleState::new(rule().with_probability(0.3, seed));
            (0..1000).map(|_| state.fires(Endpoint::Status)).collect()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let fired = run(7).into_iter().filter(|fired| *fired).count();
        assert!((250..350).contains(&fired), "{fired} of 1000");
    }

    #[test]
    fn a_rule_skips_requests_then_fires_the_given_number_of_times() {
        let mut state = RuleState::new(rule().skip(1).times(2));
        assert!(!state.fires(Endpoint::Submit), "another endpoint");
        let fired: Vec<bool> = (0..5).map(|_| state.fires(Endpoint::Status)).collect();
        assert_eq!(fired, [false, true, true, false, false]);
    }
}
