//! What is legal but suspicious.

use super::Judge;
use crate::dialect::{Property, TypeName};
use crate::finding::Finding;

impl Judge<'_> {
    /// Notes texts that were never translated and warns of a limit that stands only in prose.
    pub(super) fn lint(&mut self, property: &Property) {
        let schema = &property.schema;
        let texts = [&schema.title, &schema.description].into_iter().flatten();
        self.untranslated
            .extend(texts.filter(|text| is_untranslated_key(text)).cloned());
        let of = schema.r#type.as_ref().map(|of| of.value);
        let Some(description) = &schema.description else {
            return;
        };
        let hint = match of {
            Some(TypeName::String) if schema.max_length.is_none() && schema.r#enum.is_none() => {
                prose_limit(
                    description,
                    &["character", "caract", "zeichen", "字符", "文字"],
                )
                .map(|found| (found, "maxLength"))
            }
            _ => None,
        };
        let hint = hint.or_else(|| {
            (of == Some(TypeName::String) && schema.validations.is_none())
                .then(|| prose_limit(description, &["mb", "mo", "px"]))
                .flatten()
                .map(|found| (found, "validations"))
        });
        if let Some((found, keyword)) = hint {
            self.refuse(
                Finding::warning(
                    "limit-in-prose",
                    description.span.clone(),
                    format!(
                        "“{found}” is a limit that only the description states; it is not checked"
                    ),
                )
                .help(format!(
                    "if the service enforces it, the page should give `{keyword}`"
                )),
            );
        }
    }
}

impl Judge<'_> {
    /// One warning for all of them: a page is translated as a whole or not.
    pub(super) fn warn_of_untranslated(&mut self) {
        let Some(first) = self.untranslated.first() else {
            return;
        };
        let others = match self.untranslated.len() - 1 {
            0 => String::new(),
            1 => "; so does 1 other text".to_owned(),
            others => format!("; so do {others} other texts"),
        };
        let message = format!(
            "`{}` looks like a translation key, not a text{others}",
            first.value
        );
        let finding = Finding::warning("untranslated-key", first.span.clone(), message)
            .help("save the page in a language that has these texts");
        self.refuse(finding);
    }
}

/// A single word such as `modelApiDoc_navInputSchema`.
pub(crate) fn is_untranslated_key(text: &str) -> bool {
    let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_camel = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.contains(|c: char| c.is_ascii_uppercase());
    is_word && is_camel && text.contains('_')
}

/// A number followed by one of `units`, as the text has it.
fn prose_limit(text: &str, units: &[&str]) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().find_map(|(index, word)| {
        let bare = word.trim_start_matches(['≤', '≥', '<', '>', '~', '(', '，']);
        let digits = bare.trim_end_matches(|c: char| !c.is_ascii_digit());
        if digits.is_empty() || !bare.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let glued = bare[digits.len()..].to_lowercase();
        let next = words.get(index + 1).copied().unwrap_or_default();
        let is_unit = |text: &str| {
            let text = text.to_lowercase();
            units.iter().any(|unit| {
                text.starts_with(unit)
                    && (unit.len() > 2 || text.trim_end_matches(['.', ',', ')']) == *unit)
            })
        };
        if is_unit(&glued) {
            Some((*word).trim_end_matches(['.', ',']).to_owned())
        } else if glued.is_empty() && is_unit(next) {
            Some(format!("{word} {}", next.trim_end_matches(['.', ','])))
        } else {
            None
        }
    })
}
