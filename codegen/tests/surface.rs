//! Snapshots of the public API that is generated for the models in `schemas`, with one line for each field,
//! enum value and media rule.

use std::fmt::Write as _;

use runcomfy_codegen::bounds::Bounds;
use runcomfy_codegen::json_schema::to_json_schema;
use runcomfy_codegen::lower::{self, Field, Struct};
use runcomfy_codegen::model::{ItemSchema, Media, PropertySchema, StringSchema};
use runcomfy_codegen::{ValidModel, analyze};
use serde_json::Value;

use crate::support::schemas;

#[test]
fn the_surface_of_the_models_is_as_pinned() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/surface");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for source in schemas() {
            let name = source.path.trim_end_matches(".json").replace('/', "_");
            insta::assert_snapshot!(name, surface(analyze(&source).valid().unwrap()));
        }
    });
}

#[test]
fn the_json_schemas_of_the_models_are_valid_and_accept_their_examples() {
    for source in schemas() {
        let analyzed = analyze(&source);
        let model = analyzed.valid().unwrap().model;
        for object in [&model.input, &model.output] {
            jsonschema::draft202012::meta::validate(&to_json_schema(object)).unwrap();
        }
        let validator = jsonschema::draft202012::new(&to_json_schema(&model.input)).unwrap();
        // The example is optional; models from the catalogue have none.
        if let Some(example) = &model.example {
            assert!(validator.is_valid(&example.to_value()), "{}", source.path);
        }
    }
}

fn surface(ValidModel { model, names, .. }: ValidModel<'_>) -> String {
    let lowered = lower::lower(model, names).unwrap();
    let mut text = format!(
        "{} is models::{}::{}, feature {}\n",
        model.id,
        names.modules.join("::"),
        names.marker,
        names.feature
    );
    for object in lowered.inputs.iter().chain(&lowered.outputs) {
        let is_output = lowered
            .outputs
            .iter()
            .any(|output| output.name == object.name);
        let arguments = if is_output {
            String::new()
        } else {
            new(object)
        };
        write!(text, "\n{}{arguments}\n", object.name).unwrap();
        for field in &object.fields {
            writeln!(text, "  {}", line(field)).unwrap();
            text += &details(field);
        }
    }
    text
}

/// The required fields in the order that `new` takes them.
fn new(object: &Struct<'_>) -> String {
    let required = object.object.required.iter();
    let arguments = required.map(|index| object.fields[*index].name);
    let arguments: Vec<&str> = arguments.collect();
    format!("::new({})", arguments.join(", "))
}

fn line(field: &Field<'_>) -> String {
    let property = field.property;
    let required = if property.required {
        "required"
    } else {
        "optional"
    };
    let mut parts = vec![
        format!("{}: {}", field.name, field.rust_type),
        format!("{:?}", property.wire_name),
        required.to_owned(),
    ];
    match &property.schema {
        PropertySchema::Single(item) => parts.extend(limits(item)),
        PropertySchema::List(list) => {
            parts.extend(list.min_items.map(|limit| format!("minItems {limit}")));
            parts.extend(list.max_items.map(|limit| format!("maxItems {limit}")));
            let limits = limits(&list.item).into_iter();
            parts.extend(limits.map(|limit| format!("each {limit}")));
        }
    }
    let default = property.default.as_ref();
    parts.extend(default.map(|default| format!("default {}", default.excerpt())));
    parts.join(" · ")
}

fn limits(item: &ItemSchema) -> Vec<String> {
    let mut limits = Vec::new();
    match item {
        ItemSchema::Integer { bounds, one_of } => {
            limits.extend(bound_limits(bounds));
            limits.extend(one_of.as_ref().map(|values| format!("enum {values:?}")));
        }
        ItemSchema::Number(bounds) => limits.extend(bound_limits(bounds)),
        ItemSchema::String(string) => {
            limits.extend(string.min_length.map(|limit| format!("minLength {limit}")));
            limits.extend(string.max_length.map(|limit| format!("maxLength {limit}")));
            let format = string.format.as_ref();
            limits.extend(format.map(|format| format!("format {format}")));
        }
        ItemSchema::Boolean | ItemSchema::StringEnum(_) | ItemSchema::Object(_) => {}
    }
    limits
}

fn bound_limits<T: Copy + Into<Value>>(bounds: &Bounds<T>) -> impl Iterator<Item = String> {
    let bounds = bounds.iter();
    bounds.map(|(kind, bound)| format!("{} {}", kind.keyword(), bound.into()))
}

/// The values of an enum, or the rules about a media file.
fn details(field: &Field<'_>) -> String {
    let mut text = String::new();
    if let Some(string_enum) = field.string_enum {
        for (value, variant) in string_enum.values.iter().zip(string_enum.variants) {
            let (name, wire_name) = (string_enum.name, &value.wire_name);
            writeln!(text, "    {name}::{variant} {wire_name:?}").unwrap();
        }
    }
    if let ItemSchema::String(StringSchema {
        media: Some(Media { kind, rules }),
        ..
    }) = field.property.schema.item()
    {
        writeln!(text, "    media {kind:?}").unwrap();
        for rule in rules {
            writeln!(text, "    {:?} {}", rule.rule, rule.limit).unwrap();
        }
    }
    text
}
