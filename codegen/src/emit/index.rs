//! The module tree: one file for all owners, one for the models of each owner.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Piece, docs, ident};

/// A model in the tree.
pub struct Index<'a> {
    /// The modules from the owner to the model.
    pub modules: &'a [String],
    /// The marker type.
    pub marker: &'a str,
    /// The owner's cargo feature.
    pub feature: &'a str,
    /// The segments of the model's id.
    pub segments: &'a [String],
}

/// The parts of `mod.rs`, and for each owner the name of its file and the parts of it.
#[must_use]
pub fn index<'a>(models: &[Index<'a>]) -> (Vec<Piece>, Vec<(&'a str, Vec<Piece>)>) {
    let mut owners: BTreeMap<&str, Vec<&Index<'a>>> = BTreeMap::new();
    for model in models {
        owners.entry(&model.modules[0]).or_default().push(model);
    }
    let files = owners
        .iter()
        .map(|(owner, models)| (*owner, owner_file(models)));
    (top(&owners), files.collect())
}

fn top(owners: &BTreeMap<&str, Vec<&Index<'_>>>) -> Vec<Piece> {
    let mut pieces = vec![Piece::ModuleDocs(
        "The models, by owner. Each owner is a cargo feature; all are on by default.".to_owned(),
    )];
    pieces.push(Piece::Item(quote!(
        pub use crate::model_info::{all, find, tools};
    )));
    let mut visits = Vec::new();
    for (owner, models) in owners {
        let feature = models[0].feature;
        let allow = inception(owner, "models");
        let owner = ident(owner);
        pieces.push(Piece::Item(
            quote!(#[cfg(feature = #feature)] #allow pub mod #owner;),
        ));
        visits.push(quote!(#[cfg(feature = #feature)] #owner::visit(visitor);));
    }
    pieces.push(Piece::Item(quote! {
        /// Calls `visitor` once for every model that is compiled in.
        #[allow(unused_variables, reason = "without any owner's feature there is nothing to visit")]
        pub fn visit(visitor: &mut impl crate::ModelVisitor) {
            #(#visits)*
        }
    }));
    pieces
}

/// A module and what is within it.
#[derive(Default)]
struct Node<'a> {
    /// The model that has this module, if one has.
    model: Option<&'a Index<'a>>,
    children: BTreeMap<&'a str, Node<'a>>,
    /// How the ids write this module.
    segments: Vec<String>,
}

fn owner_file(models: &[&Index<'_>]) -> Vec<Piece> {
    let mut root = Node::default();
    for model in models {
        let mut node = &mut root;
        for (depth, module) in model.modules.iter().enumerate().skip(1) {
            node = node.children.entry(module).or_default();
            let path = model.segments[..=depth].join("/");
            if !node.segments.contains(&path) {
                node.segments.push(path);
            }
        }
        node.model = Some(model);
    }
    let owner = docs::code(&models[0].segments[0]);
    let mut pieces = vec![Piece::ModuleDocs(format!("The models of {owner}."))];
    let modules = root
        .children
        .iter()
        .map(|(name, node)| module(name, node, &models[0].modules[0]));
    pieces.extend(modules.map(Piece::Item));
    let visits = models.iter().map(|model| {
        let path = model.modules[1..].iter().map(|module| ident(module));
        let marker = ident(model.marker);
        quote!(visitor.visit(#(#path::)*#marker);)
    });
    let doc = format!(" Calls `visitor` once for each model of {owner}.");
    pieces.push(Piece::Item(quote! {
        #[doc = #doc]
        pub fn visit(visitor: &mut impl crate::ModelVisitor) {
            #(#visits)*
        }
    }));
    pieces
}

fn module(name: &str, node: &Node<'_>, parent: &str) -> TokenStream {
    let module = ident(name);
    let allow = inception(name, parent);
    if node.children.is_empty() {
        return quote!(#allow pub mod #module;);
    }
    let segments: Vec<String> = node.segments.iter().map(|path| docs::code(path)).collect();
    let doc = format!(" The models below {}.", segments.join(", "));
    // A model whose id is the beginning of another's stands in its own file all the same, so that
    // its file says nothing of its neighbours.
    let own = node.model.map(|_| {
        let path = format!("../{}.rs", name.trim_start_matches("r#"));
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
            #own
            #(#children)*
        }
    }
}

/// What lets a module have the name of the one around it.
fn inception(name: &str, parent: &str) -> Option<TokenStream> {
    (name == parent).then(|| quote!(#[allow(clippy::module_inception, reason = "the ids say so")]))
}
