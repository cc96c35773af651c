//! The differential proof on random models: what the generated code says of an input is what the
//! `jsonschema` crate says of it.
//!
//! Models are generated and compiled in batches, and run for real. Everything follows from a seed.

pub(crate) mod copy;
mod inputs;
mod schemas;

use std::fmt;
use std::io::{self, Write as _};
use std::ops::AddAssign;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use jsonschema::Validator;
use proptest::strategy::{BoxedStrategy, Strategy as _, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use runcomfy_codegen::{Generated, SourceFile, check, dialect, generate, json, normalize};
use serde_json::Value;

use copy::{Answers, Copy};

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Which models and inputs; the same number gives the same ones.
    pub(crate) seed: u64,
    /// How many models are compiled at once.
    pub(crate) models: usize,
    /// How many inputs each of them is given.
    pub(crate) inputs: usize,
}

/// What was tried.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Random models.
    pub(crate) models: usize,
    /// Pairs of a model and an input.
    pub(crate) pairs: usize,
    /// Pairs that both sides accept.
    pub(crate) good: usize,
    /// Where the two sides do not agree; one for each model at most, made small.
    pub(crate) disagreements: Vec<Disagreement>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.models += other.models;
        self.pairs += other.pairs;
        self.good += other.good;
        self.disagreements.extend(other.disagreements);
    }
}

/// An input of which the two sides do not say the same.
#[derive(Debug)]
pub(crate) struct Disagreement {
    /// The normalised schema.
    schema: Value,
    /// The input.
    input: Value,
    /// What the reference says.
    expected: bool,
    /// What the generated code says.
    answer: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.expected { "accepts" } else { "refuses" };
        write!(
            out,
            "schema {}\ninput {}\nthe reference {verdict} it, the generated code says {}",
            self.schema,
            self.input,
            self.answer.trim_end()
        )
    }
}

/// A random model.
struct Model {
    id: String,
    schema: Value,
    reference: Validator,
    inputs: BoxedStrategy<Value>,
    seed: u64,
}

/// What the reference says of one input.
struct Expected {
    model: usize,
    input: usize,
    accepts: bool,
}

/// Generates, compiles and asks one batch.
pub(crate) fn batch(copy: &Copy, plan: Plan) -> io::Result<Tally> {
    batch_with(copy, plan, |_| {})
}

/// The same with generated code that `change` may have broken.
pub(crate) fn batch_with(
    copy: &Copy,
    plan: Plan,
    change: impl FnOnce(&mut Generated),
) -> io::Result<Tally> {
    let made = (0..plan.models).map(|index| model(plan.seed, index));
    let (models, sources): (Vec<Model>, Vec<SourceFile>) = made.collect::<io::Result<_>>()?;
    let mut generated = generate(&sources)
        .map_err(io::Error::other)?
        .map_err(|refused| {
            let reports = refused.reports.iter().map(|report| report.one_line());
            io::Error::other(reports.collect::<Vec<_>>().join("\n"))
        })?;
    change(&mut generated);
    let mut answers = copy.start(&generated)?;
    let (send, receive) = sync_channel(1 << 12);
    let (mut tally, wrong) = std::thread::scope(|scope| {
        let (questions, given) = answers.split();
        let compared = scope.spawn(|| compare(given, receive));
        let asked = ask(&models, plan.inputs, questions, send);
        let compared = compared.join();
        asked?;
        compared.unwrap_or_else(|_| Err(io::Error::other("the comparing thread panicked")))
    })?;
    tally.models = models.len();
    for (model, input) in wrong {
        let found = smallest(&models[model], input, &mut answers)?;
        tally.disagreements.push(found);
    }
    answers.stop()?;
    Ok(tally)
}

fn model(seed: u64, index: usize) -> io::Result<(Model, SourceFile)> {
    let id = format!("random/batch/model-{index}");
    let seed = (seed << 16) | index as u64;
    let file = schemas::model_file(id.clone())
        .new_tree(&mut runner(!seed))
        .map_err(|reason| io::Error::other(reason.to_string()))?
        .current()
        .to_string();
    let source = SourceFile {
        path: format!("{id}.json"),
        bytes: file.clone().into_bytes(),
    };
    let mut findings = Default::default();
    let model = json::parse(&file)
        .ok()
        .and_then(|json| dialect::read(&json, &mut findings))
        .and_then(|file| check::check(&file, &mut findings))
        .ok_or_else(|| io::Error::other(format!("refused: {file}\n{findings:?}")))?;
    let schema = normalize::json_schema(&model.input);
    let model = Model {
        id,
        reference: jsonschema::validator_for(&schema).map_err(io::Error::other)?,
        inputs: inputs::input(&schema),
        schema,
        seed,
    };
    Ok((model, source))
}

fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), rng)
}

/// Writes a question for every pair, and sends what the reference says of it.
fn ask(
    models: &[Model],
    inputs: usize,
    questions: impl io::Write,
    expected: SyncSender<Expected>,
) -> io::Result<()> {
    let mut questions = io::BufWriter::new(questions);
    for (index, model) in models.iter().enumerate() {
        let mut runner = runner(model.seed);
        for input in 0..inputs {
            let text = tree(model, &mut runner)?.current().to_string();
            let expectation = Expected {
                model: index,
                input,
                accepts: accepts(model, &text)?,
            };
            // The other end is closed only after a fault, which it reports.
            if expected.send(expectation).is_err() {
                return Ok(());
            }
            copy::question(&mut questions, &model.id, &text)?;
        }
    }
    questions.flush()
}

fn tree(
    model: &Model,
    runner: &mut TestRunner,
) -> io::Result<impl ValueTree<Value = Value> + use<>> {
    let tree = model.inputs.new_tree(runner);
    tree.map_err(|reason| io::Error::other(reason.to_string()))
}

/// What the reference says. It is given what the other side reads, for a float may change by a
/// little on the way through text.
fn accepts(model: &Model, text: &str) -> io::Result<bool> {
    let value: Value = serde_json::from_str(text)?;
    Ok(model.reference.is_valid(&value))
}

/// Compares the answers with what is expected; also gives the first wrong input of each model.
fn compare(
    given: impl io::BufRead,
    expected: Receiver<Expected>,
) -> io::Result<(Tally, Vec<(usize, usize)>)> {
    let mut tally = Tally::default();
    let mut wrong: Vec<(usize, usize)> = Vec::new();
    let mut lines = given.lines();
    for expected in expected {
        let line = lines
            .next()
            .ok_or_else(|| io::Error::other("the generated code ended early"))??;
        tally.pairs += 1;
        tally.good += usize::from(expected.accepts);
        let agrees = says(&line) == Some(expected.accepts);
        if !agrees
            && wrong
                .last()
                .is_none_or(|(model, _)| *model != expected.model)
        {
            wrong.push((expected.model, expected.input));
        }
    }
    Ok((tally, wrong))
}

/// The verdict of an answer; `None` where it is none.
fn says(answer: &str) -> Option<bool> {
    if answer.starts_with("{\"valid\":true}") {
        Some(true)
    } else if answer.starts_with("{\"valid\":false,") {
        Some(false)
    } else {
        None
    }
}

/// The smallest input that is still wrong.
fn smallest(model: &Model, index: usize, answers: &mut Answers) -> io::Result<Disagreement> {
    let mut runner = runner(model.seed);
    for _ in 0..index {
        tree(model, &mut runner)?;
    }
    let mut tree = tree(model, &mut runner)?;
    let mut smallest = None;
    loop {
        let input = tree.current();
        let text = input.to_string();
        let expected = accepts(model, &text)?;
        let answer = answers.ask(&model.id, &text)?;
        let is_wrong = says(&answer) != Some(expected);
        if is_wrong {
            smallest = Some(Disagreement {
                schema: model.schema.clone(),
                input,
                expected,
                answer,
            });
        }
        let goes_on = if is_wrong {
            tree.simplify()
        } else {
            tree.complicate()
        };
        if !goes_on {
            break;
        }
    }
    smallest.ok_or_else(|| io::Error::other("the same question was answered in two ways"))
}
