//! Warnings: what is legal but suspicious.

use super::SchemaChecker;
use crate::diagnostics::{Diagnostic, Rule};
use crate::dialect::{Schema, TypeName};
use crate::model::{ItemSchema, ObjectSchema, UncheckedLimit};
use crate::text::is_untranslated_key;

impl SchemaChecker<'_> {
    /// Collects the title and the description of a property if they are translation keys.
    pub(super) fn collect_untranslated(&mut self, schema: &Schema) {
        let texts = [&schema.title, &schema.description].into_iter().flatten();
        self.untranslated
            .extend(texts.filter(|text| is_untranslated_key(text)).cloned());
    }

    /// Warns of limits that only descriptions state.
    pub(super) fn warn_of_unchecked(&mut self, object: &ObjectSchema) {
        for property in &object.properties {
            if let Some(UncheckedLimit {
                text,
                keyword,
                span,
            }) = &property.unchecked
            {
                let message = format!(
                    "“{text}” is a limit that only the description states; it is not checked"
                );
                let help = format!(
                    "state it as `{keyword}` in `overrides`, or acknowledge the warning in \
                     `acknowledged`"
                );
                let diagnostic = Diagnostic::new(Rule::LimitInProse, *span, message);
                self.report(diagnostic.with_help(help));
            }
            if let ItemSchema::Object(inner) = property.schema.item() {
                self.warn_of_unchecked(inner);
            }
        }
    }

    /// Reports the collected translation keys in one warning, since a page is translated either entirely
    /// or not at all.
    pub(super) fn warn_of_untranslated(&mut self) {
        let Some(first) = self.untranslated.first() else {
            return;
        };
        let others = match self.untranslated.len() - 1 {
            0 => String::new(),
            1 => "; so does 1 other text".to_owned(),
            others => format!("; so do {others} other texts"),
        };
        let message = format!("`{}` looks like a translation key{others}", first.value);
        let diagnostic = Diagnostic::new(Rule::UntranslatedKey, first.span, message)
            .with_help("save the page in a language that has these texts");
        self.report(diagnostic);
    }
}

/// Finds a limit in the description of a string without `enum`. If the schema has no `maxLength`, searches
/// for a number of characters. If none is found and the schema has no `validations`, searches for a file
/// size or a number of pixels.
pub(super) fn unchecked_limit(schema: &Schema) -> Option<UncheckedLimit> {
    const LENGTHS: &[&str] = &["character", "caract", "zeichen", "字符", "文字"];
    const FILE_UNITS: &[&str] = &["mb", "mo", "px"];
    let description = schema.description.as_ref()?;
    let is_string = schema.r#type.as_ref()?.value == TypeName::String && schema.r#enum.is_none();
    let limit = |units, keyword, is_unchecked: bool| {
        let is_candidate = is_string && is_unchecked;
        let text = is_candidate.then(|| quantity(description, units))??;
        Some(UncheckedLimit {
            text,
            keyword,
            span: description.span,
        })
    };
    limit(LENGTHS, "maxLength", schema.max_length.is_none())
        .or_else(|| limit(FILE_UNITS, "validations", schema.validations.is_none()))
}

/// Finds the first number that is followed by one of `units`. Returns the number and the unit as
/// written.
fn quantity(text: &str, units: &[&str]) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().find_map(|(index, word)| {
        let number = word.trim_start_matches(['≤', '≥', '<', '>', '~', '(', '，']);
        let digits = number.trim_end_matches(|c: char| !c.is_ascii_digit());
        if digits.is_empty() || !number.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let suffix = number[digits.len()..].to_lowercase();
        let next = words.get(index + 1).copied().unwrap_or_default();
        let is_unit = |text: &str| {
            let text = text.to_lowercase();
            units.iter().any(|unit| {
                text.starts_with(unit)
                    && (unit.len() > 2 || text.trim_end_matches(['.', ',', ')']) == *unit)
            })
        };
        if is_unit(&suffix) {
            Some(trimmed(word).to_owned())
        } else if suffix.is_empty() && is_unit(next) {
            Some(format!("{} {}", trimmed(word), trimmed(next)))
        } else {
            None
        }
    })
}

/// A word without parentheses and punctuation around it.
fn trimmed(word: &str) -> &str {
    word.trim_start_matches('(')
        .trim_end_matches(['.', ',', ')'])
}
