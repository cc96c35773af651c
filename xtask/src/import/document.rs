//! A documentation page as text → one [`Page`].

use std::ops::Range;

use super::Page;
use super::json::{Json, JsonError, Reason};
use super::model_id;
use super::problem::{MAX_PROBLEMS, PageProblem, Rule, Source};
use super::scan::{self, Body, Call, Object, Owner, Scan};
use super::schema;

const SAVE_AGAIN: &str = "The page seems cut off or damaged: save it once more. \
    If it really is like that, write the model file as JSON and import that.";

const ONE_MODEL: &str = "A page documents one model: give each model a page of its own.";

/// Whether the text, outside of all JSON, calls a model: then it is a page, even if it begins with
/// a brace.
pub(super) fn has_curl_call(text: &str) -> bool {
    !scan::scan(text).calls.is_empty()
}

/// Reads the text of a page.
///
/// # Errors
///
/// All that is wrong with it.
pub(super) fn read(text: &str, source: &Source) -> Result<Page, Vec<PageProblem>> {
    let scan = scan::scan(text);
    let mut reader = Reader {
        text,
        source,
        scan: &scan,
        problems: Vec::new(),
    };
    let call = reader.call();
    let input = reader.schema(&INPUT);
    let output = reader.schema(&OUTPUT);
    reader.broken(input.is_none() || output.is_none());
    if let (Some((_, body)), Some(input)) = (&call, input)
        && let Ok(example) = &body.json
    {
        let findings = schema::check_example(example, &input.json, body.at.start);
        for (at, rule, message) in findings.into_iter().take(MAX_PROBLEMS) {
            let help = "The example of a page fits its own schema: one of the two is damaged.";
            reader.problem(rule, at..at, message, help);
        }
    }
    let mut problems = reader.problems;
    problems.truncate(MAX_PROBLEMS);
    problems.sort_by_key(|problem| problem.span.start);
    match (call, input, output) {
        (Some((model_id, body)), Some(input), Some(output)) if problems.is_empty() => Ok(Page {
            model_id,
            example: body.json.as_ref().ok().cloned(),
            input: input.json.clone(),
            output: Some(output.json.clone()),
            names: None,
        }),
        _ => Err(problems),
    }
}

/// One of the two schemas of a page.
struct Part {
    name: &'static str,
    form: &'static str,
    is_it: fn(&Json) -> bool,
    missing: Rule,
    twice: Rule,
}

const INPUT: Part = Part {
    name: "input schema",
    form: r#"{"type": "object", "properties": {…}}"#,
    is_it: schema::is_input,
    missing: Rule::NoInputSchema,
    twice: Rule::TwoInputSchemas,
};

const OUTPUT: Part = Part {
    name: "output schema",
    form: r#"{"output": {"type": "object", "properties": {…}}}"#,
    is_it: schema::is_output,
    missing: Rule::NoOutputSchema,
    twice: Rule::TwoOutputSchemas,
};

struct Reader<'a> {
    text: &'a str,
    source: &'a Source,
    scan: &'a Scan,
    problems: Vec<PageProblem>,
}

impl<'a> Reader<'a> {
    fn problem(&mut self, rule: Rule, at: Range<usize>, message: String, help: &str) {
        let problem = self.source.problem(rule, at, message, help);
        self.problems.push(problem);
    }

    /// More problems say nothing more, and finding their places takes time.
    fn is_full(&self) -> bool {
        self.problems.len() >= MAX_PROBLEMS
    }

    fn line(&self, at: usize) -> usize {
        self.source.line(at)
    }

    /// The model id, and the body that all copies of the curl call send.
    fn call(&mut self) -> Option<(String, &'a Body)> {
        let before = self.problems.len();
        let mut ids: Vec<(String, &Call)> = Vec::new();
        let mut bodies: Vec<&Body> = Vec::new();
        let mut has_body = vec![false; self.scan.calls.len()];
        for body in &self.scan.bodies {
            if self.is_full() {
                return None;
            }
            match body.owner {
                Owner::Other => {}
                Owner::Missing => self.body_without_call(body),
                Owner::Call(index) => {
                    let call = &self.scan.calls[index];
                    has_body[index] = true;
                    ids.extend(self.model_id(call).map(|id| (id, call)));
                    bodies.push(body);
                }
            }
        }
        self.calls_without_body(&has_body, bodies.is_empty());
        if self.scan.calls.is_empty() && self.scan.bodies.is_empty() {
            self.no_call();
        }
        for body in &bodies {
            self.check_body(body);
        }
        let (id, first) = ids.first()?;
        for (other, call) in &ids {
            if other != id && !self.is_full() {
                let (one, two) = (self.line(first.at.start), self.line(call.at.start));
                let message = format!(
                    "two models on one page: {id:?} in line {one} and {other:?} in line {two}"
                );
                self.problem(Rule::TwoModels, call.at.clone(), message, ONE_MODEL);
            }
        }
        let example = *bodies.first()?;
        for body in &bodies {
            if let (Ok(a), Ok(b)) = (&example.json, &body.json)
                && a != b
                && !self.is_full()
            {
                let (one, two) = (self.line(example.at.start), self.line(body.at.start));
                let message =
                    format!("the curl calls in lines {one} and {two} send different bodies");
                self.problem(Rule::ExamplesDiffer, body.at.clone(), message, SAVE_AGAIN);
            }
        }
        (self.problems.len() == before).then(|| (id.clone(), example))
    }

    fn model_id(&mut self, call: &Call) -> Option<String> {
        let path = &self.text[call.at.clone()];
        match model_id::from_url(path) {
            Ok(id) => Some(id),
            Err(why) => {
                let line = self.line(call.at.start);
                let message =
                    format!("the curl call in line {line} names {path:?}, which is no id: {why}");
                self.problem(Rule::BadModelId, call.at.clone(), message, SAVE_AGAIN);
                None
            }
        }
    }

    fn check_body(&mut self, body: &Body) {
        if let Err((at, why)) = &body.json
            && !self.is_full()
        {
            let (start, line) = (self.line(body.at.start), self.line(*at));
            let message = format!(
                "the request body that begins in line {start} breaks in line {line}: {why}"
            );
            let help = "A body is one JSON object between `--data '` and `'`; \
                save the page once more.";
            self.problem(Rule::BrokenBody, *at..*at, message, help);
        }
    }

    fn body_without_call(&mut self, body: &Body) {
        let line = self.line(body.at.start);
        let message = format!("the request body in line {line} has no curl call with an address");
        let at = body.at.start..body.at.start;
        self.problem(Rule::BodyWithoutCall, at, message, SAVE_AGAIN);
    }

    /// A POST to a model has a body. Any other address of a model may stand on a page that has a
    /// whole call elsewhere.
    fn calls_without_body(&mut self, has_body: &[bool], none_whole: bool) {
        for (call, has_body) in self.scan.calls.iter().zip(has_body) {
            if !has_body && (call.is_post || none_whole) && !self.is_full() {
                let path = &self.text[call.at.clone()];
                let line = self.line(call.at.start);
                let message = format!("the call of {path:?} in line {line} sends no body");
                let help = "The body stands in `--data '{…}'` behind the address; \
                    save the page once more.";
                self.problem(Rule::CallWithoutBody, call.at.clone(), message, help);
            }
        }
    }

    fn no_call(&mut self) {
        let (lines, objects) = (self.line(self.text.len()), self.scan.objects.len());
        let message = format!(
            "no curl call that submits a job, so neither model id nor example; \
             found {objects} JSON objects in {lines} lines"
        );
        let help = "The call is `curl … https://…/v1/models/<model_id> … --data '{…}'`. \
            Save the page of a model's API; bare JSON needs a `model_id`.";
        self.problem(Rule::NoCurlCall, 0..0, message, help);
    }

    /// The one schema of that kind.
    fn schema(&mut self, part: &Part) -> Option<&'a Object> {
        let scan = self.scan;
        let found = scan
            .objects
            .iter()
            .filter(|object| (part.is_it)(&object.json));
        let (embedded, whole): (Vec<_>, Vec<_>) = found.partition(|object| object.is_embedded);
        let name = part.name;
        for object in embedded.iter().take(MAX_PROBLEMS) {
            let line = self.line(object.at.start);
            let message =
                format!("what looks like the {name} in line {line} is part of JSON that is broken");
            self.problem(Rule::EmbeddedSchema, object.at.clone(), message, SAVE_AGAIN);
        }
        for object in &whole {
            if !self.is_full() {
                self.check_schema(name, object);
            }
        }
        let Some((first, others)) = whole.split_first() else {
            self.missing(part);
            return None;
        };
        let differing = others.iter().filter(|other| other.json != first.json);
        for other in differing.take(MAX_PROBLEMS) {
            let (one, two) = (self.line(first.at.start), self.line(other.at.start));
            let message = format!("two {name}s that differ, in lines {one} and {two}");
            self.problem(part.twice, other.at.clone(), message, ONE_MODEL);
        }
        Some(first)
    }

    fn check_schema(&mut self, name: &str, object: &Object) {
        if let Some(at) = object.leftover {
            let (start, line) = (self.line(object.at.start), self.line(at));
            let left = &self.text[at..=at];
            let message = format!(
                "a `{left}` is left over in line {line}, behind the {name} that begins in line {start}"
            );
            let help = "A line that opens an object or array is missing before it: \
                save the page once more.";
            self.problem(Rule::LeftoverJson, at..at + 1, message, help);
        }
        let schema = object.json.get("output").unwrap_or(&object.json);
        for (at, rule, message) in schema::check_properties(schema)
            .into_iter()
            .take(MAX_PROBLEMS)
        {
            self.problem(rule, at..at, message, SAVE_AGAIN);
        }
    }

    fn missing(&mut self, part: &Part) {
        let end = self.text.len();
        let (name, form, lines) = (part.name, part.form, self.line(end));
        let objects = self.scan.objects.iter().take(5);
        let found = objects
            .map(|object| self.describe(object))
            .collect::<Vec<_>>();
        let found = if found.is_empty() {
            "no JSON object but request bodies".to_owned()
        } else {
            found.join(", ")
        };
        let message =
            format!("no {name}, which is `{form}`; the page ends in line {lines}; found {found}");
        self.problem(part.missing, end..end, message, SAVE_AGAIN);
    }

    fn describe(&self, object: &Object) -> String {
        let keys = object.json.members().iter().take(4).map(|m| m.key.as_str());
        let keys = keys.collect::<Vec<_>>().join(", ");
        let line = self.line(object.at.start);
        format!("an object with the keys [{keys}] in line {line}")
    }

    /// JSON that does not parse. A page may show code that only looks like JSON, so it counts when
    /// it looks like a schema, or when a schema is missing.
    fn broken(&mut self, is_part_missing: bool) {
        for (start, error) in &self.scan.broken {
            let JsonError {
                at,
                reason,
                root_keys,
            } = error;
            let is_schema = root_keys
                .iter()
                .any(|key| key == "properties" || key == "required");
            if is_schema || is_part_missing {
                let (from, line) = (self.line(*start), self.line(*at));
                let mut message =
                    format!("the JSON that begins in line {from} breaks in line {line}: {reason}");
                if let Reason::DuplicateKey(_, first) = reason {
                    let first = self.line(*first);
                    message.push_str(&format!(", first in line {first}"));
                }
                self.problem(Rule::BrokenJson, *at..*at, message, SAVE_AGAIN);
            }
        }
    }
}
