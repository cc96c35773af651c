//! The URLs of API calls. All are on the configured origin.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use url::{Host, Url};

use crate::client::error::{Error, ErrorKind};

/// The characters to percent-encode in a path segment: all except the unreserved ones of RFC 3986.
pub(super) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The URL that the paths of all calls are appended to.
#[derive(Clone)]
pub(crate) struct BaseUrl {
    url: Url,
    /// The path of `url`, without a trailing slash.
    prefix: String,
}

impl BaseUrl {
    /// Parses a base URL. `http` would expose the token to the network, so it is accepted for loopback
    /// addresses only.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        // The URL is not quoted: it may contain a password.
        let invalid =
            |why: &str| Error::new(ErrorKind::Configuration, format!("invalid base URL: {why}"));
        let url = Url::parse(text.trim()).map_err(|error| invalid(&error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("it contains a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("it contains a query or a fragment"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => {
                return Err(invalid(
                    "over http the token is readable on the way; http is accepted for localhost, \
                     127.0.0.0/8 and [::1] only",
                ));
            }
            _ => return Err(invalid("its scheme is not https")),
        }
        let prefix = url.path().trim_end_matches('/').to_owned();
        Ok(Self { url, prefix })
    }

    /// Whether requests need TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether requests stay on this machine.
    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The URL of a submit. `path` is [`Model::PATH`](crate::Model::PATH).
    pub(crate) fn submit(&self, path: &str) -> Url {
        self.at(path)
    }

    /// The URL of a call about a job.
    pub(crate) fn request(&self, request_id: &str, call: &str) -> Url {
        self.at(&format!("/v1/requests/{}/{call}", path_segment(request_id)))
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.prefix));
        url
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(out)
    }
}

/// Percent-encodes a path segment.
pub(crate) fn path_segment(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, SEGMENT)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_may_have_a_path() {
        for base in [
            "https://proxy.example/runcomfy",
            "https://proxy.example/runcomfy/",
        ] {
            let base = BaseUrl::parse(base).unwrap();
            let submit = base.submit("/v1/models/minimax/Hailuo%20Video%2001%20Live");
            assert_eq!(
                submit.as_str(),
                "https://proxy.example/runcomfy/v1/models/minimax/Hailuo%20Video%2001%20Live"
            );
            assert_eq!(
                base.request("r-1", "status").as_str(),
                "https://proxy.example/runcomfy/v1/requests/r-1/status"
            );
        }
        let plain = BaseUrl::parse("https://model-api.runcomfy.net").unwrap();
        assert_eq!(
            plain.request("r", "result").as_str(),
            "https://model-api.runcomfy.net/v1/requests/r/result"
        );
    }

    #[test]
    fn http_is_accepted_for_loopback_only() {
        for local in [
            "http://localhost:1",
            "http://127.9.9.9",
            "http://[::1]:80/api",
        ] {
            assert!(BaseUrl::parse(local).unwrap().is_local(), "{local}");
        }
        let invalid = [
            "http://model-api.runcomfy.net",
            "http://10.0.0.1",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "ftp://localhost",
            "https://user:pw@host",
            "https://host?a",
            "https://host#a",
            "not a url",
            "",
            "file:///etc",
        ];
        for url in invalid {
            let error = BaseUrl::parse(url)
                .err()
                .unwrap_or_else(|| panic!("{url} was accepted"));
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(!error.to_string().contains("pw"));
        }
    }
}
