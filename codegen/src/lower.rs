//! Rust types for a named model.
//!
//! typify maps JSON Schema types to Rust types. It is handed the bare shape of an object: neither
//! titles, which it would make global names of, nor enum values, whose clashes make it panic, nor
//! limits, which it drops or mistakes. Names, limits and texts come from our own [`Model`].

use schemars_0_8::schema::RootSchema;
use serde_json::{Map, Value, json};
use thiserror::Error;
use typify::{Type, TypeDetails, TypeSpace, TypeSpaceSettings};

use crate::model::{Item, Model, Object, Property, Shape};
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
    /// An enum or a struct of the same file.
    Named(String),
    /// `Vec<T>`.
    Vec(Box<RustType>),
}

impl RustType {
    /// The type of the items, or the type itself where it is no list.
    #[must_use]
    pub fn item(&self) -> &Self {
        match self {
            Self::Vec(item) => item,
            other => other,
        }
    }
}

/// A struct to be written.
#[derive(Clone, Debug)]
pub struct Struct<'m> {
    /// Its name.
    pub name: &'m str,
    /// What it stands for.
    pub object: &'m Object,
    /// Its fields, in the order of the properties.
    pub fields: Vec<Field<'m>>,
}

/// A field to be written.
#[derive(Clone, Debug)]
pub struct Field<'m> {
    /// Its name.
    pub name: &'m str,
    /// What it stands for.
    pub property: &'m Property,
    /// Its type, without the `Option` of an optional field.
    pub rust: RustType,
    /// The enum that is its type, or the type of its items: name and variants.
    pub variants: Option<(&'m str, &'m [String])>,
}

/// A model to be written.
#[derive(Clone, Debug)]
pub struct Lowered<'m> {
    /// The model.
    pub model: &'m Model,
    /// Its names.
    pub names: &'m ModelNames,
    /// The input first, then the objects within it.
    pub inputs: Vec<Struct<'m>>,
    /// The output first, then the objects within it.
    pub outputs: Vec<Struct<'m>>,
}

/// typify gave a type that is not modelled. Not to be seen: what it cannot map is refused before.
#[derive(Debug, Error)]
#[error("typify could not map {what}: {reason}")]
pub struct LowerError {
    what: String,
    reason: String,
}

/// Gives every field of a model its Rust type.
///
/// # Errors
///
/// When typify gives a type that is not expected, which is a fault of this crate.
pub fn lower<'m>(model: &'m Model, names: &'m ModelNames) -> Result<Lowered<'m>, LowerError> {
    let mut inputs = Vec::new();
    object(&model.input, &names.input, false, &mut inputs)?;
    let mut outputs = Vec::new();
    object(&model.output, &names.output, true, &mut outputs)?;
    Ok(Lowered {
        model,
        names,
        inputs,
        outputs,
    })
}

fn object<'m>(
    object: &'m Object,
    names: &'m ObjectNames,
    is_output: bool,
    structs: &mut Vec<Struct<'m>>,
) -> Result<(), LowerError> {
    let types = map_types(object, names, is_output)?;
    let parts = object.properties.iter().zip(&names.fields).zip(types);
    let fields = parts.map(|((property, names), rust)| Field {
        name: &names.name,
        property,
        rust,
        variants: match &names.of {
            TypeNames::Enum { name, variants } => Some((name.as_str(), variants.as_slice())),
            _ => None,
        },
    });
    structs.push(Struct {
        name: &names.name,
        object,
        fields: fields.collect(),
    });
    for (property, field) in object.properties.iter().zip(&names.fields) {
        if let (Item::Object(within), TypeNames::Struct(names)) = (item(property), &field.of) {
            self::object(within, names, is_output, structs)?;
        }
    }
    Ok(())
}

fn item(property: &Property) -> &Item {
    match &property.shape {
        Shape::One(item) => item,
        Shape::List(list) => &list.item,
    }
}

/// Asks typify for the type of each property, in order.
fn map_types(
    object: &Object,
    names: &ObjectNames,
    is_output: bool,
) -> Result<Vec<RustType>, LowerError> {
    let fault = |what: &str, reason: String| LowerError {
        what: what.to_owned(),
        reason,
    };
    if object.properties.is_empty() {
        return Ok(Vec::new());
    }
    let properties = object.properties.iter().enumerate();
    let shapes: Map<String, Value> = properties
        .map(|(index, property)| (placeholder(index), bare(property, index, is_output)))
        .collect();
    let schema = json!({ "title": "Root", "type": "object", "properties": shapes });
    let root: RootSchema =
        serde_json::from_value(schema).map_err(|error| fault(&names.name, error.to_string()))?;
    let mut space = TypeSpace::new(&TypeSpaceSettings::default());
    let id = space
        .add_root_schema(root)
        .map_err(|error| fault(&names.name, error.to_string()))?
        .ok_or_else(|| fault(&names.name, "no type".to_owned()))?;
    let of = space
        .get_type(&id)
        .map_err(|error| fault(&names.name, error.to_string()))?;
    let TypeDetails::Struct(of) = of.details() else {
        return Err(fault(&names.name, "not a struct".to_owned()));
    };
    let mut types = vec![None; names.fields.len()];
    for property in of.properties_info() {
        // typify gives the properties in its own order; the placeholder tells which it is.
        let index = property.name.trim_start_matches('p').parse::<usize>().ok();
        let Some((index, field)) = index.and_then(|index| Some((index, names.fields.get(index)?)))
        else {
            return Err(fault(property.name, "an unknown property".to_owned()));
        };
        let read = |id| {
            space
                .get_type(id)
                .map_err(|error| fault(&field.name, error.to_string()))
        };
        let rust = rust_type(&space, &read(&property.type_id)?, field)
            .ok_or_else(|| fault(&field.name, "an unexpected type".to_owned()))?;
        types[index] = Some(rust);
    }
    let types: Option<Vec<RustType>> = types.into_iter().collect();
    types.ok_or_else(|| fault(&names.name, "a property was dropped".to_owned()))
}

fn placeholder(index: usize) -> String {
    format!("p{index}")
}

/// The shape of a property and nothing else.
fn bare(property: &Property, index: usize, is_output: bool) -> Value {
    let of = |item: &Item| match item {
        Item::Boolean => json!({ "type": "boolean" }),
        Item::Integer { .. } => json!({ "type": "integer" }),
        Item::Number(_) => json!({ "type": "number" }),
        Item::Text(_) => json!({ "type": "string" }),
        Item::Choice(_) if is_output => json!({ "type": "string" }),
        Item::Choice(_) => json!({ "type": "string", "title": format!("T{index}"), "enum": ["A"] }),
        Item::Object(_) => json!({
            "type": "object",
            "title": format!("T{index}"),
            "properties": { "a": { "type": "boolean" } },
        }),
    };
    match &property.shape {
        Shape::One(item) => of(item),
        Shape::List(list) => json!({ "type": "array", "items": of(&list.item) }),
    }
}

fn rust_type(space: &TypeSpace, of: &Type<'_>, field: &FieldNames) -> Option<RustType> {
    match of.details() {
        TypeDetails::Option(inner) => rust_type(space, &space.get_type(&inner).ok()?, field),
        TypeDetails::Vec(inner) => {
            let item = rust_type(space, &space.get_type(&inner).ok()?, field)?;
            Some(RustType::Vec(Box::new(item)))
        }
        TypeDetails::Enum(_) | TypeDetails::Struct(_) => match &field.of {
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
