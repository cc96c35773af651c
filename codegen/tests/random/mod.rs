//! Differential testing on random models and on model files. The reference is the `jsonschema` crate.
//! Generated code and the reference must agree on whether an input is valid. For an invalid input, they
//! must report the same violations: the same keywords at the same places. A valid input must serialize to
//! the JSON that it was read from.
//!
//! Models are generated, compiled and run in batches. A seed determines all models and inputs.

mod inputs;
mod schemas;
mod validator;
mod violations;

use std::fmt;
use std::io::{self, Write as _};
use std::ops::AddAssign;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use jsonschema::Validator as Reference;
use proptest::strategy::{BoxedStrategy, Strategy as _, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use runcomfy_codegen::json_schema::to_json_schema;
use runcomfy_codegen::{SourceFile, analyze, analyze_all, generate};
use serde_json::Value;

use crate::scratch::Scratch;
use validator::{Validator, write_request};
use violations::Places;

/// The size of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Determines the models and inputs.
    pub(crate) seed: u64,
    /// How many models are compiled at once.
    pub(crate) models: usize,
    /// How many inputs each model is tried with.
    pub(crate) inputs: usize,
}

/// The result of one or more batches.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Tested models.
    pub(crate) models: usize,
    /// Pairs of a model and an input.
    pub(crate) pairs: usize,
    /// Pairs whose input is valid for the reference.
    pub(crate) valid: usize,
    /// Minimized disagreements, at most one per model.
    pub(crate) disagreements: Vec<Disagreement>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.models += other.models;
        self.pairs += other.pairs;
        self.valid += other.valid;
        self.disagreements.extend(other.disagreements);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            models,
            pairs,
            valid,
            disagreements,
        } = self;
        let disagreements = disagreements.len();
        write!(
            out,
            "{pairs} pairs, {valid} of them valid, on {models} models; {disagreements} disagreements"
        )
    }
}

/// An input on which generated code and the reference disagree.
#[derive(Debug)]
pub(crate) struct Disagreement {
    /// The JSON Schema of the model's input.
    schema: Value,
    input: Value,
    /// What the reference reports.
    expected: Places,
    /// The response of the generated code.
    response: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "schema {}\ninput {}\nthe reference reports {:?}; generated code: {}",
            self.schema,
            self.input,
            self.expected,
            self.response.trim_end()
        )
    }
}

/// A model, its reference validator, and the strategy and seed of its inputs.
struct Model {
    id: String,
    schema: Value,
    reference: Reference,
    inputs: BoxedStrategy<Value>,
    seed: u64,
}

/// The result of the reference for one input.
struct Expected {
    model: usize,
    input: usize,
    /// Empty if the input is valid.
    violations: Places,
}

/// Generates, compiles and runs one batch.
pub(crate) fn run(scratch: &Scratch, plan: Plan) -> io::Result<Tally> {
    let models = (0..plan.models).map(|index| random_model(plan.seed, index));
    run_models(scratch, models.collect::<io::Result<_>>()?, plan.inputs)
}

/// Generates, compiles and runs the models of these files, each with this many inputs.
#[allow(
    dead_code,
    reason = "the benchmark, which includes this file, does not use it"
)]
pub(crate) fn run_files(
    scratch: &Scratch,
    sources: Vec<SourceFile>,
    inputs: usize,
) -> io::Result<Tally> {
    let models = sources.into_iter().enumerate();
    let models = models.map(|(index, source)| model(index as u64, source));
    run_models(scratch, models.collect::<io::Result<_>>()?, inputs)
}

fn run_models(
    scratch: &Scratch,
    models: Vec<(Model, SourceFile)>,
    inputs: usize,
) -> io::Result<Tally> {
    let (models, sources): (Vec<Model>, Vec<SourceFile>) = models.into_iter().unzip();
    let generated = generate(&analyze_all(&sources))
        .map_err(io::Error::other)?
        .map_err(|refused| {
            let lines = refused.diagnostics.iter();
            let lines = lines.map(|diagnostic| diagnostic.one_line());
            io::Error::other(lines.collect::<Vec<_>>().join("\n"))
        })?;
    let mut validator = Validator::start(scratch, &generated)?;
    let (send, receive) = sync_channel(1 << 12);
    let (mut tally, wrong) = std::thread::scope(|scope| {
        let (requests, responses) = validator.split();
        let comparing = scope.spawn(|| compare(responses, receive));
        let written = write_requests(&models, inputs, requests, send);
        let compared = comparing.join();
        written?;
        compared.unwrap_or_else(|_| Err(io::Error::other("the comparing thread panicked")))
    })?;
    tally.models = models.len();
    for (model, input) in wrong {
        let disagreement = minimize(&models[model], input, &mut validator)?;
        tally.disagreements.push(disagreement);
    }
    validator.stop()?;
    Ok(tally)
}

fn random_model(seed: u64, index: usize) -> io::Result<(Model, SourceFile)> {
    let id = format!("random/batch/model-{index}");
    let seed = (seed << 16) | index as u64;
    let file = schemas::model_file(id.clone())
        .new_tree(&mut runner(!seed))
        .map_err(|reason| io::Error::other(reason.to_string()))?
        .current()
        .to_string();
    let source = SourceFile {
        path: format!("{id}.json"),
        bytes: file.into_bytes(),
    };
    model(seed, source)
}

fn model(seed: u64, source: SourceFile) -> io::Result<(Model, SourceFile)> {
    let analyzed = analyze(&source);
    let Some(valid) = analyzed.valid() else {
        let diagnostics = &analyzed.diagnostics;
        return Err(io::Error::other(format!("refused: {diagnostics:?}")));
    };
    let schema = to_json_schema(&valid.model.input);
    let model = Model {
        id: valid.model.id.to_string(),
        reference: jsonschema::validator_for(&schema).map_err(io::Error::other)?,
        inputs: inputs::input(&schema),
        schema,
        seed,
    };
    Ok((model, source))
}

/// Random model files with their paths.
#[allow(
    dead_code,
    reason = "the benchmark, which includes this file, does not use it"
)]
pub(crate) fn model_files(seed: u64, count: usize) -> io::Result<Vec<(String, String)>> {
    let files = (0..count).map(|index| {
        let (_, source) = random_model(seed, index)?;
        let text = String::from_utf8(source.bytes).map_err(io::Error::other)?;
        Ok((source.path, text))
    });
    files.collect()
}

fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), rng)
}

/// Writes a request for every pair of a model and an input, and sends the result of the reference to
/// the thread that compares it with the response.
fn write_requests(
    models: &[Model],
    inputs: usize,
    requests: impl io::Write,
    expected: SyncSender<Expected>,
) -> io::Result<()> {
    let mut requests = io::BufWriter::new(requests);
    for (index, model) in models.iter().enumerate() {
        let mut runner = runner(model.seed);
        for input in 0..inputs {
            let text = tree(model, &mut runner)?.current().to_string();
            let result = Expected {
                model: index,
                input,
                violations: violations(model, &text)?,
            };
            // The receiver is dropped only after an error, which `compare` returns.
            if expected.send(result).is_err() {
                return Ok(());
            }
            write_request(&mut requests, &model.id, &text)?;
        }
    }
    requests.flush()
}

fn tree(
    model: &Model,
    runner: &mut TestRunner,
) -> io::Result<impl ValueTree<Value = Value> + use<>> {
    let tree = model.inputs.new_tree(runner);
    tree.map_err(|reason| io::Error::other(reason.to_string()))
}

/// Returns the violations that the reference reports for an input. The input is parsed from the text
/// that the generated code reads too, so that both validate the same value.
fn violations(model: &Model, text: &str) -> io::Result<Places> {
    let value: Value = serde_json::from_str(text)?;
    Ok(violations::of_reference(&model.reference, &value))
}

/// Compares responses with expected results. Returns the counts and, for each model with a wrong
/// response, the index of the model and the index of the first input with a wrong response.
fn compare(
    responses: impl io::BufRead,
    expected: Receiver<Expected>,
) -> io::Result<(Tally, Vec<(usize, usize)>)> {
    let mut tally = Tally::default();
    let mut wrong: Vec<(usize, usize)> = Vec::new();
    let mut responses = responses.lines();
    for expected in expected {
        let response = responses
            .next()
            .ok_or_else(|| io::Error::other("the generated code ended early"))??;
        tally.pairs += 1;
        tally.valid += usize::from(expected.violations.is_empty());
        let is_first = wrong
            .last()
            .is_none_or(|(model, _)| *model != expected.model);
        if is_first && parse_response(&response).as_ref() != Some(&expected.violations) {
            wrong.push((expected.model, expected.input));
        }
    }
    Ok((tally, wrong))
}

/// Returns the violations in a response: an empty set if the input is valid, `None` if the response is
/// an error.
fn parse_response(response: &str) -> Option<Places> {
    if response.starts_with("{\"valid\":true}") {
        return Some(Places::new());
    }
    let response: Value = serde_json::from_str(response).ok()?;
    violations::of_client(&response["violations"]).filter(|violations| !violations.is_empty())
}

/// Simplifies an input as long as the generated code and the reference still disagree on it.
fn minimize(model: &Model, index: usize, validator: &mut Validator) -> io::Result<Disagreement> {
    let mut runner = runner(model.seed);
    for _ in 0..index {
        tree(model, &mut runner)?;
    }
    let mut tree = tree(model, &mut runner)?;
    let mut smallest = None;
    loop {
        let input = tree.current();
        let text = input.to_string();
        let expected = violations(model, &text)?;
        let response = validator.validate(&model.id, &text)?;
        let is_wrong = parse_response(&response).as_ref() != Some(&expected);
        if is_wrong {
            smallest = Some(Disagreement {
                schema: model.schema.clone(),
                input,
                expected,
                response,
            });
        }
        let has_next = if is_wrong {
            tree.simplify()
        } else {
            tree.complicate()
        };
        if !has_next {
            break;
        }
    }
    smallest.ok_or_else(|| io::Error::other("the same request had two responses"))
}
