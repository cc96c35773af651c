//! Bare JSON: a model file, or a response of the provider's catalogue.

use std::collections::HashMap;

use runcomfy_codegen::ModelId;
use runcomfy_codegen::dialect::MODEL_KEYS;
use runcomfy_codegen::json::{DuplicateKey, Json, Member, ParseError, ParseErrorKind};
use runcomfy_codegen::model_id::InvalidModelId;
use runcomfy_codegen::span::Located;
use runcomfy_codegen::text::skip_space;

use super::entry::source_model;
use super::merge::{SchemaStyle, SourceModel};
use super::page_source::PageSource;
use super::problem::{MAX_PROBLEMS, PageProblem, PageRule};
use super::schema::{self, SchemaProblem};

const FORMS: &str = "Bare JSON is a model file (`model_id`, `input`, and optionally `about`, `example`, \
    `output`, `names`, `overrides`, `acknowledged`) or a response of the catalogue (`model_id` and \
    `input_schema`, or `models`).";

/// The keys of a model file that this module interprets. The members with other keys are copied unchanged.
const READ_KEYS: &[&str] = &["model_id", "example", "input", "output", "names"];

const PROPERTY_HELP: &str = "The schema of a property is an object with a `type`.";

/// Reads the models from a text that is a single JSON value.
///
/// # Errors
///
/// The problems found, sorted by position; at most [`MAX_PROBLEMS`].
pub(super) fn read(
    root: &Located<Json>,
    source: &PageSource,
) -> Result<Vec<SourceModel>, Vec<PageProblem>> {
    let mut reader = Reader {
        source,
        problems: Vec::new(),
    };
    let pages = reader.root(root);
    if reader.problems.is_empty() {
        Ok(pages)
    } else {
        reader.problems.sort_by_key(|problem| problem.span.start);
        Err(reader.problems)
    }
}

/// The problem of a text that begins with `{` or `[` but is not a single JSON value: either the JSON is
/// invalid, or text follows it.
pub(super) fn not_one_value(
    text: &str,
    root: &Result<Located<Json>, ParseError>,
    source: &PageSource,
) -> PageProblem {
    match root {
        Ok(root) => {
            let next = skip_space(text, root.span.end);
            let message = format!("text follows the JSON in line {}", source.line(next));
            let help =
                "Bare JSON must be a single value. A line may be missing before this position.";
            source.problem(PageRule::LeftoverJson, next..next, message, help)
        }
        Err(error) => {
            let (offset, line) = (error.offset, source.line(error.offset));
            let mut message = format!("the JSON is invalid in line {line}: {}", error.kind);
            if let ParseErrorKind::DuplicateKey(DuplicateKey { first, .. }) = &error.kind {
                message.push_str(&format!(", first in line {}", source.line(first.start)));
            }
            source.problem(PageRule::BrokenJson, offset..offset, message, FORMS)
        }
    }
}

struct Reader<'a> {
    source: &'a PageSource,
    problems: Vec<PageProblem>,
}

impl Reader<'_> {
    fn problem(&mut self, rule: PageRule, offset: usize, message: impl Into<String>, help: &str) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems
                .push(self.source.problem(rule, offset..offset, message, help));
        }
    }

    fn schema_problems(&mut self, problems: Vec<SchemaProblem>, help: &str) {
        for problem in problems {
            self.problem(problem.rule, problem.offset, problem.message, help);
        }
    }

    fn root(&mut self, root: &Located<Json>) -> Vec<SourceModel> {
        let offset = root.span.start;
        if root.get("model_id").is_some() {
            let page = if root.get("input_schema").is_some() && root.get("input").is_none() {
                self.entry(root, offset)
            } else {
                self.file(root, offset)
            };
            return page.into_iter().collect();
        }
        if let Json::Array(entries) = &root.value {
            return self.entries(entries, offset);
        }
        let Some(Member { name, value }) = root.member("models") else {
            self.not_a_model(root, offset);
            return Vec::new();
        };
        if let Json::Array(entries) = &value.value {
            return self.entries(entries, name.span.start);
        }
        let message = format!("`models` is {}, not an array", value.type_name());
        self.problem(PageRule::WrongType, name.span.start, message, FORMS);
        Vec::new()
    }

    fn not_a_model(&mut self, root: &Json, offset: usize) {
        let has_input = ["input", "input_schema"]
            .iter()
            .any(|key| root.get(key).is_some());
        if has_input || schema::is_input(root) || schema::is_output(root) {
            let help = "A schema does not name its model: \
                wrap it as {\"model_id\": \"…\", \"input\": {…}}.";
            let message = "a schema without a `model_id`";
            self.problem(PageRule::NoModelId, offset, message, help);
        } else {
            let members = root.members().iter().take(6);
            let keys: Vec<&str> = members.map(|member| member.name.as_str()).collect();
            let (ty, keys) = (root.type_name(), keys.join(", "));
            let message = format!("{ty} with the keys [{keys}] is not a model");
            self.problem(PageRule::NotAModel, offset, message, FORMS);
        }
    }

    /// A model file: `{"model_id", "example"?, "input", "output"?, "names"?, …}`.
    fn file(&mut self, root: &Json, offset: usize) -> Option<SourceModel> {
        for Member { name, .. } in root.members() {
            if !MODEL_KEYS.contains(&name.as_str()) {
                let message = format!("{:?} is not a key of a model file", name.value);
                self.problem(PageRule::UnknownKey, name.span.start, message, FORMS);
            }
        }
        let model_id = self.model_id(root, offset);
        let input = self.input(root, "input", offset);
        let output = root.member("output");
        if let Some(Member { name, value }) = output {
            if schema::is_output(value) {
                let problems = schema::check_properties(value.get("output").unwrap_or(value));
                self.schema_problems(problems, PROPERTY_HELP);
            } else {
                let help = "An output schema is `{\"output\": {\"type\": \"object\", \"properties\": {…}}}`. \
                    Without one, the output has the four documented media fields.";
                let message = "`output` is not an output schema";
                self.problem(PageRule::NoOutputSchema, name.span.start, message, help);
            }
        }
        let example = root.member("example");
        if let Some(example) = example {
            self.example(example, input.as_ref());
        }
        if let Some(about) = root.member("about")
            && about.value.value != Json::Null
        {
            self.check_object(about);
        }
        let names = root.member("names").map(|names| self.names(names));
        let others = root
            .members()
            .iter()
            .filter(|member| !READ_KEYS.contains(&member.name.as_str()));
        Some(SourceModel {
            model_id: model_id?,
            style: SchemaStyle::Documented,
            example: example.map(|member| member.value.clone()),
            input: input?,
            output: output.map(|member| member.value.clone()),
            names: names.unwrap_or_default(),
            others: others.cloned().collect(),
        })
    }

    /// Reports a member whose value is not an object. Returns whether it is one.
    fn check_object(&mut self, Member { name, value }: &Member) -> bool {
        let is_object = matches!(value.value, Json::Object(_));
        if !is_object {
            let message = format!("`{}` is {}, not an object", name.value, value.type_name());
            self.problem(PageRule::WrongType, name.span.start, message, FORMS);
        }
        is_object
    }

    fn example(&mut self, example: &Member, input: Option<&Located<Json>>) {
        let Member { name, value } = example;
        if self.check_object(example)
            && let Some(input) = input
        {
            let problems = schema::check_example(value, input, name.span.start);
            let help = "An example has all required properties and no unknown ones.";
            self.schema_problems(problems, help);
        }
    }

    fn entries(&mut self, entries: &[Located<Json>], offset: usize) -> Vec<SourceModel> {
        if entries.is_empty() {
            let message = "a response of the catalogue without a model";
            self.problem(PageRule::NotAModel, offset, message, FORMS);
        }
        let mut pages = Vec::new();
        let mut offsets = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let first_member = entry.members().first();
            let offset = first_member.map_or(offset, |member| member.name.span.start);
            if !matches!(entry.value, Json::Object(_)) {
                let message = format!("the model at index {index} is {}", entry.type_name());
                self.problem(PageRule::NotAModel, offset, message, FORMS);
                continue;
            }
            let Some(page) = self.entry(entry, offset) else {
                continue;
            };
            let first = *offsets.entry(page.model_id.clone()).or_insert(offset);
            if first != offset {
                let (id, first) = (&page.model_id, self.source.line(first));
                let message = format!("duplicate model `{id}`, first in line {first}");
                let help = "Keep only one of them.";
                self.problem(PageRule::DuplicateModel, offset, message, help);
            }
            pages.push(page);
        }
        pages
    }

    /// An entry of the catalogue: `{"model_id", "input_schema", …}`. See [`source_model`].
    fn entry(&mut self, entry: &Json, offset: usize) -> Option<SourceModel> {
        let model_id = self.model_id(entry, offset);
        let input = self.input(entry, "input_schema", offset);
        Some(source_model(model_id?, entry, &input?))
    }

    fn model_id(&mut self, root: &Json, offset: usize) -> Option<ModelId> {
        let Some(Member { name, value }) = root.member("model_id") else {
            let message = "a model without a `model_id`";
            self.problem(PageRule::NoModelId, offset, message, FORMS);
            return None;
        };
        let offset = name.span.start;
        let Some(id) = value.as_str() else {
            let message = format!("`model_id` is {}, not a string", value.type_name());
            self.problem(PageRule::WrongType, offset, message, FORMS);
            return None;
        };
        match id.parse() {
            Ok(id) => Some(id),
            Err(error) => {
                let message = format!("{id:?} is not a model id: {error}");
                self.problem(PageRule::BadModelId, offset, message, InvalidModelId::HELP);
                None
            }
        }
    }

    fn input(&mut self, root: &Json, key: &str, offset: usize) -> Option<Located<Json>> {
        let Some(Member { name, value }) = root.member(key) else {
            let message = format!("a model without `{key}`");
            let help = "The catalogue returns schemas only with `include_schema=true`.";
            self.problem(PageRule::NoInputSchema, offset, message, help);
            return None;
        };
        if !schema::is_input(value) {
            let message = format!("`{key}` is not an input schema");
            let help = "An input schema is `{\"type\": \"object\", \"properties\": {…}}`.";
            self.problem(PageRule::NoInputSchema, name.span.start, message, help);
            return None;
        }
        self.schema_problems(schema::check_properties(value), PROPERTY_HELP);
        Some(value.clone())
    }

    fn names(&mut self, names: &Member) -> Vec<Member> {
        self.check_object(names);
        for Member { name, value } in names.value.members() {
            if value.as_str().is_none() {
                let (key, ty) = (&name.value, value.type_name());
                let message = format!("the name of {key:?} is {ty}, not a string");
                self.problem(PageRule::WrongType, name.span.start, message, FORMS);
            }
        }
        names.value.members().to_vec()
    }
}
