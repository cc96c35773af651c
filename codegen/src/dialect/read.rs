//! Reading the file format: JSON with places to Rust types, every misfit noted.

use super::{ModelFile, NameOverride, Output, Property, RuleName, Schema, TypeName, Validation};
use crate::finding::{Finding, Findings, nearest};
use crate::json::{Json, Located, Member, Number};

const MODEL_KEYS: &[&str] = &["model_id", "example", "input", "output", "names"];
const SCHEMA_KEYS: &[&str] = &[
    "type",
    "title",
    "description",
    "default",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "format",
    "validations",
    "required",
    "properties",
    "items",
];
const VALIDATION_KEYS: &[&str] = &["validation_rule", "validation_value", "validation_error"];

const TYPES: &[(&str, TypeName)] = &[
    ("boolean", TypeName::Boolean),
    ("integer", TypeName::Integer),
    ("float", TypeName::Float),
    ("number", TypeName::Number),
    ("string", TypeName::String),
    ("array", TypeName::Array),
    ("object", TypeName::Object),
];

const RULES: &[(&str, RuleName)] = &[
    ("width_pixels<", RuleName::MaxWidth),
    ("width_pixels>", RuleName::MinWidth),
    ("height_pixels<", RuleName::MaxHeight),
    ("height_pixels>", RuleName::MinHeight),
    ("width/height<", RuleName::MaxAspectRatio),
    ("width/height>", RuleName::MinAspectRatio),
    ("file_size_mb<", RuleName::MaxMegabytes),
];

/// Reads a model file. `None` when what is missing or misshapen leaves nothing to judge further;
/// then there is an error among the findings.
pub fn read(json: &Located<Json>, findings: &mut Findings) -> Option<ModelFile> {
    Reader { findings }.model(json)
}

struct Reader<'a> {
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn model(&mut self, json: &Located<Json>) -> Option<ModelFile> {
        let members = self.object(json, "a model file")?;
        self.refuse_unknown(members, MODEL_KEYS, "a model file");
        let model_id = self
            .needed(json, members, "model_id")
            .and_then(|id| self.string(id));
        let input = self
            .needed(json, members, "input")
            .and_then(|input| self.schema(input));
        let output = find(members, "output").map(|output| self.output(output));
        let names = find(members, "names").map_or_else(Vec::new, |names| self.names(names));
        Some(ModelFile {
            model_id: model_id?,
            example: find(members, "example").cloned(),
            input: input?,
            output: match output {
                Some(output) => Some(output?),
                None => None,
            },
            names,
        })
    }

    fn output(&mut self, json: &Located<Json>) -> Option<Output> {
        let members = self.object(json, "the output")?;
        if find(members, "output").is_none() {
            self.findings.push(
                Finding::new(
                    "output-not-wrapped",
                    json.span.clone(),
                    "the output schema must stand in a member `output`, as the pages print it",
                )
                .help("write \"output\": { \"output\": { … } }"),
            );
            return None;
        }
        self.refuse_unknown(members, &["output"], "the output wrapper");
        let output = self.schema(find(members, "output")?)?;
        Some(Output { output })
    }

    fn names(&mut self, json: &Located<Json>) -> Vec<NameOverride> {
        let Some(members) = self.object(json, "`names`") else {
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

    fn schema(&mut self, json: &Located<Json>) -> Option<Located<Schema>> {
        let members = self.object(json, "a schema")?;
        self.refuse_unknown(members, SCHEMA_KEYS, "a schema");
        let mut schema = Schema::default();
        for member in members {
            self.keyword(&mut schema, &member.name, &member.value);
        }
        if find(members, "type").is_none() {
            self.findings.push(
                Finding::new("missing-type", start(json), "a schema must have a `type`").help(
                    format!("one of {}", list(TYPES.iter().map(|(name, _)| *name))),
                ),
            );
        }
        Some(json.with(schema))
    }

    fn keyword(&mut self, schema: &mut Schema, name: &str, value: &Located<Json>) {
        match name {
            "type" => schema.r#type = self.type_name(value),
            "title" => schema.title = self.string(value),
            "description" => schema.description = self.string(value),
            "default" => schema.default = Some(value.clone()),
            "enum" => schema.r#enum = self.array(value),
            "minimum" => schema.minimum = self.number(value),
            "maximum" => schema.maximum = self.number(value),
            "exclusiveMinimum" => schema.exclusive_minimum = self.number(value),
            "exclusiveMaximum" => schema.exclusive_maximum = self.number(value),
            "multipleOf" => schema.multiple_of = self.number(value),
            "minLength" => schema.min_length = self.number(value),
            "maxLength" => schema.max_length = self.number(value),
            "minItems" => schema.min_items = self.number(value),
            "maxItems" => schema.max_items = self.number(value),
            "format" => schema.format = self.string(value),
            "validations" => schema.validations = self.validations(value),
            "required" => schema.required = self.strings(value),
            "properties" => schema.properties = self.properties(value),
            "items" => schema.items = self.schema(value).map(Box::new),
            // Refused by `refuse_unknown`.
            _ => {}
        }
    }

    fn type_name(&mut self, json: &Located<Json>) -> Option<Located<TypeName>> {
        if let Json::Array(_) = json.value {
            self.findings.push(
                Finding::new(
                    "unsupported-type",
                    json.span.clone(),
                    "several types are not modelled",
                )
                .help("give the one type that the model takes"),
            );
            return None;
        }
        self.word(json, TYPES, "unsupported-type", "type")
    }

    fn properties(&mut self, json: &Located<Json>) -> Option<Located<Vec<Property>>> {
        let members = self.object(json, "`properties`")?;
        let properties = members.iter().filter_map(|member| {
            Some(Property {
                name: member.name.clone(),
                schema: self.schema(&member.value)?,
            })
        });
        Some(json.with(properties.collect()))
    }

    fn validations(&mut self, json: &Located<Json>) -> Option<Located<Vec<Located<Validation>>>> {
        let items = self.array(json)?;
        let rules = items.iter().filter_map(|item| self.validation(item));
        Some(json.with(rules.collect()))
    }

    fn validation(&mut self, json: &Located<Json>) -> Option<Located<Validation>> {
        let members = self.object(json, "a media rule")?;
        self.refuse_unknown(members, VALIDATION_KEYS, "a media rule");
        let rule = self
            .needed(json, members, "validation_rule")
            .and_then(|rule| self.word(rule, RULES, "unsupported-media-rule", "media rule"));
        let value = self
            .needed(json, members, "validation_value")
            .and_then(|value| self.number(value));
        let error = find(members, "validation_error").and_then(|error| self.string(error));
        Some(json.with(Validation {
            validation_rule: rule?,
            validation_value: value?,
            validation_error: error,
        }))
    }

    /// One word of a closed list.
    fn word<T: Copy>(
        &mut self,
        json: &Located<Json>,
        words: &[(&str, T)],
        rule: &'static str,
        what: &str,
    ) -> Option<Located<T>> {
        let text = self.string(json)?;
        if let Some((_, word)) = words.iter().find(|(name, _)| *name == text.value) {
            return Some(json.with(*word));
        }
        let known = words.iter().map(|(name, _)| *name);
        let help = nearest(&text, known.clone()).map_or_else(
            || format!("known are {}", list(known)),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("the {what} `{}` is not modelled", text.value);
        self.findings
            .push(Finding::new(rule, json.span.clone(), message).help(help));
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
            _ => self.mismatch(json, "a string"),
        }
    }

    fn number(&mut self, json: &Located<Json>) -> Option<Located<Number>> {
        match &json.value {
            Json::Number(number) => Some(json.with(number.clone())),
            _ => self.mismatch(json, "a number"),
        }
    }

    fn array(&mut self, json: &Located<Json>) -> Option<Located<Vec<Located<Json>>>> {
        match &json.value {
            Json::Array(items) => Some(json.with(items.clone())),
            _ => self.mismatch(json, "an array"),
        }
    }

    fn object<'j>(&mut self, json: &'j Located<Json>, what: &str) -> Option<&'j [Member]> {
        match &json.value {
            Json::Object(members) => Some(members),
            other => {
                let message = format!("{what} must be an object, found {}", other.type_name());
                self.findings
                    .push(Finding::new("wrong-type", json.span.clone(), message));
                None
            }
        }
    }

    fn mismatch<T>(&mut self, json: &Located<Json>, expected: &str) -> Option<T> {
        let found = json.value.type_name();
        let message = format!("expected {expected}, found {found}");
        self.findings
            .push(Finding::new("wrong-type", json.span.clone(), message));
        None
    }

    fn needed<'j>(
        &mut self,
        json: &Located<Json>,
        members: &'j [Member],
        key: &str,
    ) -> Option<&'j Located<Json>> {
        let found = find(members, key);
        if found.is_none() {
            let message = format!("the key `{key}` is missing");
            self.findings
                .push(Finding::new("missing-key", start(json), message));
        }
        found
    }

    fn refuse_unknown(&mut self, members: &[Member], known: &'static [&'static str], what: &str) {
        for member in members {
            let name = member.name.as_str();
            if known.contains(&name) {
                continue;
            }
            let help = nearest(name, known.iter().copied()).map_or_else(
                || format!("known keys are {}", list(known.iter().copied())),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{name}` is not a key of {what} that is modelled");
            self.findings
                .push(Finding::new("unknown-key", member.name.span.clone(), message).help(help));
        }
    }
}

fn find<'j>(members: &'j [Member], key: &str) -> Option<&'j Located<Json>> {
    let member = members.iter().find(|member| member.name.value == key)?;
    Some(&member.value)
}

/// The opening brace: enough to mark an object that lacks something.
fn start(json: &Located<Json>) -> crate::json::Span {
    json.span.start..json.span.start + 1
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
