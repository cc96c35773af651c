//! Reads `about`, `overrides` and `acknowledged`, and applies the overrides to the input schema.

use super::Reader;
use crate::diagnostics::{Diagnostic, Diagnostics, Rule, Severity, did_you_mean};
use crate::dialect::overrides::{not_advice, patched};
use crate::dialect::{About, Acknowledged, Level, Override, Schema};
use crate::json::Json;
use crate::span::Located;

const ABOUT_KEYS: &[&str] = &[
    "title",
    "description",
    "categories",
    "base_price_usd",
    "price_unit",
    "pricing_note",
    "page_url",
];
const OVERRIDE_KEYS: &[&str] = &["reason", "level", "input"];
const ACKNOWLEDGED_KEYS: &[&str] = &["rule", "pointer"];

const LEVELS: &[(&str, Level)] = &[("error", Level::Error), ("advice", Level::Advice)];

impl Reader<'_> {
    pub(super) fn about(&mut self, json: &Located<Json>) -> Option<About> {
        let members = self.object(json, "`about`", ABOUT_KEYS)?;
        let mut about = About::default();
        for member in members {
            let value = &member.value;
            match member.name.as_str() {
                "title" => about.title = self.string(value),
                "description" => about.description = self.string(value),
                "categories" => about.categories = self.strings(value),
                "base_price_usd" => about.base_price_usd = self.number(value),
                "price_unit" => about.price_unit = self.string(value),
                "pricing_note" => about.pricing_note = self.string(value),
                "page_url" => about.page_url = self.string(value),
                // `object` has reported the unknown key.
                _ => {}
            }
        }
        Some(about)
    }

    pub(super) fn overrides(&mut self, json: &Located<Json>) -> Vec<Override> {
        let Some(items) = self.array(json) else {
            return Vec::new();
        };
        let overrides = items.iter().filter_map(|item| self.an_override(item));
        overrides.collect()
    }

    fn an_override(&mut self, json: &Located<Json>) -> Option<Override> {
        self.object(json, "an override", OVERRIDE_KEYS)?;
        let reason = self
            .required(json, "reason")
            .and_then(|reason| self.string(reason));
        let level = match json.get("level") {
            Some(level) => self
                .symbol(level, LEVELS, Rule::InvalidOverride, "level")
                .map(|level| level.value),
            None => Some(Level::default()),
        };
        let input = self.required(json, "input");
        let input = input.filter(|input| self.members(input, "the patch").is_some());
        let (reason, level, input) = (reason?, level?, input?.clone());
        if reason.trim().is_empty() {
            let message = "the reason of an override must not be empty";
            let help = "say why the schema is changed, and where the change comes from";
            self.diagnostics
                .push(Diagnostic::new(Rule::InvalidOverride, reason.span, message).with_help(help));
        }
        let is_advice = level == Level::Advice;
        let others = if is_advice {
            not_advice(&input)
        } else {
            Vec::new()
        };
        for span in &others {
            let message = "advice may only limit numbers, string lengths and item counts";
            self.diagnostics.push(
                Diagnostic::new(Rule::InvalidOverride, *span, message)
                    .with_help("remove it, or set the level to `error`"),
            );
        }
        others.is_empty().then_some(Override {
            reason,
            level,
            input,
            span: json.span,
            advised: None,
        })
    }

    /// Applies the first `limit` overrides of the level `error` to the input schema, and reads the
    /// result. Sets `advised` on each override of the level `advice`. Reports overrides that change
    /// nothing.
    pub(super) fn input(
        &mut self,
        json: &Located<Json>,
        overrides: &mut [Override],
        limit: usize,
    ) -> Option<Located<Schema>> {
        if !matches!(json.value, Json::Object(_)) {
            // Not patched: a merge patch would replace the value by an object, and its wrong type would
            // not be reported.
            return self.schema(json);
        }
        let mut input = json.clone();
        let errors = overrides.iter().filter(|one| one.level == Level::Error);
        for one in errors.take(limit) {
            match patched(&input, &one.input) {
                Some(changed) => input = changed,
                None => self.unused(one),
            }
        }
        for one in overrides.iter_mut() {
            if one.level == Level::Error {
                continue;
            }
            match patched(&input, &one.input) {
                // Only diagnostics within the override are kept. Diagnostics for the rest of the
                // schema are reported below.
                Some(advised) => {
                    let mut found = Diagnostics::default();
                    let mut reader = Reader {
                        diagnostics: &mut found,
                    };
                    one.advised = reader.schema(&advised);
                    let found = found.into_iter();
                    self.diagnostics
                        .extend(found.filter(|found| one.span.contains(found.span)));
                }
                None => self.unused(one),
            }
        }
        self.schema(&input)
    }

    fn unused(&mut self, one: &Override) {
        let message = "the override changes nothing: the schema is the same without it";
        self.diagnostics.push(
            Diagnostic::new(Rule::UnusedOverride, one.input.span, message)
                .with_help("remove the override"),
        );
    }

    pub(super) fn acknowledged(&mut self, json: &Located<Json>) -> Vec<Acknowledged> {
        let Some(items) = self.array(json) else {
            return Vec::new();
        };
        let acknowledged = items.iter().filter_map(|item| {
            self.object(item, "an acknowledgement", ACKNOWLEDGED_KEYS)?;
            let rule = self.required(item, "rule");
            let rule = rule.and_then(|rule| self.warning(rule));
            let pointer = match item.get("pointer") {
                Some(pointer) => Some(self.string(pointer)?),
                None => None,
            };
            Some(Acknowledged {
                rule: rule?,
                pointer,
            })
        });
        acknowledged.collect()
    }

    /// Reads the id of a rule that is a warning. Any other text is reported as an error.
    fn warning(&mut self, json: &Located<Json>) -> Option<Located<Rule>> {
        let id = self.string(json)?;
        let rules = Rule::ALL.iter();
        let warnings = rules.filter(|rule| rule.severity() == Severity::Warning);
        if let Some(rule) = warnings.clone().find(|rule| rule.id() == id.value) {
            return Some(json.with(*rule));
        }
        let message = format!("`{}` is not a warning rule", id.value);
        let help = did_you_mean(&id, warnings.map(|rule| rule.id()));
        self.diagnostics.push(
            Diagnostic::new(Rule::InvalidAcknowledgement, json.span, message).with_help(help),
        );
        None
    }
}
