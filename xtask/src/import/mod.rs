//! A saved documentation page → the parts of a model file.
//!
//! [`read_page`] takes a page as text or HTML, or bare JSON, and gives the [`Page`]s in it;
//! [`render()`] gives the text of `schemas/<model_id>.json`. Neither touches a file.
//!
//! Everything is found by its form: the model id in the address of the curl call that submits a
//! job, the example in the JSON behind its `--data`, the schemas among the JSON objects of the page.
//! Headings are not looked at, since they may be translated, glued to their neighbours or missing.
//!
//! # Why a damaged page cannot pass for a whole one
//!
//! A page may be cut off, or have lost a line on its way. Every part is read by a strict parser and
//! has to end: a body at its closing quote, a schema where no bracket or comma is left over. A lost
//! line that opens or closes anything unbalances the brackets, and shows at one of these ends; a lost
//! line that is half a member, or whose comma is now one too many, does not parse. All copies of a
//! part have to agree, and the page has to hold all four parts. What remains is a line that is one
//! whole member or item: nobody can know that it was there.
//!
//! # What this does not do
//!
//! It does not judge a schema: the file it gives goes through the same checks as any other. It takes
//! nothing from prose, from the page's own address, or from scripts in the HTML.

mod bare;
mod command;
mod document;
mod html;
mod json;
mod model_id;
mod problem;
mod render;
mod scan;
mod schema;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

pub(crate) use command::{Arguments, run};
pub(crate) use json::Json;
pub(crate) use problem::{PageProblem, Rule};
pub(crate) use render::render;

use problem::Source;

/// The parts of one model file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Page {
    /// Two to five segments, none of which can lead out of a directory.
    pub(crate) model_id: String,
    /// The body of the curl call, an object. Bare JSON may have none.
    pub(crate) example: Option<Json>,
    /// The input schema, as it stands on the page.
    pub(crate) input: Json,
    /// The output schema in its wrapper, `{"output": {…}}`. Bare JSON may have none.
    pub(crate) output: Option<Json>,
    /// Rust names by wire name, when the page is itself a model file that has them.
    pub(crate) names: Option<Map<String, Value>>,
}

impl Page {
    /// The path of the model's file below the directory of the schemas, with `/` between its
    /// segments.
    pub(crate) fn file_path(&self) -> String {
        format!("{}.json", self.model_id)
    }
}

/// Reads a saved page: text, HTML or bare JSON. A page gives one model; an answer of the catalogue
/// may give several.
///
/// `source_name` is what problems call the page.
///
/// # Errors
///
/// All that is wrong with it. Nothing is guessed: what is missing, cut off or in contradiction is a
/// problem.
pub(crate) fn read_page(source_name: &str, bytes: &[u8]) -> Result<Vec<Page>, Vec<PageProblem>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            let source = Source::new(source_name, &String::from_utf8_lossy(bytes));
            let (message, help) = if error.error_len().is_none() {
                (
                    "the page ends in the middle of a character".to_owned(),
                    "It is cut off. Save the page once more.",
                )
            } else {
                (
                    format!("byte {at} of the page is not UTF-8"),
                    "Save the page as UTF-8 text or HTML.",
                )
            };
            return Err(vec![source.problem(Rule::NotUtf8, at..at, message, help)]);
        }
    };
    let mut source = Source::new(source_name, text);
    if let Some(at) = text.find('\0') {
        return Err(vec![source.problem(
            Rule::NulByte,
            at..at + 1,
            format!("byte {at} of the page is NUL, which no text holds"),
            "Save the page as UTF-8 text or HTML.",
        )]);
    }
    if json::skip_space(text, 0) == text.len() {
        return Err(vec![source.problem(
            Rule::EmptyPage,
            0..0,
            format!(
                "the page is empty: {} bytes, all of them white space",
                text.len()
            ),
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
    let start = json::skip_space(text, 0);
    // A browser saves bare JSON as HTML too, so this comes behind that.
    if text[start..].starts_with(['{', '[']) && !document::has_curl_call(text) {
        return bare::read(text, start, &source);
    }
    document::read(text, &source).map(|page| vec![page])
}
