//! Collects the media fields of a model's input and generates the constant `MEDIA`, which lists these fields
//! and the rules for their files.

use proc_macro2::TokenStream;
use quote::quote;

use super::literal;
use crate::dialect::ValidationRule;
use crate::model::{ItemSchema, Media, MediaKind, Model, ObjectSchema, PropertySchema};

/// A media field.
pub(super) struct MediaField<'m> {
    /// The wire names from the input to the field; `*` stands for every item of a list.
    pub(super) path: Vec<&'m str>,
    /// The kind of file that the URL must refer to, and the rules for it.
    pub(super) media: &'m Media,
}

/// Every media field of a model's input.
pub(super) fn fields(model: &Model) -> Vec<MediaField<'_>> {
    let mut fields = Vec::new();
    collect(&model.input, &[], &mut fields);
    fields
}

fn collect<'m>(object: &'m ObjectSchema, path: &[&'m str], fields: &mut Vec<MediaField<'m>>) {
    for property in &object.properties {
        let mut path = path.to_vec();
        path.push(&property.wire_name);
        if let PropertySchema::List(_) = property.schema {
            path.push("*");
        }
        match property.schema.item() {
            ItemSchema::String(string) => {
                let media = string.media.as_ref();
                fields.extend(media.map(|media| MediaField { path, media }));
            }
            ItemSchema::Object(inner) => collect(inner, &path, fields),
            _ => {}
        }
    }
}

/// The constant `MEDIA` of the trait `Model`. `None` if the model has no media fields.
pub(super) fn constant(model: &Model) -> Option<TokenStream> {
    let fields = fields(model);
    if fields.is_empty() {
        return None;
    }
    let fields = fields.iter().map(|field| {
        let path = &field.path;
        let kind = match field.media.kind {
            MediaKind::Image => quote!(Image),
            MediaKind::Video => quote!(Video),
            MediaKind::Audio => quote!(Audio),
            MediaKind::Unknown => quote!(Unknown),
        };
        let rules = field.media.rules.iter().map(|rule| {
            let limit = literal::float(rule.limit);
            let name = match rule.rule {
                ValidationRule::MinWidth => quote!(MinWidth),
                ValidationRule::MaxWidth => quote!(MaxWidth),
                ValidationRule::MinHeight => quote!(MinHeight),
                ValidationRule::MaxHeight => quote!(MaxHeight),
                ValidationRule::MinAspectRatio => quote!(MinAspectRatio),
                ValidationRule::MaxAspectRatio => quote!(MaxAspectRatio),
                ValidationRule::MaxMegabytes => quote!(MaxMegabytes),
            };
            quote!(MediaRule::#name(#limit))
        });
        quote!(MediaField::new(&[#(#path),*], MediaKind::#kind, &[#(#rules),*]))
    });
    Some(quote!(const MEDIA: &'static [MediaField] = &[#(#fields),*];))
}
