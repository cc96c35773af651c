//! The module tree: one file for all owners, and one for the models of each owner.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::chunk::Chunk;
use super::docs;
use super::tokens::ident;
use crate::identifier::without_raw_prefix;

/// A model in the module tree.
pub(crate) struct ModuleTreeEntry<'a> {
    /// The names of the modules in the path to the model, from the owner's module to the model's.
    pub(crate) modules: &'a [String],
    /// The marker type.
    pub(crate) marker: &'a str,
    /// The owner's cargo feature.
    pub(crate) feature: &'a str,
    /// The segments of the model's id.
    pub(crate) segments: &'a [String],
}

/// The files of the module tree.
pub(crate) struct ModuleTree<'a> {
    /// The parts of `mod.rs`.
    pub(crate) root: Vec<Chunk>,
    /// Each owner's module, with the parts of its file.
    pub(crate) owners: Vec<(&'a str, Vec<Chunk>)>,
}

pub(crate) fn module_tree<'a>(models: &[ModuleTreeEntry<'a>]) -> ModuleTree<'a> {
    let mut owners: BTreeMap<&str, Vec<&ModuleTreeEntry<'a>>> = BTreeMap::new();
    for model in models {
        owners.entry(&model.modules[0]).or_default().push(model);
    }
    let files = owners
        .iter()
        .map(|(owner, models)| (*owner, owner_file(models)));
    ModuleTree {
        root: root_file(&owners),
        owners: files.collect(),
    }
}

fn root_file(owners: &BTreeMap<&str, Vec<&ModuleTreeEntry<'_>>>) -> Vec<Chunk> {
    let mut chunks = vec![Chunk::ModuleDocs(
        "The models, by owner. Each owner is a cargo feature; all are on by default.".to_owned(),
    )];
    chunks.push(Chunk::Item(quote!(
        pub use crate::model_info::{all, find, tools};
    )));
    let mut visits = Vec::new();
    for (owner, models) in owners {
        let feature = models[0].feature;
        let allow = allow_module_inception(owner, "models");
        let owner = ident(owner);
        chunks.push(Chunk::Item(
            quote!(#[cfg(feature = #feature)] #allow pub mod #owner;),
        ));
        visits.push(quote!(#[cfg(feature = #feature)] #owner::visit(visitor);));
    }
    chunks.push(Chunk::Item(quote! {
        /// Calls `visitor` once for every model that is compiled in.
        #[allow(unused_variables, reason = "without any owner's feature there is nothing to visit")]
        pub fn visit(visitor: &mut impl crate::ModelVisitor) {
            #(#visits)*
        }
    }));
    chunks
}

/// A module and its children.
#[derive(Default)]
struct Node<'a> {
    /// The model whose module this is, if there is one.
    model: Option<&'a ModuleTreeEntry<'a>>,
    children: BTreeMap<&'a str, Node<'a>>,
    /// The id prefixes that map to this module, such as `owner/family`.
    id_prefixes: Vec<String>,
}

fn owner_file(models: &[&ModuleTreeEntry<'_>]) -> Vec<Chunk> {
    let mut root = Node::default();
    for model in models {
        let mut node = &mut root;
        for (depth, module) in model.modules.iter().enumerate().skip(1) {
            node = node.children.entry(module).or_default();
            let prefix = model.segments[..=depth].join("/");
            if !node.id_prefixes.contains(&prefix) {
                node.id_prefixes.push(prefix);
            }
        }
        node.model = Some(model);
    }
    let owner = docs::code(&models[0].segments[0]);
    let mut chunks = vec![Chunk::ModuleDocs(format!("The models of {owner}."))];
    let modules = root
        .children
        .iter()
        .map(|(name, node)| module(name, node, &models[0].modules[0]));
    chunks.extend(modules.map(Chunk::Item));
    let visits = models.iter().map(|model| {
        let path = model.modules[1..].iter().map(|module| ident(module));
        let marker = ident(model.marker);
        quote!(visitor.visit(#(#path::)*#marker);)
    });
    let doc = format!(" Calls `visitor` once for each model of {owner}.");
    chunks.push(Chunk::Item(quote! {
        #[doc = #doc]
        pub fn visit(visitor: &mut impl crate::ModelVisitor) {
            #(#visits)*
        }
    }));
    chunks
}

fn module(name: &str, node: &Node<'_>, parent: &str) -> TokenStream {
    let module = ident(name);
    let allow = allow_module_inception(name, parent);
    if node.children.is_empty() {
        return quote!(#allow pub mod #module;);
    }
    let prefixes: Vec<String> = node
        .id_prefixes
        .iter()
        .map(|path| docs::code(path))
        .collect();
    let doc = format!(" The models below {}.", prefixes.join(", "));
    // A module with children can also have a model, whose id is a prefix of another model's id. The model's
    // file has the same path as in a module without children, so adding the longer id moves no file.
    let own_model = node.model.map(|_| {
        let path = format!("../{}.rs", without_raw_prefix(name));
        quote! {
            #[path = #path]
            mod _model;
            pub use self::_model::*;
        }
    });
    let children = node
        .children
        .iter()
        .map(|(child, node)| self::module(child, node, name));
    quote! {
        #[doc = #doc]
        #allow
        pub mod #module {
            #own_model
            #(#children)*
        }
    }
}

/// The attribute for a module that has the name of its parent.
fn allow_module_inception(name: &str, parent: &str) -> Option<TokenStream> {
    let allow = || quote!(#[allow(clippy::module_inception, reason = "as in the model ids")]);
    (name == parent).then(allow)
}
