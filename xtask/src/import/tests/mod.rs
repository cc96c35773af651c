//! Pages in many layouts and languages, whole and damaged.

mod bare_json;
mod damage;
mod hostile;
mod problems;
mod shared;

use std::fs;
use std::path::{Path, PathBuf};

use super::merge::merge_unpinned;
use super::problem::PageProblem;
use super::read_page;

/// A page and the model files expected from its import. All are files in `tests/import`.
struct Fixture {
    page: &'static str,
    files: &'static [&'static str],
}

const FIXTURES: &[Fixture] = &[
    // English; indented, headings on their own lines, an array of objects in the example.
    fixture("en-indented.txt", &["en-indented.json"]),
    // Portuguese; flush left, headings glued to the text before and after them.
    fixture("pt-glued.txt", &["pt-glued.json"]),
    // Japanese; no headings, `}{` between the schemas, translation keys such as `docs_submit` as text.
    fixture("ja-no-headings.txt", &["ja-no-headings.json"]),
    // Chinese; one call, an id with spaces, blank strings, the input schema printed twice.
    fixture("zh-one-call.txt", &["zh-one-call.json"]),
    // German; Markdown with fences, code in another language, calls of other addresses.
    fixture("de-fenced.md", &["de-fenced.json"]),
    // French; HTML with highlighted code, line numbers, schemas in a script and in a comment.
    fixture("fr-highlighted.html", &["fr-highlighted.json"]),
    // Arabic; HTML with character references, no-break spaces for indentation, `<br>`.
    fixture("ar-entities.html", &["ar-entities.json"]),
    // Spanish; HTML on a single line.
    fixture("es-minified.html", &["es-minified.json"]),
    // Bare JSON: a model file with another order of keys, other indentation and other escapes.
    fixture("model-file.json.txt", &["model-file.json"]),
    // Bare JSON: a catalogue response with two models. One model id is a prefix of the other.
    fixture(
        "catalogue.json.txt",
        &["catalogue.1.json", "catalogue.2.json"],
    ),
];

const fn fixture(page: &'static str, files: &'static [&'static str]) -> Fixture {
    Fixture { page, files }
}

impl Fixture {
    fn read(&self) -> (Vec<u8>, Vec<String>) {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
        let page = fs::read(dir.join(self.page)).unwrap();
        let files = self
            .files
            .iter()
            .map(|file| fs::read_to_string(dir.join(file)).unwrap());
        (page, files.collect())
    }
}

/// Imports a page and returns the text of its model files, without the field names that a first import
/// pins in `names`.
fn import(name: &str, page: &[u8]) -> Result<Vec<String>, Vec<PageProblem>> {
    let pages = read_page(name, page)?;
    let merged = pages.iter().map(|page| merge_unpinned(None, page).unwrap());
    Ok(merged.map(|merged| merged.text).collect())
}

/// The directory of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn every_layout_is_imported() {
    for fixture in FIXTURES {
        let (page, files) = fixture.read();
        assert_eq!(
            import(fixture.page, &page).unwrap(),
            files,
            "{}",
            fixture.page
        );
    }
}

#[test]
fn line_breaks_byte_order_marks_and_spaces_change_nothing() {
    for fixture in FIXTURES {
        let (page, files) = fixture.read();
        let page = String::from_utf8(page).unwrap();
        for variant in [
            page.replace('\n', "\r\n"),
            format!("\u{feff}{page}"),
            format!("\n\n\t{page}\n\n"),
            page.replace("  \"", "\t\""),
            page.replace("  \"", "\u{a0}\u{202f}\""),
        ] {
            assert_eq!(import(fixture.page, variant.as_bytes()).unwrap(), files);
        }
    }
}

#[test]
fn a_text_page_gives_the_same_file_as_html() {
    for fixture in &FIXTURES[..5] {
        let (page, files) = fixture.read();
        let page = String::from_utf8(page).unwrap();
        let escaped = page
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&#34;");
        for html in [
            format!("<html><body><pre>{escaped}</pre></body></html>"),
            format!("Saved page <PRE>{escaped}"),
            format!("<p>{}</p>", escaped.replace('\n', "<br/>")),
            format!(
                "<!-- saved --><div>{}</div>",
                escaped.replace('\n', "</div>\n<div>")
            ),
        ] {
            assert_eq!(
                import(fixture.page, html.as_bytes()).unwrap(),
                files,
                "{html}"
            );
        }
    }
}

#[test]
fn bare_json_saved_as_html_is_imported() {
    let (page, files) = FIXTURES[8].read();
    let json = String::from_utf8(page).unwrap();
    let html = format!("<html><head></head><body><pre>{json}</pre></body></html>");
    assert_eq!(import("view.html", html.as_bytes()).unwrap(), files);
}
