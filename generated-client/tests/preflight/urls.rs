//! Reading headers behind URLs, from servers that know ranges and servers that do not.

use runcomfy_client::preflight::{MediaFile, ProbeError, UnknownReason, Verdict, probe_bytes};
use runcomfy_client::{Preflight, UrlError};

use super::model::{Input, Shot};
use crate::support::file_server::{self, Answer, Server, media, media_path};

fn preflight() -> Preflight {
    Preflight::new().allow_private_addresses()
}

/// A file with so many bytes between its parts that one piece does not hold it.
fn stretched(name: &str, at: usize, filler: &[u8]) -> Vec<u8> {
    let mut bytes = media(name);
    bytes.splice(at..at, filler.iter().copied());
    bytes
}

/// A box of MP4 that is there for nothing.
fn free_box(length: u32) -> Vec<u8> {
    let mut filler = vec![0; length as usize];
    filler[..4].copy_from_slice(&length.to_be_bytes());
    filler[4..8].copy_from_slice(b"free");
    filler
}

/// Where the second box of an MP4 begins.
fn after_first_box(bytes: &[u8]) -> usize {
    u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize
}

#[tokio::test]
async fn what_is_read_of_a_url_is_what_is_read_of_the_file() {
    let names = [
        "plain.png",
        "plain.jpg",
        "plain.gif",
        "plain.webp",
        "plain.bmp",
        "plain.tiff",
        "plain.avif",
        "turned.jpg",
        "turned.png",
        "turned.webp",
        "early.mp4",
        "late.mp4",
        "turned.mp4",
        "fragmented.mp4",
        "plain.mov",
        "plain.webm",
        "sound.mp3",
        "sound_only.mp4",
    ];
    let server = Server::start(|request| match request.path.split_at(3) {
        ("/r/", name) => Answer::ranged(request, &media(name)),
        ("/w/", name) => Answer::file("application/octet-stream", &media(name)),
        (_, name) => Answer::raw("200 OK", &media(name)),
    })
    .await;
    for name in names {
        for way in ["/r/", "/w/", "/c/"] {
            let url = server.url(&format!("{way}{name}"));
            let file = preflight().probe_url(&url).await.unwrap();
            assert_eq!(file, probe_bytes(&media(name)), "{way}{name}");
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
    let late = media("late.mp4");
    let at = after_first_box(&late);
    let late = stretched("late.mp4", at, &free_box(50_000_000));
    let expected = probe_bytes(&late);
    assert!(expected.metadata.width.is_some());
    let sent = late.clone();
    let server = Server::start(move |request| Answer::ranged(request, &sent)).await;
    assert_eq!(
        preflight()
            .probe_url(&server.url("/late.mp4"))
            .await
            .unwrap(),
        expected
    );
    let ranges: Vec<_> = server
        .requests()
        .iter()
        .filter_map(file_server::Request::range)
        .collect();
    let (first, last) = ranges[1];
    assert_eq!((ranges.len(), ranges[0]), (2, (0, 65_535)));
    assert!(first > 50_000_000 && last - first == 131_071);
}

#[tokio::test]
async fn a_server_without_ranges_is_read_up_to_the_header_and_left() {
    let near = {
        let at = after_first_box(&media("late.mp4"));
        stretched("late.mp4", at, &free_box(300_000))
    };
    let expected = probe_bytes(&near);
    let server = Server::start(move |request| match request.path.as_str() {
        "/near.mp4" => Answer::file("video/mp4", &near),
        "/far.mp4" => {
            let start = &media("late.mp4")[..after_first_box(&media("late.mp4"))];
            let mut head = start.to_vec();
            head.extend_from_slice(&free_box(16)[..4]);
            head.truncate(start.len());
            head.extend_from_slice(&100_000_000_u32.to_be_bytes());
            head.extend_from_slice(b"free");
            Answer::raw("200 OK\r\nContent-Length: 100002000", &head).endless()
        }
        "/endless.png" => Answer::raw("200 OK", &media("plain.png")).endless(),
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
async fn a_header_without_end_is_given_up() {
    // A JPEG of nothing but comments.
    let mut bytes = vec![0xff, 0xd8];
    while bytes.len() < 20_000_000 {
        bytes.extend_from_slice(&[0xff, 0xfe, 0xff, 0xff]);
        bytes.resize(bytes.len() + 0xfffd, 0);
    }
    let total = bytes.len() as u64;
    let server = Server::start(move |request| Answer::ranged(request, &bytes)).await;
    let file = preflight().probe_url(&server.url("/a.jpg")).await.unwrap();
    assert_eq!(
        (file.metadata.width, file.metadata.bytes),
        (None, Some(total))
    );
    assert_eq!(file.format, Some("image/jpeg"));
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn servers_that_lie_are_found_out() {
    let server = Server::start(|request| match (request.path.as_str(), request.earlier) {
        ("/other-range", _) => Answer::raw(
            "206 P\r\nContent-Length: 1\r\nContent-Range: bytes 5-5/9",
            b"x",
        ),
        ("/no-range", _) => Answer::raw("206 P\r\nContent-Length: 1", b"x"),
        ("/nothing", _) => Answer::raw(
            "206 P\r\nContent-Length: 0\r\nContent-Range: bytes 0-9/10",
            b"",
        ),
        ("/gzip", _) => Answer::raw(
            "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1",
            b"x",
        ),
        ("/short", _) => Answer::raw("200 OK\r\nContent-Length: 1000", &media("plain.png")[..10]),
        ("/closed", _) => Answer::none(),
        ("/changes", 0) => {
            let start = &media("late.mp4")[..64];
            Answer::raw(
                "206 P\r\nContent-Length: 64\r\nContent-Range: bytes 0-63/70000000",
                start,
            )
        }
        ("/changes", _) => {
            let (first, _) = request.range().unwrap();
            Answer::raw(
                &format!("206 P\r\nContent-Length: 1\r\nContent-Range: bytes {first}-{first}/9999"),
                b"x",
            )
        }
        ("/gone", _) => Answer::status(404),
        ("/login", _) => Answer::file("image/png", b"<html><body>Please log in</body></html>"),
        ("/empty", _) => Answer::ranged(request, b""),
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
async fn only_public_https_is_read() {
    let server = Server::start(|request| match request.path.as_str() {
        "/http" => Answer::redirect("http://files.example/a.png"),
        "/loop" => Answer::redirect("/loop"),
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
        "the first request and five redirects"
    );
}

#[tokio::test]
async fn a_report_has_every_url_of_the_input_and_asks_for_each_once() {
    let server = Server::start(|request| match request.path.as_str() {
        "/moved.png" => Answer::redirect("/plain.png"),
        "/gone.mp3" => Answer::status(403),
        path => Answer::ranged(request, &media(&path[1..])),
    })
    .await;
    let shot = |path: &str| Shot {
        video: server.url(path),
    };
    let input = Input {
        image: Some(server.url("/moved.png")),
        shots: vec![shot("/early.mp4"), shot("/plain.webm"), shot("/early.mp4")],
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
            Verdict::Violated(_) => "broken",
            Verdict::Unknown(doubts) => match doubts.as_slice() {
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
            "broken"
        ]
    );
    let shown = MediaFile::default();
    assert_ne!(report.findings()[0].file, Some(shown));
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
            "/early.mp4",
            "/gone.mp3",
            "/moved.png",
            "/plain.png",
            "/plain.webm"
        ]
    );
}

/// That it can be spawned, which borrowed futures in a stream easily prevent.
#[tokio::test]
async fn a_preflight_can_run_on_another_thread() {
    let task = tokio::spawn(async { Preflight::new().check(&Input::default()).await.unwrap() });
    assert!(task.await.unwrap().passed());
}
