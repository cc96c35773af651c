//! The sample files, and ranges of them.

use runcomfy_sandbox::{Outcome, Sandbox};
use serde_json::json;

use crate::http::{End, Response, model, polls, request, result, send, submitted, with_progress};

async fn file(sandbox: &Sandbox, method: &str, name: &str, headers: &[(&str, &str)]) -> Response {
    let path = format!("/files/some-request/{name}");
    send(sandbox.address(), &request(method, &path, headers, "")).await
}

async fn start() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[tokio::test]
async fn files_match_their_content_type() {
    let sandbox = start().await;
    let png = file(&sandbox, "GET", "image.png", &[]).await;
    assert_eq!((png.status, png.end), (200, End::Complete));
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
        find(&mp4.body, b"moov").unwrap(),
        find(&mp4.body, b"mdat").unwrap(),
    );
    assert!(
        boxes.0 < boxes.1,
        "can be played before the download is complete"
    );
    assert!(find(&mp4.body, b"avc1").is_some());

    let mp3 = file(&sandbox, "GET", "audio.mp3", &[]).await;
    assert_eq!(mp3.header("content-type"), Some("audio/mpeg"));
    assert_eq!(
        (mp3.body[0], mp3.body[1] & 0xe0),
        (0xff, 0xe0),
        "the first byte begins a frame"
    );
    for response in [&png, &mp4, &mp3] {
        assert!(response.body.len() < 6000);
    }
    for name in ["image.gif", "png", "video.mp4.exe"] {
        assert_eq!(file(&sandbox, "GET", name, &[]).await.status, 404, "{name}");
    }
}

#[tokio::test]
async fn head_requests_have_no_body() {
    let sandbox = start().await;
    let complete = file(&sandbox, "GET", "video.mp4", &[]).await;
    let head = file(&sandbox, "HEAD", "video.mp4", &[]).await;
    assert_eq!(head.status, 200);
    assert_eq!(
        head.header("content-length"),
        Some(complete.body.len().to_string().as_str())
    );
    assert_eq!(head.header("accept-ranges"), Some("bytes"));
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn ranges_return_their_part_of_the_file() {
    let sandbox = start().await;
    let complete = file(&sandbox, "GET", "video.mp4", &[]).await;
    let total = complete.body.len();
    let first = file(&sandbox, "GET", "video.mp4", &[("Range", "bytes=0-99")]).await;
    assert_eq!((first.status, first.body.len()), (206, 100));
    assert_eq!(
        first.header("content-range"),
        Some(format!("bytes 0-99/{total}").as_str())
    );
    let tag = complete.header("etag").unwrap();
    let headers = [("Range", "bytes=100-"), ("If-Range", tag)];
    let rest = file(&sandbox, "GET", "video.mp4", &headers).await;
    assert_eq!(rest.status, 206);
    assert_eq!([first.body, rest.body].concat(), complete.body);

    let last = file(&sandbox, "GET", "video.mp4", &[("Range", "bytes=-5")]).await;
    assert_eq!(last.body, complete.body[total - 5..]);
    let stale = [("Range", "bytes=100-"), ("If-Range", "\"another\"")];
    let stale = file(&sandbox, "GET", "video.mp4", &stale).await;
    assert_eq!((stale.status, stale.body), (200, complete.body));

    let range = format!("bytes={total}-");
    let beyond = file(&sandbox, "GET", "video.mp4", &[("Range", &range)]).await;
    assert_eq!(beyond.status, 416);
    assert_eq!(
        beyond.header("content-range"),
        Some(format!("bytes */{total}").as_str())
    );
}

#[tokio::test]
async fn the_base_of_file_urls_can_be_set() {
    let sandbox = with_progress(polls(0, 0)).await;
    let other = start().await;
    sandbox.set_file_base(other.base_url());
    let id = submitted(&sandbox).await;
    let url = result(&sandbox, &id).await.get("output")["video"].take();
    assert_eq!(url, format!("{}/files/{id}/video.mp4", other.base_url()));
    let path = url
        .as_str()
        .unwrap()
        .strip_prefix(other.base_url())
        .unwrap()
        .to_owned();
    assert_eq!(
        send(other.address(), &request("GET", &path, &[], ""))
            .await
            .status,
        200
    );
    assert_eq!(other.requests()[0].header("authorization"), None);

    sandbox.next_outcome(Outcome::SucceedWith(json!({ "image": 7 })));
    let id = submitted(&sandbox).await;
    assert_eq!(
        result(&sandbox, &id).await.get("output"),
        json!({ "image": 7 })
    );
}

#[tokio::test]
async fn the_base_of_file_urls_can_be_set_before_the_start() {
    let sandbox = Sandbox::builder()
        .model(model())
        .progress(polls(0, 0))
        .file_base("http://files.runcomfy.net:8787/")
        .start()
        .await
        .unwrap();
    let id = submitted(&sandbox).await;
    assert_eq!(
        result(&sandbox, &id).await.get("output")["video"],
        format!("http://files.runcomfy.net:8787/files/{id}/video.mp4")
    );
}
