//! The provider's schema dialect brought to plain JSON Schema.

use serde_json::{Map, Value, json};

/// Turns a schema of the dialect into JSON Schema 2020-12: `float` is `number`, an array without
/// `items` holds strings, an object admits no property it does not name, and `validations` go, being
/// about the media behind a URL. What stands in `default` and `enum` is data and stays as it is.
pub(crate) fn normalize(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    let mut plain = Map::new();
    for (keyword, value) in schema {
        let value = match keyword.as_str() {
            "validations" => continue,
            "type" => plain_type(value),
            "properties" | "patternProperties" | "$defs" | "definitions" => each(value),
            "items" | "additionalProperties" | "contains" | "not" | "if" | "then" | "else" => {
                normalize(value)
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value {
                Value::Array(schemas) => schemas.iter().map(normalize).collect(),
                other => other.clone(),
            },
            _ => value.clone(),
        };
        plain.insert(keyword.clone(), value);
    }
    if is(&plain, "array") && !plain.contains_key("items") {
        plain.insert("items".to_owned(), json!({ "type": "string" }));
    }
    if (is(&plain, "object") || plain.contains_key("properties"))
        && !plain.contains_key("additionalProperties")
    {
        plain.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    Value::Object(plain)
}

/// Each schema of a map of schemas, so that a property called `type` is not taken for the keyword.
fn each(schemas: &Value) -> Value {
    match schemas {
        Value::Object(schemas) => Value::Object(
            schemas
                .iter()
                .map(|(name, schema)| (name.clone(), normalize(schema)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn plain_type(value: &Value) -> Value {
    match value {
        Value::String(name) if name == "float" => Value::from("number"),
        Value::Array(names) => names.iter().map(plain_type).collect(),
        other => other.clone(),
    }
}

/// Whether the schema's `type` is, or includes, this one.
fn is(schema: &Map<String, Value>, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(several)) => several.iter().any(|one| one == name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::normalize;

    #[test]
    fn the_dialect_becomes_json_schema_at_every_depth() {
        let dialect = json!({
            "type": "object",
            "required": ["urls"],
            "properties": {
                "type": { "type": "float", "minimum": 0, "default": 1 },
                "validations": { "type": "string", "enum": ["float"] },
                "urls": { "type": "array", "maxItems": 3, "validations": [{}] },
                "loras": {
                    "type": "array",
                    "items": { "type": "object", "properties": { "scale": { "type": "float" } } }
                }
            }
        });
        assert_eq!(
            normalize(&dialect),
            json!({
                "type": "object",
                "required": ["urls"],
                "properties": {
                    "type": { "type": "number", "minimum": 0, "default": 1 },
                    "validations": { "type": "string", "enum": ["float"] },
                    "urls": { "type": "array", "maxItems": 3, "items": { "type": "string" } },
                    "loras": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": { "scale": { "type": "number" } },
                            "additionalProperties": false
                        }
                    }
                },
                "additionalProperties": false
            })
        );
    }
}
