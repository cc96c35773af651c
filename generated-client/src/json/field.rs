//! The fields of generated structs, type-erased, so that reading and writing are compiled once and
//! not once for each model.

use super::string_enum::StringEnum;

/// A field to read a JSON value into.
pub enum FieldMut<'a> {
    /// Accepts `true` and `false`.
    Boolean(&'a mut bool),
    /// Accepts integers from `i64::MIN` to `i64::MAX`.
    Integer(&'a mut i64),
    /// Accepts any finite number.
    Number(&'a mut f64),
    /// Accepts any string.
    String(&'a mut String),
    /// Accepts one of a list of strings.
    Enum(&'a mut dyn StringEnumMut),
    /// Accepts an array.
    List(&'a mut dyn List),
    /// Accepts an object.
    Object(&'a mut dyn Object),
}

/// A field to write as JSON.
pub enum FieldRef<'a> {
    /// Omitted from the object.
    Absent,
    /// A boolean.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A string.
    String(&'a str),
    /// An array.
    List(&'a dyn List),
    /// An object.
    Object(&'a dyn Object),
}

/// The type of a field of a generated input.
pub trait Field {
    /// A value to read into. Callers never see it.
    fn placeholder() -> Self
    where
        Self: Sized;
    /// The field, to read into.
    fn as_field_mut(&mut self) -> FieldMut<'_>;
    /// The field, to write.
    fn as_field_ref(&self) -> FieldRef<'_>;
}

/// A generated struct that is read from, and written as, a JSON object.
///
/// All fields are passed in one call: one function for each field of each model would dominate
/// compile time.
pub trait Object {
    /// A value whose optional fields are `None` and whose required fields are placeholders.
    fn placeholder() -> Self
    where
        Self: Sized;
    /// The wire names of the properties.
    fn property_names(&self) -> PropertyNames;
    /// Calls `visit` with all fields, in the order of [`property_names`](Object::property_names).
    fn fields(&self, visit: &mut dyn FnMut(&[&dyn Field]));
    /// Calls `visit` with all fields, in the order of [`property_names`](Object::property_names),
    /// to read into.
    fn fields_mut(&mut self, visit: &mut dyn FnMut(&mut [&mut dyn Field]));
}

/// The wire names of the properties of an object.
#[derive(Clone, Copy)]
pub struct PropertyNames {
    /// All names, those of the required properties first.
    pub all: &'static [&'static str],
    /// The number of required properties.
    pub required: usize,
}

/// A list field.
pub trait List {
    /// Appends a placeholder and returns it, to read into.
    fn push(&mut self) -> FieldMut<'_>;
    /// Removes all items.
    fn clear(&mut self);
    /// Calls `visit` with every item.
    fn each(&self, visit: &mut dyn FnMut(FieldRef<'_>));
}

/// A field of a string enum.
pub trait StringEnumMut {
    /// Sets the value by its wire name.
    ///
    /// # Errors
    ///
    /// The allowed wire names, when `text` is none of them.
    fn set(&mut self, text: &str) -> Result<(), Vec<&'static str>>;
}

impl<T: StringEnum> StringEnumMut for T {
    fn set(&mut self, text: &str) -> Result<(), Vec<&'static str>> {
        *self = T::from_wire(text).ok_or_else(T::wire_names)?;
        Ok(())
    }
}

impl<T: Field> List for Vec<T> {
    fn push(&mut self) -> FieldMut<'_> {
        Vec::push(self, T::placeholder());
        match self.last_mut() {
            Some(item) => item.as_field_mut(),
            None => unreachable!("an item was pushed just above"),
        }
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }

    fn each(&self, visit: &mut dyn FnMut(FieldRef<'_>)) {
        for item in self {
            visit(item.as_field_ref());
        }
    }
}

impl<T: StringEnum> Field for T {
    fn placeholder() -> Self {
        T::TABLE[0].0
    }

    fn as_field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Enum(self)
    }

    fn as_field_ref(&self) -> FieldRef<'_> {
        FieldRef::String(self.wire_name())
    }
}

impl Field for bool {
    fn placeholder() -> Self {
        false
    }

    fn as_field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Boolean(self)
    }

    fn as_field_ref(&self) -> FieldRef<'_> {
        FieldRef::Boolean(*self)
    }
}

impl Field for i64 {
    fn placeholder() -> Self {
        0
    }

    fn as_field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Integer(self)
    }

    fn as_field_ref(&self) -> FieldRef<'_> {
        FieldRef::Integer(*self)
    }
}

impl Field for f64 {
    fn placeholder() -> Self {
        0.0
    }

    fn as_field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Number(self)
    }

    fn as_field_ref(&self) -> FieldRef<'_> {
        FieldRef::Number(*self)
    }
}

impl Field for String {
    fn placeholder() -> Self {
        Self::new()
    }

    fn as_field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::String(self)
    }

    fn as_field_ref(&self) -> FieldRef<'_> {
        FieldRef::String(self)
    }
}

impl<T: Field> Field for Option<T> {
    fn placeholder() -> Self {
        None
    }

    fn as_field_mut(&mut self) -> FieldMut<'_> {
        self.insert(T::placeholder()).as_field_mut()
    }

    fn as_field_ref(&self) -> FieldRef<'_> {
        self.as_ref().map_or(FieldRef::Absent, Field::as_field_ref)
    }
}

impl<T: Field> Field for Vec<T> {
    fn placeholder() -> Self {
        Self::new()
    }

    fn as_field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::List(self)
    }

    fn as_field_ref(&self) -> FieldRef<'_> {
        FieldRef::List(self)
    }
}
