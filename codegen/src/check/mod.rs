//! Checks the content of a model file, after the keys and the types of their values have been checked.
//!
//! Refuses schemas that are contradictory or not modelled, with a position and a reason. After an error,
//! naming still runs, but the stages after naming do not. Those stages can thus assume that a schema is
//! valid.

mod about;
mod advice;
mod conformance;
mod item;
mod keywords;
mod limits;
mod lint;
mod media;
mod object;

use crate::diagnostics::{Diagnostic, Diagnostics, Rule};
use crate::dialect::{Level, ModelFile, NameOverride, Override};
use crate::identifier::is_identifier;
use crate::json::Json;
use crate::model::{
    Docs, ItemSchema, ListSchema, Model, ObjectSchema, Property, PropertySchema, StringSchema,
};
use crate::model_id::{InvalidModelId, ModelId};
use crate::span::{Located, Span};

/// The maximum depth of nested objects, including the input or output itself.
const MAX_DEPTH: usize = 16;

/// Checks a model file. Returns `None` only if there is an error among the diagnostics.
///
/// After an error, it may still return a model, so that its names are also checked. The refused parts of
/// that model are missing or invalid.
pub(crate) fn check(file: &ModelFile, diagnostics: &mut Diagnostics) -> Option<Model> {
    let mut checker = SchemaChecker::new(&file.overrides, diagnostics);
    let id = checker.model_id(&file.model_id);
    let about = checker.about(file.about.as_ref());
    let mut input = checker.root(&file.input, "input");
    let corrections = checker.other_corrections();
    if let Some(input) = &mut input {
        advice::add(input, &file.overrides, checker.diagnostics);
        checker.warn_of_unchecked(input);
    }
    let output = match &file.output {
        Some(output) => checker.root(&output.output, "output"),
        None => Some(documented_output()),
    };
    if let (Some(output), Some(_)) = (&output, &file.output) {
        checker.warn_of_unchecked(output);
    }
    checker.warn_of_untranslated();
    let names = file.names.iter().filter(|name| checker.is_valid_name(name));
    let names = names.cloned().collect();
    if let (Some(input), Some(example)) = (&input, &file.example) {
        checker.example(input, example);
    }
    Some(Model {
        id: id?,
        about,
        corrections,
        input: input?,
        output: output?,
        example: file.example.clone(),
        names,
    })
}

struct SchemaChecker<'a> {
    diagnostics: &'a mut Diagnostics,
    overrides: &'a [Override],
    /// For each override, whether the generated documentation of a property states its reason.
    is_documented: Vec<bool>,
    /// The number of objects that contain the current schema.
    depth: usize,
    /// Texts that are translation keys.
    untranslated: Vec<Located<String>>,
}

impl<'a> SchemaChecker<'a> {
    fn new(overrides: &'a [Override], diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            diagnostics,
            overrides,
            is_documented: vec![false; overrides.len()],
            depth: 0,
            untranslated: Vec::new(),
        }
    }

    /// The reasons of overrides of the level `error`, except those that the generated documentation of a
    /// property states.
    fn other_corrections(&self) -> Vec<String> {
        let overrides = self.overrides.iter().zip(&self.is_documented);
        let others =
            overrides.filter(|(one, documented)| one.level == Level::Error && !**documented);
        others.map(|(one, _)| one.reason.value.clone()).collect()
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports that a schema contradicts itself.
    fn contradiction(&mut self, span: Span, message: impl Into<String>) {
        self.report(
            Diagnostic::new(Rule::Contradiction, span, message)
                .with_help("correct the schema; it contradicts itself"),
        );
    }

    fn model_id(&mut self, id: &Located<String>) -> Option<ModelId> {
        match id.parse() {
            Ok(id) => Some(id),
            Err(error) => {
                let message = format!("`{}` is not a model id: {error}", id.value);
                self.report(
                    Diagnostic::new(Rule::InvalidModelId, id.span, message)
                        .with_help(InvalidModelId::HELP),
                );
                None
            }
        }
    }

    fn is_valid_name(&mut self, NameOverride { name, .. }: &NameOverride) -> bool {
        let is_valid = is_identifier(name);
        if !is_valid {
            let message = format!("`{}` is not a usable Rust identifier", name.value);
            self.report(
                Diagnostic::new(Rule::InvalidName, name.span, message).with_help(
                    "use ASCII letters, digits and `_`; prefix keywords, and only keywords, with `r#`",
                ),
            );
        }
        is_valid
    }

    fn example(&mut self, input: &ObjectSchema, example: &Located<Json>) {
        let mut mismatches = Vec::new();
        conformance::object(input, example, &mut mismatches);
        for mismatch in mismatches {
            self.report(
                Diagnostic::new(Rule::InvalidExample, mismatch.span, mismatch.message).with_help(
                    "the example must be valid under the input schema; change one of them",
                ),
            );
        }
    }
}

/// The output of a model without an output schema: the four media fields that the documentation of the
/// API describes for every model.
fn documented_output() -> ObjectSchema {
    let url = || {
        ItemSchema::String(StringSchema {
            format: Some("uri".to_owned()),
            ..StringSchema::default()
        })
    };
    let list = || {
        PropertySchema::List(ListSchema {
            item: url(),
            item_docs: Docs::default(),
            format: None,
            min_items: None,
            max_items: None,
        })
    };
    let property = |wire_name: &str, description: &str, schema| Property {
        wire_name: wire_name.to_owned(),
        span: Span::default(),
        docs: Docs {
            title: None,
            description: Some(description.to_owned()),
        },
        required: false,
        default: None,
        schema,
        corrections: Vec::new(),
        advice: Vec::new(),
        unchecked: None,
    };
    ObjectSchema {
        docs: Docs::default(),
        properties: vec![
            property("image", "single image URL", PropertySchema::Single(url())),
            property("video", "single video URL", PropertySchema::Single(url())),
            property("images", "multiple image URLs", list()),
            property("videos", "multiple video URLs", list()),
        ],
        required: Vec::new(),
    }
}
