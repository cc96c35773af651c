//! Merging what the catalogue says about a model.

use runcomfy_codegen::json::{Json, Member};
use runcomfy_codegen::span::Located;

use super::note::{NoteKind, shown, step};
use super::{Merger, fresh, member, new, rebuilt};

impl Merger {
    /// Merges `about`. Keys that the source does not have are kept, and keys that are `null` in the source
    /// are removed.
    pub(super) fn about(
        &mut self,
        old: &Located<Json>,
        source: &Located<Json>,
        pointer: &str,
    ) -> Located<Json> {
        if !matches!(old.value, Json::Object(_)) {
            return self.value(old, source, pointer);
        }
        let mut members = Vec::new();
        for known in old.members() {
            let value = match source.get(&known.name) {
                None => known.value.clone(),
                Some(value) => {
                    let pointer = step(pointer, &known.name);
                    if value.value == Json::Null {
                        self.note(NoteKind::Removed, &pointer, shown(&known.value));
                        continue;
                    }
                    self.value(&known.value, value, &pointer)
                }
            };
            members.push(member(&known.name, value));
        }
        let added = source.members().iter();
        let added =
            added.filter(|new| old.get(&new.name).is_none() && new.value.value != Json::Null);
        members.extend(added.map(|new| member(&new.name, fresh(&new.value))));
        rebuilt(old, members)
    }
}

/// The value of a member. If its key is `about`, members of the value that are `null` are left out.
pub(super) fn without_null(key: &Member) -> Located<Json> {
    if key.name.value != "about" {
        return key.value.clone();
    }
    let known = key.value.members().iter();
    let known = known.filter(|member| member.value.value != Json::Null);
    new(Json::Object(known.cloned().collect()))
}
