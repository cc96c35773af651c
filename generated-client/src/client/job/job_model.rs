//! The trait of a job's model, and the placeholder type for models that are known at run time only.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Model, ModelOutput};

/// The type parameter of a [`Job`](crate::Job), which determines the type of its output. Implemented
/// by every [`Model`] and by [`Untyped`].
pub trait JobModel: Copy + Debug + Send + Sync + 'static {
    /// The output of a job that succeeded.
    type Output: ModelOutput;

    /// The model id, or `None` if it is known at run time only.
    #[doc(hidden)]
    const STATIC_ID: Option<&'static str>;
}

impl<M: Model> JobModel for M {
    type Output = M::Output;
    const STATIC_ID: Option<&'static str> = Some(M::ID);
}

/// A model that is known at run time only, see [`Client::submit_json`](crate::Client::submit_json).
/// The output is JSON.
#[derive(Clone, Copy, Debug)]
pub struct Untyped;

impl JobModel for Untyped {
    type Output = JsonOutput;
    const STATIC_ID: Option<&'static str> = None;
}

/// The output of an [`Untyped`] model: any JSON but null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonOutput(pub Value);

impl ModelOutput for JsonOutput {
    /// Accepts every value except null.
    fn from_value(value: Value) -> Result<Self, Value> {
        if value.is_null() {
            return Err(value);
        }
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}
