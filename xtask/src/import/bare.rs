//! Bare JSON: a model file, or an answer of the provider's catalogue.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::Page;
use super::json::{self, Json, Member, Reason};
use super::model_id;
use super::problem::{MAX_PROBLEMS, PageProblem, Rule, Source};
use super::schema;

/// The keys of a model file.
const FILE_KEYS: &[&str] = &["model_id", "example", "input", "output", "names"];

const FORMS: &str = "Bare JSON is a model file (`model_id`, `input`, and if need be `example`, \
    `output`, `names`) or an answer of the catalogue (`model_id` and `input_schema`, or `models`).";

/// Reads a text that is one JSON value beginning at `start`.
///
/// # Errors
///
/// All that is wrong with it.
pub(super) fn read(
    text: &str,
    start: usize,
    source: &Source,
) -> Result<Vec<Page>, Vec<PageProblem>> {
    let mut reader = Reader {
        source,
        problems: Vec::new(),
    };
    let (root, end) = json::read(text, start).map_err(|error| {
        let (at, line) = (error.at, source.line(error.at));
        let mut message = format!("the JSON breaks in line {line}: {}", error.reason);
        if let Reason::DuplicateKey(_, first) = error.reason {
            message.push_str(&format!(", first in line {}", source.line(first)));
        }
        vec![source.problem(Rule::BrokenJson, at..at, message, FORMS)]
    })?;
    let next = json::skip_space(text, end);
    if next < text.len() {
        let line = source.line(next);
        let message = format!("something follows the JSON in line {line}");
        let help = "Bare JSON is one value and nothing else. A line may be missing inside it.";
        return Err(vec![source.problem(
            Rule::LeftoverJson,
            next..next,
            message,
            help,
        )]);
    }
    let pages = reader.root(&root, start);
    if reader.problems.is_empty() {
        Ok(pages)
    } else {
        reader.problems.sort_by_key(|problem| problem.span.start);
        Err(reader.problems)
    }
}

struct Reader<'a> {
    source: &'a Source,
    problems: Vec<PageProblem>,
}

impl Reader<'_> {
    fn problem(&mut self, rule: Rule, at: usize, message: impl Into<String>, help: &str) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems
                .push(self.source.problem(rule, at..at, message, help));
        }
    }

    fn root(&mut self, root: &Json, at: usize) -> Vec<Page> {
        if root.get("model_id").is_some() {
            let page = if root.get("input_schema").is_some() && root.get("input").is_none() {
                self.entry(root, at)
            } else {
                self.file(root, at)
            };
            return page.into_iter().collect();
        }
        match (root, root.member("models")) {
            (Json::Array(entries), _) => self.entries(entries, at),
            (
                _,
                Some(Member {
                    value: Json::Array(entries),
                    at,
                    ..
                }),
            ) => self.entries(entries, *at),
            (_, Some(Member { value, at, .. })) => {
                let message = format!("`models` is {}, not an array", value.kind());
                self.problem(Rule::WrongType, *at, message, FORMS);
                Vec::new()
            }
            _ => {
                self.no_model(root, at);
                Vec::new()
            }
        }
    }

    fn no_model(&mut self, root: &Json, at: usize) {
        let is_half = ["input", "input_schema"]
            .iter()
            .any(|key| root.get(key).is_some());
        if is_half || schema::is_input(root) || schema::is_output(root) {
            let help = "Nothing in a schema says whose it is: \
                wrap it as {\"model_id\": \"…\", \"input\": {…}}.";
            self.problem(Rule::NoModelId, at, "a schema without a `model_id`", help);
        } else {
            let keys = root
                .members()
                .iter()
                .take(6)
                .map(|member| member.key.as_str());
            let keys = keys.collect::<Vec<_>>().join(", ");
            let message = format!("{} with the keys [{keys}] is no model", root.kind());
            self.problem(Rule::NotAModel, at, message, FORMS);
        }
    }

    /// `{"model_id", "example"?, "input", "output"?, "names"?}`.
    fn file(&mut self, root: &Json, at: usize) -> Option<Page> {
        for member in root.members() {
            if !FILE_KEYS.contains(&member.key.as_str()) {
                let message = format!("a model file has no key {:?}", member.key);
                self.problem(Rule::UnknownKey, member.at, message, FORMS);
            }
        }
        let model_id = self.model_id(root, at);
        let input = self.input(root, "input", at);
        let output = root.member("output");
        if let Some(Member { value, at, .. }) = output {
            if schema::is_output(value) {
                self.check_properties(value.get("output").unwrap_or(value));
            } else {
                let help = "It is `{\"output\": {\"type\": \"object\", \"properties\": {…}}}`; \
                    leave it out for the four documented media fields.";
                self.problem(
                    Rule::NoOutputSchema,
                    *at,
                    "`output` is no output schema",
                    help,
                );
            }
        }
        let example = root.member("example");
        if let Some(Member { value, at, .. }) = example {
            self.example(value, input.as_ref(), *at);
        }
        let names = root.member("names").map(|names| self.names(names));
        Some(Page {
            model_id: model_id?,
            example: example.map(|member| member.value.clone()),
            input: input?,
            output: output.map(|member| member.value.clone()),
            names,
        })
    }

    fn example(&mut self, example: &Json, input: Option<&Json>, at: usize) {
        if !matches!(example, Json::Object(_)) {
            let message = format!("`example` is {}, not an object", example.kind());
            self.problem(Rule::WrongType, at, message, FORMS);
        } else if let Some(input) = input {
            for (at, rule, message) in schema::check_example(example, input, at) {
                let help = "An example has all required properties and none the schema lacks.";
                self.problem(rule, at, message, help);
            }
        }
    }

    fn entries(&mut self, entries: &[Json], at: usize) -> Vec<Page> {
        if entries.is_empty() {
            let message = "an answer of the catalogue with no model";
            self.problem(Rule::NotAModel, at, message, FORMS);
        }
        let mut pages = Vec::new();
        let mut places = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let at = entry.members().first().map_or(at, |member| member.at);
            if !matches!(entry, Json::Object(_)) {
                let message = format!("model {index} of the answer is {}", entry.kind());
                self.problem(Rule::NotAModel, at, message, FORMS);
                continue;
            }
            let Some(page) = self.entry(entry, at) else {
                continue;
            };
            if let Some(first) = places.insert(page.model_id.clone(), at) {
                let (id, first) = (&page.model_id, self.source.line(first));
                let message = format!("the model {id:?} stands there twice, first in line {first}");
                self.problem(Rule::DuplicateModel, at, message, "Keep one of the two.");
            }
            pages.push(page);
        }
        pages
    }

    /// `{"model_id", "input_schema", …}`; what else the catalogue says (a price, a display name)
    /// has no place in a model file.
    fn entry(&mut self, entry: &Json, at: usize) -> Option<Page> {
        let model_id = self.model_id(entry, at);
        let input = self.input(entry, "input_schema", at);
        Some(Page {
            model_id: model_id?,
            example: None,
            input: input?,
            output: None,
            names: None,
        })
    }

    fn model_id(&mut self, root: &Json, at: usize) -> Option<String> {
        let Some(Member { value, at, .. }) = root.member("model_id") else {
            self.problem(Rule::NoModelId, at, "a model without a `model_id`", FORMS);
            return None;
        };
        let Some(id) = value.as_str() else {
            let message = format!("`model_id` is {}, not a string", value.kind());
            self.problem(Rule::WrongType, *at, message, FORMS);
            return None;
        };
        if let Err(why) = model_id::check(id) {
            let message = format!("{id:?} is no model id: {why}");
            let help = "A model id is like `vendor/model/image-to-video`.";
            self.problem(Rule::BadModelId, *at, message, help);
            return None;
        }
        Some(id.to_owned())
    }

    fn input(&mut self, root: &Json, key: &str, at: usize) -> Option<Json> {
        let Some(Member { value, at, .. }) = root.member(key) else {
            let message = format!("a model without `{key}`");
            let help = "The catalogue gives it when asked with `include_schema=true`.";
            self.problem(Rule::NoInputSchema, at, message, help);
            return None;
        };
        if !schema::is_input(value) {
            let message = format!("`{key}` is no input schema");
            let help = "It is `{\"type\": \"object\", \"properties\": {…}}`.";
            self.problem(Rule::NoInputSchema, *at, message, help);
            return None;
        }
        self.check_properties(value);
        Some(value.clone())
    }

    fn check_properties(&mut self, schema: &Json) {
        for (at, rule, message) in schema::check_properties(schema) {
            self.problem(rule, at, message, "A property is an object with a `type`.");
        }
    }

    fn names(&mut self, names: &Member) -> Map<String, Value> {
        let mut map = Map::new();
        if !matches!(names.value, Json::Object(_)) {
            let message = format!("`names` is {}, not an object", names.value.kind());
            self.problem(Rule::WrongType, names.at, message, FORMS);
        }
        for Member { key, value, at } in names.value.members() {
            if let Some(name) = value.as_str() {
                map.insert(key.clone(), Value::from(name));
            } else {
                let message = format!("the name of {key:?} is {}, not a string", value.kind());
                self.problem(Rule::WrongType, *at, message, FORMS);
            }
        }
        map
    }
}
