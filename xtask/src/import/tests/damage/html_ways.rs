//! Ways of damaging an HTML page, and of turning a text page into HTML.

use super::{PAGE, Refused, Same, Way};

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A document with this body.
fn document(body: &str) -> Vec<u8> {
    format!("<!DOCTYPE html>\n<html lang=\"en\"><head><title>Film</title></head><body>{body}</body></html>")
        .into_bytes()
}

fn pre() -> String {
    format!("<pre>{}</pre>", escaped(PAGE))
}

/// The page with every line in a pair of tags.
fn lines(open: &str, close: &str) -> String {
    let escaped = escaped(PAGE);
    escaped
        .lines()
        .map(|line| format!("{open}{line}{close}\n"))
        .collect()
}

/// The page with every word in a highlighter's tag.
fn highlighted() -> String {
    let escaped = escaped(PAGE);
    let words = escaped.split_inclusive(' ');
    let words = words.map(|word| match word.trim_end() {
        "" => word.to_owned(),
        trimmed => format!(
            "<span class=\"hljs-string\">{trimmed}</span>{}",
            &word[trimmed.len()..]
        ),
    });
    words.collect()
}

pub(super) fn ways() -> Vec<Way> {
    [
        forms(),
        translations(),
        tags_in_strings(),
        wrong_documents(),
    ]
    .concat()
}

fn forms() -> Vec<Way> {
    let upper = pre().replace("<pre>", "<PRE>").replace("</pre>", "</PRE>");
    let numbered = escaped(PAGE);
    let numbered: String = numbered
        .lines()
        .enumerate()
        .map(|(index, line)| {
            format!("<tr><td class=\"lineno\">{index}</td><td class=\"code\">{line}</td></tr>\n")
        })
        .collect();
    let hidden = format!(
        "{}<script>{PAGE}</script><template>{PAGE}</template>",
        pre()
    );
    let spaced = escaped(PAGE).replace("  ", "&nbsp; ");
    vec![
        ("a document", document(&pre()), Same),
        (
            "a document without its beginning",
            format!("{}</body></html>", pre()).into_bytes(),
            Same,
        ),
        (
            "a document without its end",
            document(&pre())
                .drain(..document(&pre()).len() - 20)
                .collect(),
            Same,
        ),
        ("capital tags", document(&upper), Same),
        ("CRLF in HTML", document(&pre().replace('\n', "\r\n")), Same),
        (
            "references for quotes",
            document(&pre().replace('"', "&quot;").replace('\'', "&#39;")),
            Same,
        ),
        (
            "hexadecimal references",
            document(&pre().replace('"', "&#x22;")),
            Same,
        ),
        (
            "references without semicolons",
            document(&pre().replace('"', "&quot")),
            Same,
        ),
        (
            "highlighted words",
            document(&format!("<pre>{}</pre>", highlighted())),
            Same,
        ),
        (
            "lines in elements",
            document(&lines("<div>", "</div>")),
            Same,
        ),
        ("lines in paragraphs", document(&lines("<p>", "</p>")), Same),
        (
            "line breaks as elements",
            document(&lines("", "<br>")),
            Same,
        ),
        (
            "a table with line numbers",
            document(&format!("<table>{numbered}</table>")),
            Same,
        ),
        ("indentation by references", document(&spaced), Same),
        (
            "no-break spaces as references",
            document(&escaped(PAGE).replace(' ', "&nbsp;")),
            Refused("invisible-character"),
        ),
        (
            "a no-break space in an enum, as a reference",
            document(&pre().replace("480 (16", "480&nbsp;(16")),
            Refused("invisible-character"),
        ),
        (
            "a zero-width space in an enum, as a reference",
            document(&pre().replace("854x480", "854x&#8203;480")),
            Refused("invisible-character"),
        ),
        (
            "a line break opportunity in an enum",
            document(&pre().replace("854x480", "854x<wbr>480")),
            Refused("markup-in-string"),
        ),
        ("copies in a script and a template", document(&hidden), Same),
        (
            "an empty comment in a string",
            document(&pre().replace("girl's cat", "girl's<!-- --> cat")),
            Same,
        ),
        (
            "a link in a string",
            document(&pre().replace(
                "https://files.example",
                "<a href=\"https://files.example\">https://files.example</a>",
            )),
            Same,
        ),
    ]
}

fn translations() -> Vec<Way> {
    const RULE: &str = "translated-page";
    let html =
        |attributes: &str| format!("<html {attributes}><body>{}</body></html>", pre()).into_bytes();
    let font = "<font style=\"vertical-align: inherit;\">Film</font>";
    vec![
        (
            "translated, left to right",
            html("class=\"translated-ltr\""),
            Refused(RULE),
        ),
        (
            "translated, right to left",
            html("lang=\"ar\" class=\"dark translated-rtl\""),
            Refused(RULE),
        ),
        (
            "translated texts",
            document(&format!("{font}{}", pre())),
            Refused(RULE),
        ),
        (
            "translated by Edge",
            document(&format!("<p _msttexthash=\"1\">Film</p>{}", pre())),
            Refused(RULE),
        ),
        (
            "translated by Firefox",
            document(&format!(
                "<p data-moz-translations-id=\"1\">Film</p>{}",
                pre()
            )),
            Refused(RULE),
        ),
        (
            "not translated",
            html("class=\"notranslate\" translate=\"no\""),
            Same,
        ),
    ]
}

fn tags_in_strings() -> Vec<Way> {
    const RULE: &str = "markup-in-string";
    let description = "no &lt;html&gt; &amp; &lt;b&gt;tags&lt;/b&gt;";
    let with = |by: &str| document(&pre().replace(description, by));
    let text = |more: &str| format!("{PAGE}{more}").into_bytes();
    vec![
        (
            "text in tags, unescaped",
            document(&format!("<pre>{PAGE}</pre>")),
            Refused(RULE),
        ),
        ("an unescaped tag", with("no <b>tags</b>"), Refused(RULE)),
        ("an unescaped end tag", with("no </s> tags"), Refused(RULE)),
        (
            "the end tag of an open element",
            with("no </pre> tags"),
            Refused("broken-json"),
        ),
        (
            "an unescaped comment",
            with("no <!-- really --> tags"),
            Refused(RULE),
        ),
        (
            "an unescaped doctype",
            with("no <!doctype html> tags"),
            Refused(RULE),
        ),
        (
            "an unescaped script",
            with("no <script src=\"a\">b</script> tags"),
            Refused(RULE),
        ),
        (
            "an unescaped link",
            with("no <a href='b'>tags</a>"),
            Refused(RULE),
        ),
        (
            "an unknown tag",
            with("no <lora:film:1> tags"),
            Refused(RULE),
        ),
        (
            "a document without its first tags",
            format!("Film{}", pre()).into_bytes(),
            Refused("ambiguous-markup"),
        ),
        ("text with a tag at its end", text("</pre>"), Same),
        (
            "text that mentions a document",
            text("Use it in <html> pages."),
            Same,
        ),
        (
            "text that mentions other tags",
            text("Send <token> in <b>bold</b>."),
            Same,
        ),
    ]
}

fn wrong_documents() -> Vec<Way> {
    let mhtml = format!(
        "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\n{}",
        pre().replace('=', "=3D")
    );
    let script = format!("<div id=\"root\"></div><script>{PAGE}</script>");
    vec![
        ("a web archive", mhtml.into_bytes(), Refused("mhtml")),
        (
            "a page that a script builds",
            document(&script),
            Refused("no-curl-call"),
        ),
        (
            "escaped twice",
            document(&escaped(&pre())),
            Refused("ambiguous-markup"),
        ),
        (
            "the source of a page",
            document(&escaped(&pre().replace('"', "&quot;"))),
            Refused("broken-body"),
        ),
        (
            "HTML that is cut off",
            document(&pre())[..700].to_vec(),
            Refused("no-input-schema"),
        ),
        (
            "HTML with two models",
            document(&(pre() + &pre().replace("film/run", "film/walk"))),
            Refused("two-models"),
        ),
        (
            "HTML with an extra block",
            document(&(pre() + "<pre>{\"type\": \"object\", \"properties\": {}}</pre>")),
            Refused("two-input-schemas"),
        ),
    ]
}
