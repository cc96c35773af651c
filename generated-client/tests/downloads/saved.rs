//! Saved files: names, repeated downloads, progress.

use std::fs;
use std::sync::{Arc, Mutex};

use runcomfy_client::ModelOutput;
use runcomfy_client::UrlError;
use runcomfy_client::download::{DownloadError, Downloads, file_name};
use serde_json::json;

use super::{dir, fetch_one, file_names};
use crate::support::Output;
use crate::support::file_server::{FileServer, Response};

#[tokio::test]
async fn every_url_of_an_output_is_saved_and_failures_are_independent() {
    let server = FileServer::start(|request| match request.path.as_str() {
        "/a/gone.png" => Response::status(404),
        path => Response::file("image/png", path.as_bytes()),
    })
    .await;
    let output = Output::from_value(json!({
        "video": server.url("/v/out.mp4"),
        "images": [server.url("/a/1.png"), server.url("/a/gone.png"), server.url("/b/1.png")],
        "seed": 7,
        "again": server.url("/v/out.mp4"),
        "audio": server.url("/named"),
    }))
    .unwrap();
    let dir = dir();
    let target = dir.path().join("created/on/demand");
    let downloads = Downloads::new(&target)
        .allow_loopback()
        .fetch(&output)
        .await;

    let properties: Vec<&str> = downloads
        .iter()
        .map(|download| download.property.as_str())
        .collect();
    assert_eq!(properties, ["video", "images", "images", "images", "audio"]);
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
        "audio-0-named-",
    ];
    let endings = [".mp4", ".png", ".png", ".png"];
    for ((name, prefix), ending) in saved.iter().zip(prefixes).zip(endings) {
        assert!(name.starts_with(prefix) && name.ends_with(ending), "{name}");
    }
    saved.sort();
    assert_eq!(file_names(&target), saved);
    // The duplicate URL is fetched once, and a 404 is not retried.
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn requests_carry_no_credentials_and_no_referrer() {
    let server = FileServer::start(|request| match request.path.as_str() {
        "/redirect" => Response::redirect("/target"),
        _ => Response::file("image/png", b"x"),
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path()).allow_loopback();
    assert_eq!(
        fetch_one(&downloads, &server.url("/redirect"))
            .await
            .unwrap(),
        b"x"
    );
    let by_name = server.url("/target").replace("127.0.0.1", "localhost");
    assert_eq!(fetch_one(&downloads, &by_name).await.unwrap(), b"x");
    let with_password = server
        .url("/redirect")
        .replace("http://", "http://user:secret@");
    let refused = fetch_one(&downloads, &with_password).await;
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
async fn a_present_file_of_the_same_length_is_not_fetched() {
    let server = FileServer::start(|request| {
        Response::file(
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
    let downloads = Downloads::new(dir.path()).allow_loopback();
    let url = server.url("/a.png");
    let mut results = Vec::new();
    for _ in 0..3 {
        let saved = downloads
            .fetch_urls([("image", &url)])
            .await
            .remove(0)
            .result
            .unwrap();
        results.push((
            saved.already_present,
            saved.bytes,
            fs::read(&saved.path).unwrap().len(),
        ));
        assert_eq!(file_names(dir.path()).len(), 1);
    }
    assert_eq!(results, [(false, 5, 5), (true, 5, 5), (false, 6, 6)]);
}

#[tokio::test]
async fn a_present_file_is_fetched_again_if_the_length_is_unknown() {
    let server = FileServer::start(|_| {
        Response::raw(
            "200 OK\r\nTransfer-Encoding: chunked",
            b"4\r\nabcd\r\n0\r\n\r\n",
        )
    })
    .await;
    let dir = dir();
    let downloads = Downloads::new(dir.path()).allow_loopback();
    for _ in 0..2 {
        let saved = downloads
            .fetch_urls([("a", server.url("/x.bin"))])
            .await
            .remove(0)
            .result;
        assert!(!saved.unwrap().already_present);
    }
    assert_eq!(file_names(dir.path()).len(), 1);
}

#[tokio::test]
async fn a_symbolic_link_is_replaced_and_not_followed() {
    let server = FileServer::start(|_| Response::file("image/png", b"bytes")).await;
    let dir = dir();
    let downloads = Downloads::new(dir.path().join("in")).allow_loopback();
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
async fn progress_rises_to_the_total() {
    let body = vec![1; 300_000];
    let sent = body.clone();
    let server = FileServer::start(move |_| Response::file("video/mp4", &sent)).await;
    let dir = dir();
    let url = server.url("/a.mp4");
    let received: Arc<Mutex<Vec<u64>>> = Arc::default();
    let (recorder, expected) = (Arc::clone(&received), url.clone());
    let downloads = Downloads::new(dir.path())
        .allow_loopback()
        .on_progress(move |progress| {
            assert_eq!(
                (progress.property, progress.url),
                ("video", expected.as_str())
            );
            assert_eq!(progress.total, Some(300_000));
            recorder.lock().unwrap().push(progress.received);
        });
    assert_eq!(fetch_one(&downloads, &url).await.unwrap(), body);
    let received = received.lock().unwrap();
    assert!(received.is_sorted() && received.len() > 2);
    assert_eq!(
        (received.first(), received.last()),
        (Some(&0), Some(&300_000))
    );
}

#[tokio::test]
async fn a_dropped_download_leaves_no_file() {
    let server =
        FileServer::start(|_| Response::raw("200 OK\r\nContent-Type: video/mp4", b"").endless())
            .await;
    let dir = dir();
    let target = dir.path().to_owned();
    let (started, wait) = tokio::sync::oneshot::channel();
    let started = Mutex::new(Some(started));
    let downloads = Downloads::new(dir.path())
        .allow_loopback()
        .on_progress(move |progress| {
            if progress.received > 0
                && let Some(started) = started.lock().unwrap().take()
            {
                started.send(file_names(&target)).unwrap();
            }
        });
    let url = server.url("/a.mp4");
    let during = tokio::select! {
        _ = downloads.fetch_urls([("video", url)]) => panic!("the response is endless"),
        names = wait => names.unwrap(),
    };
    assert_eq!(during.len(), 1);
    assert!(during[0].starts_with(".download-"), "{during:?}");
    assert_eq!(file_names(dir.path()), [""; 0]);
}

/// `tokio::spawn` requires a `Send` future. A stream of borrowing futures, as in `fetch`, can easily make
/// the enclosing future not `Send`.
#[tokio::test]
async fn downloads_can_be_spawned() {
    let output = Output::default();
    let task = tokio::spawn(async move { Downloads::new("unused").fetch(&output).await });
    assert!(task.await.unwrap().is_empty());
}

#[tokio::test]
async fn chosen_names_stay_in_the_folder_and_apart() {
    let server =
        FileServer::start(|request| Response::file("image/png", request.path.as_bytes())).await;
    let dir = dir();
    let target = dir.path().join("out");
    for (chosen, expected) in [
        ("frame.png", ["frame-2.png", "frame.png"]),
        ("../../frame.png", ["_frame-2.png", "_frame.png"]),
        ("/etc/passwd", ["_etc_passwd", "_etc_passwd-2"]),
        ("a\\b:c\n.PNG", ["a_b_c_-2.png", "a_b_c_.png"]),
        ("CON.png", ["CON_-2.png", "CON_.png"]),
    ] {
        let downloads = Downloads::new(&target)
            .allow_loopback()
            .name_files(move |_| chosen.to_owned());
        let urls = [("images", server.url("/1")), ("images", server.url("/2"))];
        for download in downloads.fetch_urls(urls).await {
            download.result.unwrap();
        }
        assert_eq!(file_names(&target), expected, "{chosen:?}");
        assert_eq!(file_names(dir.path()), ["out"]);
        fs::remove_dir_all(&target).unwrap();
    }
}

#[tokio::test]
async fn unusable_names_fall_back_to_the_default() {
    let server = FileServer::start(|_| Response::file("image/png", b"a")).await;
    let dir = dir();
    for chosen in ["", ".", "..", "/", " . "] {
        let name = chosen.to_owned();
        let downloads = Downloads::new(dir.path())
            .allow_loopback()
            .name_files(move |file| {
                assert_eq!((file.property, file.index), ("image", 0));
                assert!(file.default_name.ends_with(".png"), "{}", file.default_name);
                name.clone()
            });
        let saved = downloads
            .fetch_urls([("image", server.url("/a.png"))])
            .await;
        let saved = saved.into_iter().next().unwrap().result.unwrap().path;
        assert_eq!(saved.parent(), Some(dir.path()));
        let name = saved.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("image-0-"), "{chosen:?} gave {name:?}");
    }
}
