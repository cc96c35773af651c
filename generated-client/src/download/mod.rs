//! Downloads: the files of an output, saved to a folder.
//!
//! An output contains the URLs of its files. The provider does not document how long it keeps them.
//! [`Downloads`] saves all files of an output:
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
//! - **Atomic.** A file is written under a temporary name in the same folder, synced, and renamed.
//!   If an error occurs or the future is dropped, the temporary file is deleted. The temporary files of
//!   a killed process are removed by a later download into the same folder.
//! - **Independent.** The failure of one file does not affect the others.
//! - **No token.** The requests use a separate HTTP client, which does not send the API token.
//! - **Public hosts only.** Only `https` URLs at public addresses are requested. The targets of redirects
//!   are checked too, also if a proxy is used. Loopback hosts are requested only if the caller
//!   [allows](Downloads::allow_loopback) them, or if the [`Downloads`] come from
//!   [`Client::downloads`](crate::Client::downloads) and the base URL of that client is on this machine.
//!   [`Downloads::allow_private_addresses`] turns the check of addresses off.
//! - **Safe names.** Characters that are not safe in a file name are replaced, see [`file_name`].
//! - **No repeats.** A file is not fetched again if the folder has a regular file with the same name and
//!   exactly the length that the server announces. By default, the name contains a hash of the URL, so
//!   files of different URLs are not confused. If the server announces no length, the file is fetched
//!   again.
//! - **Retries.** Network errors, incomplete responses, 408, 425, 429 and 5xx are retried with
//!   backoff, from the start of the file. A `Retry-After` in seconds is the minimum delay; if it
//!   exceeds one minute, the file fails without a retry.
//!
//! # What this does not do
//!
//! It does not resume partial files. It does not limit the total time of a file, only the time without new
//! bytes; use `tokio::time::timeout` for a total limit. If a server announces no length and ends its
//! response by closing the connection (HTTP/1.0), a broken connection looks like the end of the file.

mod error;
mod fetch;
mod file_name;
mod temporary;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::egress::{EgressClient, HostPolicy};
use crate::model::ModelOutput;

pub use error::DownloadError;
pub use file_name::file_name;

use file_name::FileNames;

use fetch::Fetch;

/// The default maximum size of a file: 2 GiB.
const MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// The default maximum number of attempts for each file.
const ATTEMPTS: u32 = 4;
/// The default maximum number of files fetched concurrently.
const MAX_CONCURRENCY: usize = 4;

/// Names a file.
type NameFile = Arc<dyn Fn(&FileToName<'_>) -> String + Send + Sync>;

type OnProgress = Arc<dyn Fn(DownloadProgress<'_>) + Send + Sync>;

/// Saves the files of outputs to a folder.
#[derive(Clone)]
#[must_use = "nothing is fetched before `fetch` is called"]
pub struct Downloads {
    dir: PathBuf,
    max_bytes: u64,
    attempts: u32,
    max_concurrency: usize,
    host_policy: HostPolicy,
    on_progress: Option<OnProgress>,
    name_file: Option<NameFile>,
}

/// A file to be named by the callback of [`Downloads::name_files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileToName<'a> {
    /// The output property that contains the URL.
    pub property: &'a str,
    /// The position among the URLs of the property.
    pub index: usize,
    /// The URL.
    pub url: &'a str,
    /// The default name, see [`file_name`]. Its extension comes from the URL or, if the URL has none,
    /// from the content type.
    pub default_name: &'a str,
}

/// The progress of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DownloadProgress<'a> {
    /// The output property that contains the URL.
    pub property: &'a str,
    /// The URL.
    pub url: &'a str,
    /// The bytes received so far. Restarts at 0 on a retry.
    pub received: u64,
    /// The size of the file in bytes, if the server announced it.
    pub total: Option<u64>,
}

/// The outcome of one URL.
#[derive(Debug)]
#[non_exhaustive]
pub struct Download {
    /// The output property that contains the URL.
    pub property: String,
    /// The URL.
    pub url: String,
    /// The saved file, or the error.
    pub result: Result<Saved, DownloadError>,
}

/// A saved file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// The path of the file: the folder as passed to [`Downloads::new`], joined with the file name.
    pub path: PathBuf,
    /// The size in bytes.
    pub bytes: u64,
    /// Whether the file was already in the folder and was therefore not fetched.
    pub already_present: bool,
}

/// A URL to fetch.
struct Item {
    property: String,
    index: usize,
    url: String,
}

impl Downloads {
    /// Downloads into a folder, which is created if it does not exist.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            max_bytes: MAX_BYTES,
            attempts: ATTEMPTS,
            max_concurrency: MAX_CONCURRENCY,
            host_policy: HostPolicy::Public,
            on_progress: None,
            name_file: None,
        }
    }

    /// The maximum size of each file, in bytes (inclusive). Default 2 GiB.
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// The maximum number of attempts for each file. Default 4; 0 counts as 1.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The maximum number of files fetched concurrently. Default 4; 0 counts as 1.
    pub fn max_concurrency(mut self, max_concurrency: usize) -> Self {
        self.max_concurrency = max_concurrency.max(1);
        self
    }

    /// Also permits `http` and `https` URLs of loopback hosts, for servers on this machine. Redirects
    /// from a remote server to a loopback host are still rejected, unless
    /// [private addresses](Self::allow_private_addresses) are allowed.
    pub fn allow_loopback(mut self) -> Self {
        self.host_policy = self.host_policy.with_loopback();
        self
    }

    /// Also permits addresses that are not public, such as those of private networks and loopback. The
    /// addresses of hosts are then not checked, not even on redirects. A proxy whose name resolves to a
    /// private address needs this setting too.
    pub fn allow_private_addresses(mut self) -> Self {
        self.host_policy = HostPolicy::Any;
        self
    }

    /// Calls `on_progress` when a response begins and after each chunk of it. The download waits for
    /// the callback. There are no calls for files that are already in the folder.
    pub fn on_progress(
        mut self,
        on_progress: impl Fn(DownloadProgress<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.on_progress = Some(Arc::new(on_progress));
        self
    }

    /// Names the files. Default: [`file_name`], which includes a hash of the URL.
    ///
    /// Characters that are not safe in a name are replaced. If files of one [`fetch`](Self::fetch) call
    /// would have the same name, the first one whose response arrives gets that name. A number is added to
    /// the names of the others.
    /// **A file that an earlier call saved under the same name is replaced.** If it has exactly the length
    /// that the server announces for the new file, it is kept instead and the new file is not fetched. To
    /// avoid both, the name should contain something specific to the job.
    pub fn name_files(
        mut self,
        name: impl Fn(&FileToName<'_>) -> String + Send + Sync + 'static,
    ) -> Self {
        self.name_file = Some(Arc::new(name));
        self
    }

    /// Saves the file of every URL of an output, and returns the outcomes in the order of the output.
    /// A URL that occurs several times is fetched once and has one outcome.
    pub async fn fetch<O: ModelOutput>(&self, output: &O) -> Vec<Download> {
        self.fetch_urls(output.urls()).await
    }

    /// Saves the file of every URL, see [`fetch`](Self::fetch). Each URL is paired with the name of its
    /// output property.
    pub async fn fetch_urls<P, U>(&self, urls: impl IntoIterator<Item = (P, U)>) -> Vec<Download>
    where
        P: Into<String>,
        U: Into<String>,
    {
        let items = items(urls);
        let names = FileNames::default();
        let dir = self.dir.clone();
        let cleanup = move || temporary::remove_abandoned_files(&dir);
        let _ = tokio::task::spawn_blocking(cleanup).await;
        // If the shared client cannot be built, every file returns an error. The error cannot be cloned, so
        // the build is repeated for each file.
        let shared = EgressClient::new(self.host_policy).ok();
        let downloads = stream::iter(items).map(|item| {
            let names = &names;
            let http = shared
                .clone()
                .map_or_else(|| EgressClient::new(self.host_policy), Ok);
            async move {
                let result = match http {
                    Ok(http) => {
                        Fetch {
                            settings: self,
                            item: &item,
                            names,
                        }
                        .save(&http)
                        .await
                    }
                    Err(error) => Err(DownloadError::from_request(error)),
                };
                Download {
                    property: item.property,
                    url: item.url,
                    result,
                }
            }
        });
        downloads.buffered(self.max_concurrency).collect().await
    }
}

/// Lists each URL once, with its position among all URLs of the same property.
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
            .field("max_concurrency", &self.max_concurrency)
            .field("host_policy", &self.host_policy)
            .finish_non_exhaustive()
    }
}
