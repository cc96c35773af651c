//! The compared parts of objects and fields: the checked schema, the schema as read from the model file
//! (with the overrides of the level `error` applied), and the names in the generated code.

use runcomfy_codegen::ValidModel;
use runcomfy_codegen::dialect::Schema;
use runcomfy_codegen::model::{ObjectSchema, Property};
use runcomfy_codegen::names::{FieldNames, ObjectNames, TypeNames};

/// The old and the new version of something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<T> {
    pub(super) old: T,
    pub(super) new: T,
}

impl<T> Pair<T> {
    pub(super) fn map<U>(self, convert: impl Fn(T) -> U) -> Pair<U> {
        Pair {
            old: convert(self.old),
            new: convert(self.new),
        }
    }
}

/// An object.
#[derive(Clone, Copy)]
pub(super) struct ObjectView<'a> {
    pub(super) object: &'a ObjectSchema,
    names: &'a ObjectNames,
    /// The schema as read from the model file. `None` for an output if the file has no output schema. The
    /// output then has the fields that the documentation of the API lists.
    schema: Option<&'a Schema>,
}

/// A property of an object.
#[derive(Clone, Copy)]
pub(super) struct FieldView<'a> {
    pub(super) property: &'a Property,
    pub(super) names: &'a FieldNames,
    schema: Option<&'a Schema>,
}

/// The schema of a property or of its items, as read from the model file, and the names of the generated
/// type.
#[derive(Clone, Copy)]
pub(super) struct TypeView<'a> {
    pub(super) schema: Option<&'a Schema>,
    pub(super) names: &'a TypeNames,
}

impl<'a> ObjectView<'a> {
    pub(super) const fn new(
        object: &'a ObjectSchema,
        names: &'a ObjectNames,
        schema: Option<&'a Schema>,
    ) -> Self {
        Self {
            object,
            names,
            schema,
        }
    }

    pub(super) fn input(model: &ValidModel<'a>) -> Self {
        let schema = &model.file.input.value;
        Self::new(&model.model.input, &model.names.input, Some(schema))
    }

    pub(super) fn output(model: &ValidModel<'a>) -> Self {
        let output = model.file.output.as_ref();
        let schema = output.map(|output| &output.output.value);
        Self::new(&model.model.output, &model.names.output, schema)
    }

    pub(super) fn fields(self) -> Vec<FieldView<'a>> {
        let declared: &[_] = self
            .schema
            .and_then(|schema| schema.properties.as_ref())
            .map_or(&[], |properties| &properties.value);
        let fields = self.object.properties.iter().zip(&self.names.fields);
        let fields = fields.map(|(property, names)| FieldView {
            property,
            names,
            schema: declared
                .iter()
                .find(|declared| declared.name.value == property.wire_name)
                .map(|declared| &declared.schema.value),
        });
        fields.collect()
    }

    /// The required properties, in the order of `required`.
    pub(super) fn required(self) -> impl Iterator<Item = &'a str> {
        let required = self.object.required.iter();
        required.map(|index| self.object.properties[*index].wire_name.as_str())
    }
}

impl<'a> FieldView<'a> {
    pub(super) fn wire_name(&self) -> &'a str {
        &self.property.wire_name
    }

    pub(super) fn type_view(&self) -> TypeView<'a> {
        TypeView {
            schema: self.schema,
            names: &self.names.type_names,
        }
    }

    /// Whether the schema has a title, a description, a default, an enum, a format, media rules, properties
    /// or a limit. If not, it is too general to detect a rename; see [Renames](super#renames).
    pub(super) fn is_distinctive(&self) -> bool {
        let Some(schema) = self.schema else {
            return false;
        };
        let has_text = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
        has_text(self.property.docs.title.as_deref())
            || has_text(self.property.docs.description.as_deref())
            || schema.default.is_some()
            || schema.r#enum.is_some()
            || schema.format.is_some()
            || schema.validations.is_some()
            || schema.properties.is_some()
            || [
                &schema.minimum,
                &schema.maximum,
                &schema.exclusive_minimum,
                &schema.exclusive_maximum,
                &schema.multiple_of,
                &schema.min_length,
                &schema.max_length,
                &schema.min_items,
                &schema.max_items,
            ]
            .iter()
            .any(|limit| limit.is_some())
    }
}

impl TypeView<'_> {
    /// The items of a list.
    pub(super) fn items(self) -> Self {
        let items = self.schema.and_then(|schema| schema.items.as_deref());
        Self {
            schema: items.map(|items| &items.value),
            names: self.names,
        }
    }
}
