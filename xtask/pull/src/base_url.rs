//! The URL that the paths of all requests are appended to.

use url::{Host, Url};

use crate::error::Error;

/// A base URL without `/v1` at its end. The rules for it are those of the client.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    /// Parses a base URL. Over `http` the token is sent unencrypted, so `http` is accepted for this
    /// machine only.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason: &str| Error::BaseUrl(reason.to_owned());
        let text = text.trim().trim_end_matches('/');
        let text = text.strip_suffix("/v1").unwrap_or(text);
        let url = Url::parse(text).map_err(|error| invalid(&error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("it contains a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("it contains a query or a fragment"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(invalid("it must be https, or http for this machine")),
        }
        Ok(Self(url))
    }

    /// Whether requests stay on this machine.
    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The URL of a request. `path` must already be percent-encoded and begin with `/v1/`. It may have a
    /// query.
    pub(crate) fn at(&self, path: &str) -> Url {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url.set_query(query);
        url
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

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    #[test]
    fn a_base_url_is_https_or_local_and_has_nothing_but_a_path() {
        for (base, expected) in [
            ("https://a.example", "https://a.example/v1/models?limit=5"),
            (
                "https://a.example/b/v1/",
                "https://a.example/b/v1/models?limit=5",
            ),
            ("http://[::1]:80", "http://[::1]/v1/models?limit=5"),
        ] {
            let url = BaseUrl::parse(base).unwrap().at("/v1/models?limit=5");
            assert_eq!(url.as_str(), expected);
        }
        for invalid in [
            "http://a.example",
            "http://localhost.example",
            "ftp://localhost",
            "https://user:pw@a.example",
            "https://a.example?b",
            "a.example",
            "",
        ] {
            assert!(BaseUrl::parse(invalid).is_err(), "{invalid}");
        }
    }
}
