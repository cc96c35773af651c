//! Judging a model file: what its keys mean together.
//!
//! What is not modelled and what contradicts itself is refused here, with a place and a reason,
//! so that every later stage can take its input as it is.

mod id;
mod item;
mod keywords;
mod limits;
mod lint;
mod media;
mod object;
mod value;

pub(crate) use lint::is_untranslated_key;

use crate::dialect::ModelFile;
use crate::finding::{Finding, Findings};
use crate::json::{Json, Located};
use crate::model::{Docs, Item, List, Model, Object, Override, Property, Shape, Text};
use crate::names::is_keyword;

/// How deep objects may stand within each other.
pub(crate) const MAX_DEPTH: usize = 16;

/// Judges a model file. `None` when there is an error among the findings.
pub fn check(file: &ModelFile, findings: &mut Findings) -> Option<Model> {
    let model = judge(file, findings);
    model.filter(|_| !findings.has_errors())
}

/// Judges a model file. The model may lack what was refused, so it is good for further findings
/// alone when there is an error among them.
pub(crate) fn judge(file: &ModelFile, findings: &mut Findings) -> Option<Model> {
    let id = id::model_id(&file.model_id, findings);
    let mut judge = Judge {
        findings,
        depth: 0,
        untranslated: Vec::new(),
    };
    let input = judge.root(&file.input, "input");
    let output = match &file.output {
        Some(output) => judge.root(&output.output, "output"),
        None => Some(documented_output()),
    };
    judge.warn_of_untranslated();
    let names = file
        .names
        .iter()
        .filter_map(|name| judge.name_override(name))
        .collect();
    if let (Some(input), Some(example)) = (&input, &file.example) {
        judge.example(input, example);
    }
    Some(Model {
        id: id?,
        input: input?,
        output: output?,
        example: file.example.clone(),
        names,
    })
}

/// Judges schemas and notes what is wrong.
pub(crate) struct Judge<'a> {
    findings: &'a mut Findings,
    /// How many objects stand around the current one.
    depth: usize,
    /// The texts that look like translation keys.
    untranslated: Vec<Located<String>>,
}

impl Judge<'_> {
    fn refuse(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn name_override(&mut self, name: &crate::dialect::NameOverride) -> Option<Override> {
        let text = &name.name.value;
        // `gen` and `r#seed` are identifiers too, but one is a keyword and the other `seed` again.
        let is_well_written = text
            .strip_prefix("r#")
            .map_or_else(|| !is_keyword(text), is_keyword);
        if syn::parse_str::<syn::Ident>(text).is_err() || !text.is_ascii() || !is_well_written {
            self.refuse(
                Finding::new(
                    "invalid-name",
                    name.name.span.clone(),
                    format!("`{text}` is not a Rust identifier that can be used here"),
                )
                .help("ASCII letters, digits and `_`; a keyword, and nothing else, has `r#` before it"),
            );
            return None;
        }
        Some(Override {
            key: name.key.clone(),
            name: text.clone(),
        })
    }

    fn example(&mut self, input: &Object, example: &Located<Json>) {
        let mut misfits = Vec::new();
        value::object(input, example, &mut misfits);
        for misfit in misfits {
            self.refuse(
                Finding::new("invalid-example", misfit.span, misfit.message)
                    .help("the example must pass the input schema; change one of the two"),
            );
        }
    }
}

/// The four media fields that the documentation promises for every model.
fn documented_output() -> Object {
    let url = || Text {
        format: Some("uri".to_owned()),
        ..Text::default()
    };
    let property = |wire: &str, description: &str, shape| Property {
        wire: wire.to_owned(),
        span: 0..0,
        docs: Docs {
            title: None,
            description: Some(description.to_owned()),
        },
        required: false,
        default: None,
        shape,
    };
    let one = || Shape::One(Item::Text(url()));
    let list = || {
        Shape::List(List {
            item: Item::Text(url()),
            item_docs: Docs::default(),
            format: None,
            min_items: None,
            max_items: None,
        })
    };
    Object {
        docs: Docs::default(),
        properties: vec![
            property("image", "single image URL", one()),
            property("video", "single video URL", one()),
            property("images", "multiple image URLs", list()),
            property("videos", "multiple video URLs", list()),
        ],
        required: Vec::new(),
    }
}
