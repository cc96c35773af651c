//! The bytes of a page → its text.

use std::borrow::Cow;

use runcomfy_codegen::text::skip_space;

use super::page_source::PageSource;
use super::problem::{PageProblem, PageRule};

const SAVE_AS_TEXT: &str = "Save the page as UTF-8 text or HTML.";

/// The text of a page: UTF-8, or UTF-16 with a byte order mark.
///
/// # Errors
///
/// The bytes are not valid text, or the text is blank or is a web archive.
pub(super) fn text<'b>(name: &str, bytes: &'b [u8]) -> Result<Cow<'b, str>, PageProblem> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(name, rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(name, rest, u16::from_be_bytes)?),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(error) => return Err(not_utf8(name, bytes, &error)),
        },
    };
    let problem = |rule, offset, message: String, help| {
        let source = PageSource::new(name, &text);
        Err(source.problem(rule, offset..offset, message, help))
    };
    if let Some(offset) = text.find('\0') {
        let message = format!("byte {offset} of the page is NUL, which is not text");
        return problem(PageRule::NulByte, offset, message, SAVE_AS_TEXT);
    }
    if skip_space(&text, 0) == text.len() {
        let size = bytes.len();
        let message = format!("the page is empty: {size} bytes, all of them white space");
        let help = "Save the page after it has loaded; some pages are built by a script.";
        return problem(PageRule::EmptyPage, 0, message, help);
    }
    if is_mhtml(&text) {
        let message = "the page is a web archive (MHTML), whose text is encoded".to_owned();
        let help = "Save the page as HTML only, or copy its text into a file.";
        return problem(PageRule::Mhtml, 0, message, help);
    }
    Ok(text)
}

/// Whether the text begins with the headers of a multipart MIME message, which is the format of MHTML.
fn is_mhtml(text: &str) -> bool {
    const MAX_HEADERS: usize = 2000;
    let headers = &text[..text.floor_char_boundary(MAX_HEADERS)];
    let headers = headers.split("\n\n").next().unwrap_or_default();
    let headers = headers.split("\r\n\r\n").next().unwrap_or_default();
    let headers = headers.to_ascii_lowercase();
    let mut lines = headers.lines();
    let has_version = lines.any(|line| line.starts_with("mime-version:"));
    has_version && headers.contains("content-type: multipart/")
}

fn utf16(name: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, PageProblem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    let refuse = |text: &str, message: &str| {
        let source = PageSource::new(name, text);
        let end = text.len();
        Err(source.problem(PageRule::NotUtf16, end..end, message, SAVE_AS_TEXT))
    };
    match String::from_utf16(&units) {
        Ok(text) if rest.is_empty() => Ok(text),
        Ok(text) => refuse(&text, "the page ends inside a character of UTF-16"),
        Err(_) => refuse(
            "",
            "the page has a byte order mark of UTF-16 and is not UTF-16",
        ),
    }
}

fn not_utf8(name: &str, bytes: &[u8], error: &std::str::Utf8Error) -> PageProblem {
    let offset = error.valid_up_to();
    let (message, help) = if error.error_len().is_none() {
        (
            "the page ends inside a character".to_owned(),
            "It is cut off. Save the page again.",
        )
    } else {
        (
            format!("byte {offset} of the page is not UTF-8"),
            SAVE_AS_TEXT,
        )
    };
    let source = PageSource::new(name, &String::from_utf8_lossy(bytes));
    source.problem(PageRule::NotUtf8, offset..offset, message, help)
}
