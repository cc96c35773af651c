//! Reading JSON into generated structs: one pass, every violation noted on the way.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::field::{Object, Slot};
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
        found: Some((0, Slot::Object(object))),
        report: &mut report,
        at: &Path::Root,
    };
    root.deserialize(deserializer)?;
    Ok(report)
}

/// Reads one value into one slot. Handed on by reference, for its parts would be copied with every
/// call.
struct Place<'a> {
    /// The field, behind its position among the properties; `None` until it is found.
    found: Option<(usize, Slot<'a>)>,
    report: &'a mut Report,
    at: &'a Path<'a>,
}

impl Place<'_> {
    fn expected(&self) -> &'static str {
        match self.found {
            None => "null",
            Some((_, Slot::Boolean(_))) => "boolean",
            Some((_, Slot::Integer(_))) => "integer",
            Some((_, Slot::Number(_))) => "number",
            Some((_, Slot::String(_) | Slot::Enum(_))) => "string",
            Some((_, Slot::List(_))) => "array",
            Some((_, Slot::Object(_))) => "object",
        }
    }

    #[cold]
    fn mismatch<E>(&mut self, actual: impl Into<Value>) -> Result<(), E> {
        let limit = self.expected().into();
        self.report.push(self.at, Rule::Type, limit, actual.into());
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Place<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Place<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    #[inline]
    fn visit_bool<E: Error>(self, found: bool) -> Result<(), E> {
        match &mut self.found {
            Some((_, Slot::Boolean(slot))) => {
                **slot = found;
                Ok(())
            }
            _ => self.mismatch("boolean"),
        }
    }

    #[inline]
    fn visit_i64<E: Error>(self, found: i64) -> Result<(), E> {
        match &mut self.found {
            Some((_, Slot::Integer(slot))) => **slot = found,
            Some((_, Slot::Number(slot))) => **slot = found as f64,
            _ => return self.mismatch(found),
        }
        Ok(())
    }

    #[inline]
    fn visit_u64<E: Error>(self, found: u64) -> Result<(), E> {
        match (&mut self.found, i64::try_from(found)) {
            (Some((_, Slot::Integer(slot))), Ok(integer)) => **slot = integer,
            (Some((_, Slot::Number(slot))), _) => **slot = found as f64,
            _ => return self.mismatch(found),
        }
        Ok(())
    }

    #[inline]
    fn visit_f64<E: Error>(self, found: f64) -> Result<(), E> {
        /// 2^63: the first integer above `i64::MAX`, and exact as an `f64`.
        const END: f64 = 9_223_372_036_854_775_808.0;
        match &mut self.found {
            Some((_, Slot::Number(slot))) => **slot = found,
            Some((_, Slot::Integer(slot)))
                if found.fract() == 0.0 && (-END..END).contains(&found) =>
            {
                // Integral and in range, so the conversion is exact.
                **slot = found as i64;
            }
            _ => return self.mismatch(found),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, found: &str) -> Result<(), E> {
        match &mut self.found {
            Some((_, Slot::String(slot))) => {
                **slot = found.to_owned();
                Ok(())
            }
            Some((_, Slot::Enum(slot))) => {
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
        match &mut self.found {
            Some((_, Slot::String(slot))) => {
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
        let Some((_, Slot::List(list))) = &mut self.found else {
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
        let Some((_, Slot::Object(object))) = &mut self.found else {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return self.mismatch("object");
        };
        let mut seen = Seen::default();
        let mut met: Option<HashSet<String>> = None;
        let names = object.names();
        loop {
            let at;
            let mut unknown = None;
            let mut place = Place {
                found: None,
                report: &mut *self.report,
                at: self.at,
            };
            let name = NameSeed {
                object: &mut **object,
                found: &mut place.found,
                unknown: &mut unknown,
            };
            if members.next_key_seed(name)?.is_none() {
                break;
            }
            if let Some((index, _)) = place.found {
                at = Path::Name(self.at, names[index]);
                place.at = &at;
                place.report.has_duplicates |= !seen.insert(index);
                members.next_value_seed(&mut place)?;
            } else {
                members.next_value::<IgnoredAny>()?;
                let name = unknown.unwrap_or_default();
                let near = nearest(&name, names.iter().copied());
                self.report
                    .unknown(&Path::Name(self.at, &name), &name, near);
                self.report.has_duplicates |= !met.get_or_insert_default().insert(name);
            }
        }
        let required = names.iter().take(object.required());
        for (index, name) in required.enumerate() {
            if !seen.contains(index) {
                let at = Path::Name(self.at, name);
                self.report
                    .push(&at, Rule::Required, Value::Null, Value::Null);
            }
        }
        Ok(())
    }
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
            found: Some((0, self.list.push())),
            report: self.report,
            at: &self.at,
        };
        item.deserialize(deserializer)
    }
}

/// Reads a key and finds its property. What it finds is put where it is needed, not handed up: that
/// way it is written once and not copied from call to call.
struct NameSeed<'a, 'm> {
    object: &'a mut dyn Object,
    /// The position and the field of the property, where there is one of that name.
    found: &'m mut Option<(usize, Slot<'a>)>,
    /// The name, where there is none.
    unknown: &'m mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a property name")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        *self.found = self.object.slot(name);
        if self.found.is_none() {
            *self.unknown = Some(name.to_owned());
        }
        Ok(())
    }
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
        let is_new = !self.contains(index);
        match index.checked_sub(64) {
            None => self.first |= 1 << index,
            Some(index) => {
                if self.rest.len() <= index {
                    self.rest.resize(index + 1, false);
                }
                self.rest[index] = true;
            }
        }
        is_new
    }

    fn contains(&self, index: usize) -> bool {
        match index.checked_sub(64) {
            None => self.first & (1 << index) != 0,
            Some(index) => self.rest.get(index).copied().unwrap_or(false),
        }
    }
}
