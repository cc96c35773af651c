//! Merging examples.

use runcomfy_codegen::json::Json;
use runcomfy_codegen::span::Located;

use super::note::{NoteKind, shown, step};
use super::schema::is_blank;
use super::{Merger, fresh, member, new, rebuilt};

impl Merger {
    /// Merges an example: the example of the source replaces the old one, except that a blank string does not
    /// replace a string that is not blank. In some translated pages all strings are blank.
    pub(super) fn example(
        &mut self,
        old: &Located<Json>,
        new: &Located<Json>,
        pointer: &str,
    ) -> Located<Json> {
        if old == new {
            return old.clone();
        }
        match (&old.value, &new.value) {
            (Json::Object(_), Json::Object(members)) => {
                let gone = old
                    .members()
                    .iter()
                    .filter(|old| new.get(&old.name).is_none());
                for gone in gone {
                    let pointer = step(pointer, &gone.name);
                    self.note(NoteKind::Removed, &pointer, shown(&gone.value));
                }
                let members = members.iter().map(|new| {
                    let pointer = step(pointer, &new.name);
                    let value = match old.get(&new.name) {
                        Some(old) => self.example(old, &new.value, &pointer),
                        None => fresh(&new.value),
                    };
                    member(&new.name, value)
                });
                let members = members.collect();
                rebuilt(old, members)
            }
            (Json::Array(old_items), Json::Array(items)) if old_items.len() == items.len() => {
                let pairs = old_items.iter().zip(items).enumerate();
                let items = pairs.map(|(index, (old, new))| {
                    self.example(old, new, &step(pointer, &index.to_string()))
                });
                let items = items.collect();
                if &items == old_items {
                    old.clone()
                } else {
                    self::new(Json::Array(items))
                }
            }
            (Json::String(_), Json::String(_)) if is_blank(new) && !is_blank(old) => {
                self.note(NoteKind::Kept, pointer, "the text of the source is blank");
                old.clone()
            }
            _ => {
                let message = format!("{} → {}", shown(old), shown(new));
                self.note(NoteKind::Replaced, pointer, message);
                fresh(new)
            }
        }
    }
}
