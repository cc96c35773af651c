//! Showing findings: to a person, to a program, or as annotations of a pull request.

use std::io::{self, IsTerminal as _, Write as _};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use runcomfy_codegen::{Report, Style};
use serde::Serialize;

use crate::import::PageProblem;

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a person: errors with their source line, warnings on a line each.
    #[default]
    Text,
    /// For a program: one JSON object a line, on standard output.
    Json,
    /// GitHub workflow commands, which become annotations of a pull request.
    Github,
}

/// A finding in a model file or a page.
#[derive(Serialize)]
pub(crate) struct Shown {
    severity: &'static str,
    rule: String,
    file: String,
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip)]
    text: String,
}

impl From<&Report> for Shown {
    fn from(report: &Report) -> Self {
        let finding = &report.finding;
        let text = if report.is_error() {
            report.render(style())
        } else {
            report.one_line()
        };
        Self {
            severity: if report.is_error() {
                "error"
            } else {
                "warning"
            },
            rule: finding.rule.to_owned(),
            file: report.path.clone(),
            line: report.line,
            column: report.column,
            pointer: Some(report.pointer.clone()),
            message: finding.message.clone(),
            help: finding.help.clone(),
            text,
        }
    }
}

impl From<&PageProblem> for Shown {
    fn from(problem: &PageProblem) -> Self {
        Self {
            severity: "error",
            rule: problem.rule.to_string(),
            file: problem.source_name.clone(),
            line: problem.line,
            column: problem.column,
            pointer: None,
            message: problem.message.clone(),
            help: Some(problem.help.clone()),
            text: render(problem),
        }
    }
}

impl Shown {
    /// Whether it stops the command.
    pub(crate) fn is_error(&self) -> bool {
        self.severity == "error"
    }

    fn annotation(&self) -> String {
        let help = self
            .help
            .as_ref()
            .map(|help| format!("\n{help}"))
            .unwrap_or_default();
        format!(
            "::{} file={},line={},col={},title={}::{}",
            self.severity,
            escaped(&self.file, true),
            self.line,
            self.column,
            escaped(&self.rule, true),
            escaped(&format!("{}{help}", self.message), false),
        )
    }
}

/// Shows findings, and how many of them are errors.
pub(crate) fn show<'a, T: 'a>(findings: impl IntoIterator<Item = &'a T>, format: Format) -> usize
where
    Shown: From<&'a T>,
{
    let findings: Vec<Shown> = findings.into_iter().map(Shown::from).collect();
    for finding in &findings {
        match format {
            Format::Text => eprintln!("{}", finding.text),
            Format::Json => {
                let mut out = io::stdout().lock();
                // A reader that went away needs no findings.
                let _ = serde_json::to_writer(&mut out, finding).map(|()| writeln!(out));
            }
            Format::Github => println!("{}", finding.annotation()),
        }
    }
    findings.iter().filter(|finding| finding.is_error()).count()
}

/// A text as a workflow command takes it.
pub(crate) fn escaped(text: &str, is_property: bool) -> String {
    let text = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    if is_property {
        text.replace(':', "%3A").replace(',', "%2C")
    } else {
        text
    }
}

fn style() -> Style {
    if io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        Style::Coloured
    } else {
        Style::Plain
    }
}

fn render(diagnostic: &dyn Diagnostic) -> String {
    let theme = match style() {
        Style::Coloured => GraphicalTheme::unicode(),
        Style::Plain => GraphicalTheme::unicode_nocolor(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(100)
        .with_links(false);
    let mut text = String::new();
    match handler.render_report(&mut text, diagnostic) {
        Ok(()) => text,
        Err(_) => diagnostic.to_string(),
    }
}
