//! Numbers as Rust literals.

use std::f64::consts;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;
use syn::{LitFloat, LitInt};

/// An integer. If it has five digits or more, they are grouped by three.
pub(super) fn integer(value: i64) -> TokenStream {
    let digits = value.unsigned_abs().to_string();
    let literal = LitInt::new(&grouped(&digits), proc_macro2::Span::call_site());
    if value < 0 {
        quote!(-#literal)
    } else {
        quote!(#literal)
    }
}

/// An integer where the context does not determine the type, so that Rust infers `i32`. An integer that does
/// not fit `i32` gets the suffix `i64`.
pub(super) fn integer_argument(value: i64) -> TokenStream {
    if i32::try_from(value).is_ok() {
        return integer(value);
    }
    let literal = Literal::i64_suffixed(value);
    quote!(#literal)
}

/// A count, for an argument of type `usize`.
pub(super) fn count(value: usize) -> TokenStream {
    let literal = LitInt::new(&grouped(&value.to_string()), proc_macro2::Span::call_site());
    quote!(#literal)
}

/// The shortest literal that denotes exactly this float.
pub(super) fn float(value: f64) -> TokenStream {
    let literal = LitFloat::new(
        &format!("{:?}", value.abs()),
        proc_macro2::Span::call_site(),
    );
    if value.is_sign_negative() {
        quote!(-#literal)
    } else {
        quote!(#literal)
    }
}

fn grouped(digits: &str) -> String {
    if digits.len() < 5 {
        return digits.to_owned();
    }
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

/// The attribute that allows numbers such as 3.14, which clippy takes for π. `None` if the item contains
/// no such number.
pub(super) fn allow_approx_constant(item: &TokenStream) -> Option<TokenStream> {
    contains_constant(item).then(
        || quote!(#[allow(clippy::approx_constant, reason = "the number is from the schema")]),
    )
}

fn contains_constant(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => contains_constant(&group.stream()),
        TokenTree::Literal(literal) => is_approx_constant(&literal.to_string()),
        _ => false,
    })
}

fn is_approx_constant(text: &str) -> bool {
    const CONSTANTS: [f64; 19] = [
        consts::E,
        consts::FRAC_1_PI,
        consts::FRAC_1_SQRT_2,
        consts::FRAC_2_PI,
        consts::FRAC_2_SQRT_PI,
        consts::FRAC_PI_2,
        consts::FRAC_PI_3,
        consts::FRAC_PI_4,
        consts::FRAC_PI_6,
        consts::FRAC_PI_8,
        consts::LN_2,
        consts::LN_10,
        consts::LOG10_2,
        consts::LOG2_10,
        consts::LOG10_E,
        consts::LOG2_E,
        consts::PI,
        consts::SQRT_2,
        consts::TAU,
    ];
    /// The length of `3.14`, the shortest number that clippy takes for a constant.
    const SHORTEST: usize = 4;
    let Some((_, decimals)) = text.split_once('.') else {
        return false;
    };
    let decimals = decimals.len();
    text.len() >= SHORTEST
        && text.parse::<f64>().is_ok()
        && CONSTANTS.iter().any(|constant| {
            constant.to_string().starts_with(text) || format!("{constant:.decimals$}") == text
        })
}
