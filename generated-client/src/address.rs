//! Where requests go: always to the configured origin, on paths that are built here.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

use crate::error::{Error, ErrorKind};

/// All that RFC 3986 does not call unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The address that all paths are put behind.
#[derive(Clone)]
pub(crate) struct BaseUrl {
    url: Url,
    /// The path of `url` without a slash at its end.
    prefix: String,
}

impl BaseUrl {
    /// Reads a base address. The token goes there in clear text unless it is `https`, so `http` is
    /// for this machine only.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        // The text is not repeated: an address may hold a password.
        let wrong = |why: &str| {
            Error::new(
                ErrorKind::Configuration,
                format!("the base URL cannot be used: {why}"),
            )
        };
        let url = Url::parse(text.trim()).map_err(|error| wrong(&error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it holds a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it holds a query or a fragment"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => {
                return Err(wrong(
                    "over http the token would be readable on its way; \
                     http is for localhost, 127.0.0.0/8 and [::1] only",
                ));
            }
            _ => return Err(wrong("its scheme is not https")),
        }
        let prefix = url.path().trim_end_matches('/').to_owned();
        Ok(Self { url, prefix })
    }

    /// Whether requests stay on this machine, without TLS.
    pub(crate) fn is_local(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// The address of a submit; `path` is [`Model::PATH`](crate::Model::PATH).
    pub(crate) fn submit(&self, path: &str) -> Url {
        self.at(path)
    }

    /// The address of a call about a job. The id was found [plausible](check_request_id).
    pub(crate) fn request(&self, request_id: &str, call: &str) -> Url {
        self.at(&format!(
            "/v1/requests/{}/{call}",
            utf8_percent_encode(request_id, SEGMENT)
        ))
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

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a text can be a request id: 1 to 128 of `A-Z a-z 0-9 _ - .`, and neither `.` nor `..`.
///
/// The provider's are UUIDs, but nobody has said that they stay so. What is excluded could lead
/// away from the path it is put into (`/`, `?`, `..`), hide in a log line, or is no id but a text
/// that stands where one is expected.
pub(crate) fn is_request_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(allowed) && text != "." && text != ".."
}

/// The error for a text that [cannot be a request id](is_request_id).
pub(crate) fn check_request_id(text: &str) -> Result<(), Error> {
    if is_request_id(text) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        "this cannot be a request id: 1 to 128 characters of A-Z, a-z, 0-9, `_`, `-` and `.` \
         are expected",
    ))
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
    fn plain_http_is_for_this_machine_only() {
        for local in [
            "http://localhost:1",
            "http://127.9.9.9",
            "http://[::1]:80/api",
        ] {
            assert!(BaseUrl::parse(local).unwrap().is_local(), "{local}");
        }
        let bad = [
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
        for bad in bad {
            let error = BaseUrl::parse(bad)
                .err()
                .unwrap_or_else(|| panic!("took {bad}"));
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(!error.to_string().contains("pw"));
        }
    }

    #[test]
    fn only_what_can_be_a_request_id_is_one() {
        let longest = "x".repeat(128);
        for good in ["a", "8f3a-1.2_Z", "...", &longest] {
            assert!(is_request_id(good), "{good}");
        }
        let too_long = "x".repeat(129);
        for bad in [
            "", ".", "..", "a/b", "a b", "a?b", "a%2fb", "é", "a\n", "a#", &too_long,
        ] {
            assert!(!is_request_id(bad), "{bad}");
        }
    }
}
