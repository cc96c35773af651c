//! Serves the files that outputs link to. All are small samples, and byte ranges are supported.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::ApiError;

/// A sample file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sample {
    /// A PNG of 64 by 64 pixels.
    Image,
    /// One second of H.264 in MP4, 64 by 64 pixels.
    Video,
    /// One second of a sine tone, as MP3.
    Audio,
}

impl Sample {
    /// The name of the output field for a single file of this kind.
    pub(crate) fn field(self) -> &'static str {
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
            Self::Image => include_bytes!("../../assets/sample.png"),
            Self::Video => include_bytes!("../../assets/sample.mp4"),
            Self::Audio => include_bytes!("../../assets/sample.mp3"),
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Image, Self::Video, Self::Audio]
            .into_iter()
            .find(|sample| {
                name.rsplit_once('.')
                    .is_some_and(|(_, extension)| extension == sample.extension())
            })
    }
}

/// `GET` and `HEAD /files/{request_id}/{name}`. The request id is not looked up, so that one sandbox
/// can serve the files of another (`Sandbox::set_file_base`).
pub(crate) async fn file(
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let sample = Sample::named(&name).ok_or_else(|| ApiError::unknown_file(&name))?;
    let bytes = sample.bytes();
    let etag = format!("\"{}-{}\"", sample.field(), bytes.len());
    let requested = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    // If `If-Range` names another version of the file, the range is ignored.
    let is_stale = headers
        .get(header::IF_RANGE)
        .is_some_and(|version| version != etag.as_str());
    let range = match requested {
        Some(text) if !is_stale => Range::parse(text, bytes.len()),
        _ => Range::Whole,
    };
    let common = [
        (header::CONTENT_TYPE, sample.content_type().to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, etag),
    ];
    let total = bytes.len();
    Ok(match range {
        Range::Whole => (common, Body::from(bytes)).into_response(),
        Range::Part(from, to) => {
            let part = bytes.get(from..=to).unwrap_or_default();
            let content_range = [(header::CONTENT_RANGE, format!("bytes {from}-{to}/{total}"))];
            (
                StatusCode::PARTIAL_CONTENT,
                common,
                content_range,
                Body::from(part),
            )
                .into_response()
        }
        Range::Beyond => {
            let content_range = [(header::CONTENT_RANGE, format!("bytes */{total}"))];
            (StatusCode::RANGE_NOT_SATISFIABLE, content_range).into_response()
        }
    })
}

/// The part of a file that a `Range` header requests.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// The whole file. Also used if the header is malformed or has several ranges, because a server may
    /// ignore such a header (RFC 9110, 14.2).
    Whole,
    /// The positions of the first and the last byte.
    Part(usize, usize),
    /// A range that contains no byte of the file.
    Beyond,
}

impl Range {
    fn parse(text: &str, total: usize) -> Self {
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
    fn ranges_are_parsed_as_rfc_9110_specifies() {
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
            assert_eq!(Range::parse(text, 100), range, "{text}");
        }
    }
}
