//! Requests to hosts other than the API: media files that are read or downloaded.
//!
//! These requests use a separate HTTP client, which sends no token, cookies or referrer. The settings of
//! [`ClientBuilder::http`](crate::ClientBuilder::http), such as headers and proxies, do not apply to it.

mod address;
mod client;
mod policy;
mod tls;

use std::error::Error as StdError;

pub(crate) use client::{EgressClient, EgressError, is_encoded};
pub(crate) use policy::HostPolicy;
pub(crate) use tls::set_up_tls;

/// Why a URL is not requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// The text is not an absolute URL.
    #[error("not an absolute URL")]
    NotAUrl,
    /// The scheme is not `https`. `http` is accepted only for loopback hosts, and
    /// only if loopback hosts are allowed.
    #[error("not an https URL")]
    NotHttps,
    /// The URL contains a user name or a password.
    #[error("the URL contains credentials")]
    Credentials,
    /// The host is an address that is not public (loopback, private, link-local or reserved), or its name
    /// resolves only to such addresses. Also returned if a remote server redirects to a loopback host.
    #[error("the host is not at a public address")]
    NotPublic,
    /// The name of the host cannot be resolved, so its address cannot be checked.
    #[error("the name of the host cannot be resolved")]
    Unresolved,
    /// `https` is not available, because the program has installed no crypto provider. Not returned if
    /// no TLS feature is enabled: requests to `https` URLs then fail with a network error.
    #[error("https is not available: no crypto provider is installed")]
    NoTls,
    /// More than five redirects.
    #[error("too many redirects")]
    TooManyRedirects,
}

impl UrlError {
    /// The `UrlError` among the causes of a failed request.
    fn find_in(error: &reqwest::Error) -> Option<Self> {
        let mut cause: Option<&(dyn StdError + 'static)> = error.source();
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(*found);
            }
            cause = error.source();
        }
        None
    }
}
