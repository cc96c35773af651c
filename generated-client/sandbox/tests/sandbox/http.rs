//! An HTTP client that shows the response as it is on the wire.

use std::io::ErrorKind;
use std::net::SocketAddr;

use runcomfy_sandbox::{Progress, Sandbox};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How the connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With a regular close, after `Content-Length` bytes.
    Complete,
    /// With a regular close, but not after `Content-Length` bytes.
    Truncated,
    /// With a TCP reset.
    Reset,
}

/// All bytes received on one connection.
#[derive(Debug)]
pub(crate) struct Response {
    /// 0 if there was no head.
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) end: End,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// The value of a member, or `null`.
    pub(crate) fn get(&self, field: &str) -> Value {
        self.json()[field].take()
    }
}

/// Sends a request on a new connection and reads until the connection ends.
pub(crate) async fn send(address: SocketAddr, request: &[u8]) -> Response {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // If the server resets early, the write fails, and the read returns the reset.
    let _ = stream.write_all(request).await;
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes).await;
    parse(&bytes, &read.map(|_| ()))
}

fn parse(bytes: &[u8], read: &std::io::Result<()>) -> Response {
    let split = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = match split {
        Some(at) => (&bytes[..at], &bytes[at + 4..]),
        None => (bytes, &[][..]),
    };
    let head = String::from_utf8_lossy(head).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    let mut response = Response {
        status,
        head,
        body: body.to_vec(),
        end: End::Truncated,
    };
    let length = response
        .header("content-length")
        .and_then(|length| length.parse().ok());
    response.end = match read {
        Err(error) if error.kind() == ErrorKind::ConnectionReset => End::Reset,
        Err(error) => panic!("neither an end nor a reset: {error}"),
        Ok(()) if length == Some(response.body.len()) => End::Complete,
        Ok(()) => End::Truncated,
    };
    response
}

/// The bytes of a request.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// Sends a request with the token.
pub(crate) async fn call(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Response {
    let bearer = format!("Bearer {}", sandbox.token());
    let request = request(method, path, &[("Authorization", &bearer)], body);
    send(sandbox.address(), &request).await
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Response {
    call(sandbox, "GET", path, "").await
}

/// Submits a valid input to [`model`].
pub(crate) async fn submit(sandbox: &Sandbox) -> Response {
    call(
        sandbox,
        "POST",
        "/v1/models/acme/clip/text-to-video",
        r#"{"prompt":"a tin robot"}"#,
    )
    .await
}

/// Submits, and returns the request id of the job.
pub(crate) async fn submitted(sandbox: &Sandbox) -> String {
    submit(sandbox)
        .await
        .get("request_id")
        .as_str()
        .expect("a request id")
        .to_owned()
}

pub(crate) async fn status(sandbox: &Sandbox, id: &str) -> Response {
    get(sandbox, &format!("/v1/requests/{id}/status")).await
}

pub(crate) async fn result(sandbox: &Sandbox, id: &str) -> Response {
    get(sandbox, &format!("/v1/requests/{id}/result")).await
}

pub(crate) async fn cancel(sandbox: &Sandbox, id: &str) -> Response {
    call(sandbox, "POST", &format!("/v1/requests/{id}/cancel"), "").await
}

/// A sandbox with [`model`].
pub(crate) async fn with_progress(progress: Progress) -> Sandbox {
    let builder = Sandbox::builder().model(model()).progress(progress);
    builder.start().await.unwrap()
}

/// Progress by polls: the first `queued` polls find the job in the queue, the next `running` polls find it
/// in progress.
pub(crate) fn polls(queued: u64, running: u64) -> Progress {
    Progress::Polls { queued, running }
}

/// A model with a property of each relevant type.
pub(crate) fn model() -> Value {
    serde_json::json!({
        "model_id": "acme/clip/text-to-video",
        "example": { "prompt": "a tin robot" },
        "input": {
            "type": "object",
            "required": ["prompt"],
            "properties": {
                "prompt": { "type": "string", "maxLength": 20 },
                "scale": { "type": "float", "minimum": 1, "maximum": 4 },
                "steps": { "type": "integer", "default": 5 },
                "images": { "type": "array", "maxItems": 2 }
            }
        }
    })
}
