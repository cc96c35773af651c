//! What can go wrong.

use std::time::Duration;

use serde_json::Value;

/// One way in which an answer goes wrong.
///
/// A fault either **replaces** the answer or **changes** the true one. A request whose answer is
/// replaced takes no effect unless its rule says so ([`Rule::accepted`](crate::Rule::accepted)); a
/// request whose answer is changed always takes effect. The JSON faults leave answers alone that
/// are errors, or are no JSON object.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Replaces: HTTP 429, with `Retry-After` in whole seconds (rounded up) if given.
    RateLimited {
        /// Value of the header; none is sent for `None`.
        retry_after: Option<Duration>,
    },
    /// Replaces: any HTTP status with any JSON body.
    Status {
        /// 200 to 599; anything else is sent as 500.
        status: u16,
        /// The whole body.
        body: Value,
    },
    /// Replaces: any HTTP status, headers and text, for what the other variants do not say, such as
    /// a `Retry-After` that is a date, or an HTML page from a proxy.
    Answer {
        /// 200 to 599; anything else is sent as 500.
        status: u16,
        /// Name and value; a pair that is no valid header is left out.
        headers: Vec<(String, String)>,
        /// The whole body.
        body: String,
    },
    /// Replaces: HTTP 200 with `{"error_code", "error_message"}`, as some of the provider's APIs do.
    ErrorBody200 {
        /// Such as 400002, no balance.
        error_code: i64,
        /// The provider's text.
        message: String,
    },
    /// Replaces: a TCP reset once the head has been read, before the body was. Never takes effect.
    ResetBeforeRead,
    /// Replaces: a TCP reset once the whole request has been read.
    ResetAfterRead,
    /// Replaces: HTTP 200, `application/json`, and text that is not JSON.
    Garbage,
    /// Replaces: a redirect to another origin.
    Redirect {
        /// 301, 302, 303, 307 or 308; the last two ask for the body to be sent again.
        status: u16,
        /// An origin such as `http://127.0.0.1:9000`; the request's own path and query follow it.
        to: String,
    },
    /// Changes: the full `Content-Length`, half of the bytes, and the end of the connection.
    HalfAnswer,
    /// Changes: the head at once, then one byte at a time on tokio's clock.
    Slow {
        /// Pause before each byte.
        per_byte: Duration,
    },
    /// Changes: waits on tokio's clock, after the request took effect and before its answer. A long
    /// time makes a server that never answers.
    Delay(Duration),
    /// Changes: `status` becomes a state nobody has heard of (`on_hold`), and `output` goes.
    UnknownState,
    /// Changes: `status` becomes this text and the rest stays.
    State(String),
    /// Changes: the other spellings seen in the wild: `canceled` for `cancelled`, `success` for
    /// `succeeded`, in `status` and `outcome`.
    Spelling,
    /// Changes: fields nobody has heard of, in the answer and in its `output`.
    UnknownFields,
    /// Changes: in `output`, every single URL becomes an array of one and every array its first item.
    SwappedOutput,
    /// Changes: `output`, where there is one, becomes this value: a string, an array, a number, `null`.
    Output(Value),
    /// Changes: `outcome` becomes this text, such as `cancellation_requested`, or goes.
    CancelOutcome(Option<String>),
}

impl Fault {
    /// HTTP 200 with an error body that says that the balance is used up (400002).
    #[must_use]
    pub fn no_balance_200() -> Self {
        Self::ErrorBody200 {
            error_code: 400_002,
            message: "Insufficient balance".to_owned(),
        }
    }

    /// A 5xx, or any other status, with a plain error body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status {
            status,
            body: serde_json::json!({ "error_message": format!("planned HTTP {status}") }),
        }
    }

    /// Whether the true answer is changed rather than replaced.
    #[must_use]
    pub fn changes_answer(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Status { .. }
            | Self::Answer { .. }
            | Self::ErrorBody200 { .. }
            | Self::ResetBeforeRead
            | Self::ResetAfterRead
            | Self::Garbage
            | Self::Redirect { .. } => false,
            Self::HalfAnswer
            | Self::Slow { .. }
            | Self::Delay(_)
            | Self::UnknownState
            | Self::State(_)
            | Self::Spelling
            | Self::UnknownFields
            | Self::SwappedOutput
            | Self::Output(_)
            | Self::CancelOutcome(_) => true,
        }
    }
}
