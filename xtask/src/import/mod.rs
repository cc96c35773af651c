//! A saved documentation page → the parts of a model file.
//!
//! [`read_page`] takes a page as text or HTML, or bare JSON, and returns what it knows of each model in
//! it, a [`SourceModel`]; [`merge`](merge::merge) merges that into the model file. Neither accesses a
//! file.
//!
//! Everything is found by its form: the model id in the address of the curl call that submits a job,
//! the example in the JSON after its `--data`, the schemas among the JSON objects of the page.
//! Headings are ignored, since they may be translated, glued to their neighbours or missing.
//!
//! # Damaged pages
//!
//! A page may be cut off, or a line may be lost. Every part is parsed strictly and must end: a body at
//! its closing quote, a schema without a bracket or comma left over. Losing a line that opens or
//! closes something unbalances the brackets, which shows at one of these ends; losing half a member
//! leaves text that is not JSON. All copies of a part must agree, and the page must contain all four
//! parts. Only a lost line that is one whole member or item cannot be noticed.
//!
//! # What this does not do
//!
//! It does not check schemas: the result goes through the same checks as any model file. It reads
//! nothing from prose, from the page's own address, or from scripts in the HTML.

mod bare_json;
mod command;
mod document;
mod html;
mod merge;
mod model_id;
mod page_source;
mod problem;
mod render;
mod scan;
mod schema;
#[cfg(test)]
mod tests;

use runcomfy_codegen::json::parse_embedded;
use runcomfy_codegen::text::skip_space;

pub(crate) use command::{Arguments, run};
pub(crate) use merge::MergeError;

use merge::SourceModel;
use page_source::PageSource;
use problem::{PageProblem, PageRule};

/// Reads a saved page: text, HTML or bare JSON. A page contains one model; a response of the catalogue
/// may contain several.
///
/// `name` is the name of the page in problems.
///
/// # Errors
///
/// Everything that is wrong with the page. Nothing is guessed: what is missing, cut off or
/// contradictory is a problem.
fn read_page(name: &str, bytes: &[u8]) -> Result<Vec<SourceModel>, Vec<PageProblem>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(vec![not_utf8(name, bytes, &error)]),
    };
    let mut source = PageSource::new(name, text);
    if let Some(offset) = text.find('\0') {
        return Err(vec![source.problem(
            PageRule::NulByte,
            offset..offset + 1,
            format!("byte {offset} of the page is NUL, which is not text"),
            "Save the page as UTF-8 text or HTML.",
        )]);
    }
    if skip_space(text, 0) == text.len() {
        let size = text.len();
        return Err(vec![source.problem(
            PageRule::EmptyPage,
            0..0,
            format!("the page is empty: {size} bytes, all of them white space"),
            "Save the page after it has loaded; some pages are built by a script.",
        )]);
    }
    let extracted;
    let text = if html::is_html(text) {
        let (visible, segments) = html::extract(text);
        source.set_segments(segments);
        extracted = visible;
        extracted.as_str()
    } else {
        text
    };
    let start = skip_space(text, 0);
    // After the extraction, since a browser saves bare JSON as HTML too.
    let is_json = text[start..].starts_with(['{', '[']);
    let root = is_json.then(|| parse_embedded(text, start));
    if let Some(Ok(root)) = &root
        && skip_space(text, root.span.end) == text.len()
    {
        return bare_json::read(root, &source);
    }
    let scan = scan::scan(text);
    match root {
        // A page may begin with a brace, but then it contains a call.
        Some(root) if scan.calls.is_empty() => {
            Err(vec![bare_json::not_one_value(text, &root, &source)])
        }
        _ => document::read(text, &scan, &source).map(|page| vec![page]),
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
            "Save the page as UTF-8 text or HTML.",
        )
    };
    let source = PageSource::new(name, &String::from_utf8_lossy(bytes));
    source.problem(PageRule::NotUtf8, offset..offset, message, help)
}
