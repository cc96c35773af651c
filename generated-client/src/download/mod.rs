//! Downloads: the files of an output, saved to a folder.
//!
//! An output holds URLs, and the provider does not promise how long they live. [`Downloads`] saves
//! what is behind every one of them:
//!
//! ```no_run
//! # async fn run(output: &impl runcomfy_client::ModelOutput) {
//! use runcomfy_client::Downloads;
//!
//! for download in Downloads::new("out").fetch(output).await {
//!     match download.result {
//!         Ok(saved) => println!("{}: {}", download.property, saved.path.display()),
//!         Err(error) => eprintln!("{}: {error}", download.property),
//!     }
//! }
//! # }
//! ```
//!
//! - **Whole or not at all.** A file is written under a passing name in the same folder and renamed
//!   when all of it is there and on the disk. An error, or dropping the future, leaves no part of it.
//! - **One by one.** A file that fails does not keep the others from being saved.
//! - **No token.** The requests have a client of their own, which never heard of the token. Only
//!   `https` is followed, on redirects too, and only to public addresses; a URL that names this
//!   machine itself is followed too, also with `http`, so that local servers can be tested against.
//! - **Tame names.** What a server calls a file is only a hint: see [`file_name`].
//! - **Not twice.** A file is taken for already saved when a regular file of the name stands in the
//!   folder with exactly the length that the server tells now. The name holds a hash of the URL, so
//!   that it is the same URL's file. Where the server tells no length, it is fetched again.
//! - **Retries.** Faults on the way, broken answers, 408, 425, 429 and 5xx are tried again after a
//!   growing pause, from the start of the file: a download costs nothing. A `Retry-After` in seconds
//!   is the least pause; one of more than a minute is not waited for.
//!
//! # What this does not do
//!
//! It does not resume half a file, and does not limit the time that a file may take as long as bytes
//! come: put `tokio::time::timeout` around it. A server that tells no length and ends its answer by
//! closing the connection (HTTP/1.0) cannot be told from one that broke off.

mod error;
mod fetch;
mod name;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures::{StreamExt, stream};

use crate::model::ModelOutput;
use crate::web::Reach;

pub use error::DownloadError;
pub use name::file_name;

use fetch::Fetch;

/// The greatest size of a file where the caller says nothing: 2 GiB.
const MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// How often a file is tried where the caller says nothing.
const ATTEMPTS: u32 = 4;
/// How many files are fetched at the same time where the caller says nothing.
const AT_ONCE: usize = 4;

type OnProgress = Arc<dyn Fn(DownloadProgress<'_>) + Send + Sync>;

/// Saves the files of outputs to a folder.
#[derive(Clone)]
#[must_use = "nothing is fetched before `fetch` is called"]
pub struct Downloads {
    dir: PathBuf,
    max_bytes: u64,
    attempts: u32,
    at_once: usize,
    reach: Reach,
    on_progress: Option<OnProgress>,
}

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DownloadProgress<'a> {
    /// The property of the output that the URL stands in.
    pub property: &'a str,
    /// The URL.
    pub url: &'a str,
    /// The bytes received so far. Starts again at 0 when the file is tried again.
    pub received: u64,
    /// The bytes of the whole file, where the server tells.
    pub total: Option<u64>,
}

/// What became of one URL.
#[derive(Debug)]
#[non_exhaustive]
pub struct Download {
    /// The property of the output that the URL stands in.
    pub property: String,
    /// The URL.
    pub url: String,
    /// The saved file, or why there is none.
    pub result: Result<Saved, DownloadError>,
}

/// A file that is in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// Where it is: the folder as it was given, and the file's name.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether it was there already, and was not fetched.
    pub kept: bool,
}

/// A URL to fetch.
struct Item {
    property: String,
    index: usize,
    url: String,
}

impl Downloads {
    /// Downloads into a folder, which is made when it is missing.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            max_bytes: MAX_BYTES,
            attempts: ATTEMPTS,
            at_once: AT_ONCE,
            reach: Reach::PublicOrLoopback,
            on_progress: None,
        }
    }

    /// The greatest size of each file, in bytes; exactly this many are allowed. Default 2 GiB.
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// How often each file is tried, the first time included. Default 4; 0 is taken for 1.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How many files are fetched at the same time. Default 4; 0 is taken for 1.
    pub fn at_once(mut self, at_once: usize) -> Self {
        self.at_once = at_once.max(1);
        self
    }

    /// Follows URLs to addresses that are not public too: private networks, or a proxy whose name
    /// stands for a private address.
    pub fn allow_private_addresses(mut self) -> Self {
        self.reach = Reach::Any;
        self
    }

    /// Calls `on_progress` when the answer to a request begins and after each part of it. It should
    /// return soon: the download waits for it.
    pub fn on_progress(
        mut self,
        on_progress: impl Fn(DownloadProgress<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.on_progress = Some(Arc::new(on_progress));
        self
    }

    /// Saves what is behind every URL of an output, and says what became of each, in the order of
    /// the output. A URL that stands there several times is fetched once, for its first place.
    pub async fn fetch<O: ModelOutput>(&self, output: &O) -> Vec<Download> {
        self.fetch_urls(output.urls()).await
    }

    /// Saves what is behind pairs of property and URL, as [`fetch`](Self::fetch) does for those of
    /// an output.
    pub async fn fetch_urls<P, U>(&self, urls: impl IntoIterator<Item = (P, U)>) -> Vec<Download>
    where
        P: Into<String>,
        U: Into<String>,
    {
        let items = items(urls);
        // Cheap to clone, and built for each file where that failed: so each has its error.
        let shared = self.reach.client().ok();
        let downloads = stream::iter(items).map(|item| {
            let http = shared.clone().map_or_else(|| self.reach.client(), Ok);
            async move {
                let result = match http {
                    Ok(http) => {
                        Fetch {
                            settings: self,
                            item: &item,
                        }
                        .save(&http)
                        .await
                    }
                    Err(error) => Err(DownloadError::of(error)),
                };
                Download {
                    property: item.property,
                    url: item.url,
                    result,
                }
            }
        });
        downloads.buffered(self.at_once).collect().await
    }
}

/// Each URL once, with its place among those of its property.
fn items<P: Into<String>, U: Into<String>>(urls: impl IntoIterator<Item = (P, U)>) -> Vec<Item> {
    let mut seen = HashSet::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut items = Vec::new();
    for (property, url) in urls {
        let (property, url) = (property.into(), url.into());
        let count = counts.entry(property.clone()).or_default();
        let index = *count;
        *count += 1;
        if seen.insert(url.clone()) {
            items.push(Item {
                property,
                index,
                url,
            });
        }
    }
    items
}

impl fmt::Debug for Downloads {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Downloads")
            .field("dir", &self.dir)
            .field("max_bytes", &self.max_bytes)
            .field("attempts", &self.attempts)
            .field("at_once", &self.at_once)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}
