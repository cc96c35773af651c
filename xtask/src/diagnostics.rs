//! Showing diagnostics: to a person, to a program, or as annotations of a pull request.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use runcomfy_codegen::span::Position;
use runcomfy_codegen::{RenderedDiagnostic, Style};
use serde::Serialize;

use crate::files::display_path;
use crate::github::Annotation;

/// The format of diagnostics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a person: errors with their source line, warnings on one line each.
    #[default]
    Text,
    /// For a program: one JSON object per line, on standard output.
    Json,
    /// GitHub workflow commands, which become annotations of a pull request.
    Github,
}

impl Format {
    /// Prints a text that is not a diagnostic, such as a summary. If standard output contains only JSON, the
    /// text is printed to standard error, otherwise to standard output.
    pub(crate) fn report(self, text: impl Display) {
        match self {
            Self::Text | Self::Github => print!("{text}"),
            Self::Json => eprint!("{text}"),
        }
    }
}

/// A diagnostic about a model file or a saved documentation page, with the data for every [`Format`].
#[derive(Serialize)]
pub(crate) struct Entry {
    pub(crate) severity: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pointer: Option<String>,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
    /// The text that [`Format::Text`] prints.
    #[serde(skip)]
    pub(crate) text: String,
}

impl From<&RenderedDiagnostic> for Entry {
    fn from(rendered: &RenderedDiagnostic) -> Self {
        let (severity, text) = if rendered.is_error() {
            ("error", rendered.with_source_line(style()))
        } else {
            ("warning", rendered.one_line())
        };
        let Position { line, column } = rendered.position;
        let diagnostic = &rendered.diagnostic;
        Self {
            severity,
            rule: diagnostic.rule.id(),
            file: rendered.path.clone(),
            line,
            column,
            pointer: Some(rendered.pointer.clone()),
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            text,
        }
    }
}

impl Entry {
    fn annotation(&self) -> String {
        let help = self.help.iter().map(|help| format!("\n{help}"));
        Annotation {
            level: self.severity,
            file: &self.file,
            line: self.line,
            column: self.column,
            title: self.rule,
            message: &format!("{}{}", self.message, help.collect::<String>()),
        }
        .command()
    }
}

/// Shows diagnostics of model files in a folder; returns how many of them are errors.
pub(crate) fn show_in(
    schemas: &Path,
    diagnostics: impl IntoIterator<Item = RenderedDiagnostic>,
    format: Format,
) -> usize {
    let folder = display_path(schemas).replace('\\', "/");
    let diagnostics = diagnostics.into_iter();
    let diagnostics: Vec<_> = diagnostics
        .map(|diagnostic| diagnostic.in_folder(&folder))
        .collect();
    show(&diagnostics, format)
}

/// Shows diagnostics; returns how many of them are errors.
pub(crate) fn show<'a, T: 'a>(diagnostics: impl IntoIterator<Item = &'a T>, format: Format) -> usize
where
    Entry: From<&'a T>,
{
    let mut errors = 0;
    for entry in diagnostics.into_iter().map(Entry::from) {
        errors += usize::from(entry.severity == "error");
        match format {
            Format::Text => eprintln!("{}", entry.text),
            Format::Json => {
                let mut out = io::stdout().lock();
                // Errors are ignored, since the reader may have closed the pipe.
                let _ = serde_json::to_writer(&mut out, &entry).map(|()| writeln!(out));
            }
            Format::Github => println!("{}", entry.annotation()),
        }
    }
    errors
}

/// The style of texts on standard error.
pub(crate) fn style() -> Style {
    if io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        Style::Coloured
    } else {
        Style::Plain
    }
}
