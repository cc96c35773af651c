//! HTML → the visible text of the page.

use std::collections::HashMap;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use runcomfy_codegen::text::{is_space, shorten};

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

/// Elements whose start and end tags begin a new line in the extracted text.
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

/// Elements that may begin and end within a string. Those of highlighters and of browser extensions are among
/// them, but not `code`, which contains whole documents.
const INLINE: &[&[u8]] = &[
    b"a",
    b"b",
    b"del",
    b"em",
    b"font",
    b"i",
    b"ins",
    b"kbd",
    b"label",
    b"mark",
    b"msreadoutspan",
    b"s",
    b"small",
    b"span",
    b"strong",
    b"sub",
    b"sup",
    b"u",
    b"var",
];

/// Words in the class of an element that contains a line number.
const LINE_NUMBERS: &[&str] = &["linenumber", "line-number", "lineno", "ln-numbers"];

/// The text of an HTML document.
#[derive(Debug, Default)]
pub(super) struct Extracted {
    /// The visible text.
    pub(super) text: String,
    /// The positions of its runs in the HTML.
    pub(super) segments: Vec<Segment>,
    /// Markup that may belong to the text, such as a tag in a JSON string: comments, doctypes, start tags of
    /// skipped elements, start tags that do not look like the output of a browser, and end tags except those
    /// of open inline elements. Each entry is the offset in the extracted text and the markup.
    pub(super) suspicious: Vec<(usize, String)>,
    /// The attribute, class or tag that shows that a browser has translated the page, if there is one.
    pub(super) translation: Option<String>,
}

/// Beginnings of tags that occur in HTML documents, but not in pages saved as text.
const DOCUMENT_TAGS: &[&str] = &[
    "<!doctype html",
    "<html",
    "</html>",
    "<body",
    "</body>",
    "<pre",
    "</pre>",
];

/// Whether the text begins with a tag.
pub(super) fn begins_with_tag(text: &str) -> bool {
    let start = text.trim_start_matches(is_space);
    start.strip_prefix('<').is_some_and(|rest| {
        rest.starts_with(|char: char| char.is_ascii_alphabetic() || matches!(char, '!' | '/'))
    })
}

/// Whether the text contains one of [`DOCUMENT_TAGS`], ignoring case. Other tags do not show that a text is
/// HTML: pages saved as text contain `Bearer <token>`, for example.
pub(super) fn has_document_tag(text: &str) -> bool {
    DOCUMENT_TAGS
        .iter()
        .any(|tag| contains_ignoring_case(text, tag))
}

fn contains_ignoring_case(text: &str, tag: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let found = text.as_bytes().get(at..at + tag.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(tag.as_bytes()))
    })
}

/// Extracts the visible text. White space is kept even outside a `<pre>`, since a damaged page may have lost
/// the `<pre>` tag.
pub(super) fn extract(html: &str) -> Extracted {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut extractor = Extractor::default();
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        let after_number_tag = std::mem::take(&mut extractor.after_number_tag);
        match token {
            Token::StartTag(tag) => {
                let source = html.get(tag.span.start..tag.span.end).unwrap_or_default();
                extractor.open(&tag, source);
            }
            Token::EndTag(tag) => {
                let source = html.get(tag.span.start..tag.span.end).unwrap_or_default();
                extractor.close(&tag.name, source);
            }
            Token::String(run) if after_number_tag && is_digits(&run.value) => {}
            Token::String(run) => extractor.text(&run.value, run.span.start.min(html.len())),
            Token::Comment(comment) => extractor.comment(&comment.value),
            Token::Doctype(_) => extractor.record_suspicious("<!DOCTYPE"),
            Token::Error(_) => {}
        }
    }
    extractor.extracted
}

#[derive(Default)]
struct Extractor {
    extracted: Extracted,
    /// The element whose content is skipped, and how many elements of that name are open.
    skipping: Option<(Vec<u8>, usize)>,
    /// Whether the last token opened an element for a line number.
    after_number_tag: bool,
    /// How many start tags of each name have no end tag so far.
    open: HashMap<Vec<u8>, usize>,
}

impl Extractor {
    fn open(&mut self, tag: &StartTag<usize>, source: &str) {
        let name = tag.name.as_slice();
        if self.extracted.translation.is_none() {
            self.extracted.translation = translation(tag);
        }
        // Browsers write attributes in plain double quotes. A tag that is part of a JSON string has single
        // or escaped quotes, or no attributes.
        let is_by_program = !tag.attributes.is_empty() && !source.contains(['\'', '\\']);
        if self.skipping.is_none() && (!is_by_program || SKIPPED.contains(&name)) {
            self.record_suspicious(source);
        }
        if let Some((skipped, open)) = &mut self.skipping {
            *open += usize::from(skipped == name && !tag.self_closing);
        } else if !tag.self_closing && SKIPPED.contains(&name) {
            self.skipping = Some((name.to_owned(), 1));
        } else if name == b"br" {
            self.extracted.text.push('\n');
        } else {
            if !tag.self_closing {
                *self.open.entry(name.to_owned()).or_default() += 1;
            }
            self.after_number_tag = is_line_number(tag);
            self.separate(name);
        }
    }

    fn close(&mut self, name: &[u8], source: &str) {
        if let Some((skipped, open)) = &mut self.skipping {
            *open -= usize::from(skipped == name);
            if *open == 0 {
                self.skipping = None;
            }
        } else {
            let open = self.open.entry(name.to_owned()).or_default();
            let is_open = *open > 0;
            *open = open.saturating_sub(1);
            let is_inline = INLINE.contains(&name) || name.contains(&b'-');
            if !is_open || !is_inline {
                self.record_suspicious(source);
            }
            self.separate(name);
        }
    }

    fn separate(&mut self, name: &[u8]) {
        let text = &mut self.extracted.text;
        if BLOCKS.contains(&name) && !text.ends_with('\n') {
            text.push('\n');
        } else if matches!(name, b"td" | b"th") {
            text.push(' ');
        }
    }

    fn comment(&mut self, comment: &[u8]) {
        // Some frameworks separate runs of text by empty comments.
        if self.skipping.is_none() && !comment.trim_ascii().is_empty() {
            self.record_suspicious("<!--");
        }
    }

    fn record_suspicious(&mut self, source: &str) {
        let offset = self.extracted.text.len();
        self.extracted
            .suspicious
            .push((offset, shorten(source, 40)));
    }

    fn text(&mut self, run: &[u8], raw: usize) {
        if self.skipping.is_none() {
            let Extracted { text, segments, .. } = &mut self.extracted;
            let start = text.len();
            segments.push(Segment { text: start, raw });
            text.push_str(&String::from_utf8_lossy(run));
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

/// The attribute, class or tag that shows that a browser has translated the page, if this tag has one.
fn translation(tag: &StartTag<usize>) -> Option<String> {
    /// Attributes that browsers add to the elements that they translate.
    const ATTRIBUTES: &[&str] = &["_msttexthash", "_mstmutation", "data-moz-translations-id"];
    if let Some(name) = ATTRIBUTES
        .iter()
        .find(|name| tag.attributes.contains_key(name.as_bytes()))
    {
        return Some((*name).to_owned());
    }
    let attribute = |name: &str| {
        let value = tag.attributes.get(name.as_bytes())?;
        Some(String::from_utf8_lossy(value).to_ascii_lowercase())
    };
    let class = attribute("class").unwrap_or_default();
    let mut classes = class.split_ascii_whitespace();
    if let Some(class) = classes.find(|class| class.starts_with("translated-")) {
        return Some(class.to_owned());
    }
    let style = attribute("style").filter(|_| tag.name.as_slice() == b"font")?;
    style
        .contains("vertical-align: inherit")
        .then(|| "<font style=\"vertical-align: inherit;\">".to_owned())
}

fn is_digits(run: &[u8]) -> bool {
    let text = run.trim_ascii();
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}
