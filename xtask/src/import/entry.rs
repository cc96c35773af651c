//! An entry of the provider's catalogue: `{"model_id", "input_schema", "display_name", …}`.

use runcomfy_codegen::ModelId;
use runcomfy_codegen::json::{Json, Member};
use runcomfy_codegen::span::{Located, Span};

use super::merge::{SchemaStyle, SourceModel};

/// The keys of an entry that are copied to `about`, each with its name in `about`.
const ABOUT: [(&str, &str); 7] = [
    ("display_name", "title"),
    ("description", "description"),
    ("categories", "categories"),
    ("base_price_usd", "base_price_usd"),
    ("price_unit", "price_unit"),
    ("pricing_note", "pricing_note"),
    ("model_url", "page_url"),
];

/// Converts an entry. The catalogue has no examples, output schemas or Rust names, so the result has none.
pub(crate) fn source_model(
    model_id: ModelId,
    entry: &Json,
    input_schema: &Located<Json>,
) -> SourceModel {
    SourceModel {
        model_id,
        style: SchemaStyle::Sorted,
        example: None,
        input: input(entry, input_schema),
        output: None,
        names: Vec::new(),
        others: about(entry).into_iter().collect(),
    }
}

/// The input schema. If it has no `required`, a non-empty array `required_inputs` of the entry is added as
/// `required`.
fn input(entry: &Json, schema: &Located<Json>) -> Located<Json> {
    let required = entry.get("required_inputs").filter(|required| {
        matches!(&required.value, Json::Array(names) if !names.is_empty())
            && schema.get("required").is_none()
    });
    let (Json::Object(members), Some(required)) = (&schema.value, required) else {
        return schema.clone();
    };
    let mut members = members.clone();
    members.push(member("required", required.value.clone()));
    schema.with(Json::Object(members))
}

/// Builds the member `about` from the keys in [`ABOUT`]. Blank strings and empty arrays become `null`.
/// Returns `None` if no value other than `null` remains.
fn about(entry: &Json) -> Option<Member> {
    let known = ABOUT.iter().filter_map(|(key, name)| {
        let value = &entry.get(key)?.value;
        let is_blank = match value {
            Json::String(text) => text.trim().is_empty(),
            Json::Array(items) => items.is_empty(),
            _ => false,
        };
        let value = if is_blank { Json::Null } else { value.clone() };
        Some(member(name, value))
    });
    let known: Vec<Member> = known.collect();
    let says_anything = known.iter().any(|member| member.value.value != Json::Null);
    says_anything.then(|| member("about", Json::Object(known)))
}

fn member(name: &str, value: Json) -> Member {
    Member {
        name: Located::new(name.to_owned(), Span::default()),
        value: Located::new(value, Span::default()),
    }
}
