//! Merging schemas, key by key.

use runcomfy_codegen::json::{Json, Member};
use runcomfy_codegen::span::Located;

use super::note::{NoteKind, shown, step};
use super::{Merger, SchemaStyle, fresh, is_kept, member, new, rebuilt};

/// Merges the value of a key. The arguments are the key, the old value, the new value and the pointer.
type MergeValue = fn(&mut Merger, &str, &Located<Json>, &Located<Json>, &str) -> Located<Json>;

impl Merger {
    /// Merges a schema.
    pub(super) fn schema(
        &mut self,
        old: &Located<Json>,
        new: &Located<Json>,
        pointer: &str,
    ) -> Located<Json> {
        self.object(old, new, pointer, Self::keyword)
    }

    /// Merges an output schema in its wrapper.
    pub(super) fn output(
        &mut self,
        old: &Located<Json>,
        new: &Located<Json>,
        pointer: &str,
    ) -> Located<Json> {
        self.object(old, new, pointer, Self::named_schema)
    }

    /// Merges a value that is not a schema: if the values differ, the new one replaces the old one.
    pub(super) fn value(
        &mut self,
        old: &Located<Json>,
        new: &Located<Json>,
        pointer: &str,
    ) -> Located<Json> {
        let is_same = match self.style {
            SchemaStyle::Documented => old == new,
            SchemaStyle::Sorted => old.equals(new),
        };
        if is_same {
            return old.clone();
        }
        let message = format!("{} → {}", shown(old), shown(new));
        self.note(NoteKind::Replaced, pointer, message);
        fresh(new)
    }

    fn keyword(
        &mut self,
        key: &str,
        old: &Located<Json>,
        new: &Located<Json>,
        pointer: &str,
    ) -> Located<Json> {
        match key {
            "properties" => self.object(old, new, pointer, Self::named_schema),
            "items" => self.schema(old, new, pointer),
            "required" | "enum" if self.style == SchemaStyle::Sorted => self.set(old, new, pointer),
            "title" | "description" => self.text(old, new, pointer),
            _ => self.value(old, new, pointer),
        }
    }

    fn named_schema(
        &mut self,
        _: &str,
        old: &Located<Json>,
        new: &Located<Json>,
        pointer: &str,
    ) -> Located<Json> {
        self.schema(old, new, pointer)
    }

    fn object(
        &mut self,
        old: &Located<Json>,
        new: &Located<Json>,
        pointer: &str,
        merge: MergeValue,
    ) -> Located<Json> {
        let (Json::Object(old_members), Json::Object(new_members)) = (&old.value, &new.value)
        else {
            return self.value(old, new, pointer);
        };
        let in_new = |name: &str| new_members.iter().find(|member| *member.name == name);
        let in_old = |name: &str| old_members.iter().find(|member| *member.name == name);
        let mut members = Vec::new();
        let mut removed = Vec::new();
        for old in old_members {
            let pointer = step(pointer, &old.name);
            if let Some(new) = in_new(&old.name) {
                let value = merge(self, &old.name, &old.value, &new.value, &pointer);
                members.push(member(&old.name, value));
            } else if self.style == SchemaStyle::Sorted && is_title(old) {
                members.push(old.clone());
            } else {
                removed.push((old, pointer));
            }
        }
        for (old, pointer) in removed {
            let is_text = is_title(old) || old.name.value == "description";
            let is_text = is_text && old.value.as_str().is_some();
            let kind = if is_text {
                NoteKind::Text
            } else {
                NoteKind::Removed
            };
            self.note(kind, &pointer, shown(&old.value));
        }
        let added = new_members.iter().filter(|new| in_old(&new.name).is_none());
        members.extend(added.map(|new| member(&new.name, fresh(&new.value))));
        if self.style == SchemaStyle::Documented {
            let place =
                |member: &Member| new_members.iter().position(|new| new.name == member.name);
            members.sort_by_key(place);
        }
        rebuilt(old, members)
    }

    /// Merges a title or a description. A blank text in the source does not replace a text that is not blank.
    fn text(&mut self, old: &Located<Json>, new: &Located<Json>, pointer: &str) -> Located<Json> {
        if old.value == new.value {
            return old.clone();
        }
        if is_blank(new) && !is_blank(old) {
            self.note(NoteKind::Kept, pointer, "the text of the source is blank");
            return old.clone();
        }
        let message = format!("{} → {}", shown(old), shown(new));
        self.note(NoteKind::Text, pointer, message);
        fresh(new)
    }

    /// Merges a list whose order has no meaning in the source. Items that remain keep their order, and new
    /// items follow.
    fn set(&mut self, old: &Located<Json>, new: &Located<Json>, pointer: &str) -> Located<Json> {
        let (Json::Array(old_items), Json::Array(new_items)) = (&old.value, &new.value) else {
            return self.value(old, new, pointer);
        };
        let is_in =
            |item: &Json, items: &[Located<Json>]| items.iter().any(|other| item.equals(other));
        let mut items: Vec<Located<Json>> = old_items.clone();
        items.retain(|item| is_in(item, new_items));
        let added = new_items.iter().filter(|item| !is_in(item, old_items));
        items.extend(added.map(|item| fresh(item)));
        if items.len() == old_items.len() && items.iter().all(is_kept) {
            return old.clone();
        }
        let items = self::new(Json::Array(items));
        let message = format!("{} → {}", shown(old), shown(&items));
        self.note(NoteKind::Replaced, pointer, message);
        items
    }
}

/// Whether the member is the title of a schema. A property may be called `title` too; then its value is an
/// object.
fn is_title(member: &Member) -> bool {
    member.name.value == "title" && member.value.as_str().is_some()
}

/// Whether a value is a string that is empty or contains only white space.
pub(super) fn is_blank(value: &Json) -> bool {
    let text = value.as_str();
    text.is_some_and(|text| text.chars().all(runcomfy_codegen::text::is_space))
}
