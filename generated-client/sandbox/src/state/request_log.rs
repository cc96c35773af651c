//! The log of requests, and counters.

use std::collections::{BTreeMap, VecDeque};

use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::faults::Fault;

/// The default maximum number of recorded requests.
pub(crate) const DEFAULT_CAPACITY: usize = 10_000;

/// A request as received, and how it was handled.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The number of the request, counted from 0.
    pub seq: u64,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// When its head was read, on tokio's clock.
    pub received_at: Instant,
    /// The HTTP method.
    pub method: Method,
    /// Path and query as sent, percent-encoded.
    pub path: String,
    /// The headers, including `Authorization`.
    pub headers: HeaderMap,
    /// The body. Empty if it was not read ([`Fault::ResetBeforeRead`]), was incomplete or was larger than
    /// 64 MiB.
    pub body: Bytes,
    /// The injected fault.
    pub fault: Option<Fault>,
    /// The request id of the job that the request created, even if the response did not contain it.
    /// `None` if the request created no job.
    pub created_job: Option<String>,
    /// The HTTP status of the response. `None` until there is a response, or if the connection was reset
    /// instead.
    pub status: Option<u16>,
}

impl RecordedRequest {
    /// The value of a header. `None` if it is missing or is not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON. `None` if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Counters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Received requests by endpoint, including those with a fault.
    pub requests: BTreeMap<Endpoint, u64>,
    /// Submits that created a job. The provider would bill each of them.
    pub accepted: u64,
    /// Jobs that a cancel request cancelled.
    pub cancelled: u64,
    /// Injected faults, including connections that were reset when accepted.
    pub faults: u64,
    /// Accepted connections.
    pub connections: u64,
}

impl Stats {
    /// The number of requests to an endpoint.
    #[must_use]
    pub fn requests(&self, endpoint: Endpoint) -> u64 {
        self.requests.get(&endpoint).copied().unwrap_or(0)
    }
}

/// The most recent requests, and counters over all requests.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    pub(crate) stats: Stats,
    capacity: usize,
    entries: VecDeque<RecordedRequest>,
}

impl RequestLog {
    /// A log of at most `capacity` requests.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            ..Self::default()
        }
    }

    /// Records a request and returns its number.
    pub(crate) fn record(
        &mut self,
        endpoint: Endpoint,
        method: Method,
        path: String,
        headers: HeaderMap,
    ) -> u64 {
        let seq = self.stats.requests.values().sum();
        *self.stats.requests.entry(endpoint).or_default() += 1;
        if self.capacity == 0 {
            return seq;
        }
        if self.entries.len() == self.capacity {
            self.entries.pop_front();
        }
        self.entries.push_back(RecordedRequest {
            seq,
            endpoint,
            received_at: Instant::now(),
            method,
            path,
            headers,
            body: Bytes::new(),
            fault: None,
            created_job: None,
            status: None,
        });
        seq
    }

    /// Updates the record of a request, if the log still contains it.
    pub(crate) fn update(&mut self, seq: u64, change: impl FnOnce(&mut RecordedRequest)) {
        let mut entries = self.entries.iter_mut().rev();
        if let Some(request) = entries.find(|request| request.seq == seq) {
            change(request);
        }
    }

    pub(crate) fn entries(&self) -> Vec<RecordedRequest> {
        self.entries.iter().cloned().collect()
    }
}
