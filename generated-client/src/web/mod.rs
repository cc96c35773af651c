//! URLs that are not the API's: where media files lie that are read or downloaded.
//!
//! What is sent there never carries the token: these requests have a client of their own, without
//! default headers, cookies or referrer.

mod address;

use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Client, Url};
use url::Host;

use address::{is_loopback, is_public};

/// How many redirects are followed.
const REDIRECTS: usize = 5;
/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a server may send nothing.
const IDLE: Duration = Duration::from_secs(30);

/// Why a URL is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// The text is not an absolute URL.
    #[error("not an absolute URL")]
    NotAUrl,
    /// Only `https` is followed; `http` to this machine itself, where that is allowed.
    #[error("only https URLs are followed")]
    NotHttps,
    /// The URL holds a user name or a password, which would be sent.
    #[error("the URL holds credentials")]
    Credentials,
    /// The host is, or its name resolves to, an address that is not public: this machine, a private
    /// network, a link-local or reserved address.
    #[error("the host is not at a public address")]
    NotPublic,
    /// More than five redirects.
    #[error("too many redirects")]
    TooManyRedirects,
}

impl UrlError {
    /// The reason that a request failed for, where it was one of these.
    pub(crate) fn behind(error: &reqwest::Error) -> Option<Self> {
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

/// Which hosts may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Public addresses.
    Public,
    /// Public addresses, and this machine where the first URL already names it.
    PublicOrLoopback,
    /// Every address.
    Any,
}

impl Reach {
    /// Reads a URL and judges whether it may be followed.
    pub(crate) fn url(self, text: &str) -> Result<Url, UrlError> {
        let url = Url::parse(text).map_err(|_| UrlError::NotAUrl)?;
        self.permits(&url)?;
        Ok(url)
    }

    fn permits(self, url: &Url) -> Result<(), UrlError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::Credentials);
        }
        let loopback = names_loopback(url);
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

    /// `named` says that the URL itself names this machine.
    fn permits_address(self, address: IpAddr, named: bool) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::PublicOrLoopback => is_public(address) || (named && is_loopback(address)),
            Self::Any => true,
        }
    }

    fn redirect(self, attempt: Attempt<'_>) -> Action {
        match self.permits_step(attempt.previous(), attempt.url()) {
            Ok(()) => attempt.follow(),
            Err(error) => attempt.error(error),
        }
    }

    /// Whether a redirect may be followed to `next`, after the URLs that led to it.
    fn permits_step(self, previous: &[Url], next: &Url) -> Result<(), UrlError> {
        if previous.len() > REDIRECTS {
            return Err(UrlError::TooManyRedirects);
        }
        // A server out there must not make this machine talk to itself.
        let from_outside = previous.last().is_none_or(|from| !names_loopback(from));
        if self != Self::Any && from_outside && names_loopback(next) {
            return Err(UrlError::NotPublic);
        }
        self.permits(next)
    }

    /// A client that reaches these hosts only.
    pub(crate) fn client(self) -> reqwest::Result<Client> {
        Client::builder()
            .user_agent(concat!(
                env!("CARGO_PKG_NAME"),
                "/",
                env!("CARGO_PKG_VERSION")
            ))
            .referer(false)
            .redirect(Policy::custom(move |attempt| self.redirect(attempt)))
            .dns_resolver(Resolver(self))
            .connect_timeout(CONNECT)
            .read_timeout(IDLE)
            .build()
    }
}

fn names_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_loopback_name(name),
        Some(Host::Ipv4(address)) => is_loopback(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_loopback(IpAddr::V6(address)),
        None => false,
    }
}

fn is_loopback_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

/// Resolves names to the addresses that may be reached. Judged here and not before the request, so
/// that the address that was judged is the one connected to.
struct Resolver(Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let named = is_loopback_name(&host);
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let permitted: Vec<SocketAddr> = found
                .filter(|found| reach.permits_address(found.ip(), named))
                .collect();
            if permitted.is_empty() {
                return Err(UrlError::NotPublic.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use reqwest::dns::Resolve;

    use super::{Reach, Resolver, UrlError};

    #[test]
    fn a_redirect_never_leads_from_outside_to_this_machine() {
        let step = |reach: Reach, from: &str, to: &str| {
            reach.permits_step(&[from.parse().unwrap()], &to.parse().unwrap())
        };
        let outside = "https://files.example/a.png";
        for inside in ["http://127.0.0.1/", "https://localhost/", "https://[::1]/"] {
            let refused = Err(UrlError::NotPublic);
            assert_eq!(
                step(Reach::PublicOrLoopback, outside, inside),
                refused,
                "{inside}"
            );
            assert_eq!(step(Reach::Public, outside, inside), refused, "{inside}");
            assert_eq!(step(Reach::Any, outside, inside), Ok(()), "{inside}");
            assert_eq!(
                step(Reach::PublicOrLoopback, inside, "http://localhost:1/"),
                Ok(())
            );
            assert_eq!(step(Reach::PublicOrLoopback, inside, outside), Ok(()));
        }
        let plain = "http://files.example/a.png";
        for reach in [Reach::Public, Reach::PublicOrLoopback, Reach::Any] {
            assert_eq!(step(reach, outside, plain), Err(UrlError::NotHttps));
            assert_eq!(step(reach, outside, outside), Ok(()));
        }
    }

    /// What a name stands for is only known once it is resolved.
    #[tokio::test]
    async fn a_name_is_judged_by_its_addresses() {
        let resolve = |reach| Resolver(reach).resolve("localhost".parse().unwrap());
        let refused = resolve(Reach::Public).await.err().unwrap();
        assert_eq!(
            refused.downcast_ref::<UrlError>(),
            Some(&UrlError::NotPublic)
        );
        for reach in [Reach::PublicOrLoopback, Reach::Any] {
            assert!(
                resolve(reach)
                    .await
                    .unwrap()
                    .all(|found| found.ip().is_loopback())
            );
        }
    }

    #[test]
    fn what_a_url_may_be_is_decided_by_reach() {
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
            for (reach, expected) in [
                (Reach::Public, by_public),
                (Reach::PublicOrLoopback, by_loopback),
                (Reach::Any, by_any),
            ] {
                assert_eq!(reach.url(url).err(), expected, "{url} by {reach:?}");
            }
        }
    }

    #[test]
    fn credentials_and_text_are_refused_by_every_reach() {
        for reach in [Reach::Public, Reach::PublicOrLoopback, Reach::Any] {
            for url in ["https://user@example.com/", "https://:secret@example.com/"] {
                assert_eq!(reach.url(url).err(), Some(UrlError::Credentials));
            }
            for text in [
                "",
                "sample_1.png",
                "/a/b.png",
                "https://",
                "//example.com/a.png",
            ] {
                assert_eq!(reach.url(text).err(), Some(UrlError::NotAUrl), "{text}");
            }
        }
    }
}
