//! The files jobs put out: small, real, and served with byte ranges.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;

/// The three kinds of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 64 by 64 pixels, a PNG.
    Image,
    /// One second of 64 by 64 pixels, H.264 in MP4.
    Video,
    /// One second of a sine, MP3.
    Audio,
}

impl Kind {
    /// The name the media fields of an output have.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Image => "png",
            Self::Video => "mp4",
            Self::Audio => "mp3",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Image => "image/png",
            Self::Video => "video/mp4",
            Self::Audio => "audio/mpeg",
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Image => include_bytes!("../assets/sample.png"),
            Self::Video => include_bytes!("../assets/sample.mp4"),
            Self::Audio => include_bytes!("../assets/sample.mp3"),
        }
    }

    fn of(name: &str) -> Option<Self> {
        [Self::Image, Self::Video, Self::Audio]
            .into_iter()
            .find(|kind| {
                name.rsplit_once('.')
                    .is_some_and(|(_, end)| end == kind.extension())
            })
    }
}

/// `GET` and `HEAD /files/{request_id}/{name}`. The id is not looked up, so that the files of one
/// sandbox can be served from another (`Sandbox::serve_files_from`).
pub(crate) async fn file(
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let kind = Kind::of(&name).ok_or_else(|| ApiError::no_such_file(&name))?;
    let bytes = kind.bytes();
    let tag = format!("\"{}-{}\"", kind.word(), bytes.len());
    let wanted = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    // A range of another version of the file is worth nothing: send the whole.
    let stale = headers
        .get(header::IF_RANGE)
        .is_some_and(|version| version != tag.as_str());
    let range = match wanted {
        Some(text) if !stale => Range::read(text, bytes.len()),
        _ => Range::Whole,
    };
    let common = [
        (header::CONTENT_TYPE, kind.content_type().to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, tag),
    ];
    let total = bytes.len();
    Ok(match range {
        Range::Whole => (common, Body::from(bytes)).into_response(),
        Range::Part(from, to) => {
            let part = bytes.get(from..=to).unwrap_or_default();
            let place = [(header::CONTENT_RANGE, format!("bytes {from}-{to}/{total}"))];
            (StatusCode::PARTIAL_CONTENT, common, place, Body::from(part)).into_response()
        }
        Range::Beyond => {
            let place = [(header::CONTENT_RANGE, format!("bytes */{total}"))];
            (StatusCode::RANGE_NOT_SATISFIABLE, place).into_response()
        }
    })
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// Everything: also the answer to a header that is malformed or asks for several ranges, which a
    /// server may ignore (RFC 9110, 14.2).
    Whole,
    /// First and last byte.
    Part(usize, usize),
    /// Nothing of what the file has.
    Beyond,
}

impl Range {
    fn read(text: &str, total: usize) -> Self {
        let Some((from, to)) = text
            .trim()
            .strip_prefix("bytes=")
            .and_then(|range| range.split_once('-'))
        else {
            return Self::Whole;
        };
        match (from.parse::<usize>(), to.parse::<usize>()) {
            (Ok(from), Ok(to)) if from > to => Self::Whole,
            (Ok(from), _) if from >= total && (to.is_empty() || to.parse::<usize>().is_ok()) => {
                Self::Beyond
            }
            (Ok(from), Ok(to)) => Self::Part(from, to.min(total - 1)),
            (Ok(from), Err(_)) if to.is_empty() => Self::Part(from, total - 1),
            (Err(_), Ok(0)) if from.is_empty() => Self::Beyond,
            (Err(_), Ok(last)) if from.is_empty() => {
                Self::Part(total.saturating_sub(last), total - 1)
            }
            _ => Self::Whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (text, range) in [
            ("bytes=0-9", Range::Part(0, 9)),
            ("bytes=90-", Range::Part(90, 99)),
            ("bytes=90-500", Range::Part(90, 99)),
            ("bytes=-10", Range::Part(90, 99)),
            ("bytes=-500", Range::Part(0, 99)),
            ("bytes=100-", Range::Beyond),
            ("bytes=-0", Range::Beyond),
            ("bytes=9-0", Range::Whole),
            ("bytes=0-1,3-4", Range::Whole),
            ("bytes=x-", Range::Whole),
            ("lines=0-1", Range::Whole),
        ] {
            assert_eq!(Range::read(text, 100), range, "{text}");
        }
    }
}
