//! A catalogue server that sends any text as a response, so that a test can also send invalid HTTP.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

/// Starts a server; returns its base URL. `respond` gets the path of each request, including the query,
/// and returns the complete response, including the status line and headers. The server ends with the
/// process.
pub(crate) fn start(mut respond: impl FnMut(&str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that disconnects early is ignored.
            let _ = serve(stream.unwrap(), &mut respond);
        }
    });
    format!("http://{address}")
}

fn serve(stream: TcpStream, respond: &mut impl FnMut(&str) -> String) -> std::io::Result<()> {
    let mut reader = BufReader::new(&stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    (&stream).write_all(respond(path).as_bytes())
}

/// A response with this status and body.
pub(crate) fn response(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

pub(crate) fn ok(body: &Value) -> String {
    response("200 OK", &body.to_string())
}

/// The value of the query parameter `name`, which must be a number. `path` includes the query.
pub(crate) fn query(path: &str, name: &str) -> usize {
    let start = path.find(&format!("{name}=")).unwrap() + name.len() + 1;
    let digits: String = path[start..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap()
}

/// The page that a correct catalogue returns for this path, with at most two entries.
pub(crate) fn page(entries: &[Value], path: &str) -> Value {
    let page = entries.iter().skip(query(path, "offset")).take(2);
    json!({ "models": page.collect::<Vec<_>>(), "total": entries.len() })
}

/// Starts a correct catalogue with these entries; returns its base URL.
pub(crate) fn catalogue(entries: Vec<Value>) -> String {
    start(move |path| ok(&page(&entries, path)))
}

/// The catalogue entry of a model whose only property, `size`, has this schema.
pub(crate) fn entry(id: &str, schema: Value) -> Value {
    json!({
        "model_id": id,
        "display_name": "A model",
        "base_price_usd": 0.04,
        "price_unit": "image",
        "input_schema": { "properties": { "size": schema }, "type": "object" },
    })
}
