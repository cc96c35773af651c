//! A local file server whose responses a test defines byte by byte.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A received request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Path and query.
    pub(crate) path: String,
    /// The number of earlier requests for this path.
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

    /// The positions of the first and the last byte of the requested range.
    pub(crate) fn range(&self) -> Option<(usize, usize)> {
        let (first, last) = self
            .header("range")?
            .strip_prefix("bytes=")?
            .split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok()?))
    }
}

/// The bytes that the server sends before it closes the connection.
pub(crate) struct Response {
    bytes: Vec<u8>,
    is_endless: bool,
}

impl Response {
    /// A response with this head and body. `HTTP/1.1 ` is added before the head. `Connection: close` and the
    /// empty line are added after it.
    pub(crate) fn raw(head: &str, body: &[u8]) -> Self {
        let mut bytes = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").into_bytes();
        bytes.extend_from_slice(body);
        Self {
            bytes,
            is_endless: false,
        }
    }

    /// A complete file with its length.
    pub(crate) fn file(content_type: &str, body: &[u8]) -> Self {
        let length = body.len();
        Self::raw(
            &format!("200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}"),
            body,
        )
    }

    /// The requested range of a file, or the complete file if no range is requested. The status is 416 if the
    /// range starts after the end of the file.
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

    /// A status without a body.
    pub(crate) fn status(status: u16) -> Self {
        Self::raw(&format!("{status} Some\r\nContent-Length: 0"), b"")
    }

    pub(crate) fn redirect(location: &str) -> Self {
        Self::raw(
            &format!("302 Found\r\nContent-Length: 0\r\nLocation: {location}"),
            b"",
        )
    }

    /// Continues the body until the client closes the connection.
    pub(crate) fn endless(mut self) -> Self {
        self.is_endless = true;
        self
    }

    /// No response: the connection is closed.
    pub(crate) fn closed() -> Self {
        Self {
            bytes: Vec::new(),
            is_endless: false,
        }
    }
}

/// A running server. Dropping it stops the server.
pub(crate) struct FileServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl FileServer {
    pub(crate) async fn start(
        respond: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let recorded = Arc::clone(&requests);
        let respond = Arc::new(respond);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (recorded, respond) = (Arc::clone(&recorded), Arc::clone(&respond));
                tokio::spawn(async move { serve(stream, &recorded, &*respond).await });
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

impl Drop for FileServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    recorded: &Mutex<Vec<Request>>,
    respond: &(dyn Fn(&Request) -> Response + Send + Sync),
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
        let mut recorded = recorded.lock().unwrap();
        let earlier = recorded
            .iter()
            .filter(|request| request.path == path)
            .count();
        recorded.push(Request {
            path,
            earlier,
            head,
        });
        recorded.last().unwrap().clone()
    };
    let response = respond(&request);
    // The client may close the connection early.
    let mut sent = stream.write_all(&response.bytes).await;
    while response.is_endless && sent.is_ok() {
        sent = stream.write_all(&[0x2e; 4096]).await;
    }
    let _ = stream.shutdown().await;
}
