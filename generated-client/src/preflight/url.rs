//! Reading the header of the file behind a URL.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, RANGE};
use reqwest::{Client, Response, StatusCode, Url};

use crate::media::MediaFacts;
use crate::model::ModelInput;
use crate::web::{Reach, UrlError};

use super::file::{MediaFile, read_header};
use super::report::{ReadError, Report};
use super::sparse::{Pieces, Sparse};
use super::{Preflight, finding, places};

/// How much is asked for at once; twice as much each further time.
const PIECE: u64 = 64 * 1024;
/// How many requests the header of one file may take.
const REQUESTS: u32 = 6;
/// How much of one file is read, when its server does not know ranges. With ranges it is less.
const BYTES: u64 = 4 * 1024 * 1024;
/// How long one request may take.
const DEADLINE: Duration = Duration::from_secs(30);
/// How many files are read at the same time.
const AT_ONCE: usize = 4;

impl Preflight {
    /// Reads hosts at addresses that are not public too, and `http` on this machine.
    ///
    /// By default they are refused: the provider cannot reach them, and a URL that a stranger chose
    /// must not make this machine ask the inside of its own network. It takes this as well to read
    /// through a proxy whose name stands for a private address.
    #[must_use]
    pub fn allow_private_addresses(mut self) -> Self {
        self.private = true;
        // A client that was built keeps to what it was built for.
        self.http = std::sync::OnceLock::new();
        self
    }

    /// Judges every file behind the input: those given with [`file`](Self::file) from the local
    /// file system, all others by reading the header behind their URL.
    ///
    /// No request carries the token. At most 6 requests and 4 MiB are spent on a file, and each
    /// request has 30 seconds; redirects lead to `https` only, five at most. None is repeated.
    ///
    /// # Errors
    ///
    /// The input cannot be written as JSON: it holds NaN or an infinity. What goes wrong with a
    /// file is in the report.
    pub async fn check<I: ModelInput>(&self, input: &I) -> Result<Report, serde_json::Error> {
        let places = places(input)?;
        let mut urls: Vec<&str> = places.iter().map(|place| place.url.as_str()).collect();
        urls.sort_unstable();
        urls.dedup();
        // Owned, because a stream of borrowed futures is not general enough to be `Send`.
        let urls: Vec<String> = urls.into_iter().map(str::to_owned).collect();
        let read: HashMap<_, _> = stream::iter(urls)
            .map(|url| async move {
                let file = self.one(&url).await.map_err(Arc::new);
                (url, file)
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let none = Err(Arc::new(ReadError::NotFetched));
        let findings = places.into_iter().map(|place| {
            let file = read.get(&place.url).unwrap_or(&none);
            finding(place, file)
        });
        Ok(Report::new(findings.collect()))
    }

    /// Reads the header of the file behind a URL, as [`check`](Self::check) does.
    ///
    /// # Errors
    ///
    /// The URL is not followed, the request failed, or the answer is not of use. A file that is not
    /// media, or whose header is too long or broken, is no error: it has no dimensions.
    pub async fn facts_of_url(&self, url: &str) -> Result<MediaFile, ReadError> {
        let reach = if self.private {
            Reach::Any
        } else {
            Reach::Public
        };
        let url = reach.url(url)?;
        let http = match self.http.get() {
            Some(http) => http,
            None => {
                let built = reach.client().map_err(ReadError::Network)?;
                self.http.get_or_init(|| built)
            }
        };
        header_of(http, &url).await
    }

    async fn one(&self, url: &str) -> Result<MediaFile, ReadError> {
        match self.files.get(url) {
            None => self.facts_of_url(url).await,
            Some(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(|| super::facts_of_file(path)).await;
                Ok(read.map_err(std::io::Error::other)??)
            }
        }
    }
}

async fn header_of(http: &Client, url: &Url) -> Result<MediaFile, ReadError> {
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
    // Of a header that was not read to its end, only the beginning is relied on.
    let mut file = super::facts_of_bytes(pieces.beginning());
    file.facts = MediaFacts {
        bytes: pieces.total,
        ..MediaFacts::default()
    };
    file.stored = None;
    Ok(file)
}

/// Fetches up to `length` bytes from `start` on. False when the server sends the whole file only,
/// and it would take too much of it to get there.
async fn fetch(
    http: &Client,
    url: &Url,
    start: u64,
    length: u64,
    pieces: &mut Pieces,
) -> Result<bool, ReadError> {
    let last = start.saturating_add(length - 1);
    let request = http
        .get(url.clone())
        .header(RANGE, format!("bytes={start}-{last}"))
        // A compressed answer has other lengths and positions than the file.
        .header(ACCEPT_ENCODING, "identity")
        .timeout(DEADLINE);
    let response = request.send().await.map_err(read_error)?;
    let encoding = response.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return Err(ReadError::Answer);
    }
    match response.status() {
        StatusCode::PARTIAL_CONTENT => {
            let (first, total) = content_range(&response).ok_or(ReadError::Answer)?;
            if first != start {
                return Err(ReadError::Answer);
            }
            pieces.set_total(total)?;
            let (bytes, _) = body(response, length).await?;
            if bytes.is_empty() {
                return Err(ReadError::Answer);
            }
            pieces.add(start, bytes);
        }
        // The server ignores ranges: what comes before `start` is read too, and the rest is left.
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
        // No byte of an empty file can be had.
        StatusCode::RANGE_NOT_SATISFIABLE if start == 0 => pieces.set_total(Some(0))?,
        status => return Err(ReadError::Status(status.as_u16())),
    }
    Ok(true)
}

/// Reads `wanted` bytes of an answer, or all where it has fewer; says whether it ended.
async fn body(mut response: Response, wanted: u64) -> Result<(Vec<u8>, bool), ReadError> {
    let mut bytes = Vec::new();
    loop {
        let room = wanted.saturating_sub(bytes.len() as u64);
        if room == 0 {
            return Ok((bytes, false));
        }
        let Some(chunk) = response.chunk().await.map_err(read_error)? else {
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

fn read_error(error: reqwest::Error) -> ReadError {
    match UrlError::behind(&error) {
        Some(refused) => refused.into(),
        // A signed URL is a secret: it has no place in an error that is logged.
        None => ReadError::Network(error.without_url()),
    }
}
