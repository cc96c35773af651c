//! Writes code that uses the public API of a generated model: it calls `new`, the setters and `example`,
//! reads and assigns the fields, names the types, and matches the variants of enums.

use std::fmt::Write as _;

/// The types of fields that the generated module uses but does not define.
const BUILT_IN: [&str; 6] = ["Option", "Vec", "String", "i64", "f64", "bool"];

/// The source of a module that uses a generated model. `module` is the path of the model's module below
/// `models`, and `generated` is its source.
pub(crate) fn consumer(module: &str, generated: &str) -> String {
    let mut text = format!(
        "#![allow(unused)]\nuse runcomfy_client::models::{module} as m;\nuse crate::value;\n\n"
    );
    // The macro call and the type to which the current line belongs, and whether the line is in a `required`
    // block. `arguments` collects the arguments of the type's `new`.
    let (mut macro_name, mut object) = (String::new(), String::new());
    let (mut is_required, mut arguments) = (false, Vec::new());
    for line in generated.lines() {
        let line = line.trim();
        if let Some(name) = line.strip_suffix("! {") {
            name.clone_into(&mut macro_name);
        } else if let Some(rest) = line.strip_prefix("pub struct ") {
            let name: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if rest.ends_with(';') {
                let _ = writeln!(text, "pub fn marker() -> m::{name} {{ m::{name} }}");
            }
            object = name;
        } else if let Some(name) = line
            .strip_prefix("pub enum ")
            .and_then(|rest| rest.strip_suffix(" {"))
        {
            name.clone_into(&mut object);
        } else if line.starts_with("required {") {
            is_required = true;
            arguments.clear();
        } else if line.starts_with("optional {") {
            is_required = false;
            let _ = writeln!(
                text,
                "pub fn new_{object}() -> m::{object} {{ m::{object}::new({}) }}",
                arguments.join(", ")
            );
        } else if line.starts_with("pub fn example() -> Self") {
            let _ = writeln!(
                text,
                "pub fn example() -> m::Input {{ m::Input::example() }}"
            );
        } else if let Some((field, ty)) = field(line) {
            match macro_name.as_str() {
                "input_fields" => {
                    let ty = path(&ty.replace('[', "Vec<").replace(']', ">"));
                    if is_required {
                        arguments.push(format!("value::<{ty}>()"));
                        access(&mut text, &object, field, &ty);
                    } else {
                        access(&mut text, &object, field, &format!("Option<{ty}>"));
                    }
                    let _ = writeln!(
                        text,
                        "pub fn set_{object}_{}(input: m::{object}) -> m::{object} {{ input.{field}(value::<{ty}>()) }}",
                        field.trim_start_matches("r#")
                    );
                }
                "output_fields" => access(&mut text, &object, field, &path(ty)),
                _ => {}
            }
        } else if macro_name == "string_enum"
            && let Some((variant, _)) = line.split_once(" = \"")
        {
            let _ = writeln!(
                text,
                "pub fn is_{object}_{variant}(value: m::{object}) -> bool {{\n    \
                 match value {{ m::{object}::{variant} => true, _ => false }}\n}}"
            );
        }
    }
    text
}

/// The field and the type of a row `"wire name" => field: Type,`.
fn field(line: &str) -> Option<(&str, &str)> {
    let (_, row) = line.split_once("\" => ")?;
    row.strip_suffix(',')?.split_once(": ")
}

/// Appends a function that reads and assigns a field.
fn access(text: &mut String, object: &str, field: &str, ty: &str) {
    let _ = writeln!(
        text,
        "pub fn get_{object}_{}(it: &mut m::{object}) {{ let _: &{ty} = &it.{field}; it.{field} = value(); }}",
        field.trim_start_matches("r#")
    );
}

/// The type as the consumer writes it: types of the generated module have the prefix `m::`.
fn path(ty: &str) -> String {
    let mut path = String::new();
    for part in ty.split_inclusive(['<', '>']) {
        let name = part.trim_end_matches(['<', '>']);
        if !name.is_empty() && !BUILT_IN.contains(&name) {
            path.push_str("m::");
        }
        path.push_str(part);
    }
    path
}
