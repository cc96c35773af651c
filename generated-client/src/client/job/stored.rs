//! Jobs as they are stored: `{"model_id", "request_id"}`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::client::http::check_request_id;
use crate::model::Model;

/// A stored job: `{"model_id", "request_id"}`.
///
/// Deserializing a job of another model than `M` is an error, because its output would be read
/// with the wrong type.
pub struct StoredJob<M: Model> {
    request_id: String,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> StoredJob<M> {
    pub(super) fn new(request_id: &str) -> Self {
        Self {
            request_id: request_id.to_owned(),
            model: PhantomData,
        }
    }

    /// The id of the job.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    pub(crate) fn into_request_id(self) -> String {
        self.request_id
    }
}

impl<M: Model> Clone for StoredJob<M> {
    fn clone(&self) -> Self {
        Self::new(&self.request_id)
    }
}

impl<M: Model> PartialEq for StoredJob<M> {
    fn eq(&self, other: &Self) -> bool {
        self.request_id == other.request_id
    }
}

impl<M: Model> Eq for StoredJob<M> {}

impl<M: Model> fmt::Debug for StoredJob<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StoredJob")
            .field("model_id", &M::ID)
            .field("request_id", &self.request_id)
            .finish()
    }
}

impl<M: Model> Serialize for StoredJob<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut job = serializer.serialize_struct("Job", 2)?;
        job.serialize_field("model_id", M::ID)?;
        job.serialize_field("request_id", &self.request_id)?;
        job.end()
    }
}

impl<'de, M: Model> Deserialize<'de> for StoredJob<M> {
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
        if model_id != M::ID {
            return Err(D::Error::custom(format!(
                "a job of the model {model_id:?} instead of {:?}",
                M::ID
            )));
        }
        check_request_id(&request_id).map_err(D::Error::custom)?;
        Ok(Self {
            request_id,
            model: PhantomData,
        })
    }
}
