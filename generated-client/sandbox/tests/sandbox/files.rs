//! The files: real, small, and in parts.

use runcomfy_sandbox::{Outcome, Progress, Sandbox};
use serde_json::json;

use crate::client::{End, Reply, clip, exchange, job, request, result};

async fn file(sandbox: &Sandbox, method: &str, name: &str, headers: &[(&str, &str)]) -> Reply {
    let path = format!("/files/some-request/{name}");
    exchange(sandbox.address(), &request(method, &path, headers, "")).await
}

async fn start() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

fn at(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[tokio::test]
async fn the_files_are_what_they_say() {
    let sandbox = start().await;
    let png = file(&sandbox, "GET", "image.png", &[]).await;
    assert_eq!((png.status, png.end), (200, End::Whole));
    assert_eq!(png.header("content-type"), Some("image/png"));
    assert!(
        png.body
            .starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x40"),
        "64 by 64"
    );
    assert!(png.body.ends_with(b"IEND\xaeB`\x82"));

    let mp4 = file(&sandbox, "GET", "video.mp4", &[]).await;
    assert_eq!(mp4.header("content-type"), Some("video/mp4"));
    assert_eq!(&mp4.body[4..8], b"ftyp");
    let boxes = (
        at(&mp4.body, b"moov").unwrap(),
        at(&mp4.body, b"mdat").unwrap(),
    );
    assert!(boxes.0 < boxes.1, "it can be played while it comes");
    assert!(at(&mp4.body, b"avc1").is_some());

    let mp3 = file(&sandbox, "GET", "audio.mp3", &[]).await;
    assert_eq!(mp3.header("content-type"), Some("audio/mpeg"));
    assert_eq!(
        (mp3.body[0], mp3.body[1] & 0xe0),
        (0xff, 0xe0),
        "a frame from the first byte on"
    );
    for reply in [&png, &mp4, &mp3] {
        assert!(reply.body.len() < 6000);
    }
    for name in ["image.gif", "png", "video.mp4.exe"] {
        assert_eq!(file(&sandbox, "GET", name, &[]).await.status, 404, "{name}");
    }
}

#[tokio::test]
async fn head_has_the_head_alone() {
    let sandbox = start().await;
    let whole = file(&sandbox, "GET", "video.mp4", &[]).await;
    let head = file(&sandbox, "HEAD", "video.mp4", &[]).await;
    assert_eq!(head.status, 200);
    assert_eq!(
        head.header("content-length"),
        Some(whole.body.len().to_string().as_str())
    );
    assert_eq!(head.header("accept-ranges"), Some("bytes"));
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn ranges_put_together_are_the_whole() {
    let sandbox = start().await;
    let whole = file(&sandbox, "GET", "video.mp4", &[]).await;
    let total = whole.body.len();
    let first = file(&sandbox, "GET", "video.mp4", &[("Range", "bytes=0-99")]).await;
    assert_eq!((first.status, first.body.len()), (206, 100));
    assert_eq!(
        first.header("content-range"),
        Some(format!("bytes 0-99/{total}").as_str())
    );
    let tag = whole.header("etag").unwrap();
    let headers = [("Range", "bytes=100-"), ("If-Range", tag)];
    let rest = file(&sandbox, "GET", "video.mp4", &headers).await;
    assert_eq!(rest.status, 206);
    assert_eq!([first.body, rest.body].concat(), whole.body);

    let last = file(&sandbox, "GET", "video.mp4", &[("Range", "bytes=-5")]).await;
    assert_eq!(last.body, whole.body[total - 5..]);
    let stale = [("Range", "bytes=100-"), ("If-Range", "\"another\"")];
    let stale = file(&sandbox, "GET", "video.mp4", &stale).await;
    assert_eq!((stale.status, stale.body), (200, whole.body));

    let range = format!("bytes={total}-");
    let beyond = file(&sandbox, "GET", "video.mp4", &[("Range", &range)]).await;
    assert_eq!(beyond.status, 416);
    assert_eq!(
        beyond.header("content-range"),
        Some(format!("bytes */{total}").as_str())
    );
}

#[tokio::test]
async fn files_can_come_from_another_origin() {
    let sandbox = Sandbox::builder()
        .model(clip())
        .progress(Progress::Polls {
            queued: 0,
            running: 0,
        })
        .start()
        .await
        .unwrap();
    let other = start().await;
    sandbox.serve_files_from(other.base_url());
    let id = job(&sandbox).await;
    let url = result(&sandbox, &id).await.get("output")["video"].take();
    assert_eq!(url, format!("{}/files/{id}/video.mp4", other.base_url()));
    let path = url
        .as_str()
        .unwrap()
        .strip_prefix(other.base_url())
        .unwrap()
        .to_owned();
    assert_eq!(
        exchange(other.address(), &request("GET", &path, &[], ""))
            .await
            .status,
        200
    );
    assert_eq!(other.calls()[0].header("authorization"), None);

    sandbox.next_outcome(Outcome::SucceedWith(json!({ "image": 7 })));
    let id = job(&sandbox).await;
    assert_eq!(
        result(&sandbox, &id).await.get("output"),
        json!({ "image": 7 })
    );
}
