//! The HTTP client that contacts permitted hosts only.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_ENCODING, HeaderMap, LOCATION};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use url::{Host, Url};

use super::UrlError;
use super::policy::{HostPolicy, is_loopback_name};
use super::tls::set_up_tls;

/// The time limit for establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The time limit between two reads.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Why there is no response.
#[derive(Debug)]
pub(crate) enum EgressError {
    /// The URL, or one that it redirects to, was rejected without being requested.
    Url(UrlError),
    /// The request failed. The error does not contain the URL, which may be signed and must not be
    /// logged.
    Request(reqwest::Error),
}

impl From<reqwest::Error> for EgressError {
    fn from(error: reqwest::Error) -> Self {
        match UrlError::find_in(&error) {
            Some(refused) => Self::Url(refused),
            None => Self::Request(error.without_url()),
        }
    }
}

/// Requests URLs of permitted hosts.
#[derive(Clone, Debug)]
pub(crate) struct EgressClient {
    policy: HostPolicy,
    http: Client,
}

impl EgressClient {
    pub(crate) fn new(policy: HostPolicy) -> Result<Self, EgressError> {
        set_up_tls().or_else(|_| {
            // With `tls-no-provider`, reqwest panics if no crypto provider is installed. Without a TLS
            // feature, it still supports `http`.
            if cfg!(feature = "tls-no-provider") {
                Err(EgressError::Url(UrlError::NoTls))
            } else {
                Ok(())
            }
        })?;
        let http = Client::builder()
            .user_agent(concat!(
                env!("CARGO_PKG_NAME"),
                "/",
                env!("CARGO_PKG_VERSION")
            ))
            .referer(false)
            // `get` follows redirects itself, to check the URL and the host addresses of each target.
            .redirect(redirect::Policy::none())
            .dns_resolver(Resolver(policy))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build()?;
        Ok(Self { policy, http })
    }

    /// Requests a URL and follows its redirects. `prepare` changes each request, for example its headers.
    ///
    /// The caller must have checked `url` with [`HostPolicy::parse_url`]. Checked here are the targets of
    /// redirects, and the addresses to which host names resolve.
    pub(crate) async fn get(
        &self,
        url: &Url,
        prepare: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, EgressError> {
        let mut visited = Vec::new();
        let mut url = url.clone();
        loop {
            self.check_host(&url).await.map_err(EgressError::Url)?;
            let response = prepare(self.http.get(url.clone())).send().await?;
            let Some(next) = redirect_target(&url, &response) else {
                return Ok(response);
            };
            visited.push(url);
            self.policy
                .permits_redirect(&visited, &next)
                .map_err(EgressError::Url)?;
            url = next;
        }
    }

    /// Resolves the host and checks that at least one of its addresses is permitted. The [`Resolver`]
    /// repeats this check when connecting, but not if a proxy is used: the proxy resolves the name.
    async fn check_host(&self, url: &Url) -> Result<(), UrlError> {
        let Some(Host::Domain(name)) = url.host() else {
            return Ok(());
        };
        if self.policy == HostPolicy::Any {
            return Ok(());
        }
        match permitted_addresses(self.policy, name).await {
            Ok(addresses) if addresses.is_empty() => Err(UrlError::NotPublic),
            Ok(_) => Ok(()),
            Err(_) => Err(UrlError::Unresolved),
        }
    }
}

/// Whether a response body is compressed. `aws-chunked` is ignored: it is an encoding for uploads. Some
/// object stores return it as metadata of the object, although the response body is not encoded.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|value| {
        value
            .as_bytes()
            .split(|byte| *byte == b',')
            .any(|encoding| {
                let encoding = encoding.trim_ascii();
                !(encoding.is_empty()
                    || encoding.eq_ignore_ascii_case(b"identity")
                    || encoding.eq_ignore_ascii_case(b"aws-chunked"))
            })
    })
}

/// The target of a redirect. `None` if the response is no redirect or has no valid target.
fn redirect_target(url: &Url, response: &Response) -> Option<Url> {
    let is_redirect = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let location = response.headers().get(LOCATION).filter(|_| is_redirect)?;
    url.join(location.to_str().ok()?).ok()
}

async fn permitted_addresses(policy: HostPolicy, name: &str) -> std::io::Result<Vec<SocketAddr>> {
    let is_loopback = is_loopback_name(name);
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found
        .filter(|address| policy.permits_address(address.ip(), is_loopback))
        .collect())
}

/// Resolves a name to its permitted addresses only. The addresses are checked when connecting, because
/// the name may resolve differently than in [`EgressClient::check_host`].
struct Resolver(HostPolicy);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0;
        Box::pin(async move {
            let addresses = permitted_addresses(policy, name.as_str()).await?;
            if addresses.is_empty() {
                return Err(UrlError::NotPublic.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use reqwest::dns::Resolve;

    use super::{HostPolicy, Resolver, UrlError};

    #[tokio::test]
    async fn a_name_is_permitted_by_its_addresses() {
        let resolve = |policy| Resolver(policy).resolve("localhost".parse().unwrap());
        let refused = resolve(HostPolicy::Public).await.err().unwrap();
        assert_eq!(
            refused.downcast_ref::<UrlError>(),
            Some(&UrlError::NotPublic)
        );
        for policy in [HostPolicy::PublicOrLoopback, HostPolicy::Any] {
            assert!(
                resolve(policy)
                    .await
                    .unwrap()
                    .all(|found| found.ip().is_loopback())
            );
        }
    }
}
