//! What is read from the headers of local files, and how it is judged.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use runcomfy_client::preflight::{
    MediaFile, MediaFinding, ProbeError, UnknownReason, Verdict, evaluate, probe_bytes, probe_file,
};
use runcomfy_client::{MediaField, MediaKind, MediaMetadata, MediaRule, Preflight, Rule};

use super::model::{Input, Shot};

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "media", name].iter().collect()
}

/// A file of `tests/media`, read from disk and from memory, which must not differ.
fn read(name: &str) -> MediaFile {
    let file = probe_file(path(name)).unwrap();
    let bytes = fs::read(path(name)).unwrap();
    assert_eq!(file, probe_bytes(&bytes), "{name}");
    assert_eq!(file.metadata.bytes, Some(bytes.len() as u64), "{name}");
    file
}

fn size(file: &MediaFile) -> Option<(u32, u32)> {
    file.metadata.width.zip(file.metadata.height)
}

#[test]
fn formats_are_recognised_and_measured() {
    let (image, video, audio) = (MediaKind::Image, MediaKind::Video, MediaKind::Audio);
    let lying = Some((48, 32));
    let standing = Some((32, 48));
    for (name, kind, format, shown, stored) in [
        ("plain.png", image, "image/png", lying, None),
        ("plain.jpg", image, "image/jpeg", lying, None),
        ("plain.gif", image, "image/gif", lying, None),
        ("plain.webp", image, "image/webp", lying, None),
        ("plain.bmp", image, "image/bmp", lying, None),
        ("plain.tiff", image, "image/tiff", lying, None),
        ("plain.avif", image, "image/avif", lying, None),
        ("animated.gif", image, "image/gif", lying, None),
        ("animated.webp", image, "image/webp", lying, None),
        ("turned.jpg", image, "image/jpeg", standing, lying),
        ("turned.png", image, "image/png", standing, lying),
        ("turned.webp", image, "image/webp", standing, lying),
        ("early.mp4", video, "video/mp4", lying, None),
        ("late.mp4", video, "video/mp4", lying, None),
        ("fragmented.mp4", video, "video/mp4", lying, None),
        ("sound_first.mp4", video, "video/mp4", lying, None),
        ("plain.mov", video, "video/quicktime", lying, None),
        ("turned.mp4", video, "video/mp4", standing, lying),
        ("wide_pixels.mp4", video, "video/mp4", Some((96, 32)), lying),
        ("plain.webm", video, "video/webm", None, None),
        ("sound_only.mp4", audio, "audio/mp4", None, None),
        ("sound.m4a", audio, "audio/mp4", None, None),
        ("sound.mp3", audio, "audio/mpeg", None, None),
        ("sound.wav", audio, "audio/x-wav", None, None),
    ] {
        let file = read(name);
        assert_eq!(file.kind, Some(kind), "{name}");
        assert_eq!(file.format, Some(format), "{name}");
        assert_eq!(size(&file), shown, "{name}");
        assert_eq!(file.stored, stored, "{name}");
    }
}

#[test]
fn a_bitmap_may_be_stored_from_top_to_bottom() {
    let mut bytes = fs::read(path("plain.bmp")).unwrap();
    bytes[0x16..0x1a].copy_from_slice(&(-32_i32).to_le_bytes());
    assert_eq!(size(&probe_bytes(&bytes)), Some((48, 32)));
    // The header of OS/2: two numbers of 16 bits where now two of 32 stand.
    bytes[14] = 12;
    assert_eq!(size(&probe_bytes(&bytes)), None);
}

#[test]
fn every_orientation_turns_or_does_not() {
    let bytes = fs::read(path("turned.jpg")).unwrap();
    let at = bytes
        .windows(4)
        .position(|four| four == [1, 0x12, 0, 3])
        .unwrap()
        + 9;
    for orientation in 0..=9 {
        let mut bytes = bytes.clone();
        bytes[at] = orientation;
        let expected = if (5..=8).contains(&orientation) {
            (32, 48)
        } else {
            (48, 32)
        };
        assert_eq!(size(&probe_bytes(&bytes)), Some(expected), "{orientation}");
    }
}

#[test]
fn what_is_no_file_is_an_error_and_what_is_no_media_is_not() {
    assert!(probe_file(path("missing.png")).is_err());
    assert!(probe_file(path("")).is_err());
    for bytes in [&b""[..], b"x", b"sample", &[0; 600]] {
        let file = probe_bytes(bytes);
        assert_eq!((file.kind, file.format, size(&file)), (None, None, None));
    }
    let page = probe_bytes(b"<!DOCTYPE html><html><body>Please log in</body></html>");
    assert_eq!((page.kind, page.format), (None, Some("text/html")));
}

#[test]
fn exactly_at_the_bound_passes_and_one_beyond_does_not() {
    let file = read("plain.png");
    let bytes = f64::from(u32::try_from(file.metadata.bytes.unwrap()).unwrap());
    for (rules, beyond, rule) in [
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
            matches!(evaluate(&field(rules), "/a", &file), Verdict::Passed),
            "{rule}"
        );
        match evaluate(&field(beyond), "/a", &file) {
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
fn a_turned_picture_is_judged_both_ways() {
    let rule = |rule| MediaField::new(&["a"], MediaKind::Image, rule);
    let turned = read("turned.jpg");
    let both = rule(&[MediaRule::MaxWidth(48.0), MediaRule::MaxHeight(48.0)]);
    assert!(matches!(evaluate(&both, "/a", &turned), Verdict::Passed));
    let neither = rule(&[MediaRule::MinWidth(100.0)]);
    match evaluate(&neither, "/a", &turned) {
        Verdict::Violated(violations) => assert_eq!(violations.as_slice()[0].actual, 32),
        other => panic!("{other:?}"),
    }
    // Too large is certain; too high is not.
    let large = rule(&[MediaRule::MaxHeight(32.0), MediaRule::MaxMegabytes(0.0)]);
    match evaluate(&large, "/a", &turned) {
        Verdict::Violated(violations) => {
            let rules: Vec<_> = violations.iter().map(|one| one.rule).collect();
            assert_eq!(rules, [Rule::MaxFileSize]);
        }
        other => panic!("{other:?}"),
    }
    // As shown it is too high, as stored too wide: one of the two is certain.
    let either = rule(&[MediaRule::MaxWidth(40.0), MediaRule::MaxHeight(40.0)]);
    assert!(matches!(
        evaluate(&either, "/a", &turned),
        Verdict::Violated(_)
    ));
    for (field, broken) in [
        (rule(&[MediaRule::MaxHeight(32.0)]), Rule::MaxHeight),
        (rule(&[MediaRule::MaxWidth(32.0)]), Rule::MaxWidth),
    ] {
        match evaluate(&field, "/a", &turned) {
            Verdict::Unknown(doubts) => match &doubts[..] {
                [UnknownReason::Rotated { violations }] => {
                    assert_eq!(violations.as_slice()[0].rule, broken)
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_not_known_never_passes() {
    let doubts = |field: &MediaField, file: &MediaFile| match evaluate(field, "/a", file) {
        Verdict::Unknown(doubts) => doubts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let video = MediaField::new(&["a"], MediaKind::Video, &[MediaRule::MaxWidth(9.0)]);
    let webm = "the width and height of the file (video/webm) could not be read";
    assert_eq!(doubts(&video, &read("plain.webm")), [webm]);
    let image = MediaField::new(&["a"], MediaKind::Image, &[]);
    let mp4 = "an image is expected, but the file is video/mp4";
    assert_eq!(doubts(&image, &read("early.mp4")), [mp4]);
    let unknown = "the format of the file is not recognized";
    assert_eq!(doubts(&image, &probe_bytes(b"...")), [unknown]);
    let small = MediaField::new(&["a"], MediaKind::Image, &[MediaRule::MaxMegabytes(1.0)]);
    let mut unsized_file = read("plain.png");
    unsized_file.metadata.bytes = None;
    assert_eq!(
        doubts(&small, &unsized_file),
        ["the server does not state the size of the file"]
    );
    // What is known to be broken is said, whatever else is not known.
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
fn a_broken_header_gives_no_dimensions() {
    for name in [
        "plain.png",
        "plain.jpg",
        "plain.gif",
        "plain.webp",
        "early.mp4",
    ] {
        let bytes = fs::read(path(name)).unwrap();
        let file = probe_bytes(&bytes[..bytes.len().min(20)]);
        assert_eq!(size(&file).filter(|_| name != "plain.gif"), None, "{name}");
        assert!(file.kind.is_some(), "{name}");
    }
}

fn pointers(findings: &[MediaFinding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.pointer.as_str())
        .collect()
}

#[test]
fn local_files_stand_for_the_urls_they_will_be_uploaded_to() {
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
        .file("https://bucket.example/a.png", path("plain.png"))
        .file("https://bucket.example/wide.mp4", path("wide_pixels.mp4"))
        .file("https://bucket.example/ok.mp4", path("late.mp4"))
        .file("https://bucket.example/gone.mp3", path("missing.mp3"))
        .file("https://bucket.example/large", path("plain.bmp"))
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
    let doubt = |finding: &MediaFinding| match &finding.verdict {
        Verdict::Unknown(doubts) => doubts[0].clone(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(doubt(&findings[1]), UnknownReason::Rotated { .. }));
    assert!(matches!(findings[2].verdict, Verdict::Passed), "{report}");
    let UnknownReason::NotRead(error) = doubt(&findings[3]) else {
        panic!("{report}")
    };
    assert!(matches!(*error, ProbeError::NotFetched));
    let UnknownReason::NotRead(error) = doubt(&findings[4]) else {
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
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(2000)))]

    /// Headers of every format, cut off and with bytes changed.
    #[test]
    fn no_header_makes_the_reader_panic(
        name in prop::sample::select(&[
            "plain.png", "plain.jpg", "plain.gif", "plain.webp", "plain.bmp", "plain.tiff",
            "plain.avif", "turned.jpg", "turned.png", "turned.webp", "early.mp4", "late.mp4",
            "sound_first.mp4", "plain.webm", "sound.mp3", "sound.wav",
        ][..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        near in prop::collection::vec((0_usize..400, prop::sample::select(&[0_u8, 1, 0x7f, 0x80, 0xff][..])), 0..12),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = fs::read(path(name)).unwrap();
        for (index, value) in changes {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        for (at, value) in near {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        bytes.truncate(length.index(bytes.len() * 2));
        let file = probe_bytes(&bytes);
        let nothing = MediaMetadata { bytes: file.metadata.bytes, ..MediaMetadata::default() };
        prop_assert!(file.kind.is_some() || file.metadata == nothing);
        prop_assert!(file.metadata.width.is_none_or(|width| width > 0));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        let file = probe_bytes(&bytes);
        prop_assert_eq!(file.metadata.bytes, Some(bytes.len() as u64));
    }
}
