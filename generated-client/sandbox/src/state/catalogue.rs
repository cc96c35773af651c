//! The entries of the catalogue.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::{Model, Models};

/// All entries: those of the served models in order of their ids, then those given to the builder.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    entries: Vec<Value>,
}

/// The filters of a request. An empty string matches every entry.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    /// Text to find in the id, the display name or the description, ignoring case. Must be lower case.
    pub(crate) search: String,
    /// One of the entry's categories, compared ignoring case. Must be lower case.
    pub(crate) category: String,
    /// The kind, such as `model`, `workflow` or `inference`, compared ignoring case. Must be lower case.
    pub(crate) kind: String,
}

impl Catalogue {
    /// The entries of these models, then `others`, which may be any JSON.
    pub(crate) fn new(models: &Models, others: Vec<Value>) -> Self {
        let entries = models.iter().map(entry).chain(others).collect();
        Self { entries }
    }

    /// The first entry with this id.
    pub(crate) fn find(&self, model_id: &str) -> Option<&Value> {
        self.entries
            .iter()
            .find(|entry| entry.get("model_id").and_then(Value::as_str) == Some(model_id))
    }

    /// The entries that pass a filter.
    pub(crate) fn matching(&self, filter: &Filter) -> Vec<&Value> {
        self.entries
            .iter()
            .filter(|entry| filter.passes(entry))
            .collect()
    }

    /// The categories of all entries, sorted.
    pub(crate) fn categories(&self) -> BTreeSet<&str> {
        self.entries.iter().flat_map(categories).collect()
    }
}

impl Filter {
    fn passes(&self, entry: &Value) -> bool {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let is_found = ["model_id", "display_name", "description"]
            .into_iter()
            .filter_map(text)
            .any(|text| text.to_lowercase().contains(&self.search));
        (self.search.is_empty() || is_found)
            && (self.kind.is_empty()
                || text("kind").is_some_and(|kind| kind.to_lowercase() == self.kind))
            && (self.category.is_empty()
                || categories(entry).any(|category| category.to_lowercase() == self.category))
    }
}

fn categories(entry: &Value) -> impl Iterator<Item = &str> {
    let categories = entry.get("categories").and_then(Value::as_array);
    categories.into_iter().flatten().filter_map(Value::as_str)
}

/// The entry of a served model.
fn entry(model: &Model) -> Value {
    let about = &model.about;
    let properties = model.input.get("properties").and_then(Value::as_object);
    let mut inputs: Vec<&String> = properties.into_iter().flat_map(|map| map.keys()).collect();
    inputs.sort();
    let required = model.input.get("required").cloned();
    let mut entry = json!({
        "model_id": model.id,
        "display_name": about.display_name,
        "description": about.description,
        "categories": about.categories,
        "kind": about.kind,
        "base_price_usd": about.base_price_usd,
        "price_unit": about.price_unit,
        "pricing_note": about.pricing_note,
        "inputs": inputs,
        "required_inputs": required.unwrap_or_else(|| json!([])),
        "input_schema": without_titles(model.input.clone()),
    });
    if let Some(url) = &about.model_url {
        entry["model_url"] = url.as_str().into();
    }
    entry.sort_all_objects();
    entry
}

/// Removes the titles of a schema and its subschemas. The provider's catalogue has no titles.
fn without_titles(mut schema: Value) -> Value {
    let Value::Object(keywords) = &mut schema else {
        return schema;
    };
    keywords.shift_remove("title");
    for (keyword, value) in keywords.iter_mut() {
        match (keyword.as_str(), value) {
            // The keys of these objects are names, not keywords. A property named `title` is kept.
            ("properties" | "patternProperties" | "$defs", Value::Object(schemas)) => {
                for schema in schemas.values_mut() {
                    *schema = without_titles(schema.take());
                }
            }
            ("items" | "additionalProperties", schema) => *schema = without_titles(schema.take()),
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) => {
                for schema in schemas {
                    *schema = without_titles(schema.take());
                }
            }
            _ => {}
        }
    }
    schema
}
