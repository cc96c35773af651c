//! What reached the server: one record a request, and the counters.

use std::collections::{BTreeMap, VecDeque};

use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use crate::Fault;

/// Records kept at most where nothing else is said; the oldest go first. The counters go on counting.
pub(crate) const KEPT: usize = 10_000;

/// The kinds of request the server tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// `POST /v1/models/{model_id}`.
    Submit,
    /// `GET /v1/requests/{request_id}/status`.
    Status,
    /// `GET /v1/requests/{request_id}/result`.
    Result,
    /// `POST /v1/requests/{request_id}/cancel`.
    Cancel,
    /// `GET /v1/models` and `GET /v1/models/{model_id}`.
    Catalogue,
    /// `GET` or `HEAD /files/…`.
    File,
    /// Anything else: it is answered 404 or 405.
    Other,
}

impl Call {
    /// Names the call a request line stands for.
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        let get = *method == Method::GET || *method == Method::HEAD;
        let post = *method == Method::POST;
        if path.starts_with("/files/") && get {
            return Self::File;
        }
        if let Some(request) = path.strip_prefix("/v1/requests/") {
            return match request.split_once('/').map(|(_, call)| call) {
                Some("status") if get => Self::Status,
                Some("result") if get => Self::Result,
                Some("cancel") if post => Self::Cancel,
                _ => Self::Other,
            };
        }
        let model = path
            .strip_prefix("/v1/models/")
            .is_some_and(|id| !id.is_empty());
        match () {
            () if model && post => Self::Submit,
            () if get && (model || path == "/v1/models") => Self::Catalogue,
            () => Self::Other,
        }
    }
}

/// One request as it arrived, and what became of it.
#[derive(Clone, Debug)]
pub struct CallRecord {
    /// Number of the request, from 0, in order of arrival.
    pub seq: u64,
    /// Which call it was.
    pub call: Call,
    /// When its head was read, on tokio's clock.
    pub at: Instant,
    /// The HTTP method.
    pub method: Method,
    /// Path and query exactly as sent, percent signs and all.
    pub path: String,
    /// Its headers, the `Authorization` among them.
    pub headers: HeaderMap,
    /// Its body; empty when the body was not read ([`Fault::ResetBeforeRead`]).
    pub body: Bytes,
    /// The fault that was injected, if one was.
    pub fault: Option<Fault>,
    /// The id of the job this submit created, even if the answer never said so.
    pub accepted: Option<String>,
    /// HTTP status of the answer; `None` when none was given, or none yet.
    pub status: Option<u16>,
}

impl CallRecord {
    /// A header's value as text. `None` when the header is missing or is not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON. `None` when it is not JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// The counters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// How many requests of each call arrived, whatever became of them.
    pub reached: BTreeMap<Call, u64>,
    /// How many submits created a job: what the provider would bill.
    pub accepted: u64,
    /// How many jobs were cancelled while they were in the queue, by a cancel call.
    pub cancelled: u64,
    /// How many faults were injected, connections reset at once included.
    pub faults: u64,
    /// How many connections were made.
    pub connections: u64,
}

impl Stats {
    /// How many requests of one call arrived.
    #[must_use]
    pub fn reached(&self, call: Call) -> u64 {
        self.reached.get(&call).copied().unwrap_or(0)
    }
}

/// The log and the counters together.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub(crate) stats: Stats,
    next: u64,
    most: usize,
    kept: VecDeque<CallRecord>,
}

impl Records {
    /// A log of at most so many records.
    pub(crate) fn of_at_most(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Enters a request and returns its number.
    pub(crate) fn arrived(
        &mut self,
        call: Call,
        method: Method,
        path: String,
        headers: HeaderMap,
    ) -> u64 {
        let seq = self.next;
        self.next += 1;
        *self.stats.reached.entry(call).or_default() += 1;
        if self.most == 0 {
            return seq;
        }
        if self.kept.len() == self.most {
            self.kept.pop_front();
        }
        self.kept.push_back(CallRecord {
            seq,
            call,
            at: Instant::now(),
            method,
            path,
            headers,
            body: Bytes::new(),
            fault: None,
            accepted: None,
            status: None,
        });
        seq
    }

    /// Adds to the record of a request what has become known, if it is still kept.
    pub(crate) fn amend(&mut self, seq: u64, change: impl FnOnce(&mut CallRecord)) {
        if let Some(record) = self.kept.iter_mut().rev().find(|record| record.seq == seq) {
            change(record);
        }
    }

    pub(crate) fn all(&self) -> Vec<CallRecord> {
        self.kept.iter().cloned().collect()
    }
}
