//! Tests that import damaged pages. A page that is cut off or has lost a line gives the same file as the
//! undamaged page, an error, or a file that lacks only the one member or item of the lost line.

mod character_ways;
mod html_ways;
mod text_ways;

use serde_json::Value;

use super::{FIXTURES, import};
use crate::import::html;

/// Cuts the page off at every `step`th byte. Asserts that the result is an error or exactly `files`.
pub(super) fn cut_everywhere(name: &str, page: &[u8], files: &[String], step: usize) {
    for at in (0..page.len()).step_by(step) {
        match import(name, &page[..at]) {
            Ok(found) => assert_eq!(found, files, "{name} cut off at byte {at}"),
            Err(problems) => assert!(!problems.is_empty()),
        }
    }
}

/// The number of removals of a single line, by result: the identical file, an error, or a file without one
/// member or item.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Removals {
    pub(super) identical: usize,
    pub(super) refused: usize,
    pub(super) without_member: usize,
}

pub(super) fn remove_each_line(name: &str, page: &[u8], files: &[String]) -> Removals {
    let page = std::str::from_utf8(page).unwrap();
    let lines = page.split_inclusive('\n').collect::<Vec<_>>();
    let mut removals = Removals::default();
    for removed in 0..lines.len() {
        let damaged = [&lines[..removed], &lines[removed + 1..]].concat().concat();
        let line = lines[removed];
        match import(name, damaged.as_bytes()) {
            Err(problems) => {
                assert!(!problems.is_empty());
                removals.refused += 1;
            }
            Ok(found) if found == files => removals.identical += 1,
            Ok(found) => {
                let context = format!("{name} without line {}: {line}", removed + 1);
                assert!(
                    is_one_member_or_item(line, html::begins_with_tag(page)),
                    "{context}"
                );
                assert_eq!(found.len(), files.len(), "{context}");
                let pairs = found.iter().zip(files);
                let lost = pairs.map(|(found, file)| {
                    let found = serde_json::from_str(found).unwrap();
                    let file = serde_json::from_str(file).unwrap();
                    lost(&file, &found).expect(&context)
                });
                assert_eq!(lost.sum::<usize>(), 1, "{context}");
                removals.without_member += 1;
            }
        }
    }
    removals
}

fn is_one_member_or_item(line: &str, is_html: bool) -> bool {
    let line = if is_html {
        html::extract(line).text
    } else {
        line.to_owned()
    };
    let line = line.trim().trim_matches(',');
    let count = |text: String| match serde_json::from_str(&text) {
        Ok(Value::Object(members)) => members.len(),
        Ok(Value::Array(items)) => items.len(),
        _ => 0,
    };
    count(format!("{{{line}}}")) == 1 || count(format!("[{line}]")) == 1
}

/// The number of members and items of `whole` that are missing in `less`. `None` if anything else differs,
/// such as the order of members or `1` and `1.0`.
fn lost(whole: &Value, less: &Value) -> Option<usize> {
    match (whole, less) {
        (Value::Object(whole), Value::Object(less)) => {
            let (whole, less) = (whole.iter(), less.iter());
            subsequence(
                whole,
                less,
                |a, b| if a.0 == b.0 { lost(a.1, b.1) } else { None },
            )
        }
        (Value::Array(whole), Value::Array(less)) => {
            subsequence(whole.iter(), less.iter(), |a, b| lost(a, b))
        }
        _ => (whole == less).then_some(0),
    }
}

fn subsequence<T>(
    whole: impl Iterator<Item = T>,
    mut less: impl Iterator<Item = T>,
    lost: impl Fn(&T, &T) -> Option<usize>,
) -> Option<usize> {
    let mut sum = 0;
    let mut next = less.next();
    for one in whole {
        match next.as_ref().and_then(|next| lost(&one, next)) {
            Some(inside) => {
                sum += inside;
                next = less.next();
            }
            None => sum += 1,
        }
    }
    next.is_none().then_some(sum)
}

#[test]
fn the_oracle_counts_lost_members_only() {
    let lost = |whole: &str, less: &str| {
        lost(
            &serde_json::from_str(whole).unwrap(),
            &serde_json::from_str(less).unwrap(),
        )
    };
    assert_eq!(
        lost(r#"{"a":[1,2],"b":3}"#, r#"{"a":[1,2],"b":3}"#),
        Some(0)
    );
    assert_eq!(lost(r#"{"a":[1,2],"b":3}"#, r#"{"a":[2],"b":3}"#), Some(1));
    assert_eq!(lost(r#"{"a":[1,2],"b":3}"#, r#"{"b":3}"#), Some(1));
    assert_eq!(lost(r#"{"a":{"c":1},"b":3}"#, r#"{"a":{},"b":3}"#), Some(1));
    assert_eq!(lost(r#"{"a":1,"b":3}"#, r#"{"b":3,"a":1}"#), None);
    assert_eq!(lost(r#"{"a":1}"#, r#"{"a":1.0}"#), None);
    assert_eq!(lost(r#"{"a":1}"#, r#"{"a":1,"b":2}"#), None);
    assert!(is_one_member_or_item("  \"a\": [1, 2],\n", false));
    assert!(is_one_member_or_item("3,", false));
    assert!(!is_one_member_or_item("\"a\": 1, \"b\": 2", false));
    assert!(!is_one_member_or_item("\"a\": {", false));
}

#[test]
fn pages_that_are_cut_off() {
    for fixture in FIXTURES {
        let (page, files) = fixture.read();
        cut_everywhere(fixture.page, &page, &files, 7);
    }
}

#[test]
fn pages_that_lost_a_line() {
    for fixture in FIXTURES {
        let (page, files) = fixture.read();
        let removals = remove_each_line(fixture.page, &page, &files);
        assert!(removals.refused > 0, "{}: {removals:?}", fixture.page);
    }
}

/// A page that is cut off directly after its input schema looks complete, but is refused.
#[test]
fn a_page_that_is_cut_between_its_schemas() {
    let (page, _) = FIXTURES[2].read();
    let page = String::from_utf8(page).unwrap();
    let offset = page.find("}{").unwrap();
    for cut in [offset + 1, offset + 2, offset + 3] {
        let problems = import("cut.txt", &page.as_bytes()[..cut]).unwrap_err();
        assert_eq!(problems[0].rule.id(), "no-output-schema");
    }
}

/// Replacing a byte with a special character of JSON, HTML or a shell, or with a byte that makes the page
/// invalid UTF-8, never causes a panic or a file that is not JSON.
#[test]
fn pages_with_a_wrong_byte() {
    for fixture in FIXTURES {
        let (page, _) = fixture.read();
        for at in (0..page.len()).step_by(17) {
            for wrong in *b"{}]\",'<&\n\xc3" {
                let mut damaged = page.clone();
                damaged[at] = wrong;
                for file in import(fixture.page, &damaged).unwrap_or_default() {
                    assert!(serde_json::from_str::<Value>(&file).is_ok(), "{file}");
                }
            }
        }
    }
}

/// The expected result of importing a damaged page.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    /// The damaged page gives the same file as the undamaged page.
    Same,
    /// The damaged page is refused, and its first problem breaks this rule.
    Refused(&'static str),
}

use Outcome::{Refused, Same};

/// A way of damaging a page: its name, the damaged page, and the expected result of importing it.
type Way = (&'static str, Vec<u8>, Outcome);

/// A page whose strings contain what is easily damaged: quotes, tags, ampersands, spaces, line breaks.
const PAGE: &str = r##"Film from a picture
Send a request
curl --request POST \
  --url https://api.example/v1/models/studio/film/run \
  --header "Authorization: Bearer <token>" \
  --data '{
    "picture": "https://files.example/a.png?x=1&y=2",
    "prompt": "the girl's cat — é, \"quoted\""
  }'
Input schema
{
  "type": "object",
  "required": [
    "picture",
    "prompt"
  ],
  "properties": {
    "prompt": {
      "type": "string",
      "title": "Prompt",
      "description": "Text, no <html> & <b>tags</b>,\nin two lines.",
      "maxLength": 500
    },
    "picture": {
      "type": "string",
      "format": "image_uri",
      "description": "A picture."
    },
    "size": {
      "type": "string",
      "enum": [
        "480x480 (1:1)",
        "854x480 (16:9)"
      ],
      "default": "480x480 (1:1)"
    },
    "style": {
      "type": "string",
      "default": "oil painting"
    }
  }
}
Output schema
{
  "output": {
    "type": "object",
    "properties": {
      "video": {
        "type": "string",
        "format": "uri"
      }
    }
  }
}
Further reading
"##;

/// Replaces a part of the page. Panics if the page does not contain it.
#[track_caller]
fn with(part: &str, by: &str) -> Vec<u8> {
    assert!(PAGE.contains(part), "{part}");
    PAGE.replace(part, by).into_bytes()
}

/// The page with every line changed.
fn lines(change: impl Fn(&str) -> String) -> Vec<u8> {
    PAGE.lines().map(change).collect::<String>().into_bytes()
}

#[test]
fn every_damage_gives_the_same_file_or_its_reason() {
    let expected = import("page", PAGE.as_bytes()).unwrap();
    let text = serde_json::from_str::<Value>(&expected[0]).unwrap();
    assert_eq!(
        text["input"]["properties"]["prompt"]["description"],
        "Text, no <html> & <b>tags</b>,\nin two lines."
    );
    let ways = [character_ways::ways(), text_ways::ways(), html_ways::ways()].concat();
    assert!(ways.len() >= 70, "{} ways", ways.len());
    let mut wrong = Vec::new();
    for (name, page, outcome) in ways {
        match (import("page", &page), outcome) {
            (Ok(found), Same) if found == expected => {}
            (Err(problems), Refused(rule)) if problems[0].rule.id() == rule => {}
            (Ok(found), _) if found != expected => wrong.push(format!("{name}: {}", found[0])),
            (Ok(_), _) => wrong.push(format!("{name}: the same file")),
            (Err(problems), _) => wrong.push(format!("{name}: {}", problems[0])),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
