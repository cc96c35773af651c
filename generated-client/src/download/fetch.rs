//! Fetching one file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};
use tempfile::NamedTempFile;
use tokio::fs;
use tokio::io::AsyncWriteExt;

use super::error::DownloadError;
use super::file_name::{FileNames, file_name};
use super::temporary::temporary_file;
use super::{DownloadProgress, Downloads, FileToName, Item, Saved};
use crate::client::Backoff;
use crate::egress::{EgressClient, is_encoded};

/// The delays between attempts.
const BACKOFF: Backoff = Backoff {
    initial: Duration::from_millis(500),
    factor: 2.0,
    max: Duration::from_secs(10),
    jitter: 0.5,
};
/// The longest `Retry-After` that is waited for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// One file to fetch.
pub(super) struct Fetch<'a> {
    pub(super) settings: &'a Downloads,
    pub(super) item: &'a Item,
    pub(super) names: &'a FileNames,
}

impl Fetch<'_> {
    pub(super) async fn save(&self, http: &EgressClient) -> Result<Saved, DownloadError> {
        let url = self.settings.host_policy.parse_url(&self.item.url)?;
        let dir = &self.settings.dir;
        fs::create_dir_all(dir)
            .await
            .map_err(DownloadError::file(dir))?;
        let mut failures = 0;
        loop {
            let error = match self.attempt(http, &url).await {
                Ok(saved) => return Ok(saved),
                Err(error) => error,
            };
            failures += 1;
            let minimum = error.retry_after().unwrap_or_default();
            if failures >= self.settings.attempts
                || !error.is_transient()
                || minimum > MAX_RETRY_AFTER
            {
                return Err(error);
            }
            let delay = BACKOFF.delay(failures - 1, fastrand::f64());
            tokio::time::sleep(delay.max(minimum)).await;
        }
    }

    async fn attempt(&self, http: &EgressClient, url: &Url) -> Result<Saved, DownloadError> {
        let response = http
            .get(url, |request| request.header(ACCEPT_ENCODING, "identity"))
            .await
            .map_err(DownloadError::from_request)?;
        check_response(&response)?;
        let content_length = response.content_length();
        let content_type = text(&response, CONTENT_TYPE);
        let path = self.settings.dir.join(self.file_name(content_type));
        if let Some(bytes) = content_length
            && exists(&path, bytes).await
        {
            return Ok(Saved {
                path,
                bytes,
                already_present: true,
            });
        }
        let file = temporary_file(&self.settings.dir).map_err(DownloadError::file(&path))?;
        let bytes = self.stream(response, content_length, &file, &path).await?;
        if bytes == 0 || content_length.is_some_and(|length| length != bytes) {
            return Err(DownloadError::Incomplete {
                received: bytes,
                content_length,
            });
        }
        finish(file, path.clone())
            .await
            .map_err(DownloadError::file(&path))?;
        Ok(Saved {
            path,
            bytes,
            already_present: false,
        })
    }

    fn file_name(&self, content_type: Option<&str>) -> String {
        let Item {
            property,
            index,
            url,
        } = self.item;
        let default_name = file_name(property, *index, url, content_type);
        let Some(name_file) = &self.settings.name_file else {
            return default_name;
        };
        let name = name_file(&FileToName {
            property,
            index: *index,
            url,
            default_name: &default_name,
        });
        self.names.claim(&name, url, &default_name)
    }

    /// Writes the response to the temporary file and counts its bytes.
    async fn stream(
        &self,
        mut response: Response,
        content_length: Option<u64>,
        file: &NamedTempFile,
        path: &Path,
    ) -> Result<u64, DownloadError> {
        let limit = self.settings.max_bytes;
        let too_large = || DownloadError::TooLarge {
            limit,
            content_length,
        };
        if content_length.is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let handle = file
            .as_file()
            .try_clone()
            .map_err(DownloadError::file(path))?;
        let mut writer = fs::File::from_std(handle);
        let mut received = 0;
        self.report(received, content_length);
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(DownloadError::from_request)?
        {
            received += chunk.len() as u64;
            if received > limit {
                return Err(too_large());
            }
            writer
                .write_all(&chunk)
                .await
                .map_err(DownloadError::file(path))?;
            self.report(received, content_length);
        }
        // The last write runs in the background; `flush` returns its result.
        writer.flush().await.map_err(DownloadError::file(path))?;
        // Without this sync, the later rename could reach the disk before the content, and a crash would
        // leave an empty file under the final name.
        writer.sync_all().await.map_err(DownloadError::file(path))?;
        Ok(received)
    }

    fn report(&self, received: u64, total: Option<u64>) {
        if let Some(on_progress) = &self.settings.on_progress {
            let Item { property, url, .. } = self.item;
            on_progress(DownloadProgress {
                property,
                url,
                received,
                total,
            });
        }
    }
}

fn check_response(response: &Response) -> Result<(), DownloadError> {
    if response.status() != StatusCode::OK {
        let seconds = text(response, RETRY_AFTER).and_then(|text| text.trim().parse().ok());
        return Err(DownloadError::Status {
            status: response.status().as_u16(),
            retry_after: seconds.map(Duration::from_secs),
        });
    }
    if is_encoded(response.headers()) {
        return Err(DownloadError::Encoded);
    }
    Ok(())
}

fn text(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

async fn exists(path: &Path, bytes: u64) -> bool {
    // A symbolic link is not followed, so it does not count as the file. Saving the file later replaces
    // the link, not its target.
    fs::symlink_metadata(path)
        .await
        .is_ok_and(|found| found.is_file() && found.len() == bytes)
}

async fn finish(file: NamedTempFile, path: PathBuf) -> std::io::Result<()> {
    let persist = move || file.persist(path).map(drop).map_err(|error| error.error);
    tokio::task::spawn_blocking(persist).await?
}
