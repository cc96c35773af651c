//! Reading the header of the file behind a URL.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, RANGE};
use reqwest::{Client, Response, StatusCode, Url};

use super::error::ProbeError;
use super::media_file::MediaFile;
use super::probe::{probe_bytes, probe_file, read_header};
use super::report::PreflightReport;
use super::sparse::{Pieces, Sparse};
use super::{Preflight, finding, media_urls};
use crate::egress::{HostPolicy, UrlError};
use crate::media::MediaMetadata;
use crate::model::ModelInput;

/// The size of the first request, in bytes; it doubles with each further one.
const PIECE: u64 = 64 * 1024;
/// The maximum number of requests for one file.
const REQUESTS: u32 = 6;
/// The maximum number of bytes to read of one file if the server ignores ranges.
const BYTES: u64 = 4 * 1024 * 1024;
/// The time limit of one request.
const DEADLINE: Duration = Duration::from_secs(30);
/// The number of files read at once.
const MAX_CONCURRENCY: usize = 4;

impl Preflight {
    /// Also contacts addresses that are not public, and `http` on loopback.
    ///
    /// By default they are refused: the provider cannot reach them, and a URL from an untrusted
    /// source must not make this machine contact its own network. A proxy whose name resolves to a
    /// private address needs this as well.
    #[must_use]
    pub fn allow_private_addresses(mut self) -> Self {
        self.allow_private = true;
        // A client that is already built has the previous policy.
        self.http = std::sync::OnceLock::new();
        self
    }

    /// Checks every media file of the input: those added with [`file`](Self::file) locally, all
    /// others by reading the header behind their URL.
    ///
    /// No request carries the token. A file takes at most 6 requests and 4 MiB, and a request at
    /// most 30 seconds and five redirects, to `https` only. Requests are not repeated.
    ///
    /// # Errors
    ///
    /// The input cannot be written as JSON: it contains NaN or infinity. Errors of single files are
    /// in the report.
    pub async fn check<I: ModelInput>(
        &self,
        input: &I,
    ) -> Result<PreflightReport, serde_json::Error> {
        let media_urls = media_urls(input)?;
        let mut urls: Vec<&str> = media_urls.iter().map(|media| media.url.as_str()).collect();
        urls.sort_unstable();
        urls.dedup();
        // Owned: a stream of borrowed futures is not `Send`.
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

    /// Reads the header of the file behind a URL, as [`check`](Self::check) does.
    ///
    /// # Errors
    ///
    /// The URL is not requested, the request failed, or the response is unusable. A file that is not
    /// media, or whose header is too long or broken, is no error: it has no dimensions.
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
                let built = policy.client().map_err(ProbeError::Network)?;
                self.http.get_or_init(|| built)
            }
        };
        header_of(http, &url).await
    }

    async fn probe(&self, url: &str) -> Result<MediaFile, ProbeError> {
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

async fn header_of(http: &Client, url: &Url) -> Result<MediaFile, ProbeError> {
    let mut pieces = Pieces::default();
    let mut start = 0;
    for request in 0..REQUESTS {
        if !fetch(http, url, start, PIECE << request, &mut pieces).await? {
            break;
        }
        let mut reader = Sparse::new(&pieces);
        let file = read_header(&mut reader, pieces.total);
        match reader.missing() {
            None => return Ok(file?),
            Some(position) => start = position,
        }
    }
    // Of an incomplete header, only the beginning is used.
    let mut file = probe_bytes(pieces.beginning());
    file.metadata = MediaMetadata {
        bytes: pieces.total,
        ..MediaMetadata::default()
    };
    file.stored = None;
    Ok(file)
}

/// Fetches up to `length` bytes from `start`. Returns false if the server ignores ranges and `start`
/// is beyond the byte limit.
async fn fetch(
    http: &Client,
    url: &Url,
    start: u64,
    length: u64,
    pieces: &mut Pieces,
) -> Result<bool, ProbeError> {
    let last = start.saturating_add(length - 1);
    let request = http
        .get(url.clone())
        .header(RANGE, format!("bytes={start}-{last}"))
        // Positions in a compressed response are not positions in the file.
        .header(ACCEPT_ENCODING, "identity")
        .timeout(DEADLINE);
    let response = request.send().await.map_err(request_error)?;
    let encoding = response.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return Err(ProbeError::UnexpectedResponse);
    }
    match response.status() {
        StatusCode::PARTIAL_CONTENT => {
            let (first, total) = content_range(&response).ok_or(ProbeError::UnexpectedResponse)?;
            if first != start {
                return Err(ProbeError::UnexpectedResponse);
            }
            pieces.set_total(total)?;
            let (bytes, _) = body(response, length).await?;
            if bytes.is_empty() {
                return Err(ProbeError::UnexpectedResponse);
            }
            pieces.add(start, bytes);
        }
        // The server ignores ranges: everything before `start` is read too.
        StatusCode::OK => {
            let wanted = start.saturating_add(length);
            pieces.set_total(response.content_length())?;
            if wanted > BYTES {
                return Ok(false);
            }
            let (bytes, ended) = body(response, wanted).await?;
            if ended {
                pieces.set_total(Some(bytes.len() as u64))?;
            }
            pieces.add(0, bytes);
        }
        // The file is empty.
        StatusCode::RANGE_NOT_SATISFIABLE if start == 0 => pieces.set_total(Some(0))?,
        status => return Err(ProbeError::Status(status.as_u16())),
    }
    Ok(true)
}

/// Reads up to `wanted` bytes of a response. Also returns whether it ended.
async fn body(mut response: Response, wanted: u64) -> Result<(Vec<u8>, bool), ProbeError> {
    let mut bytes = Vec::new();
    loop {
        let room = wanted.saturating_sub(bytes.len() as u64);
        if room == 0 {
            return Ok((bytes, false));
        }
        let Some(chunk) = response.chunk().await.map_err(request_error)? else {
            return Ok((bytes, true));
        };
        let taken = usize::try_from(room).map_or(chunk.len(), |room| room.min(chunk.len()));
        bytes.extend(chunk.iter().take(taken));
    }
}

/// The first position and the total length of `Content-Range: bytes 0-99/1000`.
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

fn request_error(error: reqwest::Error) -> ProbeError {
    match UrlError::find_in(&error) {
        Some(refused) => refused.into(),
        // A signed URL is a secret and must not be logged.
        None => ProbeError::Network(error.without_url()),
    }
}
