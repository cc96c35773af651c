//! Reads JSON into generated structs. One pass records all wrong types, unknown values of string enums, and
//! missing and unknown properties. Limits, which include enums of integers, are not checked here.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::field::{Field, FieldMut, List, Object, PropertyNames};
use crate::validate::{Path, Rule, Violation, nearest};

/// The outcome of reading.
#[derive(Default)]
pub(crate) struct ReadReport {
    /// Wrong types, unknown values of string enums, and missing and unknown properties.
    pub(crate) violations: Vec<Violation>,
    /// Whether an object has several properties with the same name. The last one counts, as in
    /// [`serde_json::Value`], but violations of the earlier ones may have been recorded.
    pub(crate) has_duplicates: bool,
}

impl ReadReport {
    #[cold]
    fn push(&mut self, at: &Path<'_>, rule: Rule, limit: Value, actual: Value) {
        self.violations.push(Violation::at(at, rule, limit, actual));
    }
}

/// Reads JSON into `object`. Violations and duplicate properties are recorded in `report`.
pub(crate) fn read_object<'de, D: Deserializer<'de>>(
    object: &mut dyn Object,
    deserializer: D,
    report: &mut ReadReport,
) -> Result<(), D::Error> {
    let mut root = ValueSeed {
        field: &mut FieldMut::Object(object),
        report,
        at: &Path::Root,
    };
    root.deserialize(deserializer)
}

/// Reads one value into one field. The field is passed by reference: copying a [`FieldMut`] that was
/// just written stalls the processor and costs a tenth of the reading time.
struct ValueSeed<'a, 's> {
    field: &'a mut FieldMut<'s>,
    report: &'a mut ReadReport,
    at: &'a Path<'a>,
}

impl ValueSeed<'_, '_> {
    const fn expected(&self) -> &'static str {
        match self.field {
            FieldMut::Boolean(_) => "boolean",
            FieldMut::Integer(_) => "integer",
            FieldMut::Number(_) => "number",
            FieldMut::String(_) | FieldMut::Enum(_) => "string",
            FieldMut::List(_) => "array",
            FieldMut::Object(_) => "object",
        }
    }

    #[cold]
    fn mismatch<E>(&mut self, actual: impl Into<Value>) -> Result<(), E> {
        let limit = self.expected().into();
        self.report.push(self.at, Rule::Type, limit, actual.into());
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut ValueSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut ValueSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    #[inline]
    fn visit_bool<E: Error>(self, found: bool) -> Result<(), E> {
        match self.field {
            FieldMut::Boolean(field) => {
                **field = found;
                Ok(())
            }
            _ => self.mismatch("boolean"),
        }
    }

    #[inline]
    fn visit_i64<E: Error>(self, found: i64) -> Result<(), E> {
        match self.field {
            FieldMut::Integer(field) => **field = found,
            FieldMut::Number(field) => **field = found as f64,
            _ => return self.mismatch(found),
        }
        Ok(())
    }

    #[inline]
    fn visit_u64<E: Error>(self, found: u64) -> Result<(), E> {
        match (&mut *self.field, i64::try_from(found)) {
            (FieldMut::Integer(field), Ok(integer)) => **field = integer,
            (FieldMut::Number(field), _) => **field = found as f64,
            _ => return self.mismatch(found),
        }
        Ok(())
    }

    #[inline]
    fn visit_f64<E: Error>(self, found: f64) -> Result<(), E> {
        /// 2^63, which is `i64::MAX + 1`. The float -2^63 is also rejected, because an integer below
        /// `i64::MIN` in the text may have been rounded to it.
        const END: f64 = 9_223_372_036_854_775_808.0;
        match self.field {
            FieldMut::Number(field) => **field = found,
            FieldMut::Integer(field) if found.fract() == 0.0 && found.abs() < END => {
                // Integral and in range: the conversion is exact.
                **field = found as i64;
            }
            _ => return self.mismatch(found),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, found: &str) -> Result<(), E> {
        match self.field {
            FieldMut::String(field) => {
                **field = found.to_owned();
                Ok(())
            }
            FieldMut::Enum(field) => {
                if let Err(allowed) = field.set(found) {
                    self.report
                        .push(self.at, Rule::Enum, allowed.into(), found.into());
                }
                Ok(())
            }
            _ => self.mismatch("string"),
        }
    }

    fn visit_string<E: Error>(self, found: String) -> Result<(), E> {
        match self.field {
            FieldMut::String(field) => {
                **field = found;
                Ok(())
            }
            _ => self.visit_str(&found),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.mismatch("null")
    }

    #[inline(never)]
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let FieldMut::List(list) = self.field else {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return self.mismatch("array");
        };
        list.clear();
        for index in 0.. {
            let seed = ItemSeed {
                list: &mut **list,
                report: &mut *self.report,
                at: Path::Index(self.at, index),
            };
            if items.next_element_seed(seed)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    #[inline(never)]
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let FieldMut::Object(object) = self.field else {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return self.mismatch("object");
        };
        let names = object.property_names();
        let (report, at) = (&mut *self.report, self.at);
        let mut result = Ok(());
        object.fields_mut(&mut |fields| {
            result = read_members(&mut members, names, fields, report, at);
        });
        result
    }
}

/// Property positions, as a set. The first 64 need no allocation.
struct Seen {
    first: u64,
    rest: Vec<bool>,
}

impl Seen {
    /// An empty set of positions below `count`.
    fn new(count: usize) -> Self {
        Self {
            first: 0,
            rest: vec![false; count.saturating_sub(64)],
        }
    }

    /// Adds a position. Returns whether it is new.
    fn insert(&mut self, index: usize) -> bool {
        let is_new = !self.contains(index);
        match index.checked_sub(64) {
            None => self.first |= 1 << index,
            Some(index) => self.rest[index] = true,
        }
        is_new
    }

    fn contains(&self, index: usize) -> bool {
        match index.checked_sub(64) {
            None => self.first & (1 << index) != 0,
            Some(index) => self.rest[index],
        }
    }
}

/// Reads the members of an object into its fields.
fn read_members<'de, A: MapAccess<'de>>(
    members: &mut A,
    names: PropertyNames,
    fields: &mut [&mut dyn Field],
    report: &mut ReadReport,
    at: &Path<'_>,
) -> Result<(), A::Error> {
    let mut seen = Seen::new(names.all.len());
    let mut name = NameSeed {
        names: names.all,
        index: 0,
        unknown: Vec::new(),
    };
    while members.next_key_seed(&mut name)?.is_some() {
        let index = name.index;
        if let Some(field) = fields.get_mut(index) {
            if !seen.insert(index) {
                report.has_duplicates = true;
            }
            let mut field = field.as_field_mut();
            members.next_value_seed(&mut ValueSeed {
                field: &mut field,
                report,
                at: &Path::Name(at, names.all[index]),
            })?;
            name.index = index + 1;
        } else {
            members.next_value::<IgnoredAny>()?;
            report.unknown(at, &name);
        }
    }
    for (index, name) in names.all[..names.required].iter().enumerate() {
        if !seen.contains(index) {
            let at = Path::Name(at, name);
            report.push(&at, Rule::Required, Value::Null, Value::Null);
        }
    }
    if !name.unknown.is_empty() {
        report.has_duplicates |= has_duplicates(name.unknown);
    }
    Ok(())
}

#[cold]
fn has_duplicates(mut names: Vec<String>) -> bool {
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() < count
}

impl ReadReport {
    #[cold]
    fn unknown(&mut self, at: &Path<'_>, seed: &NameSeed) {
        let name = seed.unknown.last().map_or("", String::as_str);
        let at = &Path::Name(at, name);
        let mut violation = Violation::at(at, Rule::UnknownProperty, Value::Null, name.into());
        if let Some(near) = nearest(name, seed.names.iter().copied()) {
            violation.message += &format!("; did you mean `{near}`?");
        }
        self.violations.push(violation);
    }
}

/// Appends the next item to a list. `deserialize` is called only if there is a next item, so no placeholder
/// is left at the end.
struct ItemSeed<'a> {
    list: &'a mut dyn List,
    report: &'a mut ReadReport,
    at: Path<'a>,
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let mut item = ValueSeed {
            field: &mut self.list.push(),
            report: self.report,
            at: &self.at,
        };
        item.deserialize(deserializer)
    }
}

/// Reads property names and finds their positions.
struct NameSeed {
    names: &'static [&'static str],
    /// Before a name is read: the position whose name is compared first. After a known property, this is
    /// the next position, because most objects are written in the order of their schema.
    ///
    /// After a name is read: its position, or `names.len()` if the name is unknown.
    index: usize,
    /// The unknown names, in the order in which they were read.
    unknown: Vec<String>,
}

impl<'de> DeserializeSeed<'de> for &mut NameSeed {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for &mut NameSeed {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a property name")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        self.find(name);
        Ok(())
    }
}

impl NameSeed {
    // Not inline, so that reading a member needs fewer registers.
    #[inline(never)]
    fn find(&mut self, name: &str) {
        let expected = self.names.get(self.index);
        if !expected.is_some_and(|expected| eq(expected, name)) {
            self.search(name);
        }
    }

    #[inline(never)]
    fn search(&mut self, name: &str) {
        let index = self.names.iter().position(|known| eq(known, name));
        self.index = index.unwrap_or_else(|| {
            self.unknown.push(name.to_owned());
            self.names.len()
        });
    }
}

/// `one == other`, without the call to `memcmp`, which takes longer than comparing a short name.
#[inline]
fn eq(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let word = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_ne_bytes);
    let (Some(end), Some(other_end)) = (one.last_chunk::<8>(), other.last_chunk::<8>()) else {
        return one.iter().zip(other).all(|(one, other)| one == other);
    };
    let mut words = one.chunks_exact(8).zip(other.chunks_exact(8));
    // `chunks_exact` omits a remainder of up to seven bytes. The last eight bytes always include it.
    end == other_end && words.all(|(one, other)| word(one) == word(other))
}
