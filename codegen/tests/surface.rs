//! The public surface of the five models, pinned: a line for each field, value and media rule.

use std::fmt::Write as _;

use runcomfy_codegen::lower::{self, Field, RustType, Struct};
use runcomfy_codegen::model::{Bounds, Item, List, Media, Model, Object, Shape, Text};
use runcomfy_codegen::{Findings, SourceFile, check, dialect, json, names, normalize};
use serde_json::Value;

use crate::common::schemas;

#[test]
fn the_surface_of_the_models_is_as_pinned() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/surface");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for source in schemas() {
            let name = source.path.trim_end_matches(".json").replace('/', "_");
            insta::assert_snapshot!(name, surface(&checked(&source)));
        }
    });
}

#[test]
fn the_normalised_schemas_of_the_models_are_valid_and_take_their_examples() {
    for source in schemas() {
        let model = checked(&source);
        for object in [&model.input, &model.output] {
            let schema = normalize::json_schema(object);
            jsonschema::draft202012::meta::validate(&schema).unwrap();
        }
        let validator =
            jsonschema::draft202012::new(&normalize::json_schema(&model.input)).unwrap();
        // A model that came as bare JSON may have no example.
        if let Some(example) = model.example {
            assert!(validator.is_valid(&example.to_value()), "{}", source.path);
        }
    }
}

fn checked(source: &SourceFile) -> Model {
    let text = std::str::from_utf8(&source.bytes).unwrap();
    let json = json::parse(text).unwrap();
    let mut findings = Findings::default();
    let file = dialect::read(&json, &mut findings).unwrap();
    check::check(&file, &mut findings).unwrap()
}

fn surface(model: &Model) -> String {
    let mut findings = Findings::default();
    let names = names::name(model, &mut findings).unwrap();
    let lowered = lower::lower(model, &names).unwrap();
    let mut text = format!(
        "{} is models::{}::{}, feature {}\n",
        model.id,
        names.modules.join("::"),
        names.marker,
        names.feature
    );
    for of in lowered.inputs.iter().chain(&lowered.outputs) {
        let is_output = lowered.outputs.iter().any(|output| output.name == of.name);
        let arguments = if is_output { String::new() } else { new(of) };
        write!(text, "\n{}{arguments}\n", of.name).unwrap();
        for field in &of.fields {
            writeln!(text, "  {}", line(field)).unwrap();
            text += &beneath(field);
        }
    }
    text
}

/// The required fields in the order that `new` takes them.
fn new(of: &Struct<'_>) -> String {
    let Object { required, .. } = of.object;
    let arguments = required.iter().map(|index| of.fields[*index].name);
    let arguments: Vec<&str> = arguments.collect();
    format!("::new({})", arguments.join(", "))
}

fn line(field: &Field<'_>) -> String {
    let property = field.property;
    let mut parts = vec![
        format!("{}: {}", field.name, rust(&field.rust)),
        format!("{:?}", property.wire),
        if property.required {
            "required"
        } else {
            "optional"
        }
        .to_owned(),
    ];
    match &property.shape {
        Shape::One(item) => parts.extend(limits(item)),
        Shape::List(list) => {
            let List {
                min_items,
                max_items,
                item,
                ..
            } = list;
            parts.extend(min_items.map(|limit| format!("minItems {limit}")));
            parts.extend(max_items.map(|limit| format!("maxItems {limit}")));
            parts.extend(limits(item).map(|limit| format!("each {limit}")));
        }
    }
    let default = property.default.as_ref();
    parts.extend(default.map(|default| format!("default {}", default.excerpt())));
    parts.join(" · ")
}

fn rust(of: &RustType) -> String {
    match of {
        RustType::Bool => "bool".to_owned(),
        RustType::I64 => "i64".to_owned(),
        RustType::F64 => "f64".to_owned(),
        RustType::String => "String".to_owned(),
        RustType::Named(name) => name.clone(),
        RustType::Vec(item) => format!("Vec<{}>", rust(item)),
    }
}

fn limits(item: &Item) -> std::vec::IntoIter<String> {
    let mut limits = Vec::new();
    match item {
        Item::Integer { bounds, one_of } => {
            limits.extend(bounded(bounds));
            limits.extend(one_of.as_ref().map(|values| format!("enum {values:?}")));
        }
        Item::Number(bounds) => limits.extend(bounded(bounds)),
        Item::Text(text) => {
            limits.extend(text.min_length.map(|limit| format!("minLength {limit}")));
            limits.extend(text.max_length.map(|limit| format!("maxLength {limit}")));
            limits.extend(
                text.format
                    .as_ref()
                    .map(|format| format!("format {format}")),
            );
        }
        Item::Boolean | Item::Choice(_) | Item::Object(_) => {}
    }
    limits.into_iter()
}

fn bounded<T: Copy + Into<Value>>(bounds: &Bounds<T>) -> impl Iterator<Item = String> {
    let bounds = [
        ("minimum", bounds.minimum),
        ("maximum", bounds.maximum),
        ("exclusiveMinimum", bounds.exclusive_minimum),
        ("exclusiveMaximum", bounds.exclusive_maximum),
        ("multipleOf", bounds.multiple_of),
    ];
    let bounds = bounds.into_iter();
    bounds.filter_map(|(name, bound)| Some(format!("{name} {}", bound?.into())))
}

/// The values of an enum and the rules about a media file.
fn beneath(field: &Field<'_>) -> String {
    let (Shape::One(item) | Shape::List(List { item, .. })) = &field.property.shape;
    let mut text = String::new();
    match (item, field.variants) {
        (Item::Choice(choices), Some((name, variants))) => {
            for (choice, variant) in choices.iter().zip(variants) {
                writeln!(text, "    {name}::{variant} {:?}", choice.wire).unwrap();
            }
        }
        (
            Item::Text(Text {
                media: Some(Media { kind, rules }),
                ..
            }),
            _,
        ) => {
            writeln!(text, "    media {kind:?}").unwrap();
            for rule in rules {
                writeln!(text, "    {:?} {}", rule.rule, rule.limit).unwrap();
            }
        }
        _ => {}
    }
    text
}
