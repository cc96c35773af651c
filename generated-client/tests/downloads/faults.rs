//! Failed downloads: errors, retries, and the absence of partial files.

use std::fs;
use std::time::Duration;

use runcomfy_client::UrlError;
use runcomfy_client::download::{DownloadError, Downloads};
use tokio::time::Instant;

use super::{dir, fetch_one, file_names};
use crate::support::file_server::{FileServer, Response};

#[tokio::test]
async fn a_file_may_have_exactly_the_maximum_size() {
    let server = FileServer::start(|request| match request.path.as_str() {
        "/exact" => Response::file("video/mp4", &[7; 100]),
        "/more" => Response::file("video/mp4", &[7; 101]),
        "/huge" => Response::raw("200 OK\r\nContent-Length: 99999999999", b"").endless(),
        "/endless" => Response::raw("200 OK\r\nContent-Type: video/mp4", b"").endless(),
        path => panic!("{path}"),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path()).allow_loopback().max_bytes(100);
    assert_eq!(
        fetch_one(&downloads, &server.url("/exact"))
            .await
            .unwrap()
            .len(),
        100
    );
    for (path, expected) in [
        ("/more", Some(101)),
        ("/huge", Some(99_999_999_999)),
        ("/endless", None),
    ] {
        match fetch_one(&downloads, &server.url(path)).await {
            Err(DownloadError::TooLarge {
                limit: 100,
                content_length,
            }) => assert_eq!(content_length, expected),
            other => panic!("{path}: {other:?}"),
        }
    }
    assert_eq!(file_names(dir.path()).len(), 1);
    assert_eq!(
        server.requests().len(),
        4,
        "too large a file is not retried"
    );
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_file_is_retried_and_leaves_nothing() {
    let server = FileServer::start(|request| match request.path.as_str() {
        "/short" => Response::raw("200 OK\r\nContent-Length: 10", b"part"),
        "/chunk" => Response::raw("200 OK\r\nTransfer-Encoding: chunked", b"4\r\npart\r\n"),
        "/empty" => Response::file("video/mp4", b""),
        "/recovers" if request.earlier < 3 => {
            Response::raw("200 OK\r\nContent-Length: 10", b"part")
        }
        "/recovers" => Response::file("video/mp4", b"complete!!"),
        _ => Response::closed(),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path()).allow_loopback();
    for path in ["/short", "/chunk", "/closed"] {
        let result = fetch_one(&downloads, &server.url(path)).await;
        assert!(
            matches!(result, Err(DownloadError::Network(_))),
            "{path}: {result:?}"
        );
    }
    let empty = fetch_one(&downloads, &server.url("/empty")).await;
    assert!(matches!(
        empty,
        Err(DownloadError::Incomplete {
            received: 0,
            content_length: Some(0)
        })
    ));
    assert_eq!(file_names(dir.path()), [""; 0]);
    assert_eq!(server.requests().len(), 16, "four attempts each");

    let start = Instant::now();
    assert_eq!(
        fetch_one(&downloads, &server.url("/recovers"))
            .await
            .unwrap(),
        b"complete!!"
    );
    let delay = start.elapsed().as_millis();
    assert!(
        (1750..3600).contains(&delay),
        "500 + 1000 + 2000 ms, minus up to half for jitter: {delay}"
    );
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_a_minimum_delay() {
    let server = FileServer::start(|request| match (request.path.as_str(), request.earlier) {
        ("/later", 0) => Response::raw("429 Busy\r\nContent-Length: 0\r\nRetry-After: 42", b""),
        ("/later", 1) => Response::status(503),
        ("/much-later", _) => {
            Response::raw("503 Busy\r\nContent-Length: 0\r\nRetry-After: 3600", b"")
        }
        ("/forbidden", _) => Response::status(403),
        ("/part", _) => Response::raw("206 Part\r\nContent-Length: 1", b"x"),
        _ => Response::file("image/png", b"x"),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path()).allow_loopback();
    let start = Instant::now();
    assert_eq!(
        fetch_one(&downloads, &server.url("/later")).await.unwrap(),
        b"x"
    );
    let delay = start.elapsed().as_millis();
    assert!(
        (42_500..43_100).contains(&delay),
        "42 s of Retry-After, then 0.5 to 1 s of backoff: {delay}"
    );

    for (path, expected) in [("/much-later", 503), ("/forbidden", 403), ("/part", 206)] {
        match fetch_one(&downloads, &server.url(path)).await {
            Err(DownloadError::Status {
                status,
                retry_after,
            }) => {
                assert_eq!(status, expected);
                let expected = (status == 503).then_some(Duration::from_secs(3600));
                assert_eq!(retry_after, expected);
            }
            other => panic!("{path}: {other:?}"),
        }
    }
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn redirects_to_disallowed_urls_are_refused() {
    let server = FileServer::start(|request| match request.path.as_str() {
        "/http" => Response::redirect("http://files.example/a.png"),
        "/file" => Response::redirect("file:///etc/passwd"),
        "/inside" => Response::redirect("https://10.0.0.1/a.png"),
        "/metadata" => Response::redirect("http://169.254.169.254/latest"),
        "/password" => Response::redirect("https://user:pw@files.example/a.png"),
        "/loop" => Response::redirect("/loop"),
        path => panic!("{path}"),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path()).allow_loopback();
    for (path, expected) in [
        ("/http", UrlError::NotHttps),
        ("/inside", UrlError::NotPublic),
        ("/metadata", UrlError::NotHttps),
        ("/password", UrlError::Credentials),
        ("/loop", UrlError::TooManyRedirects),
    ] {
        match fetch_one(&downloads, &server.url(path)).await {
            Err(DownloadError::Url(error)) => assert_eq!(error, expected, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    assert!(fetch_one(&downloads, &server.url("/file")).await.is_err());
    for (url, expected) in [
        ("http://files.example/a.png", UrlError::NotHttps),
        ("https://192.168.0.1/a.png", UrlError::NotPublic),
        ("sample.png", UrlError::NotAUrl),
    ] {
        match fetch_one(&downloads, url).await {
            Err(DownloadError::Url(error)) => assert_eq!(error, expected, "{url}"),
            other => panic!("{url}: {other:?}"),
        }
    }
    assert_eq!(file_names(dir.path()), [""; 0]);
}

#[tokio::test]
async fn compressed_responses_and_invalid_folders_are_errors() {
    let server = FileServer::start(|request| match request.path.as_str() {
        "/gzip" => Response::raw(
            "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1",
            b"x",
        ),
        _ => Response::file("image/png", b"x"),
    })
    .await;
    let dir = dir();
    let gzip = fetch_one(
        &Downloads::new(dir.path()).allow_loopback(),
        &server.url("/gzip"),
    )
    .await;
    assert!(matches!(gzip, Err(DownloadError::Encoded)));
    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    match fetch_one(
        &Downloads::new(&file).allow_loopback(),
        &server.url("/a.png"),
    )
    .await
    {
        Err(DownloadError::File { path, .. }) => assert_eq!(path, file),
        other => panic!("{other:?}"),
    }
}
