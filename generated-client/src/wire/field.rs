//! The fields of generated structs as the reader and the writer see them: without their types, so
//! that reading and writing are compiled once and not once for each model.

use super::string_enum::StringEnum;

/// A field to read a JSON value into.
pub enum Slot<'a> {
    /// Takes `true` or `false`.
    Boolean(&'a mut bool),
    /// Takes an integer of at most 64 bits.
    Integer(&'a mut i64),
    /// Takes any number.
    Number(&'a mut f64),
    /// Takes a string.
    String(&'a mut String),
    /// Takes one of a list of strings.
    Enum(&'a mut dyn EnumSlot),
    /// Takes an array.
    List(&'a mut dyn List),
    /// Takes an object.
    Object(&'a mut dyn Object),
}

/// A field to write as JSON.
pub enum View<'a> {
    /// Left out.
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
    /// A value to read into; never seen by a caller.
    fn blank() -> Self
    where
        Self: Sized;
    /// Where to read to.
    fn slot(&mut self) -> Slot<'_>;
    /// What to write.
    fn view(&self) -> View<'_>;
}

/// A generated struct that is read from, and written as, a JSON object.
///
/// The fields are handed out all at once: a call for each of them, in every model, is what the
/// compiler would spend most of its time on.
pub trait Object {
    /// A value with nothing in it: to read into, and for `new` to begin with.
    fn blank() -> Self
    where
        Self: Sized;
    /// The wire names of the properties.
    fn names(&self) -> Names;
    /// Calls `then` with all fields, in the order of [`names`](Object::names).
    fn fields(&self, then: &mut dyn FnMut(&[&dyn Field]));
    /// Calls `then` with all fields, in the order of [`names`](Object::names), to read into.
    fn fields_mut(&mut self, then: &mut dyn FnMut(&mut [&mut dyn Field]));
}

/// The wire names of an object's properties.
#[derive(Clone, Copy)]
pub struct Names {
    /// All of them, those of the required ones first.
    pub all: &'static [&'static str],
    /// How many are required.
    pub required: usize,
}

/// A list field.
pub trait List {
    /// Appends a blank item and returns where to read it to.
    fn push(&mut self) -> Slot<'_>;
    /// Removes all items.
    fn clear(&mut self);
    /// Visits every item.
    fn each(&self, visit: &mut dyn FnMut(View<'_>));
}

/// A field of a string enum.
pub trait EnumSlot {
    /// Sets the value by its wire name.
    ///
    /// # Errors
    ///
    /// The allowed wire names, when `text` is none of them.
    fn set(&mut self, text: &str) -> Result<(), Vec<&'static str>>;
}

impl<T: StringEnum> EnumSlot for T {
    fn set(&mut self, text: &str) -> Result<(), Vec<&'static str>> {
        *self = T::from_wire(text).ok_or_else(T::names)?;
        Ok(())
    }
}

impl<T: Field> List for Vec<T> {
    fn push(&mut self) -> Slot<'_> {
        Vec::push(self, T::blank());
        match self.last_mut() {
            Some(item) => item.slot(),
            None => unreachable!("an item was pushed just above"),
        }
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }

    fn each(&self, visit: &mut dyn FnMut(View<'_>)) {
        for item in self {
            visit(item.view());
        }
    }
}

impl<T: StringEnum> Field for T {
    fn blank() -> Self {
        T::TABLE[0].0
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Enum(self)
    }

    fn view(&self) -> View<'_> {
        View::String(self.wire())
    }
}

impl Field for bool {
    fn blank() -> Self {
        false
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Boolean(self)
    }

    fn view(&self) -> View<'_> {
        View::Boolean(*self)
    }
}

impl Field for i64 {
    fn blank() -> Self {
        0
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Integer(self)
    }

    fn view(&self) -> View<'_> {
        View::Integer(*self)
    }
}

impl Field for f64 {
    fn blank() -> Self {
        0.0
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Number(self)
    }

    fn view(&self) -> View<'_> {
        View::Number(*self)
    }
}

impl Field for String {
    fn blank() -> Self {
        Self::new()
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::String(self)
    }

    fn view(&self) -> View<'_> {
        View::String(self)
    }
}

impl<T: Field> Field for Option<T> {
    fn blank() -> Self {
        None
    }

    fn slot(&mut self) -> Slot<'_> {
        self.insert(T::blank()).slot()
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Absent, Field::view)
    }
}

impl<T: Field> Field for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }
}
