//! A server that gives one answer to whatever it is asked.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What is said, byte by byte.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) bytes: Vec<u8>,
    /// Whether the connection ends then.
    pub(crate) closes: bool,
}

/// What the server says next, and how many requests have come.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) said: Said,
    pub(crate) requests: usize,
}

/// Starts the server within this runtime; its address.
pub(crate) async fn start(script: Arc<Mutex<Script>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let script = Arc::clone(&script);
            // A client that has gone is not missed.
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
        let said = {
            let mut script = script.lock().unwrap();
            script.requests += 1;
            script.said.clone()
        };
        stream.write_all(&said.bytes).await?;
        if said.closes {
            return stream.shutdown().await;
        }
    }
}
