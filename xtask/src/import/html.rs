//! HTML → the visible text of the page.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use runcomfy_codegen::text::is_space;

/// The position of a run of extracted text in the HTML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// The byte offset in the extracted text.
    pub(super) text: usize,
    /// The byte offset in the HTML.
    pub(super) raw: usize,
}

/// Elements whose content is not visible.
const SKIPPED: &[&[u8]] = &[b"script", b"style", b"template", b"noscript", b"svg"];

/// Elements that begin and end a line.
const BLOCKS: &[&[u8]] = &[
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"body",
    b"dd",
    b"details",
    b"div",
    b"dl",
    b"dt",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hr",
    b"li",
    b"main",
    b"nav",
    b"ol",
    b"p",
    b"pre",
    b"section",
    b"summary",
    b"table",
    b"tbody",
    b"textarea",
    b"thead",
    b"title",
    b"tr",
    b"ul",
];

/// Words in the class of an element that contains a line number.
const LINE_NUMBERS: &[&str] = &["linenumber", "line-number", "lineno", "ln-numbers"];

/// Whether the text is an HTML document: it begins with a tag, or contains one that only a document
/// has. Other tags prove nothing: plain text contains `Bearer <token>`, and descriptions may contain
/// tags.
pub(super) fn is_html(text: &str) -> bool {
    let start = text.trim_start_matches(is_space);
    let is_tag = start.strip_prefix('<').is_some_and(|rest| {
        rest.starts_with(|char: char| char.is_ascii_alphabetic() || matches!(char, '!' | '/'))
    });
    // A schema may quote a tag.
    let is_json = start.starts_with(['{', '[']);
    is_tag
        || !is_json
            && [
                "<!doctype html",
                "<html",
                "</html>",
                "<body",
                "</body>",
                "<pre",
                "</pre>",
            ]
            .iter()
            .any(|tag| contains_ignoring_case(text, tag))
}

fn contains_ignoring_case(text: &str, tag: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let found = text.as_bytes().get(at..at + tag.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(tag.as_bytes()))
    })
}

/// The visible text, and the positions of its runs in the HTML. White space stays as written, since
/// the text may be that of a `<pre>` whose tag is missing.
pub(super) fn extract(html: &str) -> (String, Vec<Segment>) {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut extractor = Extractor::default();
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        let after_number_tag = std::mem::take(&mut extractor.after_number_tag);
        match token {
            Token::StartTag(tag) => extractor.open(&tag),
            Token::EndTag(tag) => extractor.close(&tag.name),
            Token::String(run) if after_number_tag && is_digits(&run.value) => {}
            Token::String(run) => extractor.text(&run.value, run.span.start.min(html.len())),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    (extractor.text, extractor.segments)
}

#[derive(Default)]
struct Extractor {
    text: String,
    segments: Vec<Segment>,
    /// The element whose content is skipped, and how many elements of that name are open.
    skipping: Option<(Vec<u8>, usize)>,
    /// Whether the last token opened an element for a line number.
    after_number_tag: bool,
}

impl Extractor {
    fn open(&mut self, tag: &StartTag<usize>) {
        let name = tag.name.as_slice();
        if let Some((skipped, open)) = &mut self.skipping {
            *open += usize::from(skipped == name && !tag.self_closing);
        } else if !tag.self_closing && SKIPPED.contains(&name) {
            self.skipping = Some((name.to_owned(), 1));
        } else if name == b"br" {
            self.text.push('\n');
        } else {
            self.after_number_tag = is_line_number(tag);
            self.separate(name);
        }
    }

    fn close(&mut self, name: &[u8]) {
        if let Some((skipped, open)) = &mut self.skipping {
            *open -= usize::from(skipped == name);
            if *open == 0 {
                self.skipping = None;
            }
        } else {
            self.separate(name);
        }
    }

    fn separate(&mut self, name: &[u8]) {
        if BLOCKS.contains(&name) && !self.text.ends_with('\n') {
            self.text.push('\n');
        } else if matches!(name, b"td" | b"th") {
            self.text.push(' ');
        }
    }

    fn text(&mut self, run: &[u8], raw: usize) {
        if self.skipping.is_none() {
            let text = self.text.len();
            self.segments.push(Segment { text, raw });
            self.text.push_str(&String::from_utf8_lossy(run));
        }
    }
}

/// Whether the element is one in which some highlighters print a line number.
fn is_line_number(tag: &StartTag<usize>) -> bool {
    if !matches!(tag.name.as_slice(), b"span" | b"td" | b"a" | b"i") {
        return false;
    }
    let class = tag.attributes.get(b"class".as_slice());
    class.is_some_and(|class| {
        let class = String::from_utf8_lossy(class).to_ascii_lowercase();
        LINE_NUMBERS.iter().any(|word| class.contains(word))
    })
}

fn is_digits(run: &[u8]) -> bool {
    let text = run.trim_ascii();
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}
