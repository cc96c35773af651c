//! A server that sends the same bytes in response to every request.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The bytes of a response.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawResponse {
    pub(crate) bytes: Vec<u8>,
    /// Whether the server closes the connection afterwards.
    pub(crate) closes: bool,
}

/// The response to every request, and the number of requests received since this script was set.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) response: RawResponse,
    pub(crate) requests: usize,
}

/// Starts the server in the current runtime. Returns its base URL.
pub(crate) async fn start(script: Arc<Mutex<Script>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let script = Arc::clone(&script);
            // The client may close the connection early.
            tokio::spawn(async move { drop(serve(stream, &script).await) });
        }
    });
    format!("http://{address}")
}

async fn serve(stream: TcpStream, script: &Mutex<Script>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let response = {
            let mut script = script.lock().unwrap();
            script.requests += 1;
            script.response.clone()
        };
        stream.write_all(&response.bytes).await?;
        if response.closes {
            return stream.shutdown().await;
        }
    }
}
