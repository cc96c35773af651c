//! Converts the provider's schema dialect to JSON Schema.

use serde_json::{Map, Value, json};

/// Converts a schema of the dialect to JSON Schema 2020-12: `float` becomes `number`, an array without
/// `items` contains strings, and an object without `additionalProperties` has no unknown properties.
/// `validations` are removed, because they apply to the files behind URLs. `default` and `enum` are data
/// and stay unchanged.
pub(crate) fn to_json_schema(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    let mut converted = Map::new();
    for (keyword, value) in schema {
        let value = match keyword.as_str() {
            "validations" => continue,
            "type" => json_schema_type(value),
            "properties" | "patternProperties" | "$defs" | "definitions" => convert_each(value),
            "items" | "additionalProperties" | "contains" | "not" | "if" | "then" | "else" => {
                to_json_schema(value)
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value {
                Value::Array(schemas) => schemas.iter().map(to_json_schema).collect(),
                other => other.clone(),
            },
            _ => value.clone(),
        };
        converted.insert(keyword.clone(), value);
    }
    if has_type(&converted, "array") && !converted.contains_key("items") {
        converted.insert("items".to_owned(), json!({ "type": "string" }));
    }
    if (has_type(&converted, "object") || converted.contains_key("properties"))
        && !converted.contains_key("additionalProperties")
    {
        converted.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    Value::Object(converted)
}

/// Converts every schema in a map. The keys are names, not keywords, even if one is `type`.
fn convert_each(schemas: &Value) -> Value {
    match schemas {
        Value::Object(schemas) => Value::Object(
            schemas
                .iter()
                .map(|(name, schema)| (name.clone(), to_json_schema(schema)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn json_schema_type(value: &Value) -> Value {
    match value {
        Value::String(name) if name == "float" => Value::from("number"),
        Value::Array(names) => names.iter().map(json_schema_type).collect(),
        other => other.clone(),
    }
}

/// Whether the schema's `type` is `name`, or is an array that contains `name`.
fn has_type(schema: &Map<String, Value>, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(single)) => single == name,
        Some(Value::Array(names)) => names.iter().any(|other| other == name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::to_json_schema;

    #[test]
    fn the_dialect_is_converted_at_every_depth() {
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
            to_json_schema(&dialect),
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
