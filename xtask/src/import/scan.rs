//! Finds the curl calls and the JSON objects of a text, by their form alone.

use std::ops::Range;

use super::json::{self, Json, JsonError};

/// How far around the address of a call its method is looked for, in bytes.
const METHOD_WINDOW: usize = 400;

/// Longest model id that is looked for in an address, in bytes.
const MAX_MODEL_ID: usize = 500;

/// How many objects that do not parse are kept: more say nothing more.
const MAX_BROKEN: usize = 16;

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Request bodies, in order.
    pub(super) bodies: Vec<Body>,
    /// Addresses of models, in order.
    pub(super) calls: Vec<Call>,
    /// JSON objects that are no request body and stand in no other object, in order.
    pub(super) objects: Vec<Object>,
    /// What begins like such an object and does not parse, with its offset; the first few.
    pub(super) broken: Vec<(usize, JsonError)>,
}

/// The JSON behind `--data`.
#[derive(Debug)]
pub(super) struct Body {
    /// From the flag to the end of the body.
    pub(super) at: Range<usize>,
    /// The body, or where it fails and why.
    pub(super) json: Result<Json, (usize, String)>,
    /// The address of its curl call.
    pub(super) owner: Owner,
}

/// The address that a body is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The call of that index in [`Scan::calls`].
    Call(usize),
    /// An address that is no model's.
    Other,
    /// None was found.
    Missing,
}

/// An address of the form `https://…/v1/models/…`.
#[derive(Debug)]
pub(super) struct Call {
    /// The part behind `/v1/models/`.
    pub(super) at: Range<usize>,
    /// Whether the call says that it is a POST.
    pub(super) is_post: bool,
}

/// A JSON object of the text.
#[derive(Debug)]
pub(super) struct Object {
    /// From its `{` to behind its `}`.
    pub(super) at: Range<usize>,
    /// The object.
    pub(super) json: Json,
    /// Whether what stands before it shows that it is part of a larger JSON.
    pub(super) is_embedded: bool,
    /// The offset of a bracket or comma right behind it.
    pub(super) leftover: Option<usize>,
}

/// Looks through the whole text once.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    // What has been read as JSON: nothing in it is an address or a command.
    let mut read = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('{').map(|found| from + found) {
        from = at + 1;
        if let Some((flag, quote)) = data_flag(text, at) {
            let (json, end) = read_body(text, at, quote);
            scan.bodies.push(Body {
                at: flag..end,
                json,
                owner: Owner::Missing,
            });
            read.push(at..end);
            from = from.max(end);
        } else if begins_json(text, at) {
            match json::read(text, at) {
                Ok((json, end)) => {
                    scan.objects.push(object(text, at..end, json));
                    read.push(at..end);
                    from = end;
                }
                Err(error) => {
                    // Going on behind the failure keeps the whole search linear.
                    from = from.max(error.at);
                    if scan.broken.len() < MAX_BROKEN {
                        scan.broken.push((at, error));
                    }
                }
            }
        }
    }
    find_calls(text, &read, &mut scan);
    scan
}

/// A brace of prose (`{request_id}`) is no JSON; one that a key, its end or the end of the text
/// follows is.
fn begins_json(text: &str, at: usize) -> bool {
    let next = json::skip_space(text, at + 1);
    matches!(text.as_bytes().get(next), None | Some(b'"' | b'}'))
}

/// The offset of the `--data` before a quote before that place, and the quote.
fn data_flag(text: &str, at: usize) -> Option<(usize, char)> {
    let before = text[..at].trim_end_matches(json::is_space);
    let quote = before
        .chars()
        .next_back()
        .filter(|&char| matches!(char, '\'' | '"'))?;
    let before = &before[..before.len() - 1];
    let before = before.strip_suffix('=').unwrap_or(before);
    let before = before.trim_end_matches(json::is_space);
    let long = ["--data", "--data-raw", "--data-binary", "--json"];
    if let Some(flag) = long.iter().find(|&&flag| before.ends_with(flag)) {
        return Some((before.len() - flag.len(), quote));
    }
    let short = before.strip_suffix("-d")?;
    short
        .ends_with(json::is_space)
        .then_some((short.len(), quote))
}

/// Reads the body that begins at `at`. No shell could (a body holds `girl's` as it is), so its end
/// is the end of the JSON, and the closing quote has to stand there.
fn read_body(text: &str, at: usize, quote: char) -> (Result<Json, (usize, String)>, usize) {
    if quote == '"' {
        let why = "it stands in double quotes, which change what JSON means";
        return (Err((at, why.to_owned())), at + 1);
    }
    match json::read(text, at) {
        Ok((json, end)) => {
            let close = json::skip_space(text, end);
            if text[close..].starts_with('\'') {
                (Ok(json), close + 1)
            } else {
                let why = "expected the closing `'` behind it";
                (Err((close, why.to_owned())), end)
            }
        }
        Err(error) => (Err((error.at, error.reason.to_string())), error.at),
    }
}

fn object(text: &str, at: Range<usize>, json: Json) -> Object {
    let before = text[..at.start].trim_end_matches(json::is_space);
    let is_member = before.strip_suffix(':').is_some_and(|key| {
        // A heading may end in a colon; a key ends in a quote.
        key.trim_end_matches(json::is_space).ends_with('"')
    });
    let next = json::skip_space(text, at.end);
    let is_leftover = matches!(text.as_bytes().get(next), Some(b'}' | b']' | b','));
    Object {
        is_embedded: is_member || before.ends_with(['[', ',', '{']),
        leftover: is_leftover.then_some(next),
        at,
        json,
    }
}

/// Finds the addresses outside of all JSON, and gives each body the one it is sent to.
fn find_calls(text: &str, read: &[Range<usize>], scan: &mut Scan) {
    let outside = |at: usize| {
        let index = read.partition_point(|range| range.start <= at);
        index == 0 || read[index - 1].end <= at
    };
    let starts = |word: &'static str| {
        let found = text.match_indices(word).map(|(at, _)| at);
        found.filter(|&at| outside(at)).collect::<Vec<_>>()
    };
    let curls = starts("curl");
    let urls = starts("://");
    let model_of = urls
        .iter()
        .map(|&at| model_in_url(text, at))
        .collect::<Vec<_>>();

    let mut owned = vec![Owner::Other; urls.len()];
    for (index, model) in model_of.iter().enumerate() {
        if let Some(model) = model {
            owned[index] = Owner::Call(scan.calls.len());
            scan.calls.push(Call {
                is_post: is_post(text, index, &urls, &curls, &scan.bodies),
                at: model.clone(),
            });
        }
    }

    let mut from = 0;
    for body in &mut scan.bodies {
        // The command begins at its last `curl`; a line that is missing may have been that.
        let flag = body.at.start;
        let command = last_before(&curls, flag).map_or(from, |curl| curl.max(from));
        let url = urls.partition_point(|&at| at < flag).checked_sub(1);
        body.owner = match url {
            Some(index) if urls[index] >= command && is_one_command(&text[urls[index]..flag]) => {
                owned[index]
            }
            _ => Owner::Missing,
        };
        from = body.at.end;
    }
}

/// Whether each line but the last goes on in the next one, as a shell sees it. Another line between
/// an address and a body means that the body's own address is lost.
fn is_one_command(text: &str) -> bool {
    let mut lines = text
        .lines()
        .map(|line| line.trim_end_matches(json::is_space));
    lines.next_back();
    lines.all(|line| line.is_empty() || line.ends_with(['\\', '`', '^']))
}

fn last_before(places: &[usize], at: usize) -> Option<usize> {
    let index = places.partition_point(|&place| place < at);
    index.checked_sub(1).map(|index| places[index])
}

fn first_after(places: &[usize], at: usize) -> Option<usize> {
    places
        .get(places.partition_point(|&place| place <= at))
        .copied()
}

/// Whether the command around that address names the method POST.
fn is_post(text: &str, index: usize, urls: &[usize], curls: &[usize], bodies: &[Body]) -> bool {
    let at = urls[index];
    let previous_url = index.checked_sub(1).map_or(0, |index| urls[index] + 3);
    let next_body = bodies.partition_point(|body| body.at.start < at);
    let previous_body = next_body
        .checked_sub(1)
        .map_or(0, |index| bodies[index].at.end);
    let start = last_before(curls, at)
        .unwrap_or(0)
        .max(previous_url)
        .max(previous_body)
        .max(at.saturating_sub(METHOD_WINDOW));
    let end = [
        first_after(curls, at),
        urls.get(index + 1).copied(),
        bodies.get(next_body).map(|body| body.at.start),
    ]
    .into_iter()
    .flatten()
    .fold(at + METHOD_WINDOW, usize::min);
    let command = &text[text.floor_char_boundary(start)..text.floor_char_boundary(end)];
    ["--request", "-X"].iter().any(|flag| {
        command.match_indices(flag).any(|(at, _)| {
            let is_between = |char: char| json::is_space(char) || matches!(char, '=' | '"' | '\'');
            let method = command[at + flag.len()..].trim_start_matches(is_between);
            method.starts_with("POST")
        })
    })
}

/// The range behind `/v1/models/` of an address whose `://` stands at that place. An id may hold
/// spaces, printed as they are, so it ends where the next word can be none of its own.
fn model_in_url(text: &str, at: usize) -> Option<Range<usize>> {
    let scheme = &text.as_bytes()[..at];
    if !scheme.ends_with(b"http") && !scheme.ends_with(b"https") {
        return None;
    }
    let host = at + "://".len();
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
            '\n', '\r', '"', '\'', '`', '<', '>', '\\', '?', '#', '|', ';', '&',
        ])
        .unwrap_or(rest.len());
    if let Some(option) = rest[..end].find(" -") {
        end = option;
    }
    let model = rest[..end].trim_end_matches(json::is_space);
    Some(start..start + model.len())
}
