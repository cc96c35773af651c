//! Which hosts may be contacted.

use std::net::IpAddr;

use url::{Host, Url};

use super::UrlError;
use super::address::{is_loopback, is_public};

/// The maximum number of redirects.
const MAX_REDIRECTS: usize = 5;

/// Which hosts may be contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostPolicy {
    /// Public addresses.
    Public,
    /// Public addresses, and loopback addresses if the URL names a loopback host. Only a loopback host
    /// may redirect to a loopback host.
    PublicOrLoopback,
    /// Every address.
    Any,
}

impl HostPolicy {
    /// Returns a policy that also permits URLs with a loopback host.
    pub(crate) fn with_loopback(self) -> Self {
        match self {
            Self::Public | Self::PublicOrLoopback => Self::PublicOrLoopback,
            Self::Any => Self::Any,
        }
    }

    /// Parses a URL and checks that it may be requested.
    pub(crate) fn parse_url(self, text: &str) -> Result<Url, UrlError> {
        let url = Url::parse(text).map_err(|_| UrlError::NotAUrl)?;
        self.permits(&url)?;
        Ok(url)
    }

    fn permits(self, url: &Url) -> Result<(), UrlError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::Credentials);
        }
        let loopback = is_loopback_url(url);
        match url.scheme() {
            "https" => {}
            "http" if loopback && self != Self::Public => {}
            _ => return Err(UrlError::NotHttps),
        }
        let address = match url.host() {
            None => return Err(UrlError::NotAUrl),
            Some(Host::Domain(_)) if loopback => return self.permits_loopback(),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        if self.permits_address(address, loopback) {
            Ok(())
        } else {
            Err(UrlError::NotPublic)
        }
    }

    fn permits_loopback(self) -> Result<(), UrlError> {
        if self == Self::Public {
            Err(UrlError::NotPublic)
        } else {
            Ok(())
        }
    }

    /// Whether an address may be contacted. `is_loopback_name` is true if the URL names a loopback
    /// host.
    pub(super) fn permits_address(self, address: IpAddr, is_loopback_name: bool) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::PublicOrLoopback => {
                is_public(address) || (is_loopback_name && is_loopback(address))
            }
            Self::Any => true,
        }
    }

    /// Checks a redirect to `next` after the `previous` URLs.
    pub(super) fn permits_redirect(self, previous: &[Url], next: &Url) -> Result<(), UrlError> {
        if previous.len() > MAX_REDIRECTS {
            return Err(UrlError::TooManyRedirects);
        }
        // A remote server must not redirect to loopback.
        let is_from_remote = previous.last().is_none_or(|from| !is_loopback_url(from));
        if self != Self::Any && is_from_remote && is_loopback_url(next) {
            return Err(UrlError::NotPublic);
        }
        self.permits(next)
    }
}

fn is_loopback_url(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_loopback_name(name),
        Some(Host::Ipv4(address)) => is_loopback(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_loopback(IpAddr::V6(address)),
        None => false,
    }
}

pub(super) fn is_loopback_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::{HostPolicy, UrlError};

    #[test]
    fn a_remote_server_cannot_redirect_to_loopback() {
        let redirect = |policy: HostPolicy, from: &str, to: &str| {
            policy.permits_redirect(&[from.parse().unwrap()], &to.parse().unwrap())
        };
        let remote = "https://files.example/a.png";
        for local in ["http://127.0.0.1/", "https://localhost/", "https://[::1]/"] {
            let refused = Err(UrlError::NotPublic);
            assert_eq!(
                redirect(HostPolicy::PublicOrLoopback, remote, local),
                refused,
                "{local}"
            );
            assert_eq!(
                redirect(HostPolicy::Public, remote, local),
                refused,
                "{local}"
            );
            assert_eq!(redirect(HostPolicy::Any, remote, local), Ok(()), "{local}");
            assert_eq!(
                redirect(HostPolicy::PublicOrLoopback, local, "http://localhost:1/"),
                Ok(())
            );
            assert_eq!(
                redirect(HostPolicy::PublicOrLoopback, local, remote),
                Ok(())
            );
        }
        let plain = "http://files.example/a.png";
        for policy in [
            HostPolicy::Public,
            HostPolicy::PublicOrLoopback,
            HostPolicy::Any,
        ] {
            assert_eq!(redirect(policy, remote, plain), Err(UrlError::NotHttps));
            assert_eq!(redirect(policy, remote, remote), Ok(()));
        }
    }

    #[test]
    fn urls_are_permitted_by_policy() {
        let public = Some(UrlError::NotPublic);
        let https = Some(UrlError::NotHttps);
        for (url, by_public, by_loopback, by_any) in [
            ("https://example.com/a.png", None, None, None),
            ("http://example.com/a.png", https, https, https),
            ("https://203.0.114.1/a.png", None, None, None),
            ("https://10.0.0.1/a.png", public, public, None),
            ("https://[fe80::1]/a.png", public, public, None),
            ("https://[::ffff:10.0.0.1]/a.png", public, public, None),
            ("https://169.254.169.254/latest", public, public, None),
            ("http://169.254.169.254/latest", https, https, https),
            ("https://127.0.0.1/a.png", public, None, None),
            ("http://127.0.0.1:80/a.png", https, None, None),
            ("http://0x7f.1/a.png", https, None, None),
            ("http://[::1]/a.png", https, None, None),
            ("http://localhost/a.png", https, None, None),
            ("https://a.localhost./a.png", public, None, None),
            ("file:///etc/passwd", https, https, https),
            ("data:image/png;base64,AAAA", https, https, https),
        ] {
            for (policy, expected) in [
                (HostPolicy::Public, by_public),
                (HostPolicy::PublicOrLoopback, by_loopback),
                (HostPolicy::Any, by_any),
            ] {
                assert_eq!(policy.parse_url(url).err(), expected, "{url} by {policy:?}");
            }
        }
    }

    #[test]
    fn credentials_and_relative_urls_are_always_refused() {
        for policy in [
            HostPolicy::Public,
            HostPolicy::PublicOrLoopback,
            HostPolicy::Any,
        ] {
            for url in ["https://user@example.com/", "https://:secret@example.com/"] {
                assert_eq!(policy.parse_url(url).err(), Some(UrlError::Credentials));
            }
            for text in [
                "",
                "sample_1.png",
                "/a/b.png",
                "https://",
                "//example.com/a.png",
            ] {
                assert_eq!(
                    policy.parse_url(text).err(),
                    Some(UrlError::NotAUrl),
                    "{text}"
                );
            }
        }
    }
}
