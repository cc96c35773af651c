//! Merging the content of a source into a model file.
//!
//! No files are accessed: [`merge`] takes the text of the existing file and returns the new text.
//! Top-level members that the source does not have are kept. Unchanged values keep their exact bytes, except
//! that CRLF becomes LF. Replaced and removed values are listed in [`Merged::notes`].

mod about;
mod example;
mod note;
mod pin;
mod schema;
#[cfg(test)]
mod tests;

use runcomfy_codegen::ModelId;
use runcomfy_codegen::json::{self, Json, Member};
use runcomfy_codegen::span::{Located, Span};
use thiserror::Error;

pub(crate) use note::{Note, NoteKind};

use super::render::render;
use about::without_null;

/// The first keys of a new model file, in order. The keys in [`SourceModel::others`] follow them.
const ORDER: [&str; 5] = ["model_id", "example", "input", "output", "names"];

/// The content that one source has for a model. A source is a documentation page, an entry of the catalogue
/// or another model file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SourceModel {
    /// The id.
    pub(crate) model_id: ModelId,
    /// How the source prints schemas.
    pub(crate) style: SchemaStyle,
    /// The input schema.
    pub(crate) input: Located<Json>,
    /// The output schema in its wrapper, `{"output": {…}}`. `None` if the source has none.
    pub(crate) output: Option<Located<Json>>,
    /// The body of the documented request, an object. `None` if the source has none.
    pub(crate) example: Option<Located<Json>>,
    /// Rust names by wire name. Names in the existing file take precedence.
    pub(crate) names: Vec<Member>,
    /// Members for other keys of the model file. `about` is merged with the existing `about`. Every other
    /// member replaces the existing member with the same key.
    pub(crate) others: Vec<Member>,
}

/// How a source prints schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaStyle {
    /// As the documentation prints them: in a meaningful order, with titles.
    Documented,
    /// As the catalogue prints them: sorted by key, without titles. A merge keeps the order and the titles of
    /// the existing file.
    Sorted,
}

/// A merged model file.
#[derive(Debug, PartialEq)]
pub(crate) struct Merged {
    /// The text of the file. If nothing changes, it is the text of the existing file with LF line endings.
    pub(crate) text: String,
    /// Notes about replaced, removed and kept values, followed by notes about pinned names.
    pub(crate) notes: Vec<Note>,
}

/// A source cannot be merged into an existing file.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum MergeError {
    /// The existing file is not JSON, has a key twice or has no `model_id`, or its `names` is not an object.
    #[error("it is not a model file: {0}")]
    NotAModelFile(String),
    /// The existing file is the file of another model.
    #[error("it is the file of another model, {0}")]
    OtherModel(String),
}

/// Merges what a source knows into the existing model file, if there is one.
///
/// Also pins field names, that is, adds them to `names`. If the name of a field comes from a title for the
/// first time, it is pinned. If it already came from a title and would change, the old name is pinned.
///
/// # Errors
///
/// The existing text is not a model file, or is the file of another model. Overwriting it could lose content
/// that the source does not have.
pub(crate) fn merge(existing: Option<&str>, source: &SourceModel) -> Result<Merged, MergeError> {
    let existing = existing.map(|text| text.replace("\r\n", "\n"));
    let existing = existing.as_deref();
    let mut merged = merge_unpinned(existing, source)?;
    let pins = pin::names(existing, &merged.text, source);
    if !pins.is_empty() {
        let mut pinned = source.clone();
        pinned.names.extend(pins.iter().cloned());
        merged = merge_unpinned(existing, &pinned)?;
        merged.notes.extend(pins.iter().map(note::pinned));
    }
    Ok(merged)
}

/// Like [`merge`], but pins no names.
pub(super) fn merge_unpinned(
    existing: Option<&str>,
    source: &SourceModel,
) -> Result<Merged, MergeError> {
    let Some(text) = existing else {
        let members = source_members(source).into_iter().map(|new| {
            let value = without_null(&new);
            member(&new.name, value)
        });
        let text = render(&fresh(&Json::Object(members.collect())), "");
        return Ok(Merged {
            text,
            notes: Vec::new(),
        });
    };
    let root = read(text, source)?;
    let mut merger = Merger {
        style: source.style,
        notes: Vec::new(),
    };
    let members = merger.file(root.members(), source);
    let text = if members == root.members() && members.iter().all(|member| is_kept(&member.value)) {
        text.to_owned()
    } else {
        render(&Located::new(Json::Object(members), Span::default()), text)
    };
    Ok(Merged {
        text,
        notes: merger.notes,
    })
}

/// Parses the existing file.
fn read(text: &str, source: &SourceModel) -> Result<Located<Json>, MergeError> {
    let refuse = |reason: String| Err(MergeError::NotAModelFile(reason));
    let parsed = match json::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => return refuse(error.kind.to_string()),
    };
    if let Some(duplicate) = parsed.duplicates.first() {
        return refuse(format!(
            "`{}` occurs twice in one object",
            duplicate.name.value
        ));
    }
    let root = parsed.value;
    let Some(id) = root.get("model_id").and_then(|id| id.as_str()) else {
        return refuse("it has no `model_id`".to_owned());
    };
    if id != source.model_id.to_string() {
        return Err(MergeError::OtherModel(id.to_owned()));
    }
    let names = root.get("names").map(|names| &names.value);
    if !matches!(names, None | Some(Json::Object(_))) {
        return refuse("its `names` is not an object".to_owned());
    }
    Ok(root)
}

/// The members of a new model file with the content of the source.
fn source_members(source: &SourceModel) -> Vec<Member> {
    let model_id = new(Json::String(source.model_id.to_string()));
    let names = (!source.names.is_empty()).then(|| new(Json::Object(source.names.clone())));
    let values = [
        Some(model_id),
        source.example.clone(),
        Some(source.input.clone()),
        source.output.clone(),
        names,
    ];
    let known = ORDER.into_iter().zip(values);
    let known = known.filter_map(|(name, value)| Some(member(name, value?)));
    known.chain(source.others.iter().cloned()).collect()
}

/// Merges values and records notes about values that are replaced, removed or kept.
struct Merger {
    style: SchemaStyle,
    notes: Vec<Note>,
}

impl Merger {
    /// The members of the merged file.
    fn file(&mut self, existing: &[Member], source: &SourceModel) -> Vec<Member> {
        let mut members = Vec::new();
        let mut added = source_members(source);
        for old in existing {
            let known = added.iter().position(|new| new.name == old.name);
            let pointer = note::step("", &old.name);
            let Some(new) = known.map(|index| added.remove(index)) else {
                if matches!(old.name.as_str(), "example" | "output") {
                    self.note(NoteKind::Unknown, &pointer, "the source has none");
                }
                members.push(old.clone());
                continue;
            };
            let (old_value, new_value) = (&old.value, &new.value);
            let value = match old.name.as_str() {
                "model_id" => old_value.clone(),
                "input" => self.schema(old_value, new_value, &pointer),
                "output" => self.output(old_value, new_value, &pointer),
                "example" => self.example(old_value, new_value, &pointer),
                "names" => names(old_value, new_value),
                "about" => self.about(old_value, new_value, &pointer),
                _ => self.value(old_value, new_value, &pointer),
            };
            members.push(member(&old.name, value));
        }
        for new in added {
            let rank = rank(&new.name);
            let place = members
                .iter()
                .position(|other| self::rank(&other.name) > rank);
            let new = member(&new.name, fresh(&without_null(&new)));
            members.insert(place.unwrap_or(members.len()), new);
        }
        members
    }

    fn note(&mut self, kind: NoteKind, pointer: &str, message: impl Into<String>) {
        self.notes.push(Note {
            kind,
            pointer: pointer.to_owned(),
            message: message.into(),
        });
    }
}

/// Merges names: all names of the existing file, then the names that only the source has.
fn names(old: &Located<Json>, new: &Located<Json>) -> Located<Json> {
    let mut members = old.members().to_vec();
    for name in new.members() {
        if members.iter().all(|known| known.name != name.name) {
            members.push(member(&name.name, fresh(&name.value)));
        }
    }
    rebuilt(old, members)
}

/// The place of a key in a new file.
fn rank(key: &str) -> usize {
    let place = ORDER.iter().position(|known| *known == key);
    place.unwrap_or(ORDER.len())
}

/// An object with these members. If they are exactly those of `old`, returns `old`, so that its bytes
/// are kept.
fn rebuilt(old: &Located<Json>, members: Vec<Member>) -> Located<Json> {
    let is_same = old.members().len() == members.len()
        && old.members().iter().zip(&members).all(|(old, new)| {
            old.name == new.name && is_kept(&new.value) && old.value.span == new.value.span
        });
    if is_same {
        old.clone()
    } else {
        new(Json::Object(members))
    }
}

/// Whether a value was taken unchanged from the existing file, so that its bytes are kept. Only such values
/// have a position.
pub(super) fn is_kept(value: &Located<Json>) -> bool {
    value.span != Span::default()
}

/// Creates a value without a position, so that it does not count as [kept](is_kept).
fn new(value: Json) -> Located<Json> {
    Located::new(value, Span::default())
}

/// Copies a value of a source without its positions in the source.
fn fresh(value: &Json) -> Located<Json> {
    new(match value {
        Json::Array(items) => Json::Array(items.iter().map(|item| fresh(item)).collect()),
        Json::Object(members) => {
            let members = members.iter();
            let members = members.map(|each| member(&each.name, fresh(&each.value)));
            Json::Object(members.collect())
        }
        other => other.clone(),
    })
}

fn member(name: &str, value: Located<Json>) -> Member {
    Member {
        name: Located::new(name.to_owned(), Span::default()),
        value,
    }
}
