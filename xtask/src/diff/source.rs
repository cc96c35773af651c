//! Model files as they are compared: checked by the generator, with the places of their parts.

use std::collections::HashSet;

use runcomfy_codegen::dialect::{self, ModelFile};
use runcomfy_codegen::json::{self, Json, Located, Span};
use runcomfy_codegen::model::Model;
use runcomfy_codegen::names::{self, ModelNames};
use runcomfy_codegen::{Findings, Severity, SourceFile, check};

/// One of the two sets of schemas that are compared.
#[derive(Debug, Default)]
pub(crate) struct Side {
    /// The models, sorted by id, each id once.
    pub(crate) models: Vec<SourceModel>,
    /// The files that the generator refuses.
    pub(crate) refused: Vec<RefusedFile>,
}

/// A checked model and the file that it came from.
#[derive(Debug)]
pub(crate) struct SourceModel {
    /// The id.
    pub(crate) id: String,
    /// The file, as reports name it.
    pub(crate) file: String,
    /// Its text.
    text: String,
    /// The JSON of the text.
    root: Located<Json>,
    /// The file in the terms of the dialect, which still has the messages of media rules.
    pub(crate) dialect: ModelFile,
    /// The model.
    pub(crate) model: Model,
    /// Its Rust names.
    pub(crate) names: ModelNames,
}

/// A model file that the generator refuses.
#[derive(Debug)]
pub(crate) struct RefusedFile {
    /// The id that its path stands for.
    pub(crate) id: String,
    /// The file, as reports name it.
    pub(crate) file: String,
    /// Why.
    pub(crate) reason: String,
}

impl Side {
    /// Reads all model files. `folder` is how reports name the folder that they are in.
    pub(crate) fn read(folder: &str, sources: &[SourceFile]) -> Self {
        let mut side = Self::default();
        for source in sources {
            match SourceModel::read(folder, source) {
                Ok(model) => side.models.push(model),
                Err(refused) => side.refused.push(refused),
            }
        }
        side.models
            .sort_by(|one, other| (&one.id, &one.file).cmp(&(&other.id, &other.file)));
        let (mut models, refused) = (Vec::<SourceModel>::new(), &mut side.refused);
        for model in side.models.drain(..) {
            match models.last() {
                Some(first) if first.id == model.id => refused.push(RefusedFile {
                    reason: format!("`{}` is the same model", first.file),
                    id: model.id,
                    file: model.file,
                }),
                _ => models.push(model),
            }
        }
        side.models = models;
        side
    }

    /// Whether two models would be the same Rust module, which the generator refuses.
    pub(crate) fn has_meeting_modules(&self) -> bool {
        let mut seen = HashSet::new();
        self.models
            .iter()
            .any(|model| !seen.insert(&model.names.modules))
    }
}

impl SourceModel {
    fn read(folder: &str, source: &SourceFile) -> Result<Self, RefusedFile> {
        let file = match folder {
            "" => source.path.clone(),
            folder => format!("{}/{}", folder.trim_end_matches('/'), source.path),
        };
        let refused = |reason: String| RefusedFile {
            id: source.path.trim_end_matches(".json").to_owned(),
            file: file.clone(),
            reason,
        };
        let text = std::str::from_utf8(&source.bytes)
            .map_err(|_| refused("not UTF-8".to_owned()))?
            .to_owned();
        let root = json::parse(&text).map_err(|findings| refused(reason(&findings)))?;
        let mut findings = Findings::default();
        let read = dialect::read(&root, &mut findings).and_then(|file| {
            let model = check::check(&file, &mut findings)?;
            let names = names::name(&model, &mut findings)?;
            Some((file, model, names))
        });
        match read {
            Some((dialect, model, names)) if !findings.has_errors() => Ok(Self {
                id: model.id.to_string(),
                file,
                text,
                root,
                dialect,
                model,
                names,
            }),
            _ => Err(refused(reason(&findings))),
        }
    }

    /// What a JSON pointer leads to.
    pub(crate) fn value(&self, pointer: &str) -> Option<&Json> {
        self.find(pointer).map(|(_, value)| &value.value)
    }

    /// The line and the column, from 1, where the member stands that a JSON pointer leads to, or
    /// the nearest around it. The column counts Unicode scalar values.
    pub(crate) fn place(&self, pointer: &str) -> (usize, usize) {
        let mut pointer = pointer;
        let offset = loop {
            if let Some((span, _)) = self.find(pointer) {
                break span.start;
            }
            match pointer.rfind('/') {
                Some(at) => pointer = &pointer[..at],
                None => break 0,
            }
        };
        let before = self.text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }

    /// A value with the place of its name, or its own where it has none.
    fn find(&self, pointer: &str) -> Option<(&Span, &Located<Json>)> {
        let mut here = (&self.root.span, &self.root);
        for step in pointer.split('/').skip(1) {
            here = match &here.1.value {
                Json::Object(members) => {
                    let name = step.replace("~1", "/").replace("~0", "~");
                    let member = members.iter().find(|member| *member.name == name)?;
                    (&member.name.span, &member.value)
                }
                Json::Array(items) => {
                    let item = items.get(step.parse::<usize>().ok()?)?;
                    (&item.span, item)
                }
                _ => return None,
            };
        }
        Some(here)
    }
}

/// The first error, and how many there are beside it.
fn reason(findings: &Findings) -> String {
    let mut errors = findings
        .as_slice()
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let Some(first) = errors.next() else {
        return "it was refused".to_owned();
    };
    match errors.count() {
        0 => format!("{}: {}", first.rule, first.message),
        more => format!("{}: {} (and {more} more)", first.rule, first.message),
    }
}
