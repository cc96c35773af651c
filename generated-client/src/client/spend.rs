//! The spend limit of a client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::error::{Error, ErrorKind};
use crate::about::About;

/// An amount in millionths of a USD. Sums of `f64` would accumulate rounding errors.
type MicroUsd = u64;

/// The spend limit of a client, and what counts towards it so far.
#[derive(Debug)]
pub(crate) struct SpendLimit {
    limit: MicroUsd,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    total: MicroUsd,
    /// The amounts of jobs whose cost is unknown, by request id. They are included in the total.
    reserved: HashMap<String, Amount>,
    /// The highest known cost of a job of each model.
    known_costs: HashMap<String, MicroUsd>,
}

/// The amount reserved for one job.
#[derive(Clone, Copy, Debug)]
enum Amount {
    /// The estimate, or the highest known cost of a job of the model if that is higher.
    Estimate(MicroUsd),
    /// All that was left of the limit, because neither an estimate nor a cost is known.
    AllThatIsLeft(MicroUsd),
}

impl Amount {
    fn value(self) -> MicroUsd {
        match self {
            Self::Estimate(amount) | Self::AllThatIsLeft(amount) => amount,
        }
    }
}

/// The amount reserved for a submit. It is included in the total. Dropping the reservation before the
/// submit is sent releases the amount.
#[derive(Debug)]
pub(crate) struct Reservation {
    limit: Arc<SpendLimit>,
    amount: Amount,
    is_sent: bool,
}

impl SpendLimit {
    /// # Errors
    ///
    /// The limit is negative or not finite.
    pub(crate) fn new(limit_usd: f64) -> Result<Self, Error> {
        if !limit_usd.is_finite() || limit_usd < 0.0 {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("{limit_usd} USD cannot be a spend limit"),
            ));
        }
        Ok(Self {
            limit: micro_usd(limit_usd),
            spent: Mutex::default(),
        })
    }

    /// The total so far, in USD.
    pub(crate) fn spent_usd(&self) -> f64 {
        usd(self.lock().total)
    }

    /// Reserves the amount of a submit and adds it to the total. The amount is the estimate, or the
    /// highest known cost of a job of the model if that is higher. If neither is known, it is all that is
    /// left of the limit.
    ///
    /// # Errors
    ///
    /// The total would exceed the limit, or the amount is unknown and nothing is left of the limit. The
    /// total is then unchanged.
    pub(crate) fn reserve(
        self: &Arc<Self>,
        model_id: &str,
        estimate_usd: Option<f64>,
    ) -> Result<Reservation, Error> {
        let mut spent = self.lock();
        let left = self.limit.saturating_sub(spent.total);
        let estimate = estimate_usd.map(micro_usd);
        let known = spent.known_costs.get(model_id).copied();
        let amount = match estimate.max(known) {
            Some(amount) if amount <= left => Amount::Estimate(amount),
            None if left > 0 => Amount::AllThatIsLeft(left),
            _ => {
                return Err(Error::new(
                    ErrorKind::SpendLimit,
                    format!(
                        "the submit to {model_id} was not sent, because it could exceed the spend limit: \
                         {:.4} of {:.4} USD are spent, or reserved for jobs whose cost is not known",
                        usd(spent.total),
                        usd(self.limit)
                    ),
                ));
            }
        };
        spent.total += amount.value();
        Ok(Reservation {
            limit: self.clone(),
            amount,
            is_sent: false,
        })
    }

    /// Replaces the reserved amount of an ended job with its cost, and updates the highest known cost of
    /// the model. If the service stated no cost (`cost_usd` is `None`), the [`Amount::Estimate`] of a job
    /// that was not cancelled stays in the total; any other amount is removed from it.
    pub(crate) fn settle(
        &self,
        model_id: &str,
        request_id: &str,
        cost_usd: Option<f64>,
        is_cancelled: bool,
    ) {
        let mut spent = self.lock();
        let cost = cost_usd.map(micro_usd);
        // A cost of 0 may be that of a failed job, and says nothing about the next one.
        if let Some(cost) = cost.filter(|cost| *cost > 0) {
            let known = spent.known_costs.entry(model_id.to_owned()).or_default();
            *known = cost.max(*known);
        }
        // Nothing is reserved for a job that another client submitted, or whose cost was already counted.
        let Some(amount) = spent.reserved.get(request_id).copied() else {
            return;
        };
        let cost = match (cost, amount) {
            (Some(cost), _) => cost,
            (None, Amount::Estimate(_)) if !is_cancelled => return,
            (None, _) => 0,
        };
        spent.reserved.remove(request_id);
        spent.total = (spent.total - amount.value()).saturating_add(cost);
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation {
    /// Marks the submit as sent. Must be called before sending. From then on, the amount counts even if
    /// the future of the submit is dropped, unless [`release`](Self::release) is called.
    pub(crate) fn mark_sent(&mut self) {
        self.is_sent = true;
    }

    /// Assigns the amount to the job that the submit created. [`SpendLimit::settle`] replaces it with the
    /// cost of the job.
    pub(crate) fn assign(self, request_id: &str) {
        let mut spent = self.limit.lock();
        spent.reserved.insert(request_id.to_owned(), self.amount);
    }

    /// Removes the amount from the total. For a submit that created no job.
    pub(crate) fn release(mut self) {
        self.is_sent = false;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_sent {
            self.limit.lock().total -= self.amount.value();
        }
    }
}

fn micro_usd(usd: f64) -> MicroUsd {
    // The conversion saturates.
    (usd * 1e6).round() as MicroUsd
}

fn usd(amount: MicroUsd) -> f64 {
    amount as f64 / 1e6
}

/// The estimated cost of an input in USD: the base price, times the `duration` of the input if the
/// price is per second. `None` if the model has no price, or if the price is per second and the input
/// has no valid `duration`. The duration that the service then uses is not known here.
pub(crate) fn estimate_usd(about: &About, input: &Value) -> Option<f64> {
    let price = about.base_price_usd?;
    if about.price_unit == Some("second") {
        let seconds = input.get("duration").and_then(seconds)?;
        return Some(price * seconds);
    }
    Some(price)
}

fn seconds(duration: &Value) -> Option<f64> {
    let seconds = match duration {
        Value::String(text) => text.trim_end_matches('s').parse().ok(),
        number => number.as_f64(),
    };
    seconds.filter(|seconds: &f64| seconds.is_finite() && *seconds > 0.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn limit(usd: f64) -> Arc<SpendLimit> {
        Arc::new(SpendLimit::new(usd).unwrap())
    }

    fn submit(limit: &Arc<SpendLimit>, request_id: &str, estimate_usd: Option<f64>) {
        let mut reservation = limit.reserve("m", estimate_usd).unwrap();
        reservation.mark_sent();
        reservation.assign(request_id);
    }

    #[test]
    fn costs_replace_estimates() {
        let limit = limit(1.0);
        submit(&limit, "a", Some(0.4));
        let second = limit.reserve("m", Some(0.4)).unwrap();
        let error = limit.reserve("m", Some(0.4)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SpendLimit);
        drop(second);
        limit.settle("m", "a", Some(0.1), false);
        limit.settle("m", "a", Some(0.1), false);
        limit.settle("m", "of another client", Some(0.5), false);
        assert_eq!(limit.spent_usd(), 0.1);
        // The highest known cost replaces a lower estimate.
        submit(&limit, "b", Some(0.1));
        assert_eq!(limit.spent_usd(), 0.6);
    }

    #[test]
    fn a_job_of_unknown_cost_reserves_all_that_is_left() {
        let limit = limit(3.77);
        submit(&limit, "a", None);
        assert!(limit.reserve("m", None).is_err());
        assert!(limit.reserve("other", Some(0.1)).is_err());
        limit.settle("m", "a", Some(1.2), false);
        submit(&limit, "b", None);
        submit(&limit, "c", None);
        assert!(limit.reserve("m", None).is_err());
    }

    #[test]
    fn sums_are_exact() {
        let limit = limit(0.3);
        for id in ["a", "b", "c"] {
            submit(&limit, id, Some(0.1));
        }
        assert!(limit.reserve("m", Some(0.000_001)).is_err());
    }

    #[test]
    fn without_a_stated_cost_only_estimates_remain() {
        let limit = limit(1.0);
        submit(&limit, "failed", Some(0.4));
        limit.settle("m", "failed", None, false);
        assert_eq!(limit.spent_usd(), 0.4);
        submit(&limit, "cancelled", Some(0.4));
        limit.settle("m", "cancelled", None, true);
        assert_eq!(limit.spent_usd(), 0.4);
        submit(&limit, "unknown", None);
        limit.settle("m", "unknown", None, false);
        assert_eq!(limit.spent_usd(), 0.4);
    }

    #[test]
    fn a_dropped_submit_counts_once_it_is_sent() {
        let limit = limit(1.0);
        drop(limit.reserve("m", Some(0.4)).unwrap());
        assert_eq!(limit.spent_usd(), 0.0);
        let mut reservation = limit.reserve("m", Some(0.4)).unwrap();
        reservation.mark_sent();
        drop(reservation);
        assert_eq!(limit.spent_usd(), 0.4);
    }

    #[test]
    fn a_price_for_each_second_counts_the_duration() {
        let about = About {
            base_price_usd: Some(0.05),
            price_unit: Some("second"),
            ..About::NONE
        };
        for (input, expected) in [
            (json!({ "duration": 8 }), Some(0.4)),
            (json!({ "duration": "8s" }), Some(0.4)),
            (json!({ "duration": "auto" }), None),
            (json!({}), None),
        ] {
            assert_eq!(estimate_usd(&about, &input), expected, "{input}");
        }
        assert_eq!(estimate_usd(&About::NONE, &json!({})), None);
    }
}
