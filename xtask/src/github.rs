//! Workflow commands of GitHub Actions, which become annotations of a pull request.

/// An annotation: a position in a file, a title and a message.
pub(crate) struct Annotation<'a> {
    /// `error`, `warning` or `notice`.
    pub(crate) level: &'a str,
    /// The file.
    pub(crate) file: &'a str,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column, from 1.
    pub(crate) column: usize,
    /// The title.
    pub(crate) title: &'a str,
    /// The message; it may have several lines.
    pub(crate) message: &'a str,
}

impl Annotation<'_> {
    /// The workflow command. The file, title and message are escaped, so that it is always a single line.
    pub(crate) fn command(&self) -> String {
        let Self {
            level,
            file,
            line,
            column,
            title,
            message,
        } = self;
        format!(
            "::{level} file={},line={line},col={column},title={}::{}",
            escape_property(file),
            escape_property(title),
            escape_message(message),
        )
    }
}

/// The workflow command of an annotation that has no position and belongs to the workflow run.
pub(crate) fn message(level: &str, title: &str, message: &str) -> String {
    let (title, message) = (escape_property(title), escape_message(message));
    format!("::{level} title={title}::{message}")
}

fn escape_message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_message(text).replace(':', "%3A").replace(',', "%2C")
}
