//! The name under which a file is saved.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::hash::fnv1a;

/// The maximum length of the property in a name, in bytes.
const PROPERTY: usize = 40;
/// The maximum length of the stem, in bytes. The stem is the last path segment of the URL, or a name given
/// by the caller, without the extension.
const STEM: usize = 100;
/// The maximum length of an extension from the URL or from a name given by the caller, in bytes.
const EXTENSION: usize = 8;

/// The name under which the file at `url` is saved.
///
/// `property` is the output property that contains the URL, `index` the position among the URLs of
/// that property, and `content_type` the type that the server states. An example is
/// `images-0-ComfyUI_00001_-6b1d3c0a97f2.png`, which consists of
///
/// - the property and the index, so that two files of one output never collide;
/// - the last path segment of the URL, percent-decoded and without its extension;
/// - twelve hexadecimal digits of a hash (FNV-1a) of the complete URL, so that files of different
///   requests do not collide, and the same URL has the same name when it is downloaded again;
/// - the extension of the URL or, if it has none, of the content type.
///
/// In the property and the segment, letters and digits of any script and `-` are kept, except leading
/// hyphens. Every run of other characters becomes one `_`. Long parts are cut off. For any URL and content
/// type, the name contains no path separator and no dot except the one before the extension. It is
/// shorter than 200 bytes, and is never a name that Windows reserves.
#[must_use]
pub fn file_name(property: &str, index: usize, url: &str, content_type: Option<&str>) -> String {
    let segment = last_segment(url);
    let (stem, extension) = split(&segment);
    let extension = extension.or_else(|| content_type.and_then(extension_of));
    let mut name = match clean(property, PROPERTY) {
        property if property.is_empty() => format!("file-{index}"),
        property => format!("{property}-{index}"),
    };
    let hash = format!("{:012x}", fnv1a(url) >> 16);
    let stem = clean(stem, STEM);
    for part in [stem, hash].into_iter().filter(|part| !part.is_empty()) {
        name.push('-');
        name.push_str(&part);
    }
    if let Some(extension) = extension {
        name.push('.');
        name.push_str(&extension);
    }
    name
}

/// The file names assigned during one call of [`Downloads::fetch_urls`](super::Downloads::fetch_urls),
/// recorded to keep them distinct.
#[derive(Debug, Default)]
pub(super) struct FileNames {
    /// The URL to which each name is assigned. The names are the keys, in lower case because some file
    /// systems ignore case.
    taken: Mutex<HashMap<String, String>>,
}

impl FileNames {
    /// Assigns a safe form of `name` to `url` and returns it. If that name is assigned to another URL, a
    /// number is added. `fallback` is used if `name` has no safe character before its extension.
    pub(super) fn claim(&self, name: &str, url: &str, fallback: &str) -> String {
        let name = safe_name(name).unwrap_or_else(|| fallback.to_owned());
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut candidate = name.clone();
        for number in 2.. {
            let key = candidate.to_lowercase();
            // A retry of the same URL keeps its name.
            if taken.get(&key).is_none_or(|owner| owner == url) {
                taken.insert(key, url.to_owned());
                break;
            }
            candidate = match name.rsplit_once('.') {
                Some((stem, extension)) => format!("{stem}-{number}.{extension}"),
                None => format!("{name}-{number}"),
            };
        }
        candidate
    }
}

/// Replaces the unsafe characters of a file name, including path separators, with `_`. `None` if no safe
/// character is left before the extension.
fn safe_name(name: &str) -> Option<String> {
    let (stem, extension) = split(name);
    let stem = clean(stem, STEM);
    if stem.trim_matches('_').is_empty() {
        return None;
    }
    // Windows reserves names such as `con`, `com1` and `com¹`, whatever their extension.
    let is_device = stem.chars().count() <= 4
        && ["con", "prn", "aux", "nul", "com", "lpt"]
            .iter()
            .any(|device| stem.to_ascii_lowercase().starts_with(device));
    let stem = if is_device { format!("{stem}_") } else { stem };
    Some(match extension {
        Some(extension) => format!("{stem}.{extension}"),
        None => stem,
    })
}

fn last_segment(url: &str) -> String {
    let Ok(url) = Url::parse(url) else {
        return String::new();
    };
    let segment = url
        .path_segments()
        .and_then(|mut segments| segments.next_back());
    percent_decode_str(segment.unwrap_or_default())
        .decode_utf8_lossy()
        .into_owned()
}

fn split(segment: &str) -> (&str, Option<String>) {
    match segment.rsplit_once('.') {
        Some((stem, extension))
            if (1..=EXTENSION).contains(&extension.len())
                && extension.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            (stem, Some(extension.to_ascii_lowercase()))
        }
        _ => (segment, None),
    }
}

fn extension_of(content_type: &str) -> Option<String> {
    let essence = content_type.split(';').next()?.trim().to_ascii_lowercase();
    // This type does not identify a format. `mime2ext` would return `bin`.
    if essence == "application/octet-stream" {
        return None;
    }
    mime2ext::mime2ext(essence).map(str::to_owned)
}

fn clean(text: &str, longest: usize) -> String {
    let allowed = |letter: char| letter.is_alphanumeric() || letter == '-';
    let mut clean = String::new();
    for letter in text.chars() {
        let letter = if allowed(letter) { letter } else { '_' };
        if clean.len() + letter.len_utf8() > longest {
            break;
        }
        if letter != '_' || !clean.ends_with('_') {
            clean.push(letter);
        }
    }
    // Many tools read a leading hyphen as an option.
    clean.trim_start_matches('-').to_owned()
}
