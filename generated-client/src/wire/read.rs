//! Reading JSON into generated structs: one pass, every violation noted on the way.

use std::collections::HashSet;
use std::fmt;
use std::mem::{replace, take};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::field::{Field, Names, Object, Slot};
use crate::validate::{Path, Rule, Violation, nearest};

/// What reading found.
#[derive(Default)]
pub(crate) struct Report {
    /// What does not fit the types of the schema.
    pub(crate) violations: Vec<Violation>,
    /// A property stands twice in one object. The last one counts, as for
    /// [`serde_json::Value`], but violations of the first may have been noted.
    pub(crate) has_duplicates: bool,
}

impl Report {
    #[cold]
    fn push(&mut self, at: &Path<'_>, rule: Rule, limit: Value, actual: Value) {
        self.violations.push(Violation::at(at, rule, limit, actual));
    }
}

/// Reads into `object` and reports what does not fit.
pub(crate) fn read_object<'de, D: Deserializer<'de>>(
    object: &mut dyn Object,
    deserializer: D,
) -> Result<Report, D::Error> {
    let mut report = Report::default();
    let mut root = Place {
        slot: &mut Slot::Object(object),
        report: &mut report,
        at: &Path::Root,
    };
    root.deserialize(deserializer)?;
    Ok(report)
}

/// Reads one value into one slot. All of it is handed on by reference: copying a slot that was just
/// written stalls the processor, which cost a tenth of the time of reading.
struct Place<'a, 's> {
    slot: &'a mut Slot<'s>,
    report: &'a mut Report,
    at: &'a Path<'a>,
}

impl Place<'_, '_> {
    const fn expected(&self) -> &'static str {
        match self.slot {
            Slot::Boolean(_) => "boolean",
            Slot::Integer(_) => "integer",
            Slot::Number(_) => "number",
            Slot::String(_) | Slot::Enum(_) => "string",
            Slot::List(_) => "array",
            Slot::Object(_) => "object",
        }
    }

    #[cold]
    fn mismatch<E>(&mut self, actual: impl Into<Value>) -> Result<(), E> {
        let limit = self.expected().into();
        self.report.push(self.at, Rule::Type, limit, actual.into());
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Place<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Place<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    #[inline]
    fn visit_bool<E: Error>(self, found: bool) -> Result<(), E> {
        match self.slot {
            Slot::Boolean(slot) => {
                **slot = found;
                Ok(())
            }
            _ => self.mismatch("boolean"),
        }
    }

    #[inline]
    fn visit_i64<E: Error>(self, found: i64) -> Result<(), E> {
        match self.slot {
            Slot::Integer(slot) => **slot = found,
            Slot::Number(slot) => **slot = found as f64,
            _ => return self.mismatch(found),
        }
        Ok(())
    }

    #[inline]
    fn visit_u64<E: Error>(self, found: u64) -> Result<(), E> {
        match (&mut *self.slot, i64::try_from(found)) {
            (Slot::Integer(slot), Ok(integer)) => **slot = integer,
            (Slot::Number(slot), _) => **slot = found as f64,
            _ => return self.mismatch(found),
        }
        Ok(())
    }

    #[inline]
    fn visit_f64<E: Error>(self, found: f64) -> Result<(), E> {
        /// 2^63: the first integer above `i64::MAX`, and exact as an `f64`.
        const END: f64 = 9_223_372_036_854_775_808.0;
        match self.slot {
            Slot::Number(slot) => **slot = found,
            Slot::Integer(slot) if found.fract() == 0.0 && (-END..END).contains(&found) => {
                // Integral and in range, so the conversion is exact.
                **slot = found as i64;
            }
            _ => return self.mismatch(found),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, found: &str) -> Result<(), E> {
        match self.slot {
            Slot::String(slot) => {
                **slot = found.to_owned();
                Ok(())
            }
            Slot::Enum(slot) => {
                if let Err(allowed) = slot.set(found) {
                    self.report
                        .push(self.at, Rule::Enum, allowed.into(), found.into());
                }
                Ok(())
            }
            _ => self.mismatch("string"),
        }
    }

    fn visit_string<E: Error>(self, found: String) -> Result<(), E> {
        match self.slot {
            Slot::String(slot) => {
                **slot = found;
                Ok(())
            }
            _ => self.visit_str(&found),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.mismatch("null")
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.mismatch("null")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    #[inline(never)]
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Slot::List(list) = self.slot else {
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
        let Slot::Object(object) = self.slot else {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return self.mismatch("object");
        };
        let names = object.names();
        let (report, at) = (&mut *self.report, self.at);
        let mut result = Ok(());
        object.fields_mut(&mut |fields| {
            result = read_members(&mut members, names, fields, report, at);
        });
        result
    }
}

/// Reads the members of an object into its fields.
fn read_members<'de, A: MapAccess<'de>>(
    members: &mut A,
    names: Names,
    fields: &mut [&mut dyn Field],
    report: &mut Report,
    at: &Path<'_>,
) -> Result<(), A::Error> {
    let mut seen = Seen::default();
    let mut met: Option<HashSet<String>> = None;
    let mut unknown = String::new();
    let mut next = 0;
    loop {
        let name = NameSeed {
            names: names.all,
            next,
            unknown: &mut unknown,
        };
        let Some(index) = members.next_key_seed(name)? else {
            break;
        };
        if let Some(field) = fields.get_mut(index) {
            report.has_duplicates |= !seen.insert(index);
            let mut slot = field.slot();
            members.next_value_seed(&mut Place {
                slot: &mut slot,
                report,
                at: &Path::Name(at, names.all[index]),
            })?;
            next = index + 1;
        } else {
            members.next_value::<IgnoredAny>()?;
            let near = nearest(&unknown, names.all.iter().copied());
            report.unknown(&Path::Name(at, &unknown), &unknown, near);
            report.has_duplicates |= !met.get_or_insert_default().insert(take(&mut unknown));
        }
    }
    for (index, name) in names.all[..names.required].iter().enumerate() {
        if !seen.contains(index) {
            let at = Path::Name(at, name);
            report.push(&at, Rule::Required, Value::Null, Value::Null);
        }
    }
    Ok(())
}

impl Report {
    #[cold]
    fn unknown(&mut self, at: &Path<'_>, name: &str, near: Option<&str>) {
        let mut violation = Violation::at(at, Rule::UnknownProperty, Value::Null, name.into());
        if let Some(near) = near {
            violation.message += &format!("; did you mean `{near}`?");
        }
        self.violations.push(violation);
    }
}

/// Reads the next item of a list, which is appended only if there is one.
struct ItemSeed<'a> {
    list: &'a mut dyn super::field::List,
    report: &'a mut Report,
    at: Path<'a>,
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let mut item = Place {
            slot: &mut self.list.push(),
            report: self.report,
            at: &self.at,
        };
        item.deserialize(deserializer)
    }
}

/// Reads a key and finds the position of its property; one past the last where there is none.
struct NameSeed<'a> {
    names: &'static [&'static str],
    /// Where to look first: most objects are written in the order of their schema.
    next: usize,
    /// The name, where there is no such property.
    unknown: &'a mut String,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = usize;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = usize;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a property name")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        if self
            .names
            .get(self.next)
            .is_some_and(|known| is_same(known, name))
        {
            return Ok(self.next);
        }
        Ok(self.search(name))
    }
}

impl NameSeed<'_> {
    #[inline(never)]
    fn search(self, name: &str) -> usize {
        let index = self.names.iter().position(|known| is_same(known, name));
        index.unwrap_or_else(|| {
            name.clone_into(self.unknown);
            self.names.len()
        })
    }
}

/// Whether two short texts are the same. The library's comparison is a call, which takes longer than
/// comparing so few bytes.
#[inline]
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let (words, rest) = one.as_chunks::<8>();
    let (other_words, other_rest) = other.as_chunks::<8>();
    let is_same_word =
        |(one, other): (&[u8; 8], &[u8; 8])| u64::from_ne_bytes(*one) == u64::from_ne_bytes(*other);
    words.iter().zip(other_words).all(is_same_word)
        && rest.iter().zip(other_rest).all(|(one, other)| one == other)
}

/// The properties met so far, by position; the first 64 without an allocation.
#[derive(Default)]
struct Seen {
    first: u64,
    rest: Vec<bool>,
}

impl Seen {
    /// Notes a property; false when it was noted before.
    fn insert(&mut self, index: usize) -> bool {
        if index >= 64 {
            return self.insert_in_rest(index - 64);
        }
        let bit = 1 << index;
        let is_new = self.first & bit == 0;
        self.first |= bit;
        is_new
    }

    #[cold]
    fn insert_in_rest(&mut self, index: usize) -> bool {
        if self.rest.len() <= index {
            self.rest.resize(index + 1, false);
        }
        !replace(&mut self.rest[index], true)
    }

    fn contains(&self, index: usize) -> bool {
        match index.checked_sub(64) {
            None => self.first & (1 << index) != 0,
            Some(index) => self.rest.get(index).copied().unwrap_or(false),
        }
    }
}
