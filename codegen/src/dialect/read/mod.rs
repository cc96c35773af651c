//! Reading the file format: JSON to Rust types. Every mismatch is a diagnostic.

mod maintained;
mod schema;

use super::{MODEL_KEYS, ModelFile, NameOverride, Output};
use crate::diagnostics::{Diagnostic, Diagnostics, Rule, did_you_mean};
use crate::json::{Json, Member, Number};
use crate::span::Located;

/// Reads a model file. Returns `None`, after reporting an error, if the file is not an object, if
/// `model_id` or `input` is missing or has the wrong type, or if there is an `output` that cannot be read.
///
/// Of the overrides of the level `error`, the first `limit` are applied to the input schema.
pub(crate) fn read(
    json: &Located<Json>,
    limit: usize,
    diagnostics: &mut Diagnostics,
) -> Option<ModelFile> {
    Reader { diagnostics }.model_file(json, limit)
}

struct Reader<'a> {
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn model_file(&mut self, json: &Located<Json>, limit: usize) -> Option<ModelFile> {
        self.object(json, "a model file", MODEL_KEYS)?;
        let model_id = self
            .required(json, "model_id")
            .and_then(|id| self.string(id));
        let about = json.get("about").map(|about| self.about(about));
        let overrides = json.get("overrides");
        let mut overrides = overrides.map_or_else(Vec::new, |overrides| self.overrides(overrides));
        let input = self
            .required(json, "input")
            .and_then(|input| self.input(input, &mut overrides, limit));
        let output = json.get("output").map(|output| self.output(output));
        let names = json.get("names").map(|names| self.names(names));
        let acknowledged = json.get("acknowledged");
        let acknowledged = acknowledged.map(|acknowledged| self.acknowledged(acknowledged));
        Some(ModelFile {
            model_id: model_id?,
            about: about.flatten(),
            example: json.get("example").cloned(),
            input: input?,
            output: match output {
                Some(output) => Some(output?),
                None => None,
            },
            names: names.unwrap_or_default(),
            overrides,
            acknowledged: acknowledged.unwrap_or_default(),
        })
    }

    fn output(&mut self, json: &Located<Json>) -> Option<Output> {
        self.members(json, "the output")?;
        let Some(output) = json.get("output") else {
            let message = "the output schema must be wrapped in `output`, as the pages print it";
            self.diagnostics.push(
                Diagnostic::new(Rule::OutputNotWrapped, json.span, message)
                    .with_help("write \"output\": { \"output\": { … } }"),
            );
            return None;
        };
        self.object(json, "the output wrapper", &["output"])?;
        let output = self.schema(output)?;
        Some(Output { output })
    }

    fn names(&mut self, json: &Located<Json>) -> Vec<NameOverride> {
        let Some(members) = self.members(json, "`names`") else {
            return Vec::new();
        };
        let overrides = members.iter().filter_map(|member| {
            Some(NameOverride {
                key: member.name.clone(),
                name: self.string(&member.value)?,
            })
        });
        overrides.collect()
    }

    /// A string that must be one of `symbols`.
    fn symbol<T: Copy>(
        &mut self,
        json: &Located<Json>,
        symbols: &[(&str, T)],
        rule: Rule,
        noun: &str,
    ) -> Option<Located<T>> {
        let text = self.string(json)?;
        if let Some((_, symbol)) = symbols.iter().find(|(name, _)| *name == text.value) {
            return Some(json.with(*symbol));
        }
        let message = format!("the {noun} `{}` is not modelled", text.value);
        let help = did_you_mean(&text, symbols.iter().map(|(name, _)| *name));
        self.diagnostics
            .push(Diagnostic::new(rule, json.span, message).with_help(help));
        None
    }

    fn strings(&mut self, json: &Located<Json>) -> Option<Located<Vec<Located<String>>>> {
        let items = self.array(json)?;
        let strings = items.iter().filter_map(|item| self.string(item));
        Some(json.with(strings.collect()))
    }

    fn string(&mut self, json: &Located<Json>) -> Option<Located<String>> {
        match &json.value {
            Json::String(text) => Some(json.with(text.clone())),
            _ => self.wrong_type(json, "a string"),
        }
    }

    fn number(&mut self, json: &Located<Json>) -> Option<Located<Number>> {
        match &json.value {
            Json::Number(number) => Some(json.with(number.clone())),
            _ => self.wrong_type(json, "a number"),
        }
    }

    fn array(&mut self, json: &Located<Json>) -> Option<Located<Vec<Located<Json>>>> {
        match &json.value {
            Json::Array(items) => Some(json.with(items.clone())),
            _ => self.wrong_type(json, "an array"),
        }
    }

    fn wrong_type<T>(&mut self, json: &Located<Json>, expected: &str) -> Option<T> {
        let found = json.value.type_name();
        let message = format!("expected {expected}, found {found}");
        self.diagnostics
            .push(Diagnostic::new(Rule::WrongType, json.span, message));
        None
    }

    /// The members of an object with any keys.
    fn members<'j>(&mut self, json: &'j Located<Json>, noun: &str) -> Option<&'j [Member]> {
        match &json.value {
            Json::Object(members) => Some(members),
            other => {
                let message = format!("{noun} must be an object, found {}", other.type_name());
                self.diagnostics
                    .push(Diagnostic::new(Rule::WrongType, json.span, message));
                None
            }
        }
    }

    /// The members of an object. Keys that are not among `known` are reported, but their members are
    /// returned as well.
    fn object<'j>(
        &mut self,
        json: &'j Located<Json>,
        noun: &str,
        known: &[&str],
    ) -> Option<&'j [Member]> {
        let members = self.members(json, noun)?;
        for Member { name, .. } in members {
            if !known.contains(&name.as_str()) {
                let message = format!("unknown key `{}` in {noun}", name.value);
                let help = did_you_mean(name, known.iter().copied());
                self.diagnostics
                    .push(Diagnostic::new(Rule::UnknownKey, name.span, message).with_help(help));
            }
        }
        Some(members)
    }

    fn required<'j>(&mut self, json: &'j Located<Json>, key: &str) -> Option<&'j Located<Json>> {
        let value = json.get(key);
        if value.is_none() {
            let message = format!("the key `{key}` is missing");
            self.diagnostics.push(Diagnostic::new(
                Rule::MissingKey,
                json.span.first_byte(),
                message,
            ));
        }
        value
    }
}
