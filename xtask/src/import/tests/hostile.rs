//! Hostile and very large pages are read quickly and without a panic. Hostile pages are refused.

use crate::import::read_page;

/// The approximate size in bytes of a page made by repetition. At this size, recursion would overflow the
/// stack, and a step of quadratic complexity would take minutes.
const SIZE: usize = 1 << 17;

fn rules(name: &str, page: &[u8]) -> Vec<&'static str> {
    let problems = read_page(name, page).unwrap_err();
    assert!(problems.len() <= 40, "{name}: {} problems", problems.len());
    problems.iter().map(|problem| problem.rule.id()).collect()
}

#[test]
fn ten_megabytes_of_braces() {
    let page = vec![b'{'; 10 << 20];
    assert_eq!(rules("braces", &page), ["broken-json"]);
}

#[test]
fn endless_repetitions() {
    for unit in [
        "[",
        "}",
        "\"",
        "\\",
        "<",
        "&",
        "&amp",
        "'",
        " ",
        "{ ",
        "{\"",
        "{\"a\":",
        "{\"a\":[",
        "{}",
        "{},",
        "[[[[{",
        "--data '{",
        "-d '{\"a\":1}' ",
        "--data '{\"a\":\"",
        "http://h/v1/models/",
        "http://h/v1/models/a/b ",
        "curl -X POST http://h/v1/models/a/b --data '{}' ",
        "curl -X POST http://h/v1/models/a/b ",
        "curl ",
        "=curl",
        "://",
        "{\"type\":\"object\",\"properties\":{}}",
        "{\"type\":\"object\",\"properties\":{\"a\":1}},",
        "{\"required\":",
        "<pre>",
        "<pre",
        "<!--",
        "<script>",
        "<span class=lineno>1",
        "<a b c=d e='",
        "</",
        "<pre>{\"type\":\"object\",\"properties\":{}}, ",
        "{\"type\":\"object\",\"properties\":{}}\n[",
        "\u{feff}",
        "\u{2028}{",
        "é{\"é\"",
    ] {
        let page = unit.repeat(SIZE / unit.len());
        for prefix in ["", "<html>", "{\"model_id\":\""] {
            let page = format!("{prefix}{page}");
            assert!(!rules(unit, page.as_bytes()).is_empty(), "{prefix}{unit}");
        }
    }
}

#[test]
fn a_catalogue_that_repeats_one_model() {
    let entry = r#"{"model_id":"a/b","input_schema":{"type":"object","properties":{"x":1}}},"#;
    let mut page = format!("[{}", entry.repeat(SIZE / entry.len()));
    page.pop();
    page.push(']');
    assert_eq!(rules("catalogue", page.as_bytes()).len(), 40);
}

#[test]
fn a_schema_of_twenty_thousand_properties() {
    let properties = (0..20_000).map(|n| format!(r#""p{n}":{{"type":"integer"}}"#));
    let properties = properties.collect::<Vec<_>>().join(",");
    let example = (0..20_000)
        .map(|n| format!(r#""p{n}":{n}"#))
        .collect::<Vec<_>>()
        .join(",");
    let page = format!(
        r#"{{"model_id":"a/b","example":{{{example}}},"input":{{"type":"object","properties":{{{properties}}}}}}}"#
    );
    assert_eq!(read_page("large", page.as_bytes()).unwrap().len(), 1);
}
