//! Maps every field of a model to a Rust type.
//!
//! typify maps JSON Schema types to Rust types. The schemas passed to it contain only types and placeholders
//! for names and enum values: typify would use titles as global type names, can panic on enum values, and
//! drops or misreads limits. Names come from [`ModelNames`], limits and documentation from the [`Model`].

use std::fmt;

use schemars_0_8::schema::RootSchema;
use serde_json::{Map, Value, json};
use thiserror::Error;
use typify::{Type, TypeDetails, TypeSpace, TypeSpaceSettings};

use crate::model::{EnumValue, ItemSchema, Model, ObjectSchema, Property, PropertySchema};
use crate::names::{FieldNames, ModelNames, ObjectNames, TypeNames};

/// The Rust type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RustType {
    /// `bool`.
    Bool,
    /// `i64`.
    I64,
    /// `f64`.
    F64,
    /// `String`.
    String,
    /// An enum or a struct that is generated for the same model.
    Named(String),
    /// `Vec<T>`.
    Vec(Box<RustType>),
}

impl RustType {
    /// The item type of a list; otherwise the type itself.
    #[must_use]
    pub fn item(&self) -> &Self {
        match self {
            Self::Vec(item) => item,
            other => other,
        }
    }
}

impl fmt::Display for RustType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => out.write_str("bool"),
            Self::I64 => out.write_str("i64"),
            Self::F64 => out.write_str("f64"),
            Self::String => out.write_str("String"),
            Self::Named(name) => out.write_str(name),
            Self::Vec(item) => write!(out, "Vec<{item}>"),
        }
    }
}

/// A struct to generate.
#[derive(Clone, Debug)]
pub struct Struct<'m> {
    /// Its name.
    pub name: &'m str,
    /// The object that it represents.
    pub object: &'m ObjectSchema,
    /// Its fields, in the order of the properties.
    pub fields: Vec<Field<'m>>,
}

/// A field to generate.
#[derive(Clone, Debug)]
pub struct Field<'m> {
    /// Its name.
    pub name: &'m str,
    /// The property that it represents.
    pub property: &'m Property,
    /// Its type, without the `Option` of an optional field.
    pub rust_type: RustType,
    /// The enum to generate, if the type of the field or of its items is an enum.
    pub string_enum: Option<StringEnum<'m>>,
}

/// An enum to generate.
#[derive(Clone, Copy, Debug)]
pub struct StringEnum<'m> {
    /// Its name.
    pub name: &'m str,
    /// Its variants, in the order of the values.
    pub variants: &'m [String],
    /// Its values.
    pub values: &'m [EnumValue],
}

/// A model to generate.
#[derive(Clone, Debug)]
pub struct LoweredModel<'m> {
    /// The model.
    pub model: &'m Model,
    /// Its names.
    pub names: &'m ModelNames,
    /// The struct of the input, then the structs of the objects in it.
    pub inputs: Vec<Struct<'m>>,
    /// The struct of the output, then the structs of the objects in it.
    pub outputs: Vec<Struct<'m>>,
}

/// typify failed or returned an unexpected result. Earlier stages refuse schemas that typify cannot map, so
/// this is a bug in this crate.
#[derive(Debug, Error)]
#[error("typify could not map {subject}: {reason}")]
pub struct LowerError {
    subject: String,
    reason: String,
}

impl LowerError {
    fn new(subject: &str, reason: impl ToString) -> Self {
        Self {
            subject: subject.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// Gives every field of a model its Rust type.
///
/// # Errors
///
/// When typify fails or returns an unexpected result, which is a bug in this crate.
pub fn lower<'m>(model: &'m Model, names: &'m ModelNames) -> Result<LoweredModel<'m>, LowerError> {
    let mut inputs = Vec::new();
    add_structs(&model.input, &names.input, false, &mut inputs)?;
    let mut outputs = Vec::new();
    add_structs(&model.output, &names.output, true, &mut outputs)?;
    Ok(LoweredModel {
        model,
        names,
        inputs,
        outputs,
    })
}

/// Adds the struct of an object, then the structs of the objects in it.
fn add_structs<'m>(
    object: &'m ObjectSchema,
    names: &'m ObjectNames,
    is_output: bool,
    structs: &mut Vec<Struct<'m>>,
) -> Result<(), LowerError> {
    let types = rust_types(object, names, is_output)?;
    let fields = object.properties.iter().zip(&names.fields).zip(types);
    let fields = fields.map(|((property, names), rust_type)| Field {
        name: &names.name,
        property,
        rust_type,
        string_enum: string_enum(property, names),
    });
    structs.push(Struct {
        name: &names.name,
        object,
        fields: fields.collect(),
    });
    for (property, field) in object.properties.iter().zip(&names.fields) {
        if let (ItemSchema::Object(inner), TypeNames::Struct(names)) =
            (property.schema.item(), &field.type_names)
        {
            add_structs(inner, names, is_output, structs)?;
        }
    }
    Ok(())
}

fn string_enum<'m>(property: &'m Property, names: &'m FieldNames) -> Option<StringEnum<'m>> {
    match (property.schema.item(), &names.type_names) {
        (ItemSchema::StringEnum(values), TypeNames::Enum { name, variants }) => Some(StringEnum {
            name,
            variants,
            values,
        }),
        _ => None,
    }
}

/// Uses typify to map each property to its Rust type. The types are in the order of the properties.
fn rust_types(
    object: &ObjectSchema,
    names: &ObjectNames,
    is_output: bool,
) -> Result<Vec<RustType>, LowerError> {
    if object.properties.is_empty() {
        return Ok(Vec::new());
    }
    let error = |reason: &str| LowerError::new(&names.name, reason);
    let properties = object.properties.iter().enumerate();
    let types: Map<String, Value> = properties
        .map(|(index, property)| (placeholder(index), type_only(property, index, is_output)))
        .collect();
    let schema = json!({ "title": "Root", "type": "object", "properties": types });
    let root: RootSchema =
        serde_json::from_value(schema).map_err(|source| LowerError::new(&names.name, source))?;
    let mut space = TypeSpace::new(&TypeSpaceSettings::default());
    let id = space
        .add_root_schema(root)
        .map_err(|source| LowerError::new(&names.name, source))?
        .ok_or_else(|| error("no type"))?;
    let root = space
        .get_type(&id)
        .map_err(|source| LowerError::new(&names.name, source))?;
    let TypeDetails::Struct(root) = root.details() else {
        return Err(error("not a struct"));
    };
    let mut types = vec![None; names.fields.len()];
    for property in root.properties_info() {
        // typify may reorder the properties, so the index is read from the placeholder.
        let index = property.name.trim_start_matches('p').parse::<usize>().ok();
        let Some((index, field)) = index.and_then(|index| Some((index, names.fields.get(index)?)))
        else {
            return Err(LowerError::new(property.name, "an unknown property"));
        };
        let ty = space
            .get_type(&property.type_id)
            .map_err(|source| LowerError::new(&field.name, source))?;
        let rust_type = rust_type(&space, &ty, field)
            .ok_or_else(|| LowerError::new(&field.name, "an unexpected type"))?;
        types[index] = Some(rust_type);
    }
    let types: Option<Vec<RustType>> = types.into_iter().collect();
    types.ok_or_else(|| error("a property was dropped"))
}

/// The property name that is passed to typify.
fn placeholder(index: usize) -> String {
    format!("p{index}")
}

/// The schema of a property, reduced to its type.
fn type_only(property: &Property, index: usize, is_output: bool) -> Value {
    let title = format!("T{index}");
    let item = match property.schema.item() {
        ItemSchema::Boolean => json!({ "type": "boolean" }),
        ItemSchema::Integer { .. } => json!({ "type": "integer" }),
        ItemSchema::Number(_) => json!({ "type": "number" }),
        // Enums in outputs become `String`.
        ItemSchema::StringEnum(_) if !is_output => {
            json!({ "type": "string", "title": title, "enum": ["A"] })
        }
        ItemSchema::String(_) | ItemSchema::StringEnum(_) => json!({ "type": "string" }),
        ItemSchema::Object(_) => json!({
            "type": "object",
            "title": title,
            "properties": { "a": { "type": "boolean" } },
        }),
    };
    match property.schema {
        PropertySchema::Single(_) => item,
        PropertySchema::List(_) => json!({ "type": "array", "items": item }),
    }
}

fn rust_type(space: &TypeSpace, ty: &Type<'_>, field: &FieldNames) -> Option<RustType> {
    match ty.details() {
        TypeDetails::Option(inner) => rust_type(space, &space.get_type(&inner).ok()?, field),
        TypeDetails::Vec(inner) => {
            let item = rust_type(space, &space.get_type(&inner).ok()?, field)?;
            Some(RustType::Vec(Box::new(item)))
        }
        TypeDetails::Enum(_) | TypeDetails::Struct(_) => match &field.type_names {
            TypeNames::Enum { name, .. } => Some(RustType::Named(name.clone())),
            TypeNames::Struct(names) => Some(RustType::Named(names.name.clone())),
            TypeNames::BuiltIn => None,
        },
        TypeDetails::String => Some(RustType::String),
        TypeDetails::Builtin("bool") => Some(RustType::Bool),
        TypeDetails::Builtin("i64") => Some(RustType::I64),
        TypeDetails::Builtin("f64") => Some(RustType::F64),
        _ => None,
    }
}
