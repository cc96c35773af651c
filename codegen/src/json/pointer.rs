//! JSON pointers (RFC 6901).

use super::Json;
use crate::span::{Located, Span};

/// Escapes a member name as a step of a JSON pointer: `~` becomes `~0`, `/` becomes `~1`.
#[must_use]
pub fn escape_step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The JSON pointer to the innermost value at `offset`, or to a member if `offset` is in its name.
#[must_use]
pub fn pointer_at(root: &Located<Json>, offset: usize) -> String {
    let mut pointer = String::new();
    let mut current = root;
    loop {
        let child = match &current.value {
            Json::Array(items) => {
                let index = items.partition_point(|item| item.span.end <= offset);
                items
                    .get(index)
                    .filter(|item| item.span.start <= offset)
                    .map(|item| (index.to_string(), item))
            }
            Json::Object(members) => members
                .get(members.partition_point(|member| member.value.span.end <= offset))
                .filter(|member| member.name.span.start <= offset)
                .map(|member| (escape_step(&member.name), &member.value)),
            _ => None,
        };
        let Some((step, value)) = child else {
            return pointer;
        };
        pointer.push('/');
        pointer.push_str(&step);
        if offset < value.span.start {
            return pointer;
        }
        current = value;
    }
}

/// Finds the value at a JSON pointer. The returned span is the span of the member name if the value is a
/// member of an object, otherwise the span of the value. `None` if there is no such value.
#[must_use]
pub fn find<'j>(root: &'j Located<Json>, pointer: &str) -> Option<(Span, &'j Located<Json>)> {
    let mut found = (root.span, root);
    for step in pointer.split('/').skip(1) {
        found = match &found.1.value {
            Json::Array(items) => {
                let item = items.get(step.parse::<usize>().ok()?)?;
                (item.span, item)
            }
            object => {
                let member = object.member(&step.replace("~1", "/").replace("~0", "~"))?;
                (member.name.span, &member.value)
            }
        };
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::{find, pointer_at};
    use crate::json::parse;

    #[test]
    fn pointers_lead_to_positions_and_back() {
        let text = r#"{"a/b": [1, {"~": true}]}"#;
        let root = parse(text).unwrap().value;
        for (part, pointer) in [
            ("{\"a", ""),
            ("\"a/b", "/a~1b"),
            ("[", "/a~1b"),
            ("1", "/a~1b/0"),
            ("{\"~", "/a~1b/1"),
            ("\"~", "/a~1b/1/~0"),
            ("true", "/a~1b/1/~0"),
        ] {
            let offset = text.find(part).unwrap();
            assert_eq!(pointer_at(&root, offset), pointer, "{part}");
            assert!(find(&root, pointer).is_some(), "{pointer}");
        }
        let (name, value) = find(&root, "/a~1b/1/~0").unwrap();
        assert_eq!(name.start, text.find("\"~").unwrap());
        assert_eq!(value.span.start, text.find("true").unwrap());
        for pointer in ["/a", "/a~1b/2", "/a~1b/x", "/a~1b/0/0"] {
            assert!(find(&root, pointer).is_none(), "{pointer}");
        }
    }
}
