//! What a merge keeps, replaces and reports.

use runcomfy_codegen::json::{Json, Member, parse};
use runcomfy_codegen::span::Located;

use super::{MergeError, Merged, NoteKind, SchemaStyle, SourceModel, merge};

/// A model file with content that the catalogue does not have: the titles, example and output of a page, and
/// `overrides` and `names` written by hand. Its layout is not that of generated text, so the tests detect
/// values whose bytes are not kept.
const FILE: &str = r#"{
  "model_id": "owner/tool/run",
  "about": { "title": "Run" },
  "example": {
    "prompt": "A cat",
    "size": "480x480 (1:1)"
  },
  "input": {
    "type": "object",
    "title": "Input",
    "required": ["size", "prompt"],
    "properties": {
      "size": { "type": "string", "title": "Size", "enum": ["720x720 (1:1)", "480x480 (1:1)"] },
      "prompt": {
        "type": "string", "description": "What to show", "maxLength": 800 },
      "174_value": { "type": "float", "title": "Number of Frames", "default": 5.0 }
    }
  },
  "output": { "output": { "type": "object", "properties": { "video": { "type": "string" } } } },
  "overrides": [ { "reason": "stated in prose" } ],
  "names": { "prompt": "text" }
}
"#;

/// The input of [`FILE`] as the catalogue prints it.
const SORTED_INPUT: &str = r#"{"properties": {
    "174_value": {"default": 5, "type": "float"},
    "prompt": {"description": "What to show", "maxLength": 800, "type": "string"},
    "size": {"enum": ["480x480 (1:1)", "720x720 (1:1)"], "type": "string"}
}, "required": ["prompt", "size"], "type": "object"}"#;

fn json(text: &str) -> Located<Json> {
    parse(text).unwrap().value
}

/// A source like an entry of the catalogue with this input schema.
fn catalogue(input: &str) -> SourceModel {
    SourceModel {
        model_id: "owner/tool/run".parse().unwrap(),
        style: SchemaStyle::Sorted,
        input: json(input),
        output: None,
        example: None,
        names: Vec::new(),
        others: Vec::new(),
    }
}

/// A source like a page with the input, output and example of this model file.
fn page(file: &str) -> SourceModel {
    let file = json(file);
    SourceModel {
        style: SchemaStyle::Documented,
        input: file.get("input").unwrap().clone(),
        output: file.get("output").cloned(),
        example: file.get("example").cloned(),
        ..catalogue("{}")
    }
}

#[track_caller]
fn merged(source: &SourceModel) -> Merged {
    merge(Some(FILE), source).unwrap()
}

/// The notes of these kinds, one line each.
fn notes(merged: &Merged, kinds: &[NoteKind]) -> Vec<String> {
    let notes = merged.notes.iter();
    let notes = notes.filter(|note| kinds.contains(&note.kind));
    notes.map(ToString::to_string).collect()
}

const LOSSES: &[NoteKind] = &[NoteKind::Replaced, NoteKind::Removed, NoteKind::Text];

#[test]
fn a_source_that_says_the_same_changes_no_byte() {
    let same = merged(&page(FILE));
    assert_eq!(same.text, FILE);
    assert_eq!(same.notes, []);

    let same = merged(&catalogue(SORTED_INPUT));
    assert_eq!(same.text, FILE);
    assert_eq!(
        notes(&same, &[NoteKind::Unknown]),
        [
            "kept /example: the source has none",
            "kept /output: the source has none"
        ]
    );
    assert_eq!(notes(&same, LOSSES), [""; 0]);
}

#[test]
fn the_catalogue_changes_only_what_it_knows() {
    let input = SORTED_INPUT
        .replace("800", "500")
        .replace("[\"480x480 (1:1)\"", "[\"1080p\", \"480x480 (1:1)\"")
        .replace("What to show", "What to film")
        .replace("\"size\"]", "\"new\", \"size\"]")
        .replace(
            "{\"properties\": {",
            "{\"properties\": {\"new\": {\"type\": \"integer\"},",
        );
    let merged = merged(&catalogue(&input));
    let expected = FILE
        .replace("\"type\": \"string\", \"description\"", "\"type\": \"string\",\n        \"description\"")
        .replace("What to show\", \"maxLength\": 800 }", "What to film\",\n        \"maxLength\": 500\n      }")
        .replace(
            "\"required\": [\"size\", \"prompt\"]",
            "\"required\": [\n      \"size\",\n      \"prompt\",\n      \"new\"\n    ]",
        )
        .replace(
            r#"{ "type": "string", "title": "Size", "enum": ["720x720 (1:1)", "480x480 (1:1)"] }"#,
            "{\n        \"type\": \"string\",\n        \"title\": \"Size\",\n        \"enum\": [\n          \"720x720 (1:1)\",\n          \"480x480 (1:1)\",\n          \"1080p\"\n        ]\n      }",
        )
        .replace(
            "\"default\": 5.0 }",
            "\"default\": 5.0 },\n      \"new\": {\n        \"type\": \"integer\"\n      }",
        );
    assert_eq!(merged.text, expected);
    assert_eq!(
        notes(&merged, LOSSES),
        [
            "replaced /input/required: [\"size\",\"prompt\"] → [\"size\",\"prompt\",\"new\"]",
            "replaced /input/properties/size/enum: [\"720x720 (1:1)\",\"480x480 (1:1)\"] → [\"720x720 (1:1)\",\"480x480 (1:1)\",\"1080p\"…",
            "replaced /input/properties/prompt/description: \"What to show\" → \"What to film\"",
            "replaced /input/properties/prompt/maxLength: 800 → 500",
        ]
    );
}

#[test]
fn a_page_gives_its_order_and_its_titles() {
    let source = page(&FILE.replace("[\"size\", \"prompt\"]", "[\"prompt\", \"size\"]"));
    let merged = merged(&source);
    let expected = FILE.replace(
        "[\"size\", \"prompt\"]",
        "[\n      \"prompt\",\n      \"size\"\n    ]",
    );
    assert_eq!(merged.text, expected);

    // Importing a page into a file that came from the catalogue adds what only the page knows.
    let first = merge(None, &catalogue(SORTED_INPUT)).unwrap().text;
    let merged = merge(Some(&first), &page(FILE)).unwrap();
    let keys: Vec<String> = json(&merged.text)
        .members()
        .iter()
        .map(|member| member.name.value.clone())
        .collect();
    assert_eq!(keys, ["model_id", "example", "input", "output", "names"]);
    assert!(merged.text.contains("\"174_value\": \"number_of_frames\""));
    let (input, expected) = (json(&merged.text), json(FILE));
    assert_eq!(input.get("input"), expected.get("input"));
    assert_eq!(notes(&merged, &[NoteKind::Removed]), [""; 0]);
}

#[test]
fn edits_that_would_be_lost_are_named() {
    let source = page(
        &FILE
            .replace(", \"maxLength\": 800", "")
            .replace("\"prompt\": \"A cat\",", ""),
    );
    assert_eq!(
        notes(&merged(&source), LOSSES),
        [
            "removed /example/prompt: \"A cat\"",
            "removed /input/properties/prompt/maxLength: 800",
        ]
    );
}

#[test]
fn blank_strings_replace_nothing() {
    let blank = FILE
        .replace("\"A cat\"", "\"\"")
        .replace("\"size\": \"480x480 (1:1)\"", "\"size\": \" \u{200b}\"")
        .replace("What to show", "\u{a0}");
    let merged = merged(&page(&blank));
    assert_eq!(merged.text, FILE);
    assert_eq!(
        notes(&merged, &[NoteKind::Kept]),
        [
            "kept /example/prompt: the text of the source is blank",
            "kept /example/size: the text of the source is blank",
            "kept /input/properties/prompt/description: the text of the source is blank",
        ]
    );
}

#[test]
fn names_and_keys_that_the_source_does_not_know_stay() {
    let mut source = page(&FILE.replace("800", "500"));
    let name = |name: &str| Member {
        name: Located::new(name.to_owned(), (0..1).into()),
        value: json("\"other\""),
    };
    source.names = vec![name("prompt"), name("size")];
    let text = merged(&source).text;
    for kept in [
        "  \"about\": { \"title\": \"Run\" },\n",
        "  \"overrides\": [ { \"reason\": \"stated in prose\" } ],\n",
        "  \"names\": {\n    \"prompt\": \"text\",\n    \"size\": \"other\"\n  }\n}\n",
    ] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
    source.others = vec![Member {
        name: Located::new("about".to_owned(), (0..1).into()),
        value: json(r#"{"title": "Walk"}"#),
    }];
    let merged = merged(&source);
    assert!(
        merged
            .text
            .contains("\"about\": {\n    \"title\": \"Walk\"\n  },\n")
    );
    let losses = notes(&merged, LOSSES);
    assert_eq!(losses[0], "replaced /about/title: \"Run\" → \"Walk\"");
    source.others[0].value = json(r#"{"title": null}"#);
    let losses = notes(&self::merged(&source), LOSSES);
    assert_eq!(losses[0], "removed /about/title: \"Run\"");
}

#[test]
fn names_from_titles_are_pinned_when_they_are_new_or_would_change() {
    let file = FILE.replace("  \"about\": { \"title\": \"Run\" },\n", "");
    let file = &file.replace(
        "  \"overrides\": [ { \"reason\": \"stated in prose\" } ],\n",
        "",
    );
    let merged = |source: &SourceModel| merge(Some(file), source).unwrap();
    let first = merge(None, &page(file)).unwrap();
    let pin = "  \"names\": {\n    \"174_value\": \"number_of_frames\"\n  }\n}\n";
    assert!(first.text.ends_with(pin), "{}", first.text);
    assert_eq!(
        notes(&first, &[NoteKind::Pinned]),
        ["pinned /names/174_value: the field stays `number_of_frames` when its title changes"]
    );
    // Importing the same content pins no name. Importing a page with translated titles renames no field.
    assert_eq!(merged(&page(file)).text, *file);
    for title in ["Anzahl der Bilder", ""] {
        let mut translated = page(file);
        translated.input = json(&json_text(&translated.input).replace("Number of Frames", title));
        let merged = merged(&translated);
        let is_pinned = merged.text.contains("\"174_value\": \"number_of_frames\"");
        assert_eq!(is_pinned, !title.is_empty(), "{}", merged.text);
    }
    // The name of a property that is added to an existing file is pinned too.
    let more = file.replace(
        "\"174_value\"",
        "\"175_value\": { \"type\": \"integer\", \"title\": \"Frame Rate\" },\n      \"174_value\"",
    );
    let text = merged(&page(&more)).text;
    assert!(text.contains("\"175_value\": \"frame_rate\""), "{text}");
    assert!(
        !text.contains("\"174_value\": \"number_of_frames\""),
        "{text}"
    );
}

fn json_text(json: &Json) -> String {
    json.to_value().to_string()
}

#[test]
fn a_property_that_is_called_title_is_no_title() {
    let file = r#"{"model_id": "owner/tool/run", "input": {"type": "object", "properties":
        {"title": {"type": "string"}, "a": {"type": "string", "title": "A"}}}}"#;
    let source = catalogue(r#"{"type": "object", "properties": {"a": {"type": "string"}}}"#);
    let merged = merge(Some(file), &source).unwrap();
    let input = json(&merged.text);
    let properties = input.get("input").unwrap().get("properties").unwrap();
    assert_eq!(properties.members().len(), 1);
    assert!(properties.get("a").unwrap().get("title").is_some());
    assert_eq!(
        notes(&merged, LOSSES),
        ["removed /input/properties/title: {\"type\":\"string\"}"]
    );
}

#[test]
fn line_endings_do_not_count() {
    let merged = merge(Some(&FILE.replace('\n', "\r\n")), &page(FILE)).unwrap();
    assert_eq!(merged.text, FILE);
}

#[test]
fn a_file_that_cannot_be_read_is_not_overwritten() {
    let source = page(FILE);
    for (file, expected) in [
        ("{ broken", "expected a key in double quotes"),
        ("[]", "it has no `model_id`"),
        (
            r#"{"model_id": "a/b", "model_id": "a/b"}"#,
            "`model_id` occurs twice in one object",
        ),
        (
            r#"{"model_id": "owner/tool/run", "names": 1}"#,
            "its `names` is not an object",
        ),
    ] {
        let error = merge(Some(file), &source).unwrap_err();
        assert_eq!(error, MergeError::NotAModelFile(expected.to_owned()));
    }
    let other = FILE.replace("owner/tool", "other/tool");
    let error = merge(Some(&other), &source).unwrap_err();
    assert_eq!(error, MergeError::OtherModel("other/tool/run".to_owned()));
}
