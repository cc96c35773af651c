//! Reading the whole catalogue.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use futures_util::stream;
use indicatif::{ProgressBar, ProgressStyle};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::http::Http;

/// The number of entries requested per page. The provider's maximum is 500.
const PAGE: usize = 100;
/// The maximum number of concurrent requests for single models.
const CONCURRENCY: usize = 8;

/// The characters that are percent-encoded in a path segment: everything except the unreserved characters
/// of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// An entry of the catalogue, verbatim.
pub(crate) struct Entry {
    model_id: Option<String>,
    has_schema: bool,
    json: Box<RawValue>,
}

#[derive(Deserialize)]
struct Page {
    models: Vec<Box<RawValue>>,
    total: usize,
}

/// Reads all entries, in the order of the catalogue. For each entry without an input schema, the model is
/// requested individually, and the response replaces the entry. The entry is kept if the API does not know
/// the model, if its id is missing or not safe in a URL path, or if there are prefixes and its id begins with
/// none of them.
pub(crate) async fn read(http: &Http, prefixes: &[String]) -> Result<Vec<Entry>, Error> {
    let progress = progress_bar();
    let mut entries = read_pages(http, &progress).await?;
    let is_wanted = |id: &str| prefixes.is_empty() || prefixes.iter().any(|p| id.starts_with(p));
    let missing = entries.iter().enumerate().filter_map(|(index, entry)| {
        let id = entry.model_id.as_deref().filter(|id| is_wanted(id))?;
        let is_missing = !entry.has_schema && is_plain(id);
        is_missing.then(|| (index, id.to_owned()))
    });
    let missing: Vec<(usize, String)> = missing.collect();
    progress.inc_length(missing.len() as u64);
    let requests = missing.into_iter().map(|(index, id)| async move {
        let entry = read_one(http, &id).await;
        entry.map(|entry| (index, entry))
    });
    let mut responses = stream::iter(requests).buffer_unordered(CONCURRENCY);
    while let Some(response) = responses.next().await {
        let (index, entry) = response?;
        if let Some(entry) = entry {
            entries[index] = entry;
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(entries)
}

async fn read_pages(http: &Http, progress: &ProgressBar) -> Result<Vec<Entry>, Error> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut total = None;
    loop {
        let offset = entries.len();
        let path = format!("/v1/models?include_schema=true&limit={PAGE}&offset={offset}");
        let page = match page(http, &path).await {
            Ok(page) => page,
            // All entries have been read. This page was requested only to confirm that there are no more, and
            // some servers reject an offset equal to the total.
            Err(Error::Status { .. }) if Some(offset) == total => break,
            Err(error) => return Err(error),
        };
        let total = *total.get_or_insert(page.total);
        if page.total != total {
            return Err(Error::TotalChanged {
                before: total,
                after: page.total,
            });
        }
        progress.set_length(total as u64);
        if page.models.is_empty() {
            break;
        }
        for json in page.models {
            let entry = Entry::new(json);
            let number = entries.len() + 1;
            if let Some(id) = &entry.model_id
                && let Some(first) = numbers.insert(id.clone(), number)
            {
                return Err(Error::Repeated {
                    model_id: shown(id),
                    first,
                    second: number,
                });
            }
            entries.push(entry);
        }
        if entries.len() > total {
            return Err(Error::TooMany { total });
        }
        progress.set_position(entries.len() as u64);
    }
    match total {
        Some(total) if entries.len() < total => Err(Error::EndsEarly {
            read: entries.len(),
            total,
        }),
        _ => Ok(entries),
    }
}

async fn page(http: &Http, path: &str) -> Result<Page, Error> {
    let json = http.read(path).await?;
    serde_json::from_str(json.get()).map_err(|error| Error::NotACatalogue {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// The entry of a single model; `None` if the API does not know it.
async fn read_one(http: &Http, id: &str) -> Result<Option<Entry>, Error> {
    let segments = id.split('/');
    let segments = segments.map(|segment| utf8_percent_encode(segment, SEGMENT).to_string());
    let path = format!("/v1/models/{}", segments.collect::<Vec<_>>().join("/"));
    let entry = match http.read(&path).await {
        Ok(json) => Entry::new(json),
        Err(Error::Status { status: 404, .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    if entry.model_id.as_deref() == Some(id) {
        Ok(Some(entry))
    } else {
        let found = entry.model_id.as_deref();
        let found = match found {
            Some(id) => format!("the model {}", shown(id)),
            None => "a model without an id".to_owned(),
        };
        Err(Error::OtherModel { path, found })
    }
}

impl Entry {
    fn new(json: Box<RawValue>) -> Self {
        let value: Value = serde_json::from_str(json.get()).unwrap_or_default();
        let schema = value.get("input_schema");
        Self {
            model_id: value["model_id"].as_str().map(str::to_owned),
            has_schema: schema.is_some_and(|schema| !schema.is_null()),
            json,
        }
    }
}

/// A JSON object with all entries in its member `models`, like a page of the catalogue.
pub(crate) fn to_json(entries: &[Entry]) -> String {
    let entries = entries.iter().map(|entry| entry.json.get());
    let entries = entries.collect::<Vec<_>>().join(",\n");
    format!("{{\"models\":[\n{entries}\n]}}\n")
}

/// Whether an id is safe in a URL path. A segment `..`, for example, would address another endpoint. Models
/// with unsafe ids are not requested individually. `xtask` refuses their entries.
fn is_plain(id: &str) -> bool {
    !id.contains(|c: char| c == '\\' || c.is_control())
        && id
            .split('/')
            .all(|segment| !matches!(segment, "" | "." | ".."))
}

fn shown(id: &str) -> String {
    id.escape_debug().take(200).collect()
}

/// A progress bar, which is drawn only if standard error is a terminal.
fn progress_bar() -> ProgressBar {
    let progress = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("reading the catalogue {bar:30} {pos}/{len}") {
        progress.set_style(style);
    }
    progress
}
