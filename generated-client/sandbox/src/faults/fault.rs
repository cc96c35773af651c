//! The faults that can be injected.

use std::time::Duration;

use serde_json::Value;

/// A fault that is injected into a response.
///
/// A fault either **replaces** the regular response or **modifies** it. If it replaces the response,
/// the request takes effect only if the rule says so
/// ([`FaultRule::with_effect`](crate::FaultRule::with_effect)). If it modifies the response, the
/// request always takes effect. Faults that modify JSON do not change error responses or bodies that
/// are not a JSON object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// Replaces: HTTP 429.
    RateLimited {
        /// The `Retry-After` header, in whole seconds, rounded up. `None`: no header.
        retry_after: Option<Duration>,
    },
    /// Replaces: any HTTP status with any JSON body.
    Status {
        /// 200 to 599. Any other value is sent as 500.
        status: u16,
        /// The body.
        body: Value,
    },
    /// Replaces: any HTTP status, headers and text. Covers what other variants do not, such as a
    /// `Retry-After` that is a date, or an HTML page of a proxy.
    Response {
        /// 200 to 599. Any other value is sent as 500.
        status: u16,
        /// Names and values. Invalid headers are omitted. If a name occurs several times, only the last
        /// value is sent.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
    },
    /// Replaces: HTTP 200 with `{"error_code", "error_message"}`, as some of the provider's APIs
    /// report errors.
    ErrorBody200 {
        /// The provider's code, such as 400002 (insufficient balance).
        error_code: i64,
        /// The provider's text.
        message: String,
    },
    /// Replaces: a TCP reset after the head of the request was read, before its body. The request
    /// never takes effect.
    ResetBeforeRead,
    /// Replaces: a TCP reset after the whole request was read.
    ResetAfterRead,
    /// Replaces: HTTP 200, `application/json`, and text that is not JSON.
    Garbage,
    /// Replaces: a redirect to another origin.
    Redirect {
        /// 301, 302, 303, 307 or 308. The last two ask the client to repeat the body.
        status: u16,
        /// An origin such as `http://127.0.0.1:9000`. The path and query of the request are
        /// appended.
        to: String,
    },
    /// Modifies: the head has the full `Content-Length`, but the connection ends after the first half of
    /// the body.
    TruncatedResponse,
    /// Modifies: the head is sent without delay, then the body one byte at a time on tokio's clock.
    Slow {
        /// The delay before each byte.
        per_byte: Duration,
    },
    /// Modifies: a delay on tokio's clock, after the request took effect and before the response. A
    /// long delay simulates a server that never responds.
    Delay(Duration),
    /// Modifies: `status` becomes an undocumented state (`on_hold`), and `output` is removed.
    UnknownState,
    /// Modifies: `status` becomes this text. Nothing else changes.
    State(String),
    /// Modifies: the `status` of a job that has not ended becomes this text, such as `pending`,
    /// `waiting`, `starting`, `processing` or `queued`.
    UnfinishedState(String),
    /// Modifies: a response whose `status` is `in_queue` or `in_progress` becomes HTTP 400 with the
    /// `error_code` 400005.
    UnfinishedAs400,
    /// Modifies: a submit creates a job, and this job fails. The value is used as in
    /// [`Outcome::Fail`](crate::Outcome::Fail).
    FailedJob(Value),
    /// Modifies: in `status` and `outcome`, `cancelled` becomes `canceled` and `succeeded` becomes
    /// `success`. Other clients have observed these spellings.
    AlternativeSpelling,
    /// Modifies: adds undocumented fields to the response and to its `output`.
    UnknownFields,
    /// Modifies: in `output`, every array becomes its first item (`null` if it is empty), and every
    /// other value becomes an array of one item.
    SwappedOutput,
    /// Modifies: `output`, if there is one, becomes this value, such as a string, an array, a number
    /// or `null`.
    Output(Value),
    /// Modifies: `outcome` becomes this text, such as `cancellation_requested`. `None` removes it.
    CancelOutcome(Option<String>),
    /// Modifies: the `total` of a page of the catalogue becomes this number.
    CatalogueTotal(u64),
    /// Modifies: the catalogue ignores `offset` and repeats its first page.
    RepeatedPage,
    /// Modifies: the entries on a page of the catalogue have no `input_schema`, although it was
    /// requested. Requests for one model are unaffected.
    WithoutSchemas,
}

impl Fault {
    /// HTTP 200 with an error body that reports an insufficient balance (400002).
    #[must_use]
    pub fn insufficient_balance_200() -> Self {
        Self::ErrorBody200 {
            error_code: 400_002,
            message: "Insufficient balance".to_owned(),
        }
    }

    /// HTTP 400 with an error body that reports an invalid or expired token (400004).
    #[must_use]
    pub fn invalid_token_400() -> Self {
        Self::Status {
            status: 400,
            body: serde_json::json!({
                "error_code": 400_004,
                "error_message": "Invalid or expired API token",
            }),
        }
    }

    /// An HTTP status, such as a 5xx, with a JSON body that has only an `error_message`.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status {
            status,
            body: serde_json::json!({ "error_message": format!("planned HTTP {status}") }),
        }
    }

    /// Whether the regular response is modified rather than replaced.
    #[must_use]
    pub fn modifies_response(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Status { .. }
            | Self::Response { .. }
            | Self::ErrorBody200 { .. }
            | Self::ResetBeforeRead
            | Self::ResetAfterRead
            | Self::Garbage
            | Self::Redirect { .. } => false,
            Self::TruncatedResponse
            | Self::Slow { .. }
            | Self::Delay(_)
            | Self::UnknownState
            | Self::State(_)
            | Self::UnfinishedState(_)
            | Self::UnfinishedAs400
            | Self::FailedJob(_)
            | Self::AlternativeSpelling
            | Self::UnknownFields
            | Self::SwappedOutput
            | Self::Output(_)
            | Self::CancelOutcome(_)
            | Self::CatalogueTotal(_)
            | Self::RepeatedPage
            | Self::WithoutSchemas => true,
        }
    }
}
