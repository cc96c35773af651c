//! Reading the header of the file behind a URL.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_RANGE, RANGE};
use reqwest::{RequestBuilder, Response, StatusCode, Url};

use super::data_uri::probe_data_uri;
use super::error::ProbeError;
use super::media_file::MediaFile;
use super::probe::{probe_bytes, probe_file, read_header};
use super::report::PreflightReport;
use super::sparse::{Pieces, Sparse};
use super::{Preflight, finding, media_urls};
use crate::egress::{EgressClient, EgressError, HostPolicy, is_encoded};
use crate::media::MediaMetadata;
use crate::model::ModelInput;

/// The number of bytes that the first request asks for. It doubles with each further request.
const FIRST_RANGE: u64 = 64 * 1024;
/// The maximum number of requests for one file.
const MAX_REQUESTS: u32 = 6;
/// The maximum number of bytes to read of one file if the server ignores ranges.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// The time limit of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum number of files to read concurrently.
const MAX_CONCURRENCY: usize = 4;

impl Preflight {
    /// Also permits hosts with addresses that are not public, and `http` URLs of loopback hosts.
    ///
    /// By default, such URLs are rejected. The provider cannot reach them, and a URL from an untrusted
    /// source must not make this machine send requests to its local network. Permission is also needed
    /// for a proxy whose name resolves to a private address.
    #[must_use]
    pub fn allow_private_addresses(mut self) -> Self {
        self.allow_private = true;
        // Discards a client that is already built, since it has the previous policy.
        self.http = std::sync::OnceLock::new();
        self
    }

    /// Checks every media file of the input. Files added with [`file`](Self::file) and base64 `data:`
    /// URIs are read locally. For every other URL, the header of the file is fetched.
    ///
    /// No request carries the token. The header of a file is read with at most 6 requests, up to about
    /// 4 MiB. Each request follows at most five redirects, only to URLs that are permitted themselves.
    /// Each request takes at most 30 seconds; the time starts anew with each redirect. Failed requests are
    /// not retried.
    ///
    /// # Errors
    ///
    /// The input cannot be written as JSON: it contains NaN or infinity. A file that cannot be read is
    /// not an error: its verdict in the report is [`Verdict::Unknown`](super::Verdict::Unknown).
    pub async fn check<I: ModelInput>(
        &self,
        input: &I,
    ) -> Result<PreflightReport, serde_json::Error> {
        let media_urls = media_urls(input)?;
        let mut urls: Vec<&str> = media_urls.iter().map(|media| media.url.as_str()).collect();
        urls.sort_unstable();
        urls.dedup();
        // Owned strings, because the future of this method would not be `Send` with borrowed ones.
        let urls: Vec<String> = urls.into_iter().map(str::to_owned).collect();
        let read: HashMap<_, _> = stream::iter(urls)
            .map(|url| async move {
                let file = self.probe(&url).await.map_err(Arc::new);
                (url, file)
            })
            .buffer_unordered(MAX_CONCURRENCY)
            .collect()
            .await;
        let none = Err(Arc::new(ProbeError::NotFetched));
        let findings = media_urls.into_iter().map(|media_url| {
            let file = read.get(&media_url.url).unwrap_or(&none);
            finding(media_url, file)
        });
        Ok(PreflightReport::new(findings.collect()))
    }

    /// Fetches the header of the file behind a URL, with the same limits as [`check`](Self::check). Files
    /// added with [`file`](Self::file) are not used, and `data:` URIs are rejected.
    ///
    /// # Errors
    ///
    /// The URL was rejected, a request failed, or a response is unusable. A file that is not media, or
    /// whose header is too long or broken, is not an error: the result has no width and height.
    pub async fn probe_url(&self, url: &str) -> Result<MediaFile, ProbeError> {
        let policy = if self.allow_private {
            HostPolicy::Any
        } else {
            HostPolicy::Public
        };
        let url = policy.parse_url(url)?;
        let http = match self.http.get() {
            Some(http) => http,
            None => {
                let built = EgressClient::new(policy).map_err(request_error)?;
                self.http.get_or_init(|| built)
            }
        };
        header_of(http, &url).await
    }

    async fn probe(&self, url: &str) -> Result<MediaFile, ProbeError> {
        if let Some(file) = probe_data_uri(url) {
            return Ok(file);
        }
        match self.files.get(url) {
            None => self.probe_url(url).await,
            Some(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(|| probe_file(path)).await;
                Ok(read.map_err(std::io::Error::other)??)
            }
        }
    }
}

/// Reads the header of the file with ranged requests. If the server ignores ranges, reads the response
/// from the beginning until the header is complete.
async fn header_of(http: &EgressClient, url: &Url) -> Result<MediaFile, ProbeError> {
    let mut pieces = Pieces::default();
    let mut start = 0;
    for request in 0..MAX_REQUESTS {
        match request_range(http, url, start, FIRST_RANGE << request).await? {
            RangeResponse::Part { bytes, total } => {
                pieces.set_total(total)?;
                pieces.add(start, bytes);
            }
            // The file ends where the requested range begins.
            RangeResponse::BeyondEnd if pieces.end_at(start) => pieces.set_total(Some(start))?,
            RangeResponse::BeyondEnd => return Err(ProbeError::Status(416)),
            RangeResponse::Whole(response) => return header_of_stream(response, pieces).await,
        }
        match parse(&pieces)? {
            Parsed::Complete(file) => return Ok(file),
            Parsed::MissingAt(position) => start = position,
        }
    }
    Ok(beginning_only(&pieces))
}

/// Reads the header from a response with the whole file. Stops reading when the header is complete.
async fn header_of_stream(
    mut response: Response,
    mut pieces: Pieces,
) -> Result<MediaFile, ProbeError> {
    pieces.set_total(response.content_length())?;
    let mut bytes = Vec::new();
    let mut wanted = FIRST_RANGE;
    loop {
        let has_ended = read_up_to(&mut response, wanted, &mut bytes).await?;
        let mut pieces = pieces.clone();
        if has_ended {
            pieces.set_total(Some(bytes.len() as u64))?;
        }
        pieces.add(0, bytes.clone());
        match parse(&pieces)? {
            Parsed::Complete(file) => return Ok(file),
            Parsed::MissingAt(position) if !has_ended && position < MAX_BYTES => {
                wanted = (position + FIRST_RANGE)
                    .max(bytes.len() as u64 * 2)
                    .min(MAX_BYTES);
            }
            Parsed::MissingAt(_) => return Ok(beginning_only(&pieces)),
        }
    }
}

enum Parsed {
    Complete(MediaFile),
    /// More of the file is needed, from this position.
    MissingAt(u64),
}

fn parse(pieces: &Pieces) -> Result<Parsed, ProbeError> {
    let mut reader = Sparse::new(pieces);
    let file = read_header(&mut reader, pieces.total);
    match reader.missing() {
        None => Ok(Parsed::Complete(file?)),
        Some(position) => Ok(Parsed::MissingAt(position)),
    }
}

/// The result if the header was not fetched completely within the limits: the kind and format from the
/// first bytes, and the size in bytes if known. It has no width and height.
fn beginning_only(pieces: &Pieces) -> MediaFile {
    let mut file = probe_bytes(pieces.beginning());
    file.metadata = MediaMetadata {
        bytes: pieces.total,
        ..MediaMetadata::default()
    };
    file.stored = None;
    file
}

/// The response to a ranged request.
enum RangeResponse {
    /// The requested range, or the beginning of it.
    Part { bytes: Vec<u8>, total: Option<u64> },
    /// The range is not in the file.
    BeyondEnd,
    /// The server ignores ranges and sends the whole file.
    Whole(Response),
}

async fn request_range(
    http: &EgressClient,
    url: &Url,
    start: u64,
    length: u64,
) -> Result<RangeResponse, ProbeError> {
    let range = format!("bytes={start}-{}", start.saturating_add(length - 1));
    let prepare = |request: RequestBuilder| {
        request
            .header(RANGE, &range)
            // Positions in a compressed response are not positions in the file.
            .header(ACCEPT_ENCODING, "identity")
            .timeout(REQUEST_TIMEOUT)
    };
    let mut response = http.get(url, prepare).await.map_err(request_error)?;
    if is_encoded(response.headers()) {
        return Err(ProbeError::UnexpectedResponse);
    }
    match response.status() {
        StatusCode::PARTIAL_CONTENT => {
            let (first, total) = content_range(&response).ok_or(ProbeError::UnexpectedResponse)?;
            let mut bytes = Vec::new();
            read_up_to(&mut response, length, &mut bytes).await?;
            if first != start || bytes.is_empty() {
                return Err(ProbeError::UnexpectedResponse);
            }
            Ok(RangeResponse::Part { bytes, total })
        }
        StatusCode::OK => Ok(RangeResponse::Whole(response)),
        StatusCode::RANGE_NOT_SATISFIABLE => Ok(RangeResponse::BeyondEnd),
        status => Err(ProbeError::Status(status.as_u16())),
    }
}

/// Reads until `bytes` has `wanted` bytes or the response ends. Returns whether it ended.
async fn read_up_to(
    response: &mut Response,
    wanted: u64,
    bytes: &mut Vec<u8>,
) -> Result<bool, ProbeError> {
    while (bytes.len() as u64) < wanted {
        match response.chunk().await.map_err(request_error)? {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => return Ok(true),
        }
    }
    Ok(false)
}

/// The first position and the total length, if stated, from a header such as
/// `Content-Range: bytes 0-99/1000`.
fn content_range(response: &Response) -> Option<(u64, Option<u64>)> {
    let text = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    let total = if total == "*" {
        None
    } else {
        Some(total.parse().ok()?)
    };
    Some((first.parse().ok()?, total))
}

fn request_error(error: impl Into<EgressError>) -> ProbeError {
    match error.into() {
        EgressError::Url(error) => error.into(),
        EgressError::Request(error) => ProbeError::Network(error),
    }
}
