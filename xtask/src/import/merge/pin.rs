//! Pinning: field names are added to `names`, so that they stay the same when a title changes.

use std::collections::HashMap;

use runcomfy_codegen::json::{Json, Member};
use runcomfy_codegen::model::{ItemSchema, ObjectSchema};
use runcomfy_codegen::names::{ObjectNames, TypeNames};
use runcomfy_codegen::{Analyzed, Rule, SourceFile, analyze};

use super::{SourceModel, member, new};

/// The name of a field, and whether it comes from a title.
struct Field {
    wire_name: String,
    name: String,
    is_from_title: bool,
}

/// Returns the entries to add to `names`. A field whose name comes from a title for the first time gets its
/// new name. A field whose name already came from a title and would change gets its old name.
pub(super) fn names(existing: Option<&str>, merged: &str, source: &SourceModel) -> Vec<Member> {
    let path = source.model_id.file_path();
    let fields = |text: &str| {
        let source = SourceFile {
            path: path.clone(),
            bytes: text.as_bytes().to_vec(),
        };
        fields(&analyze(&source))
    };
    let old = existing.map(fields).unwrap_or_default();
    let old: HashMap<&str, &Field> = old
        .iter()
        .rev()
        .map(|field| (field.wire_name.as_str(), field))
        .collect();
    let mut pins: Vec<Member> = Vec::new();
    for field in fields(merged) {
        let name = match old.get(field.wire_name.as_str()) {
            None if field.is_from_title => field.name,
            Some(old) if old.is_from_title && old.name != field.name => old.name.clone(),
            Some(old) if !old.is_from_title && field.is_from_title => field.name,
            _ => continue,
        };
        if pins.iter().all(|pin| pin.name.value != field.wire_name) {
            pins.push(member(&field.wire_name, new(Json::String(name))));
        }
    }
    pins
}

/// All fields of a model. Empty if the model file has an error.
fn fields(analyzed: &Analyzed<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(valid) = analyzed.valid() {
        collect(&valid.model.input, &valid.names.input, &mut fields);
        collect(&valid.model.output, &valid.names.output, &mut fields);
    }
    let from_title = analyzed.diagnostics.iter();
    let from_title = from_title.filter(|diagnostic| diagnostic.rule == Rule::NameFromTitle);
    let from_title: Vec<usize> = from_title.map(|diagnostic| diagnostic.span.start).collect();
    fields
        .into_iter()
        .map(|(offset, mut field)| {
            field.is_from_title = from_title.contains(&offset);
            field
        })
        .collect()
}

fn collect(object: &ObjectSchema, names: &ObjectNames, fields: &mut Vec<(usize, Field)>) {
    for (property, named) in object.properties.iter().zip(&names.fields) {
        let field = Field {
            wire_name: property.wire_name.clone(),
            name: named.name.clone(),
            is_from_title: false,
        };
        fields.push((property.span.start, field));
        if let (ItemSchema::Object(object), TypeNames::Struct(names)) =
            (property.schema.item(), &named.type_names)
        {
            collect(object, names, fields);
        }
    }
}
