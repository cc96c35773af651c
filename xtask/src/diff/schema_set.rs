//! The models of one side of a comparison.

use std::borrow::Cow;

use runcomfy_codegen::dialect::{Level, ModelFile, patched};
use runcomfy_codegen::json::{Json, Member, find};
use runcomfy_codegen::span::{LineIndex, Located, Position};
use runcomfy_codegen::{Analyzed, ValidModel};

/// One of the two sets of schemas that are compared.
#[derive(Debug, Default)]
pub(crate) struct SchemaSet<'a> {
    /// The models, sorted by id, each id once.
    pub(crate) models: Vec<SourceModel<'a>>,
    /// The files that the generator refuses, and those whose model id another file already has.
    pub(crate) refused: Vec<RefusedFile>,
}

/// A model and its file.
#[derive(Clone, Debug)]
pub(crate) struct SourceModel<'a> {
    /// The model id.
    pub(crate) id: String,
    /// The path of the file, as shown in reports.
    pub(crate) path: String,
    /// The model.
    pub(crate) valid: ValidModel<'a>,
    /// The file, with the overrides of the level `error` applied.
    json: Cow<'a, Located<Json>>,
    text: &'a [u8],
}

/// A model file that the generator refuses, or whose model id another file already has.
#[derive(Debug)]
pub(crate) struct RefusedFile {
    /// The model id: derived from the path if the generator refuses the file, otherwise read from the file.
    pub(crate) id: String,
    /// The path of the file, as shown in reports.
    pub(crate) path: String,
    /// Why the file is refused.
    pub(crate) reason: String,
}

impl<'a> SchemaSet<'a> {
    /// The models of these files. Reports show `folder` as the path of the folder that contains them.
    pub(crate) fn new(folder: &str, files: &'a [Analyzed<'a>]) -> Self {
        let mut models = Vec::new();
        let mut refused = Vec::new();
        for file in files {
            let path = match folder {
                "" => file.source.path.clone(),
                folder => format!("{}/{}", folder.trim_end_matches('/'), file.source.path),
            };
            match file.valid() {
                Some(valid) => models.push(SourceModel {
                    id: valid.model.id.to_string(),
                    path,
                    json: effective(valid.json, valid.file),
                    valid,
                    text: &file.source.bytes,
                }),
                None => refused.push(RefusedFile {
                    id: file.source.path.trim_end_matches(".json").to_owned(),
                    path,
                    reason: reason(file),
                }),
            }
        }
        models.sort_by(|one, other| (&one.id, &one.path).cmp(&(&other.id, &other.path)));
        let mut set = Self {
            models: Vec::new(),
            refused,
        };
        for model in models {
            match set.models.last() {
                Some(first) if first.id == model.id => set.refused.push(RefusedFile {
                    reason: format!("`{}` is the same model", first.path),
                    id: model.id,
                    path: model.path,
                }),
                _ => set.models.push(model),
            }
        }
        set
    }
}

impl SourceModel<'_> {
    /// The value at a JSON pointer.
    pub(crate) fn value(&self, pointer: &str) -> Option<&Json> {
        find(&self.json, pointer).map(|(_, value)| &value.value)
    }

    /// The position of the member at a JSON pointer or, if it does not exist, of the nearest enclosing
    /// member.
    pub(crate) fn position(&self, pointer: &str) -> Position {
        let mut pointer = pointer;
        let offset = loop {
            if let Some((span, _)) = find(&self.json, pointer) {
                break span.start;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => break 0,
            }
        };
        let text = String::from_utf8_lossy(self.text);
        LineIndex::new(&text).position(&text, offset)
    }
}

/// The file as the generator reads it: with the overrides of the level `error` applied.
fn effective<'a>(json: &'a Located<Json>, file: &ModelFile) -> Cow<'a, Located<Json>> {
    let overrides = file.overrides.iter();
    let mut applied = overrides.filter(|one| one.level == Level::Error).peekable();
    if applied.peek().is_none() {
        return Cow::Borrowed(json);
    }
    let mut json = json.clone();
    if let Json::Object(members) = &mut json.value {
        let input = members
            .iter_mut()
            .find(|Member { name, .. }| name.value == "input");
        if let Some(input) = input {
            for one in applied {
                if let Some(value) = patched(&input.value, &one.input) {
                    input.value = value;
                }
            }
        }
    }
    Cow::Owned(json)
}

/// The first error of a file, and the number of further ones.
fn reason(file: &Analyzed<'_>) -> String {
    let mut errors = file.diagnostics.errors();
    let Some(first) = errors.next() else {
        return "it was refused".to_owned();
    };
    let (rule, message) = (first.rule, &first.message);
    match errors.count() {
        0 => format!("{rule}: {message}"),
        more => format!("{rule}: {message} (and {more} more)"),
    }
}
