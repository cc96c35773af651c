//! The ways in which a call can fail, and which of them allow a repeat.

/// How a call failed. If the error code of a 2xx response contains an HTTP status, that status determines
/// the variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The request was not sent, usually because name resolution, routing, TCP or TLS failed.
    NeverConnected,
    /// No complete response arrived in time.
    TimedOut,
    /// The connection ended before or within the response.
    ConnectionLost,
    /// HTTP 429.
    RateLimited,
    /// HTTP 503.
    Unavailable,
    /// Any other 5xx.
    ServerError,
    /// HTTP 408.
    RequestTimeout,
    /// HTTP 499, with which proxies report that the client closed the connection.
    ClientClosed,
    /// Any other 4xx.
    Refused,
    /// HTTP 3xx.
    Redirected,
    /// A response that cannot be interpreted: it is not a JSON object, lacks a required member, or has an
    /// unknown status or error code.
    Unreadable,
    /// A response beyond the size limit.
    TooLarge,
}

/// What a failed submit means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubmitDecision {
    /// No job was created, and the same request may succeed later.
    Retry,
    /// No job was created, and the submit is not repeated.
    Refused,
    /// A job may have been created.
    Uncertain,
}

impl Failure {
    /// The failure that an HTTP status means.
    pub(crate) fn from_status(status: u16) -> Self {
        match status {
            300..=399 => Self::Redirected,
            408 => Self::RequestTimeout,
            429 => Self::RateLimited,
            499 => Self::ClientClosed,
            400..=499 => Self::Refused,
            503 => Self::Unavailable,
            500..=599 => Self::ServerError,
            _ => Self::Unreadable,
        }
    }

    /// Whether an idempotent call (status, result, cancel) is worth repeating.
    pub(crate) fn is_retryable(self) -> bool {
        match self {
            // Name resolution, routes and servers may recover.
            Self::NeverConnected => true,
            // The next response may be faster.
            Self::TimedOut => true,
            // Connections break at random.
            Self::ConnectionLost => true,
            // The server asks for a later attempt.
            Self::RateLimited | Self::Unavailable => true,
            // One of several servers may be broken.
            Self::ServerError => true,
            // The request arrived too slowly, or the connection was closed before the response.
            Self::RequestTimeout | Self::ClientClosed => true,
            // A token or an id does not become valid by itself.
            Self::Refused => false,
            // Redirects are not followed.
            Self::Redirected => false,
            // Usually the error page of an overloaded proxy.
            Self::Unreadable => true,
            // The response would be as large again.
            Self::TooLarge => false,
        }
    }

    /// Decides whether a submit that failed in this way may have created a job, and whether it may be
    /// repeated.
    pub(crate) fn submit_decision(self) -> SubmitDecision {
        match self {
            // Nothing of the request was sent.
            Self::NeverConnected => SubmitDecision::Retry,
            // The request may have been sent, but its response was not received completely.
            Self::TimedOut | Self::ConnectionLost => SubmitDecision::Uncertain,
            // No job was created, provided that the API itself sent the error, not a gateway. The caller
            // checks that.
            Self::RateLimited | Self::Unavailable => SubmitDecision::Retry,
            // A server, or a gateway before it, can fail after the job was created.
            Self::ServerError => SubmitDecision::Uncertain,
            // It is unknown how much of the request the server had read.
            Self::RequestTimeout | Self::ClientClosed => SubmitDecision::Uncertain,
            // The server understood and declined the request. The caller checks that the response
            // names no job.
            Self::Refused => SubmitDecision::Refused,
            // Some servers redirect after a successful POST.
            Self::Redirected => SubmitDecision::Uncertain,
            // The response may be a success that cannot be read.
            Self::Unreadable | Self::TooLarge => SubmitDecision::Uncertain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submit_is_repeated_only_if_no_job_can_have_been_created() {
        use Failure::*;
        let all = [
            NeverConnected,
            TimedOut,
            ConnectionLost,
            RateLimited,
            Unavailable,
            ServerError,
            RequestTimeout,
            ClientClosed,
            Refused,
            Redirected,
            Unreadable,
            TooLarge,
        ];
        let with = |decision| {
            all.into_iter()
                .filter(move |failure| failure.submit_decision() == decision)
        };
        let retried: Vec<Failure> = with(SubmitDecision::Retry).collect();
        assert_eq!(retried, [NeverConnected, RateLimited, Unavailable]);
        let refused: Vec<Failure> = with(SubmitDecision::Refused).collect();
        assert_eq!(refused, [Refused]);
        let final_for_reads: Vec<Failure> = all
            .into_iter()
            .filter(|failure| !failure.is_retryable())
            .collect();
        assert_eq!(final_for_reads, [Refused, Redirected, TooLarge]);
    }
}
