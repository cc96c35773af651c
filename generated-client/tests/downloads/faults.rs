//! What goes wrong, how often it is tried again, and what it leaves behind.

use std::fs;
use std::time::Duration;

use runcomfy_client::UrlError;
use runcomfy_client::download::{DownloadError, Downloads};
use tokio::time::Instant;

use super::{dir, names, one};
use crate::support::file_server::{Answer, Server};

#[tokio::test]
async fn a_file_may_have_exactly_the_greatest_size() {
    let server = Server::start(|request| match request.path.as_str() {
        "/content_length" => Answer::file("video/mp4", &[7; 100]),
        "/more" => Answer::file("video/mp4", &[7; 101]),
        "/huge" => Answer::raw("200 OK\r\nContent-Length: 99999999999", b"").endless(),
        "/endless" => Answer::raw("200 OK\r\nContent-Type: video/mp4", b"").endless(),
        path => panic!("{path}"),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path()).max_bytes(100);
    assert_eq!(
        one(&downloads, &server.url("/content_length"))
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
        match one(&downloads, &server.url(path)).await {
            Err(DownloadError::TooLarge {
                limit: 100,
                content_length,
            }) => assert_eq!(content_length, expected),
            other => panic!("{path}: {other:?}"),
        }
    }
    assert_eq!(names(dir.path()).len(), 1);
    assert_eq!(
        server.requests().len(),
        4,
        "what is too large once stays so"
    );
}

#[tokio::test(start_paused = true)]
async fn a_file_that_breaks_off_is_tried_again_and_leaves_nothing() {
    let server = Server::start(|request| match request.path.as_str() {
        "/short" => Answer::raw("200 OK\r\nContent-Length: 10", b"only"),
        "/chunk" => Answer::raw("200 OK\r\nTransfer-Encoding: chunked", b"4\r\nonly\r\n"),
        "/empty" => Answer::file("video/mp4", b""),
        "/mended" if request.earlier < 3 => Answer::raw("200 OK\r\nContent-Length: 10", b"only"),
        "/mended" => Answer::file("video/mp4", b"all of it."),
        _ => Answer::none(),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path());
    for path in ["/short", "/chunk", "/closed"] {
        let result = one(&downloads, &server.url(path)).await;
        assert!(
            matches!(result, Err(DownloadError::Network(_))),
            "{path}: {result:?}"
        );
    }
    let empty = one(&downloads, &server.url("/empty")).await;
    assert!(matches!(
        empty,
        Err(DownloadError::Incomplete {
            received: 0,
            content_length: Some(0)
        })
    ));
    assert_eq!(names(dir.path()), [""; 0]);
    assert_eq!(server.requests().len(), 16, "four attempts each");

    let began = Instant::now();
    assert_eq!(
        one(&downloads, &server.url("/mended")).await.unwrap(),
        b"all of it."
    );
    let paused = began.elapsed().as_millis();
    assert!(
        (1750..3600).contains(&paused),
        "500 + 1000 + 2000 ms, up to half of it jitter: {paused}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_again_after_the_pause_that_it_wants() {
    let server = Server::start(|request| match (request.path.as_str(), request.earlier) {
        ("/later", 0) => Answer::raw("429 Busy\r\nContent-Length: 0\r\nRetry-After: 42", b""),
        ("/later", 1) => Answer::status(503),
        ("/much-later", _) => {
            Answer::raw("503 Busy\r\nContent-Length: 0\r\nRetry-After: 3600", b"")
        }
        ("/forbidden", _) => Answer::status(403),
        ("/part", _) => Answer::raw("206 Part\r\nContent-Length: 1", b"x"),
        _ => Answer::file("image/png", b"x"),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path());
    let began = Instant::now();
    assert_eq!(one(&downloads, &server.url("/later")).await.unwrap(), b"x");
    let paused = began.elapsed().as_millis();
    assert!(
        (42_500..43_100).contains(&paused),
        "42 s asked for, 0.5 to 1 s of backoff: {paused}"
    );

    for (path, expected) in [("/much-later", 503), ("/forbidden", 403), ("/part", 206)] {
        match one(&downloads, &server.url(path)).await {
            Err(DownloadError::Status {
                status,
                retry_after,
            }) => {
                assert_eq!(status, expected);
                let asked = (status == 503).then_some(Duration::from_secs(3600));
                assert_eq!(retry_after, asked);
            }
            other => panic!("{path}: {other:?}"),
        }
    }
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn redirects_stay_within_what_may_be_reached() {
    let server = Server::start(|request| match request.path.as_str() {
        "/http" => Answer::redirect("http://files.example/a.png"),
        "/file" => Answer::redirect("file:///etc/passwd"),
        "/inside" => Answer::redirect("https://10.0.0.1/a.png"),
        "/metadata" => Answer::redirect("http://169.254.169.254/latest"),
        "/password" => Answer::redirect("https://user:pw@files.example/a.png"),
        "/loop" => Answer::redirect("/loop"),
        path => panic!("{path}"),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path());
    for (path, expected) in [
        ("/http", UrlError::NotHttps),
        ("/inside", UrlError::NotPublic),
        ("/metadata", UrlError::NotHttps),
        ("/password", UrlError::Credentials),
        ("/loop", UrlError::TooManyRedirects),
    ] {
        match one(&downloads, &server.url(path)).await {
            Err(DownloadError::Url(error)) => assert_eq!(error, expected, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    assert!(one(&downloads, &server.url("/file")).await.is_err());
    for (url, expected) in [
        ("http://files.example/a.png", UrlError::NotHttps),
        ("https://192.168.0.1/a.png", UrlError::NotPublic),
        ("sample.png", UrlError::NotAUrl),
    ] {
        match one(&downloads, url).await {
            Err(DownloadError::Url(error)) => assert_eq!(error, expected, "{url}"),
            other => panic!("{url}: {other:?}"),
        }
    }
    assert_eq!(names(dir.path()), [""; 0]);
}

#[tokio::test]
async fn compressed_answers_and_folders_that_cannot_be_are_errors() {
    let server = Server::start(|request| match request.path.as_str() {
        "/gzip" => Answer::raw(
            "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1",
            b"x",
        ),
        _ => Answer::file("image/png", b"x"),
    })
    .await;
    let dir = dir();
    let gzip = one(&Downloads::new(dir.path()), &server.url("/gzip")).await;
    assert!(matches!(gzip, Err(DownloadError::Encoded)));
    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    match one(&Downloads::new(&file), &server.url("/a.png")).await {
        Err(DownloadError::File { path, .. }) => assert_eq!(path, file),
        other => panic!("{other:?}"),
    }
}
