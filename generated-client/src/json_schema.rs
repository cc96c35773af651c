//! JSON Schemas of the generated inputs (feature `schemars`), for forms and for the tool
//! definitions of language models.
//!
//! The constraints come from the code that checks them: [`Validate::check`] runs with a
//! [`ConstraintVisitor`] that writes them into the schema.

use serde_json::{Map, Value, json};

use crate::json::{Object, PropertyNames, StringEnum};
use crate::validate::{ConstraintVisitor, Items, Number, Scalars, Validate};

/// A type with a JSON Schema.
pub trait Describe {
    /// The schema of the type. The annotations of a property that has this type are not included. The
    /// function `object` adds them to the schema of the property.
    fn describe() -> Map<String, Value>;
}

/// An object with annotations: title, description, default and format.
pub trait Annotated {
    /// The annotations of the object itself.
    fn annotation() -> Value;
    /// The annotations of its properties, by wire name.
    fn annotations() -> Vec<(&'static str, Value)>;
}

/// The schema of the object `T`. `types` contains the wire name of each property and the schema of its
/// type.
pub(crate) fn object<T: Object + Validate + Annotated>(
    types: Vec<(&'static str, Map<String, Value>)>,
) -> Map<String, Value> {
    let placeholder = T::placeholder();
    let types = types.into_iter();
    let mut properties = Properties(
        types
            .map(|(name, of)| (name.to_owned(), Value::Object(of)))
            .collect(),
    );
    placeholder.check(&mut properties);
    for (name, annotation) in T::annotations() {
        if let Some(property) = properties.0.get_mut(name) {
            merge(property, annotation);
        }
    }
    let PropertyNames { all, required } = placeholder.property_names();
    let required = &all[..required];
    let mut schema = json!({ "type": "object" });
    merge(&mut schema, T::annotation());
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema["properties"] = Value::Object(properties.0);
    schema["additionalProperties"] = false.into();
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// The schema of a string enum.
pub(crate) fn string_enum<T: StringEnum>() -> Map<String, Value> {
    let mut schema = typed("string");
    schema.insert("enum".to_owned(), T::wire_names().into());
    schema
}

fn typed(name: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), name.into())])
}

/// Merges `more` into `schema`: objects recursively; any other value replaces the existing one.
fn merge(schema: &mut Value, more: Value) {
    match (schema, more) {
        (Value::Object(schema), Value::Object(more)) => {
            for (name, value) in more {
                match schema.get_mut(&name) {
                    Some(known) => merge(known, value),
                    None => drop(schema.insert(name, value)),
                }
            }
        }
        (schema, more) => *schema = more,
    }
}

impl Describe for bool {
    fn describe() -> Map<String, Value> {
        typed("boolean")
    }
}

impl Describe for i64 {
    fn describe() -> Map<String, Value> {
        typed("integer")
    }
}

impl Describe for f64 {
    fn describe() -> Map<String, Value> {
        typed("number")
    }
}

impl Describe for String {
    fn describe() -> Map<String, Value> {
        typed("string")
    }
}

impl<T: Describe> Describe for Vec<T> {
    fn describe() -> Map<String, Value> {
        let mut schema = typed("array");
        schema.insert("items".to_owned(), Value::Object(T::describe()));
        schema
    }
}

/// Writes constraints into a schema instead of checking them.
struct Properties(Map<String, Value>);

impl Properties {
    fn write(&mut self, name: &str, is_list: bool, keyword: &str, limit: Value) {
        let Some(mut schema) = self.0.get_mut(name) else {
            return;
        };
        if is_list {
            schema = &mut schema["items"];
        }
        schema[keyword] = limit;
    }

    fn number<T: Number, S: Scalars<T>>(&mut self, name: &str, _: &S, keyword: &str, limit: T) {
        self.write(name, S::IS_LIST, keyword, limit.to_json());
    }

    fn length<S: Scalars<str>>(&mut self, name: &str, _: &S, keyword: &str, limit: usize) {
        self.write(name, S::IS_LIST, keyword, limit.into());
    }

    fn one_of<S: Scalars<i64>>(&mut self, name: &str, _: &S, limit: &[i64]) {
        self.write(name, S::IS_LIST, "enum", limit.into());
    }
}

impl ConstraintVisitor for Properties {
    fn minimum<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T) {
        self.number(name, value, "minimum", limit);
    }

    fn maximum<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T) {
        self.number(name, value, "maximum", limit);
    }

    fn exclusive_minimum<T: Number>(
        &mut self,
        name: &'static str,
        value: &impl Scalars<T>,
        limit: T,
    ) {
        self.number(name, value, "exclusiveMinimum", limit);
    }

    fn exclusive_maximum<T: Number>(
        &mut self,
        name: &'static str,
        value: &impl Scalars<T>,
        limit: T,
    ) {
        self.number(name, value, "exclusiveMaximum", limit);
    }

    fn multiple_of<T: Number>(&mut self, name: &'static str, value: &impl Scalars<T>, limit: T) {
        self.number(name, value, "multipleOf", limit);
    }

    fn finite(&mut self, _: &'static str, _: &impl Scalars<f64>) {
        // Implied by `type: number`.
    }

    fn one_of(&mut self, name: &'static str, value: &impl Scalars<i64>, limit: &'static [i64]) {
        Self::one_of(self, name, value, limit);
    }

    fn min_length(&mut self, name: &'static str, value: &impl Scalars<str>, limit: usize) {
        self.length(name, value, "minLength", limit);
    }

    fn max_length(&mut self, name: &'static str, value: &impl Scalars<str>, limit: usize) {
        self.length(name, value, "maxLength", limit);
    }

    fn min_items(&mut self, name: &'static str, _: &impl Items, limit: usize) {
        self.write(name, false, "minItems", limit.into());
    }

    fn max_items(&mut self, name: &'static str, _: &impl Items, limit: usize) {
        self.write(name, false, "maxItems", limit.into());
    }

    fn object<T: Validate>(&mut self, _: &'static str, _: &impl Scalars<T>) {
        // The schema of the field's type already contains these constraints.
    }
}
