//! When something goes wrong.

use crate::{Call, Fault};

/// On which of the requests a rule looks at it acts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// On the next so many, then never again.
    Next(u64),
    /// On every one.
    Always,
    /// On each with this probability, from 0 to 1. The same seed gives the same sequence.
    Chance {
        /// 0 is never, 1 is always.
        probability: f64,
        /// Start of the sequence.
        seed: u64,
    },
}

/// One line of a [`FaultPlan`]: which call, which fault, when.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub(crate) call: Call,
    pub(crate) fault: Fault,
    pub(crate) when: When,
    pub(crate) skip: u64,
    pub(crate) accepted: bool,
}

impl Rule {
    /// A rule that acts once, on the next request of this call.
    #[must_use]
    pub fn on(call: Call, fault: Fault) -> Self {
        Self {
            call,
            fault,
            when: When::Next(1),
            skip: 0,
            accepted: false,
        }
    }

    /// Sets when the rule acts.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Acts on the next `count` requests.
    #[must_use]
    pub fn next(self, count: u64) -> Self {
        self.when(When::Next(count))
    }

    /// Acts on every request.
    #[must_use]
    pub fn always(self) -> Self {
        self.when(When::Always)
    }

    /// Acts with a probability from 0 to 1, the same way for the same seed.
    #[must_use]
    pub fn chance(self, probability: f64, seed: u64) -> Self {
        self.when(When::Chance { probability, seed })
    }

    /// Lets the first `count` requests that no earlier rule took pass untouched.
    #[must_use]
    pub fn after(mut self, count: u64) -> Self {
        self.skip = count;
        self
    }

    /// The request takes effect (a submit creates its job and is billed, a cancel cancels) although
    /// its answer is replaced. Without this it does not.
    #[must_use]
    pub fn accepted(mut self) -> Self {
        self.accepted = true;
        self
    }

    /// The call this rule looks at.
    #[must_use]
    pub fn call(&self) -> Call {
        self.call
    }

    /// The fault it injects.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// Whether a request this rule acts on takes effect: always when the fault changes the true
    /// answer, never for [`Fault::ResetBeforeRead`], otherwise as [`Rule::accepted`] says.
    #[must_use]
    pub fn takes_effect(&self) -> bool {
        self.fault.changes_answer() || (self.accepted && self.fault != Fault::ResetBeforeRead)
    }
}

/// Rules in order. A request gets the fault of the first rule that acts, and of no other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultPlan {
    pub(crate) rules: Vec<Rule>,
}

impl FaultPlan {
    /// A plan without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule at the end.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }
}

impl From<Rule> for FaultPlan {
    fn from(rule: Rule) -> Self {
        Self { rules: vec![rule] }
    }
}

impl FromIterator<Rule> for FaultPlan {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        Self {
            rules: rules.into_iter().collect(),
        }
    }
}

/// A rule at work: how often it was asked, how often it acted.
#[derive(Debug)]
pub(crate) struct Armed {
    pub(crate) rule: Rule,
    seen: u64,
    pub(crate) fired: u64,
    random: u64,
}

impl Armed {
    pub(crate) fn new(rule: Rule) -> Self {
        let random = match rule.when {
            When::Chance { seed, .. } => seed,
            When::Next(_) | When::Always => 0,
        };
        Self {
            rule,
            seen: 0,
            fired: 0,
            random,
        }
    }

    /// Whether the rule acts on this request.
    pub(crate) fn fires(&mut self, call: Call) -> bool {
        if call != self.rule.call {
            return false;
        }
        self.seen += 1;
        if self.seen <= self.rule.skip {
            return false;
        }
        let fires = match self.rule.when {
            When::Next(count) => self.fired < count,
            When::Always => true,
            When::Chance { probability, .. } => unit(&mut self.random) < probability,
        };
        self.fired += u64::from(fires);
        fires
    }
}

/// The next number of a splitmix64 sequence (Steele, Lea and Flood, 2014).
pub(crate) fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number in `[0, 1)`.
fn unit(state: &mut u64) -> f64 {
    // 53 bits are what a double holds exactly.
    (splitmix64(state) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::{Armed, Rule, splitmix64};
    use crate::{Call, Fault};

    #[test]
    fn splitmix64_gives_the_published_sequence() {
        let mut state = 1_234_567;
        assert_eq!(splitmix64(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(splitmix64(&mut state), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_chance_is_the_same_for_the_same_seed_and_keeps_its_rate() {
        let run = |seed| -> Vec<bool> {
            let mut armed = Armed::new(Rule::on(Call::Status, Fault::Garbage).chance(0.3, seed));
            (0..1000).map(|_| armed.fires(Call::Status)).collect()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let hits = run(7).into_iter().filter(|hit| *hit).count();
        assert!((250..350).contains(&hits), "{hits} of 1000");
    }

    #[test]
    fn a_rule_skips_then_acts_so_often_then_rests() {
        let mut armed = Armed::new(Rule::on(Call::Status, Fault::Garbage).after(1).next(2));
        assert!(!armed.fires(Call::Submit), "another call");
        let fired: Vec<bool> = (0..5).map(|_| armed.fires(Call::Status)).collect();
        assert_eq!(fired, [false, true, true, false, false]);
    }

    #[test]
    fn only_a_request_that_was_read_can_take_effect() {
        let on = |fault| Rule::on(Call::Submit, fault);
        assert!(!on(Fault::ResetAfterRead).takes_effect());
        assert!(on(Fault::ResetAfterRead).accepted().takes_effect());
        assert!(!on(Fault::ResetBeforeRead).accepted().takes_effect());
        assert!(on(Fault::HalfAnswer).takes_effect());
    }
}
