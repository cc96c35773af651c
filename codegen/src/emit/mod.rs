//! Generates the source of a model's file, the module tree, and the list of all models.

mod about;
mod annotations;
mod chunk;
mod constraints;
mod docs;
mod enums;
mod example;
mod fields;
mod literal;
mod markdown;
mod marker;
mod media;
mod model_list;
mod module_tree;
mod tokens;

use quote::quote;

use crate::lower::LoweredModel;
use crate::model::About;
use fields::Owner;
use tokens::ident;

pub(crate) use chunk::Chunk;
pub(crate) use model_list::model_list;
pub(crate) use module_tree::{ModuleTreeEntry, module_tree};

/// The parts of a model's file, in order.
pub(crate) fn model(model: &LoweredModel<'_>) -> Vec<Chunk> {
    let mut chunks = vec![
        Chunk::ModuleDocs(format!(
            "{}: its input, its output, and every limit of its schema.",
            docs::code(&model.model.id.to_string())
        )),
        imports(model),
    ];
    chunks.extend(marker::marker(model));
    for (index, input) in model.inputs.iter().enumerate() {
        let owner = (index == 0).then_some(Owner {
            marker: &model.names.marker,
            corrections: &model.model.corrections,
        });
        chunks.push(fields::input_fields(input, owner));
        if index == 0 {
            chunks.extend(example::example(model));
        }
        chunks.push(constraints::validate(input));
        chunks.extend(enums::enums(input));
        chunks.push(annotations::annotations(input));
    }
    for (index, output) in model.outputs.iter().enumerate() {
        let owner = (index == 0).then_some(Owner {
            marker: &model.names.marker,
            corrections: &[],
        });
        chunks.push(fields::output_fields(output, owner));
    }
    chunks
}

/// Generates an import of exactly those items of the client that the file uses.
fn imports(model: &LoweredModel<'_>) -> Chunk {
    let mut names = vec![
        "ConstraintVisitor",
        "Model",
        "Validate",
        "annotations",
        "input_fields",
        "output_fields",
    ];
    if model.model.about != About::default() {
        names.push("About");
    }
    let media = media::fields(model.model);
    if !media.is_empty() {
        names.extend(["MediaField", "MediaKind"]);
    }
    if media.iter().any(|field| !field.media.rules.is_empty()) {
        names.push("MediaRule");
    }
    let mut fields = model.inputs.iter().flat_map(|input| &input.fields);
    if fields.any(|field| field.string_enum.is_some()) {
        names.push("string_enum");
    }
    // rustfmt's order: types before functions and macros.
    names.sort_unstable();
    let names = names.into_iter().map(ident);
    Chunk::Item(quote!(use crate::codegen_support::{#(#names),*};))
}
