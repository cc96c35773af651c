//! A saved documentation page → the parts of a model file.
//!
//! [`read_page`] takes a page as text or HTML, or bare JSON, and returns a [`SourceModel`] for each model
//! in it; [`merge`](merge::merge) merges a [`SourceModel`] into the model file. Neither accesses a file.
//!
//! Everything is found by its form: the model id in the address of the curl call that submits a job,
//! the example in the JSON after its `--data`, the schemas among the JSON objects of the page.
//! Headings are ignored, since they may be translated, glued to their neighbours or missing.
//!
//! # Damaged pages
//!
//! A page may be cut off, or a line may be lost. A page must contain four parts: the model id, the example,
//! the input schema and the output schema. All copies of a part must agree. Every part is parsed strictly
//! and must be complete: a body ends with its closing quote, and no bracket or comma follows a schema. If a
//! line that opens or closes an object or array is lost, the brackets are unbalanced and one of these checks
//! fails. If half a member is lost, the rest is not JSON. Only the loss of a line that consists of complete
//! members or items may remain undetected.
//!
//! # Values are never changed silently
//!
//! In a page saved as text, a tag inside a string is kept. In HTML, a tag or comment that could be part of a
//! string is refused. HTML that a browser has translated is refused, but a translation saved as text is not
//! detected. Invisible characters and unusual spaces in names and values on the wire are refused, unless
//! they are written as JSON escapes.
//!
//! # What this does not do
//!
//! Reading a page does not validate its schemas: the merged model file goes through the same checks as any
//! model file. Prose, the address of the page and scripts in the HTML are not read.

mod bare_json;
mod command;
mod decode;
mod document;
mod entry;
mod html;
mod merge;
mod model_id;
mod page_source;
mod problem;
mod render;
mod scan;
mod schema;
mod strings;
#[cfg(test)]
mod tests;

use std::ops::Range;

use runcomfy_codegen::json::parse_embedded;
use runcomfy_codegen::text::skip_space;

pub(crate) use command::{Arguments, run};
pub(crate) use entry::source_model;
pub(crate) use merge::{MergeError, SourceModel, merge};

use page_source::PageSource;
use problem::{PageProblem, PageRule};
use scan::Scan;

/// Reads a saved page: text, HTML or bare JSON. A page contains one model; a response of the catalogue
/// may contain several.
///
/// `name` is the name of the page in problems.
///
/// # Errors
///
/// The problems of the page. Nothing is guessed: a missing, incomplete or contradictory part is a problem.
fn read_page(name: &str, bytes: &[u8]) -> Result<Vec<SourceModel>, Vec<PageProblem>> {
    let text = decode::text(name, bytes).map_err(|problem| vec![problem])?;
    let text = text.as_ref();
    if html::begins_with_tag(text) {
        return read_html(name, text);
    }
    let source = PageSource::new(name, text);
    let scan = scan::scan(text);
    let plain = read_text(text, &scan, &source);
    // Only tags outside the JSON show that the page is HTML: a string of a schema may contain a tag.
    let mut outside = outside(text, &scan.json_ranges);
    let start = skip_space(text, 0);
    if text[start..].starts_with(['{', '[']) || !outside.any(html::has_document_tag) {
        return plain;
    }
    match (read_html(name, text), plain) {
        (Ok(html), Ok(plain)) if html != plain => Err(vec![ambiguous(&source)]),
        (Err(_), Ok(plain)) => Ok(plain),
        (html, _) => html,
    }
}

/// The parts of the text outside the ranges.
fn outside<'t>(text: &'t str, ranges: &'t [Range<usize>]) -> impl Iterator<Item = &'t str> {
    let starts = std::iter::once(0).chain(ranges.iter().map(|range| range.end));
    let ends = ranges.iter().map(|range| range.start);
    let ends = ends.chain(std::iter::once(text.len()));
    starts
        .zip(ends)
        .filter_map(|(start, end)| text.get(start..end))
}

fn ambiguous(source: &PageSource) -> PageProblem {
    let message = "the page contains tags of HTML and reads differently as text and as HTML";
    let help = "Remove the tags outside the JSON if the page is text; \
        if it is HTML, save it again, from its first tag on.";
    source.problem(PageRule::AmbiguousMarkup, 0..0, message, help)
}

fn read_html(name: &str, html: &str) -> Result<Vec<SourceModel>, Vec<PageProblem>> {
    let extracted = html::extract(html);
    let mut source = PageSource::new(name, html);
    if let Some(mark) = extracted.translation {
        return Err(vec![source.problem(
            PageRule::TranslatedPage,
            0..0,
            format!("`{mark}` shows that a browser has translated the page"),
            "Values may be translated too. Show the original and save it again.",
        )]);
    }
    source.set_segments(extracted.segments);
    let text = extracted.text.as_str();
    let scan = scan::scan(text);
    let models = read_text(text, &scan, &source)?;
    // The visible text may be HTML too. Reading it as HTML unescapes its strings a second time, so the page
    // is ambiguous if the result differs.
    if outside(text, &scan.json_ranges).any(html::has_document_tag)
        && read_html(name, text).is_ok_and(|inner| inner != models)
    {
        return Err(vec![ambiguous(&source)]);
    }
    let problems = strings::markup(&models, &extracted.suspicious, &source);
    if problems.is_empty() {
        Ok(models)
    } else {
        Err(problems)
    }
}

/// Reads plain text or bare JSON. Also used for the text of an HTML page, since browsers may save bare
/// JSON as HTML.
fn read_text(
    text: &str,
    scan: &Scan,
    source: &PageSource,
) -> Result<Vec<SourceModel>, Vec<PageProblem>> {
    let start = skip_space(text, 0);
    let is_json = text[start..].starts_with(['{', '[']);
    let root = is_json.then(|| parse_embedded(text, start));
    let models = if let Some(Ok(root)) = &root
        && skip_space(text, root.span.end) == text.len()
    {
        bare_json::read(root, source)?
    } else {
        match root {
            // Without a curl call, the text is bare JSON that is not a single value. With a call, it is a
            // documentation page that begins with a bracket.
            Some(root) if scan.calls.is_empty() => {
                return Err(vec![bare_json::not_one_value(text, &root, source)]);
            }
            _ => vec![document::read(text, scan, source)?],
        }
    };
    let problems = strings::invisible(&models, text, source);
    if problems.is_empty() {
        Ok(models)
    } else {
        Err(problems)
    }
}
