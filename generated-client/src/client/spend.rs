//! The spend limit of a client.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::error::{Error, ErrorKind};
use crate::about::About;

/// What the jobs of a client cost so far, and the limit.
#[derive(Debug)]
pub(crate) struct SpendLimit {
    limit_usd: f64,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    total_usd: f64,
    /// The amounts that are part of the total, for jobs whose cost is unknown.
    reserved: HashMap<String, f64>,
    /// The highest known cost of a job of each model.
    known_costs: HashMap<String, f64>,
}

/// The amount of a submit in progress, part of the total unless it is released.
#[derive(Debug)]
pub(crate) struct Reservation {
    amount_usd: f64,
}

impl SpendLimit {
    /// # Errors
    ///
    /// The limit is negative or not a number.
    pub(crate) fn new(limit_usd: f64) -> Result<Self, Error> {
        if limit_usd.is_nan() || limit_usd < 0.0 {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("{limit_usd} USD cannot be a spend limit"),
            ));
        }
        Ok(Self {
            limit_usd,
            spent: Mutex::default(),
        })
    }

    /// The total so far, in USD.
    pub(crate) fn spent_usd(&self) -> f64 {
        self.lock().total_usd
    }

    /// Adds a submit to the total: the estimate, or the highest known cost of the model if that is
    /// higher. If neither is known, all that is left is reserved, so that jobs of unknown cost run
    /// one at a time.
    ///
    /// # Errors
    ///
    /// The total would exceed the limit. Nothing was added.
    pub(crate) fn reserve(
        &self,
        model_id: &str,
        estimate_usd: Option<f64>,
    ) -> Result<Reservation, Error> {
        let mut spent = self.lock();
        let known_cost = spent.known_costs.get(model_id).copied();
        let left = self.limit_usd - spent.total_usd;
        let (amount_usd, fits) = match (estimate_usd, known_cost) {
            (None, None) => (left, left > 0.0),
            (estimate, known) => {
                let amount = estimate.unwrap_or_default().max(known.unwrap_or_default());
                (amount, amount <= left)
            }
        };
        if !fits {
            return Err(Error::new(
                ErrorKind::SpendLimit,
                format!(
                    "the submit to {model_id} was not sent: {:.4} of the limit of {:.4} USD are \
                     spent or reserved for jobs whose cost is not known yet",
                    spent.total_usd, self.limit_usd
                ),
            ));
        }
        spent.total_usd += amount_usd;
        Ok(Reservation { amount_usd })
    }

    /// Removes a submit that created no job.
    pub(crate) fn release(&self, reservation: &Reservation) {
        self.lock().total_usd -= reservation.amount_usd;
    }

    /// Keeps the amount of a job until its cost is known.
    pub(crate) fn assign(&self, reservation: &Reservation, request_id: &str) {
        let amount = reservation.amount_usd;
        self.lock().reserved.insert(request_id.to_owned(), amount);
    }

    /// Replaces the amount of a job by its cost.
    pub(crate) fn settle(&self, model_id: &str, request_id: &str, cost_usd: f64) {
        let mut spent = self.lock();
        // A resumed job was submitted by another client and is not part of the total.
        if let Some(amount) = spent.reserved.remove(request_id) {
            spent.total_usd += cost_usd - amount;
        }
        let known = spent.known_costs.entry(model_id.to_owned()).or_default();
        *known = known.max(cost_usd);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The estimated cost of an input in USD: the base price, times the `duration` of the input if it
/// is a price for each second. `None` if the model has no price.
pub(crate) fn estimate_usd(about: &About, input: &Value) -> Option<f64> {
    let price = about.base_price_usd?;
    let duration = input.get("duration").and_then(seconds);
    Some(match (about.price_unit, duration) {
        (Some("second"), Some(seconds)) => price * seconds,
        _ => price,
    })
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

    #[test]
    fn costs_replace_estimates() {
        let limit = SpendLimit::new(1.0).unwrap();
        let reserve = |usd| limit.reserve("m", Some(usd));
        let first = reserve(0.4).unwrap();
        limit.assign(&first, "a");
        let second = reserve(0.4).unwrap();
        assert_eq!(reserve(0.4).unwrap_err().kind(), ErrorKind::SpendLimit);
        limit.release(&second);
        limit.settle("m", "a", 0.1);
        limit.settle("m", "a", 0.1);
        limit.settle("m", "unknown", 0.5);
        assert!((limit.spent_usd() - 0.1).abs() < 1e-9);
        // The highest known cost replaces a lower estimate.
        limit.assign(&reserve(0.1).unwrap(), "b");
        assert!((limit.spent_usd() - 0.6).abs() < 1e-9);
    }

    #[test]
    fn jobs_of_unknown_cost_run_one_at_a_time() {
        let limit = SpendLimit::new(1.0).unwrap();
        let first = limit.reserve("m", None).unwrap();
        assert!(limit.reserve("m", None).is_err());
        assert!(limit.reserve("other", Some(0.1)).is_err());
        limit.assign(&first, "a");
        limit.settle("m", "a", 0.3);
        limit.assign(&limit.reserve("m", None).unwrap(), "b");
        limit.assign(&limit.reserve("m", None).unwrap(), "c");
        assert!(limit.reserve("m", None).is_err());
    }

    #[test]
    fn a_price_for_each_second_counts_the_duration() {
        let about = About {
            base_price_usd: Some(0.05),
            price_unit: Some("second"),
            ..About::NONE
        };
        for (input, expected) in [
            (json!({ "duration": 8 }), 0.4),
            (json!({ "duration": "8s" }), 0.4),
            (json!({ "duration": "auto" }), 0.05),
            (json!({}), 0.05),
        ] {
            let estimate = estimate_usd(&about, &input).unwrap();
            assert!((estimate - expected).abs() < 1e-9, "{input}");
        }
        assert_eq!(estimate_usd(&About::NONE, &json!({})), None);
    }
}
