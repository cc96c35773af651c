//! A server on this machine that says exactly what a test tells it to say.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Path and query.
    pub(crate) path: String,
    /// How many requests for this path came before.
    pub(crate) earlier: usize,
    head: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// First and last position of the range that is asked for.
    pub(crate) fn range(&self) -> Option<(usize, usize)> {
        let (first, last) = self
            .header("range")?
            .strip_prefix("bytes=")?
            .split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok()?))
    }
}

/// What the server sends before it closes the connection.
pub(crate) struct Answer {
    bytes: Vec<u8>,
    endless: bool,
}

impl Answer {
    /// A head without the last empty line, and a body.
    pub(crate) fn raw(head: &str, body: &[u8]) -> Self {
        let mut bytes = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").into_bytes();
        bytes.extend_from_slice(body);
        Self {
            bytes,
            endless: false,
        }
    }

    /// A whole file with its length.
    pub(crate) fn file(content_type: &str, body: &[u8]) -> Self {
        let length = body.len();
        Self::raw(
            &format!("200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}"),
            body,
        )
    }

    /// The range that was asked for, as a server does that knows ranges.
    pub(crate) fn ranged(request: &Request, body: &[u8]) -> Self {
        let total = body.len();
        let Some((first, last)) = request.range() else {
            return Self::file("application/octet-stream", body);
        };
        if first >= total {
            return Self::raw(
                &format!("416 No\r\nContent-Length: 0\r\nContent-Range: bytes */{total}"),
                b"",
            );
        }
        let last = last.min(total - 1);
        let part = &body[first..=last];
        let length = part.len();
        Self::raw(
            &format!(
                "206 Part\r\nContent-Length: {length}\r\nContent-Range: bytes {first}-{last}/{total}"
            ),
            part,
        )
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::raw(&format!("{status} Some\r\nContent-Length: 0"), b"")
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::raw(
            &format!("302 Found\r\nContent-Length: 0\r\nLocation: {to}"),
            b"",
        )
    }

    /// Repeats the body for as long as somebody reads.
    pub(crate) fn endless(mut self) -> Self {
        self.endless = true;
        self
    }

    /// Nothing at all: the connection closes.
    pub(crate) fn none() -> Self {
        Self {
            bytes: Vec::new(),
            endless: false,
        }
    }
}

/// A running server; stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let seen = Arc::clone(&requests);
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &seen, &*answer).await });
            }
        });
        Self {
            address,
            requests,
            task,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Request>>,
    answer: &(dyn Fn(&Request) -> Answer + Send + Sync),
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let request = {
        let mut seen = seen.lock().unwrap();
        let earlier = seen.iter().filter(|request| request.path == path).count();
        seen.push(Request {
            path,
            earlier,
            head,
        });
        seen.last().unwrap().clone()
    };
    let answer = answer(&request);
    // Whoever asked may have gone away; that is theirs to judge.
    let mut sent = stream.write_all(&answer.bytes).await;
    while answer.endless && sent.is_ok() {
        sent = stream.write_all(&[0x2e; 4096]).await;
    }
    let _ = stream.shutdown().await;
}

/// A file of `tests/media`.
pub(crate) fn media(name: &str) -> Vec<u8> {
    std::fs::read(media_path(name)).unwrap()
}

/// Where a file of `tests/media` lies.
pub(crate) fn media_path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "media", name].iter().collect()
}
