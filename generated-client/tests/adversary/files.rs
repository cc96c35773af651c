//! Tests of downloads and preflight: the requests that the URLs in an output can cause, the files left in
//! the folder, and the media properties read from a file header.

use std::net::TcpListener;
use std::process::Command;

use runcomfy_client::download::{DownloadError, Downloads};
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video as wan;
use runcomfy_client::preflight::{Preflight, probe_bytes};
use runcomfy_client::{ModelOutput, UrlError};
use serde_json::{Value, json};

use super::client;
use super::server::{Adversary, Event, response_with};

fn output(json: Value) -> wan::Output {
    wan::Output::from_value(json).unwrap()
}

#[test]
fn urls_are_taken_from_the_output_and_not_from_an_echo() {
    let output = output(json!({
        "prompt": "https://evil.example/a.png",
        "input": { "image": "https://evil.example/b.png" },
        "video": "HTTPS://x.example/v.mp4",
        "image": "data:image/png;base64,AAAA",
        "videos": ["//x.example/w.mp4", { "url": "https://x.example/u.mp4", "note": "a b" }],
        "audio": "sample.mp3",
    }));
    let mut urls: Vec<String> = output.urls().into_iter().map(|(_, url)| url).collect();
    urls.sort();
    assert_eq!(
        urls,
        [
            "//x.example/w.mp4",
            "HTTPS://x.example/v.mp4",
            "data:image/png;base64,AAAA",
            "https://x.example/u.mp4",
            "sample.mp3",
        ]
    );
}

#[tokio::test]
async fn what_is_no_https_url_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let output = output(json!({ "videos": [
        "data:video/mp4;base64,AAAA",
        "//127.0.0.1/a.mp4",
        "http://example.com/a.mp4",
        "sample.mp4",
    ] }));
    let files = Downloads::new(folder.path()).fetch(&output).await;
    let errors: Vec<UrlError> = files
        .into_iter()
        .map(|file| match file.result {
            Err(DownloadError::Url(error)) => error,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        errors,
        [
            UrlError::NotHttps,
            UrlError::NotAUrl,
            UrlError::NotHttps,
            UrlError::NotAUrl,
        ]
    );
}

#[tokio::test]
async fn a_remote_api_cannot_make_this_machine_request_itself() {
    let server = Adversary::start(|_| vec![response_with(200, "", "file")]).await;
    let folder = tempfile::tempdir().unwrap();
    let output = output(json!({ "video": format!("{}/v.mp4", server.url()) }));
    let remote = runcomfy_client::Client::new("token").unwrap();
    for downloads in [
        Downloads::new(folder.path()),
        remote.downloads(folder.path()),
    ] {
        let files = downloads.fetch(&output).await;
        assert!(matches!(
            files[0].result,
            Err(DownloadError::Url(UrlError::NotHttps))
        ));
    }
    assert!(server.requests().is_empty());
    // Loopback URLs are allowed if the base URL of the client is local, or with `allow_loopback`.
    let (local, _) = client(&server);
    for downloads in [
        local.downloads(folder.path()),
        Downloads::new(folder.path()).allow_loopback(),
    ] {
        let files = downloads.fetch(&output).await;
        assert!(files[0].result.is_ok(), "{:?}", files[0].result);
    }
}

const CHILD: &str = "RUNCOMFY_TEST_PROXY_CHILD";

/// Runs in a separate process, because the proxy is read from the environment.
#[tokio::test]
async fn child_that_downloads_through_a_proxy() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for url in [
        "https://localhost/a.mp4",
        "https://127.0.0.1/a.mp4",
        "https://10.0.0.1/a.mp4",
    ] {
        let files = Downloads::new(folder.path())
            .fetch(&output(json!({ "video": url })))
            .await;
        let result = &files[0].result;
        assert!(
            matches!(result, Err(DownloadError::Url(UrlError::NotPublic))),
            "{result:?}"
        );
    }
}

#[test]
fn a_proxy_is_not_asked_for_private_addresses() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "adversary::files::child_that_downloads_through_a_proxy",
        ])
        .env(CHILD, "1")
        .env("HTTPS_PROXY", &address)
        .env("ALL_PROXY", &address)
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    let refused = proxy.accept().unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn encodings_that_change_nothing_are_accepted() {
    let folder = tempfile::tempdir().unwrap();
    for encoding in ["", "Identity", "aws-chunked", "identity, aws-chunked"] {
        let header = format!("Content-Encoding: {encoding}\r\n");
        let server = Adversary::start(move |_| vec![response_with(200, &header, "file")]).await;
        let files = Downloads::new(folder.path())
            .allow_loopback()
            .fetch_urls([("video", format!("{}/v.mp4", server.url()))])
            .await;
        assert!(
            files[0].result.is_ok(),
            "{encoding:?}: {:?}",
            files[0].result
        );
    }
}

#[tokio::test]
async fn temporary_files_of_killed_processes_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let part = |name: &str| {
        let path = folder.path().join(name);
        let file = std::fs::File::create(&path).unwrap();
        file.set_modified(old).unwrap();
        (path, file)
    };
    let (abandoned, _) = part(".download-abc.part");
    let (in_use, lock) = part(".download-def.part");
    lock.lock().unwrap();
    let (foreign, _) = part("notes.part");
    let recent = folder.path().join(".download-ghi.part");
    std::fs::write(&recent, "").unwrap();
    let none: [(&str, &str); 0] = [];
    Downloads::new(folder.path()).fetch_urls(none).await;
    let left = [&abandoned, &in_use, &foreign, &recent].map(|path| path.exists());
    assert_eq!(left, [false, true, true, true]);
}

#[test]
fn a_png_whose_first_chunk_is_not_ihdr_is_not_measured() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x04CgBI\x50\0\x20\x02".to_vec();
    png.resize(100, 2);
    let file = probe_bytes(&png);
    assert_eq!(file.format, Some("image/png"));
    assert_eq!((file.metadata.width, file.metadata.height), (None, None));
}

#[tokio::test]
async fn a_server_without_ranges_is_asked_once() {
    // The frame header comes after 1.5 MB of comments.
    let mut jpeg = b"\xff\xd8".to_vec();
    for _ in 0..24 {
        jpeg.extend(b"\xff\xfe\xff\xff");
        jpeg.resize(jpeg.len() + 0xfffd, b'x');
    }
    jpeg.extend(b"\xff\xc0\0\x11\x08\x01\xe0\x02\x80\x03\x01\x22\0\x02\x11\x01\x03\x11\x01");
    jpeg.resize(20 << 20, 0);
    let server = Adversary::start(move |_| {
        let head = format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n", jpeg.len());
        vec![Event::Send(head.into_bytes()), Event::Send(jpeg.clone())]
    })
    .await;
    let url = format!("{}/a.jpg", server.url());
    let preflight = Preflight::new().allow_private_addresses();
    let file = preflight.probe_url(&url).await.unwrap();
    assert_eq!(
        (file.metadata.width, file.metadata.height),
        (Some(640), Some(480))
    );
    assert_eq!(file.metadata.bytes, Some(20 << 20));
    assert_eq!(server.requests().len(), 1);
}
