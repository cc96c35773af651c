//! What others would generate for the same models: typify for real, and what a person or quicktype
//! would write.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use runcomfy_codegen::lower::{Field, RustType, Struct};
use runcomfy_codegen::model::{Item, Shape};
use schemars_0_8::schema::RootSchema;
use serde_json::{Value, json};
use typify::{TypeSpace, TypeSpaceSettings};

use crate::fault::Fault;
use crate::models::{Source, lowered};

/// typify's code for a model's input and output, formatted as its own tools do.
pub(crate) fn typify(id: &str, schemas: [(&str, &Value); 2]) -> Result<String, Fault> {
    typify_with(id, schemas, &TypeSpaceSettings::default())
}

/// The same with a builder for each struct, as our inputs have setters.
pub(crate) fn typify_builders(id: &str, schemas: [(&str, &Value); 2]) -> Result<String, Fault> {
    typify_with(
        id,
        schemas,
        TypeSpaceSettings::default().with_struct_builder(true),
    )
}

fn typify_with(
    id: &str,
    schemas: [(&str, &Value); 2],
    settings: &TypeSpaceSettings,
) -> Result<String, Fault> {
    let fault = |reason: String| Fault::Typify {
        model: id.to_owned(),
        reason,
    };
    // It panics where two enum values make one name.
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
    .map_err(fault)
}

/// The schemas of a model, as typify takes them.
pub(crate) fn schemas(source: &Source) -> [(&'static str, &Value); 2] {
    [("Input", &source.input), ("Output", &source.output)]
}

/// Makes a schema one that typify takes: what makes it panic, a format beside a list or an enum
/// with two values of one name, is left away. Gives the number of properties that it is left of.
pub(crate) fn tame(schema: &mut Value) -> usize {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let mut tamed = 0;
    for property in properties
        .into_iter()
        .flat_map(|properties| properties.values_mut())
    {
        for keyword in ["format", "enum"] {
            let alone = json!({ "type": "object", "properties": { "a": property } });
            if takes(&alone) {
                break;
            }
            tamed += usize::from(keyword == "format");
            leave_away(property, keyword);
        }
    }
    tamed
}

fn leave_away(schema: &mut Value, keyword: &str) {
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove(keyword);
        if let Some(items) = schema.get_mut("items") {
            leave_away(items, keyword);
        }
    }
}

fn takes(schema: &Value) -> bool {
    typify(
        "",
        [("Input", schema), ("Output", &json!({ "type": "object" }))],
    )
    .is_ok()
}

/// Whose plain structs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// As a person would write them: unknown properties refused, values comparable.
    ByHand,
    /// As quicktype writes them, with neither, and with absent values as `null`.
    Quicktype,
}

/// Plain structs with `Serialize` and `Deserialize`, which enforce types alone.
pub(crate) fn plain(source: &Source, style: Plain) -> Result<String, Fault> {
    lowered(source, |model| {
        let mut text = "use serde::{Deserialize, Serialize};\n\n".to_owned();
        for of in &model.inputs {
            text += &plain_struct(of, style, true);
        }
        for of in &model.outputs {
            text += &plain_struct(of, style, false);
        }
        text
    })
}

fn plain_struct(of: &Struct<'_>, style: Plain, is_input: bool) -> String {
    let mut text = String::new();
    let derives = match style {
        Plain::ByHand => "Clone, Debug, PartialEq, Serialize, Deserialize",
        Plain::Quicktype => "Clone, Debug, Serialize, Deserialize",
    };
    let _ = writeln!(text, "#[derive({derives})]");
    if style == Plain::ByHand && is_input {
        text += "#[serde(deny_unknown_fields)]\n";
    }
    let _ = writeln!(text, "pub struct {} {{", of.name);
    for field in &of.fields {
        text += &plain_field(field, style);
    }
    text += "}\n\n";
    let enums = of.fields.iter().filter(|field| field.variants.is_some());
    for field in enums {
        text += &plain_enum(field, derives);
    }
    text
}

fn plain_field(field: &Field<'_>, style: Plain) -> String {
    let mut text = String::new();
    let wire = &field.property.wire;
    if field.name != wire {
        let _ = writeln!(text, "    #[serde(rename = {wire:?})]");
    }
    if field.property.required {
        let _ = writeln!(text, "    pub {}: {},", field.name, rust_type(&field.rust));
    } else {
        if style == Plain::ByHand {
            text += "    #[serde(skip_serializing_if = \"Option::is_none\")]\n";
        }
        let _ = writeln!(
            text,
            "    pub {}: Option<{}>,",
            field.name,
            rust_type(&field.rust)
        );
    }
    text
}

fn plain_enum(field: &Field<'_>, derives: &str) -> String {
    let Some((name, variants)) = field.variants else {
        return String::new();
    };
    let item = match &field.property.shape {
        Shape::One(item) => item,
        Shape::List(list) => &list.item,
    };
    let Item::Choice(choices) = item else {
        return String::new();
    };
    let mut text =
        format!("#[derive({derives})]\n#[allow(non_camel_case_types)]\npub enum {name} {{\n");
    for (choice, variant) in choices.iter().zip(variants) {
        let _ = writeln!(
            text,
            "    #[serde(rename = {:?})]\n    {variant},",
            choice.wire
        );
    }
    text + "}\n\n"
}

fn rust_type(rust: &RustType) -> String {
    match rust {
        RustType::Bool => "bool".to_owned(),
        RustType::I64 => "i64".to_owned(),
        RustType::F64 => "f64".to_owned(),
        RustType::String => "String".to_owned(),
        RustType::Named(name) => name.clone(),
        RustType::Vec(item) => format!("Vec<{}>", rust_type(item)),
    }
}
