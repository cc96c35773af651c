//! Type-erased access to the fields of generated structs. The code that reads, writes and compares them
//! is compiled once, not once for each model.

use std::fmt;

use super::string_enum::StringEnum;

/// A field to read a JSON value into.
pub enum FieldMut<'a> {
    /// Accepts `true` and `false`.
    Boolean(&'a mut bool),
    /// Accepts integers from `i64::MIN` to `i64::MAX`. A number without a fractional part, such as `5.0`, is
    /// an integer.
    Integer(&'a mut i64),
    /// Accepts any number. Formats other than JSON can contain numbers that are not finite; validation
    /// reports these.
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

/// A field to write as JSON or to compare.
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
pub trait Field: fmt::Debug {
    /// An initial value, which is replaced when JSON is read. After a successful read, the only
    /// placeholders left are the `None` values of omitted optional fields.
    fn placeholder() -> Self
    where
        Self: Sized;
    /// Borrows the field mutably, to read a JSON value into it.
    fn as_field_mut(&mut self) -> FieldMut<'_>;
    /// Borrows the field, to write it as JSON or to compare it.
    fn as_field_ref(&self) -> FieldRef<'_>;
}

/// A generated struct that is read from, and written as, a JSON object.
///
/// [`fields`](Object::fields) and [`fields_mut`](Object::fields_mut) pass all fields in one call, because
/// a separate function for each field of each model would dominate compile time.
pub trait Object {
    /// A value whose optional fields are `None` and whose required fields are placeholders.
    fn placeholder() -> Self
    where
        Self: Sized;
    /// The wire names of the properties.
    fn property_names(&self) -> PropertyNames;
    /// Calls `visit` with all fields, in the order of [`property_names`](Object::property_names).
    fn fields(&self, visit: &mut dyn FnMut(&[&dyn Field]));
    /// Calls `visit` with all fields, in the order of [`property_names`](Object::property_names), so
    /// that values can be read into them.
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

impl PropertyNames {
    /// Creates the names of an object. `all` must begin with the names in `required`.
    #[inline]
    pub(crate) const fn new(
        all: &'static [&'static str],
        required: &'static [&'static str],
    ) -> Self {
        let required = required.len();
        Self { all, required }
    }
}

/// A list field.
pub trait List {
    /// Appends a placeholder and returns it, so that a value can be read into it.
    fn push(&mut self) -> FieldMut<'_>;
    /// Removes all items.
    fn clear(&mut self);
    /// The number of items.
    fn item_count(&self) -> usize;
    /// The item at an index below [`item_count`](List::item_count), to write or compare.
    fn item(&self, index: usize) -> FieldRef<'_>;
}

/// A field whose type is a string enum.
pub trait StringEnumMut {
    /// Sets the value by its wire name.
    ///
    /// # Errors
    ///
    /// The allowed wire names, when `text` is none of them.
    fn set(&mut self, text: &str) -> Result<(), Vec<&'static str>>;
}

/// Formats an object as `derive(Debug)` would, given the names of its struct and fields.
pub(crate) fn debug_object(
    object: &dyn Object,
    name: &str,
    fields: &[&str],
    out: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut debug = out.debug_struct(name);
    object.fields(&mut |values| {
        for (name, value) in fields.iter().zip(values) {
            debug.field(name.trim_start_matches("r#"), value);
        }
    });
    debug.finish()
}

/// Whether two objects of the same type are equal, with the same result as `derive(PartialEq)`.
pub(crate) fn is_equal(left: &dyn Object, right: &dyn Object) -> bool {
    let mut is_equal = false;
    left.fields(&mut |left| {
        right.fields(&mut |right| {
            let mut pairs = left.iter().zip(right);
            is_equal = pairs.all(|(left, right)| left.as_field_ref() == right.as_field_ref());
        });
    });
    is_equal
}

impl PartialEq for FieldRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Absent, Self::Absent) => true,
            (Self::Boolean(left), Self::Boolean(right)) => left == right,
            (Self::Integer(left), Self::Integer(right)) => left == right,
            (Self::Number(left), Self::Number(right)) => left == right,
            (Self::String(left), Self::String(right)) => left == right,
            (Self::List(left), Self::List(right)) => {
                left.item_count() == right.item_count()
                    && (0..left.item_count()).all(|index| left.item(index) == right.item(index))
            }
            (Self::Object(left), Self::Object(right)) => is_equal(*left, *right),
            _ => false,
        }
    }
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

    fn item_count(&self) -> usize {
        self.len()
    }

    fn item(&self, index: usize) -> FieldRef<'_> {
        self[index].as_field_ref()
    }
}

impl<T: StringEnum> Field for T {
    fn placeholder() -> Self {
        T::TABLE.values[0]
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
