//! Describes the effect of a schema change on past inputs, in sentences.

use crate::diff::replay::{InputReport, ModelInputs};
use runcomfy_codegen::text::{count, escape_invisible};

/// The maximum number of rules, and of properties, that are named for a model.
const MAX_NAMED: usize = 8;

/// A sentence about all inputs, then one for each model if several are affected. `code` formats model ids,
/// rule ids and property names as code.
pub(super) fn sentences(report: &InputReport, code: impl Fn(&str) -> String) -> Vec<String> {
    let mut first = format!(
        "{} of {} would now be refused",
        grouped(report.refused),
        inputs(report.total)
    );
    if let [only] = report.models.as_slice() {
        first.push_str(&details(only, &code));
    }
    if report.refused_before > 0 {
        let verb = if report.refused_before == 1 {
            "was"
        } else {
            "were"
        };
        let number = grouped(report.refused_before);
        first.push_str(&format!("; {number} {verb} refused before"));
    }
    if report.unknown_model > 0 {
        let verb = if report.unknown_model == 1 {
            "is"
        } else {
            "are"
        };
        let number = grouped(report.unknown_model);
        first.push_str(&format!(
            "; {number} {verb} for models that the old schemas do not have"
        ));
    }
    let mut sentences = vec![first];
    if report.models.len() > 1 {
        sentences.extend(report.models.iter().map(|model| {
            let name = code(&escape_invisible(&model.model));
            let refused = grouped(model.refused);
            let details = details(model, &code);
            format!("{name}: {refused} of {}{details}", inputs(model.total))
        }));
    }
    sentences
}

fn details(model: &ModelInputs, code: &impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    if !model.rules.is_empty() {
        let rules = model.rules.iter().map(|rule| {
            let place = match rule.pointer.as_str() {
                "" => String::new(),
                pointer => format!(" {}", escape_invisible(pointer)),
            };
            format!("{} {}{place}", grouped(rule.inputs), code(&rule.rule))
        });
        text.push_str(&format!(" ({})", named(rules.collect(), ", ")));
    }
    if !model.defaults.is_empty() {
        let defaults = model.defaults.iter().map(|left_out| {
            let name = escape_invisible(left_out.pointer.trim_start_matches('/'));
            let verb = if left_out.inputs == 1 {
                "leaves"
            } else {
                "leave"
            };
            let number = grouped(left_out.inputs);
            format!("{number} {verb} out {}, whose default changed", code(&name))
        });
        text.push_str(&format!("; {}", named(defaults.collect(), "; ")));
    }
    text
}

/// Joins the first `MAX_NAMED` texts, and the number of the remaining ones if there are any.
fn named(mut texts: Vec<String>, separator: &str) -> String {
    let more = texts.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        texts.truncate(MAX_NAMED);
        texts.push(format!("and {more} more"));
    }
    texts.join(separator)
}

fn inputs(number: usize) -> String {
    count(number, "input").replacen(&number.to_string(), &grouped(number), 1)
}

/// The number with a comma between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
