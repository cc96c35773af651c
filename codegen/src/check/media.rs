//! Formats, and rules about the media file behind a URL.

use super::SchemaChecker;
use crate::diagnostics::{Diagnostic, Rule, did_you_mean};
use crate::dialect::{Schema, ValidationRule};
use crate::model::{ItemSchema, Media, MediaKind, MediaRule};
use crate::span::{Located, Span};

/// The formats of a string, each with the kind of media file behind the URL. `None` if the format does
/// not state a kind.
const FORMATS: &[(&str, Option<MediaKind>)] = &[
    ("uri", None),
    ("image_uri", Some(MediaKind::Image)),
    ("video_uri", Some(MediaKind::Video)),
    ("audio_uri", Some(MediaKind::Audio)),
];

/// The formats of a list, each with the kind of media file behind the URL of every item. `None` if the
/// format does not state a kind.
const LIST_FORMATS: &[(&str, Option<MediaKind>)] = &[
    ("uris", None),
    ("image_uris", Some(MediaKind::Image)),
    ("video_uris", Some(MediaKind::Video)),
    ("audio_uris", Some(MediaKind::Audio)),
];

/// The prefix of the formats for an image on which the user draws a mask. The suffix, such as
/// `_ideogramv3`, is ignored.
const MASK_FORMAT: &str = "image_uri_with_mask_image";

impl SchemaChecker<'_> {
    pub(super) fn string_media(&mut self, schema: &Schema) -> Option<Media> {
        self.media(schema, FORMATS)
    }

    /// Adds the format and the rules of a list to those of its items.
    pub(super) fn list_media(&mut self, schema: &Schema, item: &mut ItemSchema) {
        let list_media = self.media(schema, LIST_FORMATS);
        let ItemSchema::String(string) = item else {
            self.refuse_media_keywords(schema);
            return;
        };
        string.media = match (string.media.take(), list_media) {
            (Some(of_item), Some(of_list)) => {
                if let Some(format) = &schema.format
                    && of_item.kind != MediaKind::Unknown
                    && of_list.kind != MediaKind::Unknown
                    && of_item.kind != of_list.kind
                {
                    let message = "the formats of the list and of its items contradict each other";
                    self.contradiction(format.span, message);
                }
                let kind = match of_item.kind {
                    MediaKind::Unknown => of_list.kind,
                    known => known,
                };
                let rules = self.joined_rules(schema, of_list.rules, &of_item.rules);
                Some(Media { kind, rules })
            }
            (of_item, of_list) => of_item.or(of_list),
        };
    }

    /// The rules of a list and those of its items, all of which apply to each item.
    fn joined_rules(
        &mut self,
        list: &Schema,
        mut rules: Vec<MediaRule>,
        of_item: &[MediaRule],
    ) -> Vec<MediaRule> {
        let Some(validations) = list.validations.as_ref().filter(|_| !of_item.is_empty()) else {
            rules.extend_from_slice(of_item);
            return rules;
        };
        let is_duplicate = |rule: &MediaRule| of_item.iter().any(|other| other.rule == rule.rule);
        if rules.iter().any(is_duplicate) {
            let message = "the items of the list have the same media rule";
            self.report(
                Diagnostic::new(Rule::DuplicateMediaRule, validations.span, message)
                    .with_help("keep the one that the service applies"),
            );
            return rules;
        }
        rules.extend_from_slice(of_item);
        self.media_contradictions(validations.span, &rules);
        rules
    }

    /// Refuses `format` and `validations` on a list whose items are string enums, or not strings at all.
    fn refuse_media_keywords(&mut self, schema: &Schema) {
        let rules = schema.validations.as_ref();
        let rules = rules.filter(|rules| !rules.is_empty());
        for (keyword, span) in [
            ("format", schema.format.as_ref().map(|format| format.span)),
            ("validations", rules.map(|rules| rules.span)),
        ] {
            let Some(span) = span else { continue };
            let message =
                format!("on lists, `{keyword}` is modelled only for strings without an `enum`");
            self.report(Diagnostic::new(Rule::MisplacedKeyword, span, message));
        }
    }

    fn media(&mut self, schema: &Schema, formats: &[(&str, Option<MediaKind>)]) -> Option<Media> {
        let kind = self.media_kind(&schema.format, formats);
        let rules = self.media_rules(schema);
        match kind {
            None if rules.is_empty() => None,
            kind => Some(Media {
                kind: kind.unwrap_or(MediaKind::Unknown),
                rules,
            }),
        }
    }

    fn media_kind(
        &mut self,
        format: &Option<Located<String>>,
        formats: &[(&str, Option<MediaKind>)],
    ) -> Option<MediaKind> {
        let format = format.as_ref()?;
        if let Some((_, kind)) = formats.iter().find(|(name, _)| *name == format.value) {
            return *kind;
        }
        if format.starts_with(MASK_FORMAT) {
            return Some(MediaKind::Image);
        }
        let message = format!("the format `{}` is not modelled here", format.value);
        let help = did_you_mean(format, formats.iter().map(|(name, _)| *name));
        self.report(Diagnostic::new(Rule::UnsupportedFormat, format.span, message).with_help(help));
        None
    }

    fn media_rules(&mut self, schema: &Schema) -> Vec<MediaRule> {
        let Some(validations) = &schema.validations else {
            return Vec::new();
        };
        let mut rules: Vec<MediaRule> = Vec::new();
        for validation in validations.iter() {
            let number = &validation.validation_value;
            let Some(limit) = number.as_f64().filter(|limit| *limit > 0.0) else {
                self.unsupported_bound(number, "the bound of a media rule must be above 0");
                continue;
            };
            let rule = &validation.validation_rule;
            if rules.iter().any(|known| known.rule == rule.value) {
                let message = "duplicate media rule";
                self.report(
                    Diagnostic::new(Rule::DuplicateMediaRule, rule.span, message)
                        .with_help("keep the one that the service applies"),
                );
                continue;
            }
            let rule = rule.value;
            rules.push(MediaRule { rule, limit });
        }
        self.media_contradictions(validations.span, &rules);
        rules
    }

    fn media_contradictions(&mut self, span: Span, rules: &[MediaRule]) {
        for (min_rule, max_rule) in [
            (ValidationRule::MinWidth, ValidationRule::MaxWidth),
            (ValidationRule::MinHeight, ValidationRule::MaxHeight),
            (
                ValidationRule::MinAspectRatio,
                ValidationRule::MaxAspectRatio,
            ),
        ] {
            let limit = |name| {
                let rule = rules.iter().find(|rule| rule.rule == name)?;
                Some(rule.limit)
            };
            if let (Some(min), Some(max)) = (limit(min_rule), limit(max_rule))
                && min > max
            {
                let message = format!("no file satisfies both bounds, {min} and {max}");
                self.contradiction(span, message);
            }
        }
    }
}
