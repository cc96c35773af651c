//! Finds the curl calls and the JSON objects of a text, by their form alone.

use std::ops::Range;

use runcomfy_codegen::json::{Json, ParseError, parse_embedded};
use runcomfy_codegen::span::Located;
use runcomfy_codegen::text::{is_invisible, is_space, skip_space};

/// The largest distance between the address of a call and its method, in bytes.
const METHOD_WINDOW: usize = 400;

/// The longest model id in an address, in bytes: five percent-encoded segments of 100 bytes.
const MAX_MODEL_ID: usize = 5 * 300 + 4;

/// How far an address is searched for invisible characters, in bytes from its `://` on.
const MAX_URL: usize = 600;

/// The maximum number of invalid objects that are recorded. Also the maximum number of invisible characters.
const MAX_BROKEN: usize = 16;

/// The parts of a text.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Request bodies, in order.
    pub(super) bodies: Vec<Body>,
    /// Addresses of models, in order.
    pub(super) calls: Vec<Call>,
    /// JSON objects that are neither a request body nor inside another valid object, in order.
    pub(super) objects: Vec<Object>,
    /// The first texts that begin like a JSON object but are not valid JSON, with their offsets.
    pub(super) broken: Vec<(usize, ParseError)>,
    /// The ranges of the request bodies and JSON objects, in order. They are not searched for addresses and
    /// commands.
    pub(super) json_ranges: Vec<Range<usize>>,
    /// Invisible characters that prevent an address from being recognized as the address of a model. Each
    /// entry is the first such character of an address, with its offset.
    pub(super) invisible: Vec<(usize, char)>,
}

/// The JSON after `--data`.
#[derive(Debug)]
pub(super) struct Body {
    /// From the flag to the end of the body.
    pub(super) range: Range<usize>,
    /// The body, or the offset and the message of the error.
    pub(super) json: Result<Located<Json>, (usize, String)>,
    /// The address of its curl call.
    pub(super) owner: Owner,
}

/// The address that a body is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The call with this index in [`Scan::calls`].
    Call(usize),
    /// An address that is not the address of a model.
    Other,
    /// No address was found.
    Missing,
}

/// An address of the form `https://…/v1/models/…`.
#[derive(Debug)]
pub(super) struct Call {
    /// The part after `/v1/models/`.
    pub(super) range: Range<usize>,
    /// Whether the call names the method POST.
    pub(super) is_post: bool,
}

/// A JSON object of the text.
#[derive(Debug)]
pub(super) struct Object {
    /// The object.
    pub(super) json: Located<Json>,
    /// Whether the text before it shows that it is inside a larger object or array.
    pub(super) is_embedded: bool,
    /// The offset of the next character that is not white space, if it is `}`, `]` or `,`.
    pub(super) leftover: Option<usize>,
}

/// Scans the whole text once.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut from = 0;
    while let Some(offset) = text[from..].find('{').map(|found| from + found) {
        from = offset + 1;
        if let Some((flag, quote)) = data_flag(text, offset) {
            let (json, end) = read_body(text, offset, quote);
            scan.bodies.push(Body {
                range: flag..end,
                json,
                owner: Owner::Missing,
            });
            scan.json_ranges.push(offset..end);
            from = from.max(end);
        } else if begins_json(text, offset) {
            match parse_embedded(text, offset) {
                Ok(json) => {
                    from = json.span.end;
                    scan.json_ranges.push(json.span.into());
                    scan.objects.push(object(text, json));
                }
                Err(error) => {
                    // Continuing after the error keeps the search linear.
                    from = from.max(error.offset);
                    if scan.broken.len() < MAX_BROKEN {
                        scan.broken.push((offset, error));
                    }
                }
            }
        }
    }
    find_calls(text, &mut scan);
    scan
}

/// Whether the brace at `offset` begins a JSON object, which means that `"`, `}` or the end of the text
/// follows it, after any white space. A brace in prose, such as in `{request_id}`, does not begin one.
fn begins_json(text: &str, offset: usize) -> bool {
    let next = skip_space(text, offset + 1);
    matches!(text.as_bytes().get(next), None | Some(b'"' | b'}'))
}

/// If the brace at `offset` begins the quoted value of `--data` or an equivalent flag, returns the flag's
/// offset and the quote character.
fn data_flag(text: &str, offset: usize) -> Option<(usize, char)> {
    let before = text[..offset].trim_end_matches(is_space);
    let quote = before
        .chars()
        .next_back()
        .filter(|&char| matches!(char, '\'' | '"'))?;
    let before = &before[..before.len() - 1];
    let before = before.strip_suffix('=').unwrap_or(before);
    let before = before.trim_end_matches(is_space);
    let long = ["--data", "--data-raw", "--data-binary", "--json"];
    if let Some(flag) = long.iter().find(|&&flag| before.ends_with(flag)) {
        return Some((before.len() - flag.len(), quote));
    }
    let short = before.strip_suffix("-d")?;
    short.ends_with(is_space).then_some((short.len(), quote))
}

/// Reads the body that begins at `offset`; also returns its end.
///
/// The rules of a shell cannot be applied, because pages do not escape the quotes in a body (`girl's`). The
/// body ends where the JSON ends, and the closing quote must follow.
fn read_body(
    text: &str,
    offset: usize,
    quote: char,
) -> (Result<Located<Json>, (usize, String)>, usize) {
    if quote == '"' {
        let why = "it is in double quotes, which a shell interprets";
        return (Err((offset, why.to_owned())), offset + 1);
    }
    match parse_embedded(text, offset) {
        Ok(json) => {
            let end = json.span.end;
            let close = skip_space(text, end);
            if text[close..].starts_with('\'') {
                (Ok(json), close + 1)
            } else {
                let why = "expected the closing `'` after it";
                (Err((close, why.to_owned())), end)
            }
        }
        Err(error) => (Err((error.offset, error.kind.to_string())), error.offset),
    }
}

fn object(text: &str, json: Located<Json>) -> Object {
    let before = text[..json.span.start].trim_end_matches(is_space);
    let is_member = before.strip_suffix(':').is_some_and(|key| {
        // A heading may end with a colon; a key ends with a quote.
        key.trim_end_matches(is_space).ends_with('"')
    });
    let next = skip_space(text, json.span.end);
    let is_leftover = matches!(text.as_bytes().get(next), Some(b'}' | b']' | b','));
    Object {
        is_embedded: is_member || before.ends_with(['[', ',', '{']),
        leftover: is_leftover.then_some(next),
        json,
    }
}

/// Finds the addresses outside all JSON, and the address that each body is sent to.
fn find_calls(text: &str, scan: &mut Scan) {
    let json_ranges = &scan.json_ranges;
    let outside = |offset: usize| {
        let index = json_ranges.partition_point(|range| range.start <= offset);
        index == 0 || json_ranges[index - 1].end <= offset
    };
    let starts = |word: &'static str| {
        let found = text.match_indices(word).map(|(offset, _)| offset);
        found.filter(|&offset| outside(offset)).collect::<Vec<_>>()
    };
    let mut curls = starts("curl");
    curls.retain(|&offset| is_command(text, offset));
    let urls = starts("://");
    let model_of = urls
        .iter()
        .map(|&offset| model_in_url(text, offset))
        .collect::<Vec<_>>();

    let mut owners = vec![Owner::Other; urls.len()];
    for (index, model) in model_of.iter().enumerate() {
        if let Some(model) = model {
            owners[index] = Owner::Call(scan.calls.len());
            scan.calls.push(Call {
                is_post: is_post(text, index, &urls, &curls, &scan.bodies),
                range: model.clone(),
            });
        } else if scan.invisible.len() < MAX_BROKEN {
            scan.invisible.extend(invisible_in_url(text, urls[index]));
        }
    }

    let mut from = 0;
    for body in &mut scan.bodies {
        // The command begins at the last `curl` between the previous body and this one. Without such a
        // `curl`, it begins at the end of the previous body.
        let flag = body.range.start;
        let command = last_before(&curls, flag).map_or(from, |curl| curl.max(from));
        let url = urls.partition_point(|&offset| offset < flag).checked_sub(1);
        body.owner = match url {
            Some(index) if urls[index] >= command && is_one_command(&text[urls[index]..flag]) => {
                owners[index]
            }
            _ => Owner::Missing,
        };
        from = body.range.end;
    }
}

/// Whether the `curl` at `offset` is a command, such as `curl`, `curl.exe` or `/usr/bin/curl`, and not part
/// of a model id, of a header such as `curl/8.0` or of the name of a file.
fn is_command(text: &str, offset: usize) -> bool {
    /// The longest path of a command, in bytes.
    const MAX_PATH: usize = 200;
    let after = &text[offset + "curl".len()..];
    let after = after.strip_prefix(".exe").unwrap_or(after);
    if after.starts_with(|char: char| char.is_alphanumeric() || "-_./".contains(char)) {
        return false;
    }
    let start = text.floor_char_boundary(offset.saturating_sub(MAX_PATH));
    let before = &text[start..offset];
    let is_end = |char: char| is_space(char) || "\"'`;|&()<>$".contains(char);
    let path = before.rsplit(is_end).next().unwrap_or_default();
    if path.is_empty() {
        return true;
    }
    let before = &before[..before.len() - path.len()];
    let before = before.trim_end_matches([' ', '\t']);
    path.starts_with(['/', '.'])
        && path.ends_with('/')
        && (before.is_empty() || before.ends_with(['\n', '$', ';', '|', '&', '(', '`']))
}

/// Whether the text between an address and a body is part of one command: every line except the last is
/// empty or ends with a shell's line continuation. Otherwise, the address belongs to another command, and the
/// address of the body is missing.
fn is_one_command(text: &str) -> bool {
    let mut lines = text.lines().map(|line| line.trim_end_matches(is_space));
    lines.next_back();
    lines.all(|line| line.is_empty() || line.ends_with(['\\', '`', '^']))
}

fn last_before(offsets: &[usize], limit: usize) -> Option<usize> {
    let index = offsets.partition_point(|&offset| offset < limit);
    index.checked_sub(1).map(|index| offsets[index])
}

fn first_after(offsets: &[usize], limit: usize) -> Option<usize> {
    offsets
        .get(offsets.partition_point(|&offset| offset <= limit))
        .copied()
}

/// Whether the command around this address names the method POST.
fn is_post(text: &str, index: usize, urls: &[usize], curls: &[usize], bodies: &[Body]) -> bool {
    let offset = urls[index];
    let previous_url = index.checked_sub(1).map_or(0, |index| urls[index] + 3);
    let next_body = bodies.partition_point(|body| body.range.start < offset);
    let previous_body = next_body
        .checked_sub(1)
        .map_or(0, |index| bodies[index].range.end);
    let start = last_before(curls, offset)
        .unwrap_or(0)
        .max(previous_url)
        .max(previous_body)
        .max(offset.saturating_sub(METHOD_WINDOW));
    let end = [
        first_after(curls, offset),
        urls.get(index + 1).copied(),
        bodies.get(next_body).map(|body| body.range.start),
    ]
    .into_iter()
    .flatten()
    .fold(offset + METHOD_WINDOW, usize::min);
    let command = &text[text.floor_char_boundary(start)..text.floor_char_boundary(end)];
    ["--request", "-X"].iter().any(|flag| {
        command.match_indices(flag).any(|(offset, _)| {
            let is_between = |char: char| is_space(char) || matches!(char, '=' | '"' | '\'');
            let method = command[offset + flag.len()..].trim_start_matches(is_between);
            method.starts_with("POST")
        })
    })
}

/// The range of the model id in the address whose `://` is at `offset`. `None` if the address is not of the
/// form `https://…/v1/models/…` or `http://…/v1/models/…`.
///
/// A model id may contain spaces that are not percent-encoded, so a space does not end it. It ends before
/// ` -`, where the next option begins, or before one of the characters listed below, such as a quote or a
/// line break. Other characters that are invalid in a model id do not end it.
fn model_in_url(text: &str, offset: usize) -> Option<Range<usize>> {
    let scheme = &text.as_bytes()[..offset];
    if !scheme.ends_with(b"http") && !scheme.ends_with(b"https") {
        return None;
    }
    let host = offset + "://".len();
    let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(byte);
    let host_len = text.as_bytes()[host..]
        .iter()
        .take_while(|byte| is_host(byte))
        .count();
    let start = host + host_len + "/v1/models/".len();
    if !text[host + host_len..].starts_with("/v1/models/") {
        return None;
    }
    let rest = &text[start..text.floor_char_boundary(start + MAX_MODEL_ID)];
    let mut end = rest
        .find([
            '\n', '\r', '"', '\'', '`', '<', '>', '\\', '^', '?', '#', '|', ';', '&',
        ])
        .unwrap_or(rest.len());
    if let Some(option) = rest[..end].find(" -") {
        end = option;
    }
    let model = rest[..end].trim_end_matches(is_space);
    Some(start..start + model.len())
}

/// The first invisible character in the address whose `://` is at this offset. `None` if there is no such
/// character, or if the address without its invisible characters is not the address of a model.
fn invisible_in_url(text: &str, offset: usize) -> Option<(usize, char)> {
    let before = text[..offset].trim_end_matches(is_invisible);
    let start = before
        .len()
        .checked_sub(if before.ends_with("https") { 5 } else { 4 })?;
    let end = text.floor_char_boundary(offset + MAX_URL);
    let url = &text.get(start..end)?;
    let url = url.split(['\n', ' ', '"', '\'']).next()?;
    let visible = url.replace(is_invisible, "");
    model_in_url(&visible, visible.find("://")?)?;
    let (at, char) = url.char_indices().find(|(_, char)| is_invisible(*char))?;
    Some((start + at, char))
}
