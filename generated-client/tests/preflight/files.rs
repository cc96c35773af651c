//! Reading the headers of local files, and evaluating media rules on them.

use proptest::prelude::*;
use runcomfy_client::preflight::{
    MediaFile, MediaFinding, ProbeError, UnknownReason, Verdict, evaluate, probe_bytes, probe_file,
};
use runcomfy_client::{MediaField, MediaKind, MediaMetadata, MediaRule, Preflight, Rule};

use super::model::{Input, Shot};
use crate::support::arbitrary::at_least;
use crate::support::media::{media, media_path};

/// Probes a file in `tests/media`. Asserts that the result is the same from disk and from memory.
fn probe(name: &str) -> MediaFile {
    let file = probe_file(media_path(name)).unwrap();
    let bytes = media(name);
    assert_eq!(file, probe_bytes(&bytes), "{name}");
    assert_eq!(file.metadata.bytes, Some(bytes.len() as u64), "{name}");
    file
}

fn size(file: &MediaFile) -> Option<(u32, u32)> {
    file.metadata.width.zip(file.metadata.height)
}

#[test]
fn formats_are_recognized_and_measured() {
    let (image, video, audio) = (MediaKind::Image, MediaKind::Video, MediaKind::Audio);
    let landscape = Some((48, 32));
    let portrait = Some((32, 48));
    for (name, kind, format, displayed, stored) in [
        ("plain.png", image, "image/png", landscape, None),
        ("plain.jpg", image, "image/jpeg", landscape, None),
        ("plain.gif", image, "image/gif", landscape, None),
        ("plain.webp", image, "image/webp", landscape, None),
        ("plain.bmp", image, "image/bmp", landscape, None),
        ("plain.tiff", image, "image/tiff", landscape, None),
        ("plain.avif", image, "image/avif", landscape, None),
        ("animated.gif", image, "image/gif", landscape, None),
        ("animated.webp", image, "image/webp", landscape, None),
        ("rotated.jpg", image, "image/jpeg", portrait, landscape),
        ("rotated.png", image, "image/png", portrait, landscape),
        ("rotated.webp", image, "image/webp", portrait, landscape),
        ("moov_first.mp4", video, "video/mp4", landscape, None),
        ("moov_last.mp4", video, "video/mp4", landscape, None),
        ("fragmented.mp4", video, "video/mp4", landscape, None),
        ("audio_first.mp4", video, "video/mp4", landscape, None),
        ("plain.mov", video, "video/quicktime", landscape, None),
        ("rotated.mp4", video, "video/mp4", portrait, landscape),
        (
            "wide_pixels.mp4",
            video,
            "video/mp4",
            Some((96, 32)),
            landscape,
        ),
        ("plain.webm", video, "video/webm", None, None),
        ("audio_only.mp4", audio, "audio/mp4", None, None),
        ("audio.m4a", audio, "audio/mp4", None, None),
        ("audio.mp3", audio, "audio/mpeg", None, None),
        ("audio.wav", audio, "audio/x-wav", None, None),
    ] {
        let file = probe(name);
        assert_eq!(file.kind, Some(kind), "{name}");
        assert_eq!(file.format, Some(format), "{name}");
        assert_eq!(size(&file), displayed, "{name}");
        assert_eq!(file.stored, stored, "{name}");
    }
}

#[test]
fn a_bitmap_may_be_stored_top_down() {
    let mut bytes = media("plain.bmp");
    bytes[0x16..0x1a].copy_from_slice(&(-32_i32).to_le_bytes());
    assert_eq!(size(&probe_bytes(&bytes)), Some((48, 32)));
    // The 12-byte header of OS/2 1.x bitmaps has 16-bit dimensions, which are not read.
    bytes[14] = 12;
    assert_eq!(size(&probe_bytes(&bytes)), None);
}

#[test]
fn exif_orientations_5_to_8_swap_width_and_height() {
    let bytes = media("rotated.jpg");
    let position = bytes
        .windows(4)
        .position(|window| window == [1, 0x12, 0, 3])
        .unwrap()
        + 9;
    for orientation in 0..=9 {
        let mut bytes = bytes.clone();
        bytes[position] = orientation;
        let expected = if (5..=8).contains(&orientation) {
            (32, 48)
        } else {
            (48, 32)
        };
        assert_eq!(size(&probe_bytes(&bytes)), Some(expected), "{orientation}");
    }
}

#[test]
fn unknown_formats_are_not_errors() {
    assert!(probe_file(media_path("missing.png")).is_err());
    assert!(probe_file(media_path("")).is_err());
    for bytes in [&b""[..], b"x", b"sample", &[0; 600]] {
        let file = probe_bytes(bytes);
        assert_eq!((file.kind, file.format, size(&file)), (None, None, None));
    }
    let page = probe_bytes(b"<!DOCTYPE html><html><body>Please log in</body></html>");
    assert_eq!((page.kind, page.format), (None, Some("text/html")));
}

#[test]
fn a_file_exactly_at_a_bound_passes() {
    let file = probe("plain.png");
    let bytes = f64::from(u32::try_from(file.metadata.bytes.unwrap()).unwrap());
    for (satisfied, violated, rule) in [
        (
            [MediaRule::MinWidth(48.0)],
            [MediaRule::MinWidth(49.0)],
            Rule::MinWidth,
        ),
        (
            [MediaRule::MaxWidth(48.0)],
            [MediaRule::MaxWidth(47.0)],
            Rule::MaxWidth,
        ),
        (
            [MediaRule::MinHeight(32.0)],
            [MediaRule::MinHeight(33.0)],
            Rule::MinHeight,
        ),
        (
            [MediaRule::MaxHeight(32.0)],
            [MediaRule::MaxHeight(31.0)],
            Rule::MaxHeight,
        ),
        (
            [MediaRule::MinAspectRatio(1.5)],
            [MediaRule::MinAspectRatio(1.51)],
            Rule::MinAspectRatio,
        ),
        (
            [MediaRule::MaxAspectRatio(1.5)],
            [MediaRule::MaxAspectRatio(1.49)],
            Rule::MaxAspectRatio,
        ),
        (
            [MediaRule::MaxMegabytes(bytes / 1e6)],
            [MediaRule::MaxMegabytes((bytes - 1.0) / 1e6)],
            Rule::MaxFileSize,
        ),
    ] {
        let field = |rules: [MediaRule; 1]| {
            MediaField::new(&["a"], MediaKind::Image, Box::leak(Box::new(rules)))
        };
        assert!(
            matches!(evaluate(&field(satisfied), "/a", &file), Verdict::Passed),
            "{rule}"
        );
        match evaluate(&field(violated), "/a", &file) {
            Verdict::Violated(violations) => {
                let found: Vec<_> = violations
                    .iter()
                    .map(|one| (&*one.path, one.rule))
                    .collect();
                assert_eq!(found, [("/a", rule)]);
            }
            other => panic!("{rule}: {other:?}"),
        }
    }
}

#[test]
fn a_rotated_image_is_measured_as_displayed_and_as_stored() {
    let rule = |rule| MediaField::new(&["a"], MediaKind::Image, rule);
    let rotated = probe("rotated.jpg");
    let both = rule(&[MediaRule::MaxWidth(48.0), MediaRule::MaxHeight(48.0)]);
    assert!(matches!(evaluate(&both, "/a", &rotated), Verdict::Passed));
    let neither = rule(&[MediaRule::MinWidth(100.0)]);
    match evaluate(&neither, "/a", &rotated) {
        Verdict::Violated(violations) => assert_eq!(violations.as_slice()[0].actual, 32),
        other => panic!("{other:?}"),
    }
    // The file size violates its rule in both orientations. The height violates its rule only as displayed.
    let large = rule(&[MediaRule::MaxHeight(32.0), MediaRule::MaxMegabytes(0.0)]);
    match evaluate(&large, "/a", &rotated) {
        Verdict::Violated(violations) => {
            let rules: Vec<_> = violations.iter().map(|one| one.rule).collect();
            assert_eq!(rules, [Rule::MaxFileSize]);
        }
        other => panic!("{other:?}"),
    }
    // The image is too high as displayed and too wide as stored. It is invalid in both orientations,
    // although for different reasons.
    let either = rule(&[MediaRule::MaxWidth(40.0), MediaRule::MaxHeight(40.0)]);
    assert!(matches!(
        evaluate(&either, "/a", &rotated),
        Verdict::Violated(_)
    ));
    for (field, violated) in [
        (rule(&[MediaRule::MaxHeight(32.0)]), Rule::MaxHeight),
        (rule(&[MediaRule::MaxWidth(32.0)]), Rule::MaxWidth),
    ] {
        match evaluate(&field, "/a", &rotated) {
            Verdict::Unknown(reasons) => match &reasons[..] {
                [UnknownReason::Rotated { violations }] => {
                    assert_eq!(violations.as_slice()[0].rule, violated)
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn unknown_properties_of_a_file_prevent_passing() {
    let reasons = |field: &MediaField, file: &MediaFile| match evaluate(field, "/a", file) {
        Verdict::Unknown(reasons) => reasons.iter().map(ToString::to_string).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let video = MediaField::new(&["a"], MediaKind::Video, &[MediaRule::MaxWidth(9.0)]);
    let webm = "the width and height of the file (video/webm) could not be read";
    assert_eq!(reasons(&video, &probe("plain.webm")), [webm]);
    let image = MediaField::new(&["a"], MediaKind::Image, &[]);
    let mp4 = "an image is expected, but the file is video/mp4";
    assert_eq!(reasons(&image, &probe("moov_first.mp4")), [mp4]);
    let unknown = "the format of the file is not recognized";
    assert_eq!(reasons(&image, &probe_bytes(b"...")), [unknown]);
    let small = MediaField::new(&["a"], MediaKind::Image, &[MediaRule::MaxMegabytes(1.0)]);
    let mut unsized_file = probe("plain.png");
    unsized_file.metadata.bytes = None;
    assert_eq!(
        reasons(&small, &unsized_file),
        ["the server does not state the size of the file"]
    );
    // A known violation has precedence over unknown properties.
    let large = MediaField::new(
        &["a"],
        MediaKind::Image,
        &[MediaRule::MaxMegabytes(0.0), MediaRule::MinWidth(1.0)],
    );
    assert!(matches!(
        evaluate(&large, "/a", &probe_bytes(b"...")),
        Verdict::Violated(_)
    ));
}

#[test]
fn a_truncated_header_has_no_dimensions() {
    for name in [
        "plain.png",
        "plain.jpg",
        "plain.gif",
        "plain.webp",
        "moov_first.mp4",
    ] {
        let bytes = media(name);
        let file = probe_bytes(&bytes[..bytes.len().min(20)]);
        assert_eq!(size(&file).filter(|_| name != "plain.gif"), None, "{name}");
        assert!(file.kind.is_some(), "{name}");
    }
    // Cut off between an audio track and the video track that follows it.
    let bytes = media("audio_first.mp4");
    let second_track = bytes.windows(4).rposition(|name| name == b"trak").unwrap() - 4;
    let file = probe_bytes(&bytes[..second_track]);
    assert_eq!((file.kind, size(&file)), (Some(MediaKind::Video), None));
}

fn pointers(findings: &[MediaFinding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.pointer.as_str())
        .collect()
}

#[test]
fn local_files_replace_urls() {
    let input = Input {
        image: Some("https://bucket.example/a.png".to_owned()),
        shots: ["wide", "ok", "elsewhere"]
            .map(|name| Shot {
                video: format!("https://bucket.example/{name}.mp4"),
            })
            .to_vec(),
        audio: Some("https://bucket.example/gone.mp3".to_owned()),
        any: Some("https://bucket.example/large".to_owned()),
    };
    let report = Preflight::new()
        .file("https://bucket.example/a.png", media_path("plain.png"))
        .file(
            "https://bucket.example/wide.mp4",
            media_path("wide_pixels.mp4"),
        )
        .file("https://bucket.example/ok.mp4", media_path("moov_last.mp4"))
        .file("https://bucket.example/gone.mp3", media_path("missing.mp3"))
        .file("https://bucket.example/large", media_path("plain.bmp"))
        .check_files(&input)
        .unwrap();
    let findings = report.findings();
    let expected = [
        "/image",
        "/shots/0/video",
        "/shots/1/video",
        "/shots/2/video",
        "/audio",
        "/any",
    ];
    assert_eq!(pointers(findings), expected);
    assert!(matches!(findings[0].verdict, Verdict::Passed), "{report}");
    let reason = |finding: &MediaFinding| match &finding.verdict {
        Verdict::Unknown(reasons) => reasons[0].clone(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(
        reason(&findings[1]),
        UnknownReason::Rotated { .. }
    ));
    assert!(matches!(findings[2].verdict, Verdict::Passed), "{report}");
    let UnknownReason::NotRead(error) = reason(&findings[3]) else {
        panic!("{report}")
    };
    assert!(matches!(*error, ProbeError::NotFetched));
    let UnknownReason::NotRead(error) = reason(&findings[4]) else {
        panic!("{report}")
    };
    assert!(matches!(*error, ProbeError::File(_)));
    assert!(!report.passed());
    assert_eq!(report.unknown().count(), 3);
    let violations = report.violations().unwrap_err();
    let found: Vec<_> = violations
        .iter()
        .map(|one| (&*one.path, one.rule))
        .collect();
    assert_eq!(found, [("/any", Rule::MaxFileSize)]);
    assert_eq!(violations.as_slice()[0].limit, 1000);
}

#[test]
fn an_input_without_media_passes() {
    let report = Preflight::new().check_files(&Input::default()).unwrap();
    assert!(report.passed() && report.findings().is_empty());
}

proptest! {
    #![proptest_config(at_least(2000))]

    /// Truncated and modified headers of the sample files.
    #[test]
    fn modified_headers_do_not_panic(
        name in prop::sample::select(&[
            "plain.png", "plain.jpg", "plain.gif", "plain.webp", "plain.bmp", "plain.tiff",
            "plain.avif", "rotated.jpg", "rotated.png", "rotated.webp", "moov_first.mp4", "moov_last.mp4",
            "audio_first.mp4", "plain.webm", "audio.mp3", "audio.wav",
        ][..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        header_changes in prop::collection::vec((0_usize..400, prop::sample::select(&[0_u8, 1, 0x7f, 0x80, 0xff][..])), 0..12),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = media(name);
        for (index, value) in changes {
            let position = index.index(bytes.len());
            bytes[position] = value;
        }
        for (position, value) in header_changes {
            if let Some(byte) = bytes.get_mut(position) {
                *byte = value;
            }
        }
        bytes.truncate(length.index(bytes.len() * 2));
        let file = probe_bytes(&bytes);
        let size_only = MediaMetadata { bytes: file.metadata.bytes, ..MediaMetadata::default() };
        prop_assert!(file.kind.is_some() || file.metadata == size_only);
        prop_assert!(file.metadata.width.is_none_or(|width| width > 0));
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        let file = probe_bytes(&bytes);
        prop_assert_eq!(file.metadata.bytes, Some(bytes.len() as u64));
    }
}
