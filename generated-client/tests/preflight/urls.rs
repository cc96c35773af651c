//! Probing the files behind URLs, with and without range requests.

use runcomfy_client::preflight::{MediaFile, ProbeError, UnknownReason, Verdict, probe_bytes};
use runcomfy_client::{Preflight, UrlError};

use super::model::{Input, Shot};
use crate::support::file_server::{FileServer, Request, Response};
use crate::support::media::{media, media_path};

fn preflight() -> Preflight {
    Preflight::new().allow_private_addresses()
}

/// The first box of an MP4.
fn first_box(mp4: &[u8]) -> &[u8] {
    let length = u32::from_be_bytes(mp4[..4].try_into().unwrap());
    &mp4[..length as usize]
}

/// `moov_last.mp4` with a `free` box of this length, in bytes, inserted after its first box. The box `moov`,
/// from which the dimensions are read, therefore starts more than `length` bytes into the file.
fn header_after(length: u32) -> Vec<u8> {
    let mut free = vec![0; length as usize];
    free[..4].copy_from_slice(&length.to_be_bytes());
    free[4..8].copy_from_slice(b"free");
    let mut mp4 = media("moov_last.mp4");
    let position = first_box(&mp4).len();
    mp4.splice(position..position, free);
    mp4
}

#[tokio::test]
async fn a_url_gives_the_same_result_as_its_file() {
    let names = [
        "plain.png",
        "plain.jpg",
        "plain.gif",
        "plain.webp",
        "plain.bmp",
        "plain.tiff",
        "plain.avif",
        "rotated.jpg",
        "rotated.png",
        "rotated.webp",
        "moov_first.mp4",
        "moov_last.mp4",
        "rotated.mp4",
        "fragmented.mp4",
        "plain.mov",
        "plain.webm",
        "audio.mp3",
        "audio_only.mp4",
    ];
    let server = FileServer::start(|request| {
        let (folder, name) = request.path.rsplit_once('/').unwrap();
        match folder {
            "/ranges" => Response::ranged(request, &media(name)),
            "/length" => Response::file("application/octet-stream", &media(name)),
            _ => Response::raw("200 OK", &media(name)),
        }
    })
    .await;
    for name in names {
        for folder in ["/ranges/", "/length/", "/plain/"] {
            let url = server.url(&format!("{folder}{name}"));
            let file = preflight().probe_url(&url).await.unwrap();
            assert_eq!(file, probe_bytes(&media(name)), "{folder}{name}");
        }
    }
    for request in server.requests() {
        assert_eq!(request.range(), Some((0, 65_535)));
        for name in ["authorization", "cookie", "referer"] {
            assert_eq!(request.header(name), None);
        }
    }
}

#[tokio::test]
async fn only_the_header_of_a_large_file_is_read() {
    let large = header_after(50_000_000);
    let expected = probe_bytes(&large);
    assert!(expected.metadata.width.is_some());
    let server = FileServer::start(move |request| Response::ranged(request, &large)).await;
    assert_eq!(
        preflight()
            .probe_url(&server.url("/moov_last.mp4"))
            .await
            .unwrap(),
        expected
    );
    let ranges: Vec<_> = server
        .requests()
        .iter()
        .filter_map(Request::range)
        .collect();
    let (first, last) = ranges[1];
    assert_eq!((ranges.len(), ranges[0]), (2, (0, 65_535)));
    assert!(first > 50_000_000 && last - first == 131_071);
}

#[tokio::test]
async fn without_ranges_the_response_is_read_until_the_header_is_complete() {
    let near = header_after(300_000);
    let expected = probe_bytes(&near);
    let server = FileServer::start(move |request| match request.path.as_str() {
        "/near.mp4" => Response::file("video/mp4", &near),
        "/far.mp4" => {
            let mp4 = media("moov_last.mp4");
            let head = [first_box(&mp4), &100_000_000_u32.to_be_bytes(), b"free"].concat();
            Response::raw("200 OK\r\nContent-Length: 100002000", &head).endless()
        }
        "/endless.png" => Response::raw("200 OK", &media("plain.png")).endless(),
        path => panic!("{path}"),
    })
    .await;
    let near = preflight()
        .probe_url(&server.url("/near.mp4"))
        .await
        .unwrap();
    assert_eq!(near, expected);
    let far = preflight()
        .probe_url(&server.url("/far.mp4"))
        .await
        .unwrap();
    assert_eq!(
        (far.metadata.width, far.metadata.bytes),
        (None, Some(100_002_000))
    );
    assert_eq!(far.format, Some("video/mp4"));
    let endless = preflight()
        .probe_url(&server.url("/endless.png"))
        .await
        .unwrap();
    assert_eq!(
        (endless.metadata.width, endless.metadata.bytes),
        (Some(48), None)
    );
}

#[tokio::test]
async fn a_header_beyond_the_limit_is_not_read() {
    // A JPEG that consists of comments.
    let mut bytes = vec![0xff, 0xd8];
    while bytes.len() < 20_000_000 {
        bytes.extend_from_slice(&[0xff, 0xfe, 0xff, 0xff]);
        bytes.resize(bytes.len() + 0xfffd, 0);
    }
    let total = bytes.len() as u64;
    let server = FileServer::start(move |request| Response::ranged(request, &bytes)).await;
    let file = preflight().probe_url(&server.url("/a.jpg")).await.unwrap();
    assert_eq!(
        (file.metadata.width, file.metadata.bytes),
        (None, Some(total))
    );
    assert_eq!(file.format, Some("image/jpeg"));
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn inconsistent_responses_are_errors() {
    let server = FileServer::start(|request| match (request.path.as_str(), request.earlier) {
        ("/other-range", _) => Response::raw(
            "206 P\r\nContent-Length: 1\r\nContent-Range: bytes 5-5/9",
            b"x",
        ),
        ("/no-range", _) => Response::raw("206 P\r\nContent-Length: 1", b"x"),
        ("/nothing", _) => Response::raw(
            "206 P\r\nContent-Length: 0\r\nContent-Range: bytes 0-9/10",
            b"",
        ),
        ("/gzip", _) => Response::raw(
            "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1",
            b"x",
        ),
        ("/short", _) => Response::raw("200 OK\r\nContent-Length: 1000", &media("plain.png")[..10]),
        ("/closed", _) => Response::closed(),
        ("/changes", 0) => {
            let start = &media("moov_last.mp4")[..64];
            Response::raw(
                "206 P\r\nContent-Length: 64\r\nContent-Range: bytes 0-63/70000000",
                start,
            )
        }
        ("/changes", _) => {
            let (first, _) = request.range().unwrap();
            Response::raw(
                &format!("206 P\r\nContent-Length: 1\r\nContent-Range: bytes {first}-{first}/9999"),
                b"x",
            )
        }
        ("/gone", _) => Response::status(404),
        ("/login", _) => Response::file("image/png", b"<html><body>Please log in</body></html>"),
        ("/empty", _) => Response::ranged(request, b""),
        path => panic!("{path:?}"),
    })
    .await;
    for path in ["/other-range", "/no-range", "/nothing", "/gzip", "/changes"] {
        let result = preflight().probe_url(&server.url(path)).await;
        assert!(
            matches!(result, Err(ProbeError::UnexpectedResponse)),
            "{path}: {result:?}"
        );
    }
    for path in ["/short", "/closed"] {
        let result = preflight().probe_url(&server.url(path)).await;
        assert!(
            matches!(result, Err(ProbeError::Network(_))),
            "{path}: {result:?}"
        );
    }
    let gone = preflight().probe_url(&server.url("/gone")).await;
    assert!(matches!(gone, Err(ProbeError::Status(404))));
    let login = preflight().probe_url(&server.url("/login")).await.unwrap();
    assert_eq!((login.kind, login.format), (None, Some("text/html")));
    let empty = preflight().probe_url(&server.url("/empty")).await.unwrap();
    assert_eq!((empty.format, empty.metadata.bytes), (None, Some(0)));
}

#[tokio::test]
async fn only_public_https_urls_are_requested() {
    let server = FileServer::start(|request| match request.path.as_str() {
        "/http" => Response::redirect("http://files.example/a.png"),
        "/loop" => Response::redirect("/loop"),
        path => panic!("{path}"),
    })
    .await;
    let refused = async |preflight: &Preflight, url: &str| -> UrlError {
        match preflight.probe_url(url).await {
            Err(ProbeError::Url(error)) => error,
            other => panic!("{url}: {other:?}"),
        }
    };
    let strict = Preflight::new();
    assert_eq!(
        refused(&strict, &server.url("/a.png")).await,
        UrlError::NotHttps
    );
    assert_eq!(server.requests().len(), 0);
    for (url, expected) in [
        ("https://127.0.0.1/a.png", UrlError::NotPublic),
        ("https://localhost/a.png", UrlError::NotPublic),
        ("https://[fd00::1]/a.png", UrlError::NotPublic),
        (
            "https://169.254.169.254/latest/meta-data",
            UrlError::NotPublic,
        ),
        ("http://files.example/a.png", UrlError::NotHttps),
        ("https://user:pw@files.example/a.png", UrlError::Credentials),
        ("Runcomfy_example_1268_1.png", UrlError::NotAUrl),
    ] {
        assert_eq!(refused(&strict, url).await, expected, "{url}");
    }
    assert_eq!(
        refused(&preflight(), &server.url("/http")).await,
        UrlError::NotHttps
    );
    assert_eq!(
        refused(&preflight(), &server.url("/loop")).await,
        UrlError::TooManyRedirects
    );
    assert_eq!(
        server.requests().len(),
        7,
        "`/http`, then `/loop` and its five redirects"
    );
}

#[tokio::test]
async fn a_report_covers_every_url_and_requests_each_once() {
    let server = FileServer::start(|request| match request.path.as_str() {
        "/moved.png" => Response::redirect("/plain.png"),
        "/gone.mp3" => Response::status(403),
        path => Response::ranged(request, &media(&path[1..])),
    })
    .await;
    let shot = |path: &str| Shot {
        video: server.url(path),
    };
    let input = Input {
        image: Some(server.url("/moved.png")),
        shots: vec![
            shot("/moov_first.mp4"),
            shot("/plain.webm"),
            shot("/moov_first.mp4"),
        ],
        audio: Some(server.url("/gone.mp3")),
        any: Some("https://bucket.example/later.bmp".to_owned()),
    };
    let preflight = preflight().file("https://bucket.example/later.bmp", media_path("plain.bmp"));
    let report = preflight.check(&input).await.unwrap();
    let verdicts: Vec<&str> = report
        .findings()
        .iter()
        .map(|finding| match &finding.verdict {
            Verdict::Passed => "passed",
            Verdict::Violated(_) => "violated",
            Verdict::Unknown(reasons) => match reasons.as_slice() {
                [UnknownReason::NoDimensions { .. }] => "not measured",
                [UnknownReason::NotRead(error)] if matches!(**error, ProbeError::Status(403)) => {
                    "not read"
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            "passed",
            "passed",
            "not measured",
            "passed",
            "not read",
            "violated"
        ]
    );
    assert_ne!(report.findings()[0].file, Some(MediaFile::default()));
    assert_eq!(report.findings()[4].file, None);
    assert_eq!(report.violations().unwrap_err().as_slice()[0].path, "/any");
    let mut paths: Vec<_> = server
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "/gone.mp3",
            "/moov_first.mp4",
            "/moved.png",
            "/plain.png",
            "/plain.webm"
        ]
    );
}

/// `tokio::spawn` requires that the future of [`Preflight::check`] is `Send`. It contains a stream of
/// futures, and would not be `Send` if the items of that stream were borrowed.
#[tokio::test]
async fn a_preflight_can_be_spawned() {
    let task = tokio::spawn(async { Preflight::new().check(&Input::default()).await.unwrap() });
    assert!(task.await.unwrap().passed());
}
