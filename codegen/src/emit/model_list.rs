//! The list of all models, in Markdown, for the documentation of the client.

use super::markdown;
use crate::model::Model;
use crate::names::ModelNames;

/// Generates the list as a table. Each row links to the module of a model and, if there is one, to its
/// example.
pub(crate) fn model_list<'a>(models: impl Iterator<Item = (&'a Model, &'a ModelNames)>) -> String {
    let mut list = "| model | title | required properties | documented request |\n\
                    |---|---|---|---|\n"
        .to_owned();
    for (model, names) in models {
        let module = format!("crate::models::{}", names.modules.join("::"));
        let required = model.input.required.iter();
        let required = required.map(|index| markdown::code(&names.input.fields[*index].name));
        let required: Vec<String> = required.collect();
        let id = model.id.to_string();
        // Falls back to the words of the id, as the client's `ModelInfo::title` does.
        let words = || id.replace(['-', '_'], " ").replace('/', ", ");
        let title = model.about.title.clone().unwrap_or_else(words);
        let example = model.example.as_ref().map(|_| {
            let input = &names.input.name;
            format!("[`{input}::example`]({module}::{input}::example)")
        });
        let cells = [
            format!("[{}]({module})", markdown::code(&id)),
            markdown::escape(&title),
            required.join(", "),
            example.unwrap_or_default(),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        list.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    list
}
