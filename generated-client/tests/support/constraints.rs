//! The constraints in the raw JSON of an input schema, with values that satisfy and violate each of them.

use runcomfy_client::MediaMetadata;
use serde_json::{Value, json};

/// What a test passes for a field.
pub(crate) enum Given {
    Value(Value),
    /// Nothing: the field is removed.
    Missing,
    /// The metadata of a file, for media rules.
    Media(MediaMetadata),
}

/// A constraint, values that satisfy it and values that violate it, and how violations report it.
pub(crate) struct Constraint {
    pub(crate) field: String,
    /// The keyword or media rule, followed by its value. `enum` and `required` have no value here.
    pub(crate) keyword: String,
    /// The rule id in violations.
    pub(crate) rule: &'static str,
    /// The limit in violations.
    pub(crate) limit: Value,
    pub(crate) inside: Vec<Given>,
    pub(crate) outside: Vec<Given>,
}

impl Constraint {
    /// The keyword without its value, or `media` for a media rule.
    pub(crate) fn kind(&self) -> String {
        let name = self.keyword.split(' ').next().unwrap();
        let is_media = name.ends_with(['<', '>']);
        if is_media { "media" } else { name }.to_owned()
    }

    /// The line for the constraint in the snapshot `every_limit`.
    pub(crate) fn line(&self) -> String {
        let list = |given: &[Given]| given.iter().map(display).collect::<Vec<_>>().join(", ");
        format!(
            "{} {}: inside {} | outside {}",
            self.field,
            self.keyword,
            list(&self.inside),
            list(&self.outside),
        )
    }
}

/// The constraints of an input schema, in the order of its properties.
pub(crate) fn constraints(input: &Value) -> Vec<Constraint> {
    let mut constraints = Vec::new();
    for (name, property) in input["properties"].as_object().into_iter().flatten() {
        let mut add = |keyword: String, rule, limit: &Value, inside, outside| {
            constraints.push(Constraint {
                field: name.clone(),
                keyword,
                rule,
                limit: limit.clone(),
                inside,
                outside,
            });
        };
        for (keyword, limit) in property.as_object().unwrap() {
            let keyword_and_value = format!("{keyword} {limit}");
            match keyword.as_str() {
                "title" | "description" | "default" => {}
                "type" => {
                    let (limit, inside, outside) = of_type(property);
                    add(keyword_and_value, "type", &limit, inside, outside);
                }
                "enum" => {
                    let members = limit.as_array().unwrap();
                    let outside = members[0]
                        .as_i64()
                        .map_or(json!("unlisted"), |first| json!(first - 1));
                    add(
                        "enum".into(),
                        "enum",
                        limit,
                        values(members),
                        values(&[outside]),
                    );
                }
                "minimum" => add(
                    keyword_and_value,
                    "minimum",
                    limit,
                    at(limit),
                    beyond(property, limit, -1),
                ),
                "maximum" => add(
                    keyword_and_value,
                    "maximum",
                    limit,
                    at(limit),
                    beyond(property, limit, 1),
                ),
                "maxLength" => {
                    let count = usize::try_from(limit.as_u64().unwrap()).unwrap();
                    let [inside, outside] =
                        [count, count + 1].map(|count| "é".repeat(count).into());
                    add(
                        keyword_and_value,
                        "max_length",
                        limit,
                        values(&[inside]),
                        values(&[outside]),
                    );
                }
                "validations" => {
                    for rule in limit.as_array().unwrap() {
                        let value = &rule["validation_value"];
                        let keyword = rule["validation_rule"].as_str().unwrap();
                        let (id, limit, inside, outside) = media(keyword, value.as_f64().unwrap());
                        let [inside, outside] =
                            [inside, outside].map(|metadata| vec![Given::Media(metadata)]);
                        add(format!("{keyword} {value}"), id, &limit, inside, outside);
                    }
                }
                other => panic!("unknown keyword `{other}` of {name}"),
            }
        }
        let required = input["required"].as_array().unwrap();
        if required.contains(&json!(name)) {
            let inside = values(&[property["default"].clone()]);
            add(
                "required".into(),
                "required",
                &Value::Null,
                inside,
                vec![Given::Missing],
            );
        }
    }
    constraints
}

/// The names and defaults of the properties that have a default.
pub(crate) fn defaults(input: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let properties = input["properties"].as_object().into_iter().flatten();
    properties.filter_map(|(name, property)| Some((name, property.get("default")?)))
}

/// Returns the JSON Schema name of a property's type, values of this type, and values of every other type.
/// If the property has both a default and an `enum` or `minimum`, the only value returned for its type is
/// the default.
fn of_type(property: &Value) -> (Value, Vec<Given>, Vec<Given>) {
    let [number, integer, text] = [json!(1.5), json!(1), json!("text")];
    let (name, own) = match property["type"].as_str().unwrap() {
        "string" => ("string", vec![text.clone()]),
        "boolean" => ("boolean", vec![json!(true)]),
        "integer" => ("integer", vec![integer.clone()]),
        "float" => ("number", vec![integer.clone(), number.clone()]),
        other => panic!("unknown type `{other}`"),
    };
    let mut outside = vec![
        Value::Null,
        json!(true),
        integer,
        number,
        text,
        json!([]),
        json!({}),
    ];
    outside.retain(|value| !own.contains(value));
    let is_limited = ["enum", "minimum"]
        .iter()
        .any(|keyword| property.get(keyword).is_some());
    let inside = match property.get("default") {
        Some(default) if is_limited => vec![default.clone()],
        _ => own,
    };
    (name.into(), values(&inside), values(&outside))
}

fn values(values: &[Value]) -> Vec<Given> {
    values.iter().cloned().map(Given::Value).collect()
}

fn at(limit: &Value) -> Vec<Given> {
    values(std::slice::from_ref(limit))
}

/// One step beyond a bound: 1 for integers, a thousandth for floats.
fn beyond(property: &Value, limit: &Value, direction: i64) -> Vec<Given> {
    let value = if property["type"] == "integer" {
        json!(limit.as_i64().unwrap() + direction)
    } else {
        let thousandths = limit.as_f64().unwrap() * 1000.0;
        json!((thousandths + direction as f64).round() / 1000.0)
    };
    values(&[value])
}

/// For a media rule, returns the rule id and the limit that violations report, the metadata of a file
/// exactly at the bound, and the metadata of a file just beyond it.
fn media(rule: &str, bound: f64) -> (&'static str, Value, MediaMetadata, MediaMetadata) {
    let pixels = bound as u32;
    let bytes = (bound * 1e6) as u64;
    let width = |width| MediaMetadata {
        width: Some(width),
        ..MediaMetadata::default()
    };
    let height = |height| MediaMetadata {
        height: Some(height),
        ..MediaMetadata::default()
    };
    let size = |bytes| MediaMetadata {
        bytes: Some(bytes),
        ..MediaMetadata::default()
    };
    let ratio_of = |thousandths| MediaMetadata {
        height: Some(1000),
        ..width(thousandths)
    };
    let ratio = (bound * 1000.0).round() as u32;
    match rule {
        "width_pixels<" => ("max_width", json!(pixels), width(pixels), width(pixels + 1)),
        "width_pixels>" => ("min_width", json!(pixels), width(pixels), width(pixels - 1)),
        "height_pixels<" => (
            "max_height",
            json!(pixels),
            height(pixels),
            height(pixels + 1),
        ),
        "height_pixels>" => (
            "min_height",
            json!(pixels),
            height(pixels),
            height(pixels - 1),
        ),
        "width/height<" => (
            "max_aspect_ratio",
            json!(bound),
            ratio_of(ratio),
            ratio_of(ratio + 1),
        ),
        "width/height>" => (
            "min_aspect_ratio",
            json!(bound),
            ratio_of(ratio),
            ratio_of(ratio - 1),
        ),
        "file_size_mb<" => ("max_file_size", json!(bytes), size(bytes), size(bytes + 1)),
        other => panic!("unknown media rule `{other}`"),
    }
}

/// A given value as displayed in the snapshot `every_limit` and in failure messages.
pub(crate) fn display(given: &Given) -> String {
    match given {
        Given::Missing => "missing".to_owned(),
        Given::Value(Value::String(text)) if text.starts_with("éé") => {
            format!("{} × é", text.chars().count())
        }
        Given::Value(Value::String(text)) if text.chars().count() > 40 => {
            format!("\"{}…\"", text.chars().take(40).collect::<String>())
        }
        Given::Value(value) => value.to_string(),
        Given::Media(MediaMetadata {
            bytes: Some(bytes), ..
        }) => format!("{bytes} bytes"),
        Given::Media(MediaMetadata { width, height, .. }) => match (width, height) {
            (Some(width), Some(height)) => format!("{width}x{height} px"),
            (Some(side), None) | (None, Some(side)) => format!("{side} px"),
            (None, None) => "no metadata".to_owned(),
        },
    }
}
