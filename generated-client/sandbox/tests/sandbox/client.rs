//! A socket, and what comes out of it.

use std::io::ErrorKind;
use std::net::SocketAddr;

use runcomfy_sandbox::Sandbox;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// In order, after as many bytes as the head promised.
    Whole,
    /// In order, but too early.
    Short,
    /// With a TCP reset.
    Reset,
}

/// All that came back on one connection.
#[derive(Debug)]
pub(crate) struct Reply {
    /// 0 when no head came.
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) end: End,
}

impl Reply {
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

    /// The value of a field, or `null`.
    pub(crate) fn get(&self, field: &str) -> Value {
        self.json()[field].take()
    }
}

/// Writes bytes to a connection of its own and reads to its end.
pub(crate) async fn exchange(address: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // A server that resets early makes the write fail; the read then says how.
    let _ = stream.write_all(request).await;
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes).await;
    reply(&bytes, &read.map(|_| ()))
}

fn reply(bytes: &[u8], read: &std::io::Result<()>) -> Reply {
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
    let mut reply = Reply {
        status,
        head,
        body: body.to_vec(),
        end: End::Short,
    };
    let promised = reply
        .header("content-length")
        .and_then(|length| length.parse().ok());
    reply.end = match read {
        Err(error) if error.kind() == ErrorKind::ConnectionReset => End::Reset,
        Err(error) => panic!("neither end nor reset: {error}"),
        Ok(()) if promised == Some(reply.body.len()) => End::Whole,
        Ok(()) => End::Short,
    };
    reply
}

/// The text of a request.
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

/// A call with the right token.
pub(crate) async fn call(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Reply {
    let bearer = format!("Bearer {}", sandbox.token());
    let request = request(method, path, &[("Authorization", &bearer)], body);
    exchange(sandbox.address(), &request).await
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Reply {
    call(sandbox, "GET", path, "").await
}

/// Submits to the model the tests make up, with an input it accepts.
pub(crate) async fn submit(sandbox: &Sandbox) -> Reply {
    call(
        sandbox,
        "POST",
        "/v1/models/acme/clip/text-to-video",
        r#"{"prompt":"a tin robot"}"#,
    )
    .await
}

/// Submits, and returns the id of the job.
pub(crate) async fn job(sandbox: &Sandbox) -> String {
    submit(sandbox)
        .await
        .get("request_id")
        .as_str()
        .expect("a request id")
        .to_owned()
}

pub(crate) async fn status(sandbox: &Sandbox, id: &str) -> Reply {
    get(sandbox, &format!("/v1/requests/{id}/status")).await
}

pub(crate) async fn result(sandbox: &Sandbox, id: &str) -> Reply {
    get(sandbox, &format!("/v1/requests/{id}/result")).await
}

pub(crate) async fn cancel(sandbox: &Sandbox, id: &str) -> Reply {
    call(sandbox, "POST", &format!("/v1/requests/{id}/cancel"), "").await
}

/// A model the tests make up.
pub(crate) fn clip() -> Value {
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
