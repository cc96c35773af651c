//! Generates documentation and the constant `ABOUT` from the catalogue's information about a model.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, literal, markdown};
use crate::json_schema::number;
use crate::model::About;

/// The lines of a model's documentation that follow the line with its id.
pub(super) fn docs(about: &About) -> Vec<String> {
    let texts = [&about.title, &about.description];
    let texts = texts.into_iter().flatten().map(|text| docs::sentence(text));
    let texts = texts.collect::<Vec<_>>().join(" ");
    let price = about.base_price_usd.map(|price| {
        let unit = about.price_unit.iter();
        let unit: String = unit
            .map(|unit| format!(" per {}", markdown::escape(unit)))
            .collect();
        let note = about.pricing_note.iter();
        let note: String = note
            .map(|note| format!(" {}", docs::sentence(note)))
            .collect();
        let price = number(price);
        format!("Base price: {price} USD{unit}, which is neither a quote nor a minimum.{note}")
    });
    let page = about.page_url.as_ref().map(|url| docs::sentence(url));
    let paragraphs = [Some(texts), price, page].into_iter().flatten();
    let paragraphs = paragraphs.filter(|text| !text.is_empty());
    paragraphs
        .flat_map(|text| [vec![String::new()], markdown::wrap(&text)].concat())
        .collect()
}

/// The constant `ABOUT` of the trait `Model`. `None` if the catalogue says nothing about the model.
pub(super) fn constant(about: &About) -> Option<TokenStream> {
    if *about == About::default() {
        return None;
    }
    let About {
        title,
        description,
        categories,
        base_price_usd,
        price_unit,
        pricing_note,
        page_url,
    } = about;
    let text = |name: TokenStream, text: &Option<String>| {
        let text = text.as_ref()?;
        Some(quote!(#name: Some(#text),))
    };
    let categories = (!categories.is_empty()).then(|| quote!(categories: &[#(#categories),*],));
    let price = base_price_usd.map(literal::float);
    let price = price.map(|price| quote!(base_price_usd: Some(#price),));
    let members = [
        text(quote!(title), title),
        text(quote!(description), description),
        categories,
        price,
        text(quote!(price_unit), price_unit),
        text(quote!(pricing_note), pricing_note),
        text(quote!(page_url), page_url),
    ];
    let is_complete = members.iter().all(Option::is_some);
    let members = members.into_iter().flatten();
    let others = (!is_complete).then(|| quote!(..About::NONE));
    Some(quote!(const ABOUT: About = About { #(#members)* #others };))
}
