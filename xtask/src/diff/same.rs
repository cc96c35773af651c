//! Whether two values are the same, however they are written.

use runcomfy_codegen::json::Json;

/// Whether two JSON values are the same: numbers by value, members in any order.
pub(super) fn same_json(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| same_json(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|member| {
                    let other = other.iter().find(|other| other.name == member.name);
                    other.is_some_and(|other| same_json(&member.value, &other.value))
                })
        }
        (Json::Number(one), Json::Number(other)) => one.equals(other),
        (one, other) => one == other,
    }
}

/// Whether two texts are the same; an empty text is none.
pub(super) fn same_text(one: Option<&str>, other: Option<&str>) -> bool {
    one.unwrap_or_default() == other.unwrap_or_default()
}
