//! An HTTP server without an HTTP library. It writes exactly the bytes that a test specifies, which need not
//! be a valid response.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request, as the server received it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The number of the connection, from 0.
    pub(crate) connection: usize,
    /// The number of the request on its connection, from 0.
    pub(crate) position: usize,
    /// The number of earlier requests with the same method and path, since the last
    /// [`forget_requests`](Adversary::forget_requests).
    pub(crate) earlier: usize,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn is_submit(&self) -> bool {
        self.method == "POST" && self.path.starts_with("/v1/models/")
    }

    pub(crate) fn is_status(&self) -> bool {
        self.path.ends_with("/status")
    }

    /// The percent-encoded request id in the path.
    pub(crate) fn job(&self) -> &str {
        self.path.split('/').nth(3).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The `prompt` of a submitted input.
    pub(crate) fn prompt(&self) -> String {
        self.json()["prompt"].as_str().unwrap().to_owned()
    }
}

/// What the server does with a connection.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Writes bytes.
    Send(Vec<u8>),
    /// Closes the connection.
    Close,
    /// Resets the connection.
    Reset,
}

/// A response with a `Content-Length` header.
pub(crate) fn response(status: u16, body: &str) -> Event {
    response_with(status, "", body)
}

/// A response with a `Content-Length` header and further header lines. Each line of `headers` ends with CRLF.
pub(crate) fn response_with(status: u16, headers: &str, body: &str) -> Event {
    let length = body.len();
    let text = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
    Event::Send(text.into_bytes())
}

/// The usual response to a submit.
pub(crate) fn created(request_id: &str) -> Event {
    response(200, &format!(r#"{{"request_id":"{request_id}"}}"#))
}

/// An error response in the format of the API.
pub(crate) fn refused(status: u16) -> Event {
    let body = format!(r#"{{"error_code":{status}001,"error_message":"refused"}}"#);
    response(status, &body)
}

type Script = dyn Fn(&Request) -> Vec<Event> + Send + Sync;

/// A running server. It stops with the runtime.
pub(crate) struct Adversary {
    address: String,
    log: Arc<Mutex<Log>>,
}

#[derive(Default)]
struct Log {
    requests: Vec<Request>,
    counts: HashMap<(String, String), usize>,
    keeps_no_requests: bool,
}

impl Log {
    fn add(&mut self, request: &mut Request) {
        let key = (request.method.clone(), request.path.clone());
        let count = self.counts.entry(key).or_default();
        request.earlier = *count;
        *count += 1;
        if !self.keeps_no_requests {
            self.requests.push(request.clone());
        }
    }
}

impl Adversary {
    pub(crate) async fn start(
        script: impl Fn(&Request) -> Vec<Event> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let log = Arc::<Mutex<Log>>::default();
        let server_log = log.clone();
        let script: Arc<Script> = Arc::new(script);
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                tokio::spawn(serve(
                    stream,
                    connection,
                    script.clone(),
                    server_log.clone(),
                ));
            }
        });
        Self { address, log }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log.lock().unwrap().requests.clone()
    }

    pub(crate) fn forget_requests(&self) {
        let mut log = self.log.lock().unwrap();
        log.requests.clear();
        log.counts.clear();
    }

    /// Stops keeping requests, which saves memory in long runs.
    pub(crate) fn keep_no_requests(&self) {
        self.log.lock().unwrap().keeps_no_requests = true;
    }

    pub(crate) fn submits(&self) -> Vec<Request> {
        self.requests()
            .into_iter()
            .filter(Request::is_submit)
            .collect()
    }

    /// How often each prompt was submitted.
    pub(crate) fn submits_by_prompt(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for submit in self.submits() {
            *counts.entry(submit.prompt()).or_default() += 1;
        }
        counts
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    script: Arc<Script>,
    log: Arc<Mutex<Log>>,
) {
    let mut buffer = Vec::new();
    for position in 0.. {
        let Some(mut request) = read_request(&mut stream, &mut buffer).await else {
            return;
        };
        request.connection = connection;
        request.position = position;
        log.lock().unwrap().add(&mut request);
        for event in script(&request) {
            match event {
                Event::Send(bytes) => {
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
                Event::Close => {
                    let _ = stream.shutdown().await;
                    return;
                }
                Event::Reset => {
                    stream.set_zero_linger().unwrap();
                    return;
                }
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(buffer.drain(..end).collect()).unwrap();
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .map_or(0, |text| text.parse().unwrap());
    while buffer.len() < length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = buffer.drain(..length).collect();
    Some(Request {
        connection: 0,
        position: 0,
        earlier: 0,
        method,
        path,
        headers,
        body,
    })
}
