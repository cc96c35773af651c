//! Fetching one file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};
use tempfile::NamedTempFile;
use tokio::fs;
use tokio::io::AsyncWriteExt;

use super::error::DownloadError;
use super::name::file_name;
use super::{DownloadProgress, Downloads, Item, Saved};

/// The pause before the second attempt; twice as long before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause of our own.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause that a server may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// One file to fetch.
pub(super) struct Fetch<'a> {
    pub(super) settings: &'a Downloads,
    pub(super) item: &'a Item,
}

impl Fetch<'_> {
    pub(super) async fn save(&self, http: &Client) -> Result<Saved, DownloadError> {
        let url = self.settings.reach.url(&self.item.url)?;
        let dir = &self.settings.dir;
        fs::create_dir_all(dir)
            .await
            .map_err(DownloadError::file(dir))?;
        let mut attempt = 1;
        loop {
            let error = match self.once(http, &url).await {
                Ok(saved) => return Ok(saved),
                Err(error) => error,
            };
            let asked = error.retry_after().unwrap_or_default();
            if attempt >= self.settings.attempts || !error.may_pass() || asked > LONGEST_ASKED {
                return Err(error);
            }
            tokio::time::sleep(pause(attempt).max(asked)).await;
            attempt += 1;
        }
    }

    async fn once(&self, http: &Client, url: &Url) -> Result<Saved, DownloadError> {
        let request = http.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        let response = request.send().await.map_err(DownloadError::of)?;
        judge(&response)?;
        let told = response.content_length();
        let content_type = text(&response, CONTENT_TYPE);
        let name = file_name(
            &self.item.property,
            self.item.index,
            &self.item.url,
            content_type,
        );
        let path = self.settings.dir.join(name);
        if let Some(bytes) = told
            && is_there(&path, bytes).await
        {
            return Ok(Saved {
                path,
                bytes,
                kept: true,
            });
        }
        let file = temporary(&self.settings.dir).map_err(DownloadError::file(&path))?;
        let bytes = self.stream(response, told, &file, &path).await?;
        if bytes == 0 || told.is_some_and(|told| told != bytes) {
            return Err(DownloadError::Incomplete {
                received: bytes,
                told,
            });
        }
        finish(file, path.clone())
            .await
            .map_err(DownloadError::file(&path))?;
        Ok(Saved {
            path,
            bytes,
            kept: false,
        })
    }

    /// Writes the answer to the temporary file and counts it.
    async fn stream(
        &self,
        mut response: Response,
        told: Option<u64>,
        file: &NamedTempFile,
        path: &Path,
    ) -> Result<u64, DownloadError> {
        let limit = self.settings.max_bytes;
        let too_large = || DownloadError::TooLarge { limit, told };
        if told.is_some_and(|told| told > limit) {
            return Err(too_large());
        }
        let handle = file
            .as_file()
            .try_clone()
            .map_err(DownloadError::file(path))?;
        let mut writer = fs::File::from_std(handle);
        let mut received = 0;
        self.report(received, told);
        while let Some(chunk) = response.chunk().await.map_err(DownloadError::of)? {
            received += chunk.len() as u64;
            if received > limit {
                return Err(too_large());
            }
            writer
                .write_all(&chunk)
                .await
                .map_err(DownloadError::file(path))?;
            self.report(received, told);
        }
        // The last write runs in the background, and only `flush` tells how it went.
        writer.flush().await.map_err(DownloadError::file(path))?;
        // A rename may reach the disk before the content does: then a crash leaves an empty file.
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

fn judge(response: &Response) -> Result<(), DownloadError> {
    if response.status() != StatusCode::OK {
        let seconds = text(response, RETRY_AFTER).and_then(|text| text.trim().parse().ok());
        return Err(DownloadError::Status {
            status: response.status().as_u16(),
            retry_after: seconds.map(Duration::from_secs),
        });
    }
    match text(response, CONTENT_ENCODING) {
        None | Some("identity") => Ok(()),
        Some(_) => Err(DownloadError::Encoded),
    }
}

fn text(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

async fn is_there(path: &Path, bytes: u64) -> bool {
    // Of a link it is the link that would be replaced, so it is the link that is looked at.
    fs::symlink_metadata(path)
        .await
        .is_ok_and(|found| found.is_file() && found.len() == bytes)
}

/// A temporary file in the folder, which deletes itself when it is dropped.
fn temporary(dir: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".download-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any program would make the file: the umask takes from it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(dir)
}

async fn finish(file: NamedTempFile, path: PathBuf) -> std::io::Result<()> {
    let persist = move || file.persist(path).map(drop).map_err(|error| error.error);
    tokio::task::spawn_blocking(persist).await?
}

fn pause(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    FIRST_PAUSE
        .saturating_mul(1 << doublings)
        .min(LONGEST_PAUSE)
}
