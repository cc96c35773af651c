//! Jobs as they are stored: `{"model_id", "request_id"}`.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::job_model::JobModel;
use crate::client::http::check_request_id;

/// A stored job: `{"model_id", "request_id"}`.
///
/// Deserializing a job of another model than `M` is an error, because its output would be read
/// with the wrong type. If `M` is [`Untyped`](crate::Untyped), jobs of every model are
/// accepted.
pub struct StoredJob<M: JobModel> {
    model_id: Arc<str>,
    request_id: String,
    model: PhantomData<fn() -> M>,
}

impl<M: JobModel> StoredJob<M> {
    pub(super) fn new(model_id: &Arc<str>, request_id: &str) -> Self {
        Self {
            model_id: model_id.clone(),
            request_id: request_id.to_owned(),
            model: PhantomData,
        }
    }

    /// The id of the model.
    #[must_use]
    pub fn model_id(&self) -> &str {
        &self.model_id
    }

    /// The id of the job.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
}

impl<M: JobModel> Clone for StoredJob<M> {
    fn clone(&self) -> Self {
        Self::new(&self.model_id, &self.request_id)
    }
}

impl<M: JobModel> PartialEq for StoredJob<M> {
    fn eq(&self, other: &Self) -> bool {
        self.model_id == other.model_id && self.request_id == other.request_id
    }
}

impl<M: JobModel> Eq for StoredJob<M> {}

impl<M: JobModel> fmt::Debug for StoredJob<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StoredJob")
            .field("model_id", &self.model_id)
            .field("request_id", &self.request_id)
            .finish()
    }
}

impl<M: JobModel> Serialize for StoredJob<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut job = serializer.serialize_struct("Job", 2)?;
        job.serialize_field("model_id", &*self.model_id)?;
        job.serialize_field("request_id", &self.request_id)?;
        job.end()
    }
}

impl<'de, M: JobModel> Deserialize<'de> for StoredJob<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Members {
            model_id: String,
            request_id: String,
        }
        let Members {
            model_id,
            request_id,
        } = Members::deserialize(deserializer)?;
        if let Some(expected) = M::STATIC_ID
            && model_id != expected
        {
            return Err(D::Error::custom(format!(
                "a job of the model {model_id:?} instead of {expected:?}"
            )));
        }
        check_request_id(&request_id).map_err(D::Error::custom)?;
        Ok(Self {
            model_id: model_id.into(),
            request_id,
            model: PhantomData,
        })
    }
}
