//! Generates plain structs: structs with serde's derives, without builders or constraints.

use std::fmt::Write as _;

use runcomfy_codegen::lower::{Field, LoweredModel, StringEnum, Struct};

/// The style of plain structs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlainStyle {
    /// Like structs written by hand. They implement `PartialEq`, inputs reject unknown properties, and
    /// absent values are omitted.
    ByHand,
    /// Like quicktype's structs. They do not implement `PartialEq`, accept unknown properties, and write
    /// absent values as `null`.
    Quicktype,
}

/// The structs and string enums for a model's input and output. They implement `Serialize` and
/// `Deserialize`. No limits are checked.
pub(crate) fn plain(model: &LoweredModel<'_>, style: PlainStyle) -> String {
    let mut text = "use serde::{Deserialize, Serialize};\n\n".to_owned();
    for object in &model.inputs {
        text += &plain_struct(object, style, true);
    }
    for object in &model.outputs {
        text += &plain_struct(object, style, false);
    }
    text
}

fn plain_struct(object: &Struct<'_>, style: PlainStyle, is_input: bool) -> String {
    let mut text = String::new();
    let derives = match style {
        PlainStyle::ByHand => "Clone, Debug, PartialEq, Serialize, Deserialize",
        PlainStyle::Quicktype => "Clone, Debug, Serialize, Deserialize",
    };
    let _ = writeln!(text, "#[derive({derives})]");
    if style == PlainStyle::ByHand && is_input {
        text += "#[serde(deny_unknown_fields)]\n";
    }
    let _ = writeln!(text, "pub struct {} {{", object.name);
    for field in &object.fields {
        text += &plain_field(field, style);
    }
    text += "}\n\n";
    for string_enum in object.fields.iter().filter_map(|field| field.string_enum) {
        text += &plain_enum(string_enum, derives);
    }
    text
}

fn plain_field(field: &Field<'_>, style: PlainStyle) -> String {
    let mut text = String::new();
    let wire_name = &field.property.wire_name;
    if field.name != wire_name {
        let _ = writeln!(text, "    #[serde(rename = {wire_name:?})]");
    }
    let (name, ty) = (field.name, &field.rust_type);
    if field.property.required {
        let _ = writeln!(text, "    pub {name}: {ty},");
    } else {
        if style == PlainStyle::ByHand {
            text += "    #[serde(skip_serializing_if = \"Option::is_none\")]\n";
        }
        let _ = writeln!(text, "    pub {name}: Option<{ty}>,");
    }
    text
}

fn plain_enum(string_enum: StringEnum<'_>, derives: &str) -> String {
    let name = string_enum.name;
    let mut text =
        format!("#[derive({derives})]\n#[allow(non_camel_case_types)]\npub enum {name} {{\n");
    for (value, variant) in string_enum.values.iter().zip(string_enum.variants) {
        let wire_name = &value.wire_name;
        let _ = writeln!(text, "    #[serde(rename = {wire_name:?})]\n    {variant},");
    }
    text + "}\n\n"
}
