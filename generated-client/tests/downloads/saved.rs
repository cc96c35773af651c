//! What is saved, where, and how often.

use std::fs;
use std::sync::{Arc, Mutex};

use runcomfy_client::UrlError;
use runcomfy_client::download::{DownloadError, Downloads, file_name};
use serde_json::json;

use super::{Output, dir, names, one};
use crate::support::file_server::{Answer, Server};

#[tokio::test]
async fn every_url_of_an_output_is_saved_and_a_failure_keeps_to_itself() {
    let server = Server::start(|request| match request.path.as_str() {
        "/a/gone.png" => Answer::status(404),
        path => Answer::file("image/png", path.as_bytes()),
    })
    .await;
    let output = Output(json!({
        "video": server.url("/v/out.mp4"),
        "images": [server.url("/a/1.png"), server.url("/a/gone.png"), server.url("/b/1.png")],
        "seed": 7,
        "again": server.url("/v/out.mp4"),
        "bare": server.url("/named"),
    }));
    let dir = dir();
    let target = dir.path().join("made/on/demand");
    let downloads = Downloads::new(&target).fetch(&output).await;

    let properties: Vec<&str> = downloads
        .iter()
        .map(|download| download.property.as_str())
        .collect();
    assert_eq!(properties, ["video", "images", "images", "images", "bare"]);
    let mut saved = Vec::new();
    for download in &downloads {
        match &download.result {
            Ok(file) => {
                let content = fs::read_to_string(&file.path).unwrap();
                assert!(download.url.ends_with(&content), "{content}");
                assert!(!file.already_present);
                saved.push(file.path.file_name().unwrap().to_str().unwrap().to_owned());
            }
            Err(DownloadError::Status { status: 404, .. }) => {
                assert!(download.url.ends_with("gone.png"));
            }
            Err(other) => panic!("{other}"),
        }
    }
    let prefixes = [
        "video-0-out-",
        "images-0-1-",
        "images-2-1-",
        "bare-0-named-",
    ];
    let endings = [".mp4", ".png", ".png", ".png"];
    for ((name, prefix), ending) in saved.iter().zip(prefixes).zip(endings) {
        assert!(name.starts_with(prefix) && name.ends_with(ending), "{name}");
    }
    saved.sort();
    assert_eq!(names(&target), saved);
    // A missing file is missing: it is not asked for again.
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn no_request_carries_credentials_or_a_referrer() {
    let server = Server::start(|request| match request.path.as_str() {
        "/from" => Answer::redirect("/to"),
        _ => Answer::file("image/png", b"x"),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path());
    assert_eq!(one(&downloads, &server.url("/from")).await.unwrap(), b"x");
    let by_name = server.url("/to").replace("127.0.0.1", "localhost");
    assert_eq!(one(&downloads, &by_name).await.unwrap(), b"x");
    let with_password = server
        .url("/from")
        .replace("http://", "http://user:secret@");
    let refused = one(&downloads, &with_password).await;
    assert!(matches!(
        refused,
        Err(DownloadError::Url(UrlError::Credentials))
    ));

    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        for name in ["authorization", "proxy-authorization", "cookie", "referer"] {
            assert_eq!(request.header(name), None, "{name}");
        }
        assert_eq!(request.header("accept-encoding"), Some("identity"));
    }
}

#[tokio::test]
async fn what_is_there_with_the_same_length_is_not_fetched_again() {
    let server = Server::start(|request| {
        Answer::file(
            "image/png",
            if request.earlier < 2 {
                b"first"
            } else {
                b"longer"
            },
        )
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path());
    let url = server.url("/a.png");
    let mut kept = Vec::new();
    for _ in 0..3 {
        let saved = downloads
            .fetch_urls([("image", &url)])
            .await
            .remove(0)
            .result
            .unwrap();
        kept.push((
            saved.already_present,
            saved.bytes,
            fs::read(&saved.path).unwrap().len(),
        ));
        assert_eq!(names(dir.path()).len(), 1);
    }
    assert_eq!(kept, [(false, 5, 5), (true, 5, 5), (false, 6, 6)]);
}

#[tokio::test]
async fn without_a_length_it_is_fetched_again() {
    let server = Server::start(|_| {
        Answer::raw(
            "200 OK\r\nTransfer-Encoding: chunked",
            b"4\r\nabcd\r\n0\r\n\r\n",
        )
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path());
    for _ in 0..2 {
        let saved = downloads
            .fetch_urls([("a", server.url("/x.bin"))])
            .await
            .remove(0)
            .result;
        assert!(!saved.unwrap().already_present);
    }
    assert_eq!(names(dir.path()).len(), 1);
}

#[tokio::test]
async fn a_link_in_the_folder_is_not_taken_for_the_file_and_not_followed() {
    let server = Server::start(|_| Answer::file("image/png", b"bytes")).await;
    let dir = dir();
    let downloads = Downloads::new(dir.path().join("in"));
    let url = server.url("/a.png");
    let outside = dir.path().join("outside");
    fs::write(&outside, b"other").unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    let name = file_name("image", 0, &url, None);
    #[cfg(unix)]
    std::os::unix::fs::symlink(&outside, dir.path().join("in").join(name)).unwrap();
    #[cfg(not(unix))]
    fs::write(dir.path().join("in").join(name), b"old").unwrap();
    let saved = downloads
        .fetch_urls([("image", &url)])
        .await
        .remove(0)
        .result
        .unwrap();
    assert!(!saved.already_present && saved.path.symlink_metadata().unwrap().is_file());
    assert_eq!(fs::read(&saved.path).unwrap(), b"bytes");
    assert_eq!(fs::read(&outside).unwrap(), b"other");
}

#[tokio::test]
async fn progress_counts_up_to_the_total() {
    let body = vec![1; 300_000];
    let sent = body.clone();
    let server = Server::start(move |_| Answer::file("video/mp4", &sent)).await;
    let dir = dir();
    let url = server.url("/a.mp4");
    let seen: Arc<Mutex<Vec<u64>>> = Arc::default();
    let (note, expected) = (Arc::clone(&seen), url.clone());
    let downloads = Downloads::new(dir.path()).on_progress(move |progress| {
        assert_eq!(
            (progress.property, progress.url),
            ("video", expected.as_str())
        );
        assert_eq!(progress.total, Some(300_000));
        note.lock().unwrap().push(progress.received);
    });
    assert_eq!(one(&downloads, &url).await.unwrap(), body);
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted() && seen.len() > 2);
    assert_eq!((seen.first(), seen.last()), (Some(&0), Some(&300_000)));
}

#[tokio::test]
async fn a_dropped_download_leaves_no_file() {
    let server =
        Server::start(|_| Answer::raw("200 OK\r\nContent-Type: video/mp4", b"").endless()).await;
    let dir = dir();
    let target = dir.path().to_owned();
    let (started, wait) = tokio::sync::oneshot::channel();
    let started = Mutex::new(Some(started));
    let downloads = Downloads::new(dir.path()).on_progress(move |progress| {
        if progress.received > 0
            && let Some(started) = started.lock().unwrap().take()
        {
            started.send(names(&target)).unwrap();
        }
    });
    let url = server.url("/a.mp4");
    let meanwhile = tokio::select! {
        _ = downloads.fetch_urls([("video", url)]) => panic!("it has no end"),
        meanwhile = wait => meanwhile.unwrap(),
    };
    assert_eq!(meanwhile.len(), 1);
    assert!(
        meanwhile[0].starts_with(".download-"),
        "no file under its final name: {meanwhile:?}"
    );
    assert_eq!(names(dir.path()), [""; 0]);
}

/// That it can be spawned, which borrowed futures in a stream easily prevent.
#[tokio::test]
async fn downloads_can_run_on_another_thread() {
    let output = Output(json!({}));
    let task = tokio::spawn(async move { Downloads::new("unused").fetch(&output).await });
    assert!(task.await.unwrap().is_empty());
}
