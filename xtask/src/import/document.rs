//! A documentation page as text → one [`SourceModel`].

use std::ops::Range;

use runcomfy_codegen::ModelId;
use runcomfy_codegen::json::{DuplicateKey, Json, ParseError, ParseErrorKind};
use runcomfy_codegen::text::describe_char;

use super::merge::{SchemaStyle, SourceModel};
use super::model_id;
use super::page_source::PageSource;
use super::problem::{MAX_PROBLEMS, PageProblem, PageRule};
use super::scan::{Body, Call, Object, Owner, Scan};
use super::schema::{self, SchemaProblem};

const SAVE_AGAIN: &str = "The page seems cut off or damaged: save it again. \
    If it is undamaged, write the model file as JSON and import that.";

const ONE_MODEL: &str = "A page documents one model: save each model's page in its own file.";

/// Reads the model that a page documents. `scan` is the result of scanning `text`.
///
/// # Errors
///
/// The problems of the page, at most [`MAX_PROBLEMS`].
pub(super) fn read(
    text: &str,
    scan: &Scan,
    source: &PageSource,
) -> Result<SourceModel, Vec<PageProblem>> {
    let mut reader = Reader {
        text,
        source,
        scan,
        problems: Vec::new(),
    };
    let call = reader.call();
    let input = reader.schema(&INPUT);
    let output = reader.schema(&OUTPUT);
    reader.broken(input.is_none() || output.is_none());
    if let (Some((_, body)), Some(input)) = (&call, input)
        && let Ok(example) = &body.json
    {
        let problems = schema::check_example(example, &input.json, body.range.start);
        let help = "The example should be valid under the input schema of the page. One of the two is damaged: save \
                    the page again.";
        reader.schema_problems(problems, help);
    }
    let mut problems = reader.problems;
    problems.truncate(MAX_PROBLEMS);
    problems.sort_by_key(|problem| problem.span.start);
    match (call, input, output) {
        (Some((model_id, body)), Some(input), Some(output)) if problems.is_empty() => {
            Ok(SourceModel {
                model_id,
                style: SchemaStyle::Documented,
                example: body.json.as_ref().ok().cloned(),
                input: input.json.clone(),
                output: Some(output.json.clone()),
                names: Vec::new(),
                others: Vec::new(),
            })
        }
        _ => Err(problems),
    }
}

/// How to recognize the input schema or the output schema of a page, and the rules for its problems.
struct Part {
    name: &'static str,
    form: &'static str,
    is_part: fn(&Json) -> bool,
    missing: PageRule,
    differs: PageRule,
}

const INPUT: Part = Part {
    name: "input schema",
    form: r#"{"type": "object", "properties": {…}}"#,
    is_part: schema::is_input,
    missing: PageRule::NoInputSchema,
    differs: PageRule::TwoInputSchemas,
};

const OUTPUT: Part = Part {
    name: "output schema",
    form: r#"{"output": {"type": "object", "properties": {…}}}"#,
    is_part: schema::is_output,
    missing: PageRule::NoOutputSchema,
    differs: PageRule::TwoOutputSchemas,
};

struct Reader<'a> {
    text: &'a str,
    source: &'a PageSource,
    scan: &'a Scan,
    problems: Vec<PageProblem>,
}

impl<'a> Reader<'a> {
    fn problem(&mut self, rule: PageRule, range: Range<usize>, message: String, help: &str) {
        let problem = self.source.problem(rule, range, message, help);
        self.problems.push(problem);
    }

    fn schema_problems(&mut self, problems: Vec<SchemaProblem>, help: &str) {
        for problem in problems.into_iter().take(MAX_PROBLEMS) {
            let SchemaProblem {
                offset,
                rule,
                message,
            } = problem;
            self.problem(rule, offset..offset, message, help);
        }
    }

    /// Whether [`MAX_PROBLEMS`] problems were found. Further problems are skipped, since computing the
    /// position of a problem is slow.
    fn is_full(&self) -> bool {
        self.problems.len() >= MAX_PROBLEMS
    }

    fn line(&self, offset: usize) -> usize {
        self.source.line(offset)
    }

    /// The model id and the request body. All copies of the curl call must agree on both. Reports the
    /// problems of the calls, and returns `None` if there are any.
    fn call(&mut self) -> Option<(ModelId, &'a Body)> {
        let before = self.problems.len();
        let mut ids: Vec<(ModelId, &Call)> = Vec::new();
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
        for body in &bodies {
            self.check_body(body);
        }
        self.invisible_in_addresses();
        if bodies.is_empty() && self.problems.len() == before {
            self.no_call();
        }
        let (id, first) = ids.first()?;
        for (other, call) in &ids {
            if other != id && !self.is_full() {
                let (one, two) = (self.line(first.range.start), self.line(call.range.start));
                let message = format!(
                    "two models on one page: `{id}` in line {one} and `{other}` in line {two}"
                );
                self.problem(PageRule::TwoModels, call.range.clone(), message, ONE_MODEL);
            }
        }
        let example = *bodies.first()?;
        for body in &bodies {
            if let (Ok(a), Ok(b)) = (&example.json, &body.json)
                && a != b
                && !self.is_full()
            {
                let (one, two) = (self.line(example.range.start), self.line(body.range.start));
                let message =
                    format!("the curl calls in lines {one} and {two} send different bodies");
                let range = body.range.clone();
                self.problem(PageRule::ExamplesDiffer, range, message, SAVE_AGAIN);
            }
        }
        (self.problems.len() == before).then(|| (id.clone(), example))
    }

    fn model_id(&mut self, call: &Call) -> Option<ModelId> {
        let path = &self.text[call.range.clone()];
        match model_id::from_url_path(path) {
            Ok(id) => Some(id),
            Err(reason) => {
                let line = self.line(call.range.start);
                let message = format!(
                    "the curl call in line {line} names {path:?}, which is not a model id: {reason}"
                );
                self.problem(
                    PageRule::BadModelId,
                    call.range.clone(),
                    message,
                    SAVE_AGAIN,
                );
                None
            }
        }
    }

    fn check_body(&mut self, body: &Body) {
        if let Err((offset, reason)) = &body.json
            && !self.is_full()
        {
            let (start, line) = (self.line(body.range.start), self.line(*offset));
            let message = format!(
                "the request body that begins in line {start} is invalid in line {line}: {reason}"
            );
            let help = "A body is one JSON object between `--data '` and `'`; save the page again.";
            self.problem(PageRule::BrokenBody, *offset..*offset, message, help);
        }
    }

    fn invisible_in_addresses(&mut self) {
        for &(offset, char) in &self.scan.invisible {
            let (line, char) = (self.line(offset), describe_char(char));
            let message = format!("the address in line {line} contains {char}");
            let help = "It was pasted from formatted text: remove the character.";
            self.problem(PageRule::InvisibleCharacter, offset..offset, message, help);
        }
    }

    fn body_without_call(&mut self, body: &Body) {
        let start = body.range.start;
        let line = self.line(start);
        let message = format!("the request body in line {line} has no curl call with an address");
        self.problem(PageRule::BodyWithoutCall, start..start, message, SAVE_AGAIN);
    }

    /// Reports each [`Call`] that is a POST request and has no body. If no call has a body, reports every
    /// call, whatever its method.
    fn calls_without_body(&mut self, has_body: &[bool], is_none_whole: bool) {
        for (call, has_body) in self.scan.calls.iter().zip(has_body) {
            if !has_body && (call.is_post || is_none_whole) && !self.is_full() {
                let range = call.range.clone();
                let (path, line) = (&self.text[range.clone()], self.line(range.start));
                let message = format!("the call of {path:?} in line {line} sends no body");
                let help = "The body follows the address, as `--data '{…}'`; save the page again.";
                self.problem(PageRule::CallWithoutBody, range, message, help);
            }
        }
    }

    fn no_call(&mut self) {
        let (lines, objects) = (self.line(self.text.len()), self.scan.objects.len());
        let message = format!(
            "no curl call that submits a job, so there is no model id and no example; \
             found {objects} JSON objects in {lines} lines"
        );
        let help = "The call is `curl … https://…/v1/models/<model_id> … --data '{…}'`. \
            Save the page of a model's API; bare JSON needs a `model_id`.";
        self.problem(PageRule::NoCurlCall, 0..0, message, help);
    }

    /// Finds the schema that `part` describes, and returns its first copy. Reports a missing schema, damaged
    /// copies, and copies that differ.
    fn schema(&mut self, part: &Part) -> Option<&'a Object> {
        let scan = self.scan;
        let found = scan
            .objects
            .iter()
            .filter(|object| (part.is_part)(&object.json));
        let (embedded, whole): (Vec<_>, Vec<_>) = found.partition(|object| object.is_embedded);
        let name = part.name;
        for object in embedded.iter().take(MAX_PROBLEMS) {
            let span = object.json.span;
            let line = self.line(span.start);
            let message =
                format!("what looks like the {name} in line {line} is inside invalid JSON");
            self.problem(PageRule::EmbeddedSchema, span.into(), message, SAVE_AGAIN);
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
            let span = other.json.span;
            let (one, two) = (self.line(first.json.span.start), self.line(span.start));
            let message = format!("two {name}s that differ, in lines {one} and {two}");
            self.problem(part.differs, span.into(), message, ONE_MODEL);
        }
        Some(first)
    }

    fn check_schema(&mut self, name: &str, object: &Object) {
        if let Some(offset) = object.leftover {
            let (start, line) = (self.line(object.json.span.start), self.line(offset));
            let left = &self.text[offset..=offset];
            let message = format!(
                "a `{left}` is left over in line {line}, after the {name} that begins in line {start}"
            );
            let help = "A line that opens an object or array is missing before it: \
                save the page again.";
            self.problem(PageRule::LeftoverJson, offset..offset + 1, message, help);
        }
        let schema = object.json.get("output").unwrap_or(&object.json);
        self.schema_problems(schema::check_properties(schema), SAVE_AGAIN);
    }

    fn missing(&mut self, part: &Part) {
        let end = self.text.len();
        let (name, form, lines) = (part.name, part.form, self.line(end));
        let objects = self.scan.objects.iter().take(5);
        let found = objects
            .map(|object| self.describe(object))
            .collect::<Vec<_>>();
        let found = if found.is_empty() {
            "no JSON object except request bodies".to_owned()
        } else {
            found.join(", ")
        };
        let message =
            format!("no {name}, which is `{form}`; the page ends in line {lines}; found {found}");
        self.problem(part.missing, end..end, message, SAVE_AGAIN);
    }

    fn describe(&self, object: &Object) -> String {
        let members = object.json.members().iter().take(4);
        let keys = members.map(|member| member.name.as_str());
        let keys = keys.collect::<Vec<_>>().join(", ");
        let line = self.line(object.json.span.start);
        format!("an object with the keys [{keys}] in line {line}")
    }

    /// Reports invalid JSON that looks like a schema or, if a schema is missing, all invalid JSON. The
    /// rest is ignored, since a page may show code that only looks like JSON.
    fn broken(&mut self, is_part_missing: bool) {
        for (start, error) in &self.scan.broken {
            let ParseError {
                offset,
                kind,
                outer_keys,
            } = error;
            let is_schema = outer_keys
                .iter()
                .any(|key| key == "properties" || key == "required");
            if is_schema || is_part_missing {
                let (from, line) = (self.line(*start), self.line(*offset));
                let mut message = format!(
                    "the JSON that begins in line {from} is invalid in line {line}: {kind}"
                );
                if let ParseErrorKind::DuplicateKey(DuplicateKey { first, .. }) = kind {
                    message.push_str(&format!(", first in line {}", self.line(first.start)));
                }
                self.problem(PageRule::BrokenJson, *offset..*offset, message, SAVE_AGAIN);
            }
        }
    }
}
