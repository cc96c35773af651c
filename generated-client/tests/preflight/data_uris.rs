//! Local files within an input, as `data:` URIs.

use std::fs::{self, File};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runcomfy_client::Preflight;
use runcomfy_client::preflight::{DataUriError, data_uri};

use super::model::Input;
use crate::support::media::{media, media_path};

#[test]
fn a_file_becomes_its_type_and_bytes() {
    for (name, head) in [
        ("plain.png", "data:image/png;base64,"),
        ("moov_first.mp4", "data:video/mp4;base64,"),
        ("audio.mp3", "data:audio/mpeg;base64,"),
    ] {
        let uri = data_uri(media_path(name)).unwrap();
        let data = uri
            .strip_prefix(head)
            .unwrap_or_else(|| panic!("{name}: {:.40}", uri));
        assert_eq!(STANDARD.decode(data).unwrap(), media(name));
    }
}

#[tokio::test]
async fn the_rules_apply_to_the_decoded_file() {
    let wide = Input {
        image: Some(data_uri(media_path("plain.png")).unwrap()),
        ..Input::default()
    };
    let mut png = media("plain.png");
    png[16..20].copy_from_slice(&47_u32.to_be_bytes());
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), png).unwrap();
    let narrow = Input {
        image: Some(data_uri(file.path()).unwrap()),
        ..Input::default()
    };
    for (input, passes) in [(wide, true), (narrow, false)] {
        let report = Preflight::new().check(&input).await.unwrap();
        assert_eq!(report.passed(), passes, "{report:?}");
        assert_eq!(report.unknown().count(), 0);
        let report = Preflight::new().check_files(&input).unwrap();
        assert_eq!(report.passed(), passes, "{report:?}");
    }
}

#[test]
fn files_that_no_request_can_carry_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    assert!(matches!(data_uri(&path), Err(DataUriError::File { .. })));
    fs::write(&path, "a text").unwrap();
    assert!(matches!(data_uri(&path), Err(DataUriError::NotMedia)));
    for (name, limit) in [
        ("plain.png", 6_u64 << 20),
        ("moov_first.mp4", 32 << 20),
        ("audio.mp3", 16 << 20),
    ] {
        fs::write(&path, media(name)).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(limit).unwrap();
        data_uri(&path).unwrap();
        file.set_len(limit + 1).unwrap();
        match data_uri(&path) {
            Err(DataUriError::TooLarge {
                limit: stated,
                actual,
            }) => {
                assert_eq!((stated, actual), (limit, limit + 1), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    // A PNG header of 8,000 by 4,001 pixels.
    let mut png = media("plain.png");
    png[16..20].copy_from_slice(&8_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&4_001_u32.to_be_bytes());
    fs::write(&path, png).unwrap();
    assert!(matches!(
        data_uri(&path),
        Err(DataUriError::TooManyPixels {
            limit: 32_000_000,
            actual: 32_008_000
        })
    ));
}
