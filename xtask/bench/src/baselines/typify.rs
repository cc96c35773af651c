//! typify's code.

use std::panic::{AssertUnwindSafe, catch_unwind};

use schemars_0_8::schema::RootSchema;
use serde_json::{Value, json};
use typify::{TypeSpace, TypeSpaceSettings};

/// typify's code for a model's input and output, formatted as by its own tools.
pub(crate) fn typify(schemas: [(&str, &Value); 2]) -> Result<String, String> {
    generate(schemas, &TypeSpaceSettings::default())
}

/// Like [`typify()`], but also generates a builder for each struct; builders correspond to our setters.
pub(crate) fn typify_with_builders(schemas: [(&str, &Value); 2]) -> Result<String, String> {
    generate(
        schemas,
        TypeSpaceSettings::default().with_struct_builder(true),
    )
}

fn generate(schemas: [(&str, &Value); 2], settings: &TypeSpaceSettings) -> Result<String, String> {
    // typify panics if two enum values have the same name.
    let settings = AssertUnwindSafe(settings);
    catch_unwind(|| {
        let mut space = TypeSpace::new(&settings);
        for (name, schema) in schemas {
            let mut schema = schema.clone();
            schema["title"] = name.into();
            let root: RootSchema =
                serde_json::from_value(schema).map_err(|error| error.to_string())?;
            space
                .add_root_schema(root)
                .map_err(|error| error.to_string())?;
        }
        let file = syn::parse2(space.to_stream()).map_err(|error| error.to_string())?;
        Ok(prettyplease::unparse(&file))
    })
    .unwrap_or_else(|_| Err("it panicked".to_owned()))
}

/// Removes keywords that make typify panic: the `format` of a list, and an `enum` of which two values get
/// the same name. Returns the number of changed properties.
pub(crate) fn strip_unsupported(schema: &mut Value) -> usize {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let mut stripped = 0;
    for property in properties
        .into_iter()
        .flat_map(|properties| properties.values_mut())
    {
        for keyword in ["format", "enum"] {
            let alone = json!({ "type": "object", "properties": { "a": property } });
            if is_supported(&alone) {
                break;
            }
            stripped += usize::from(keyword == "format");
            strip(property, keyword);
        }
    }
    stripped
}

fn strip(schema: &mut Value, keyword: &str) {
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove(keyword);
        if let Some(items) = schema.get_mut("items") {
            strip(items, keyword);
        }
    }
}

fn is_supported(schema: &Value) -> bool {
    let empty = json!({ "type": "object" });
    typify([("Input", schema), ("Output", &empty)]).is_ok()
}
