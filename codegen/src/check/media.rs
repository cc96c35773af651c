//! Formats, and rules about the media file behind a URL.

use super::Judge;
use crate::dialect::{RuleName, Schema};
use crate::finding::{Finding, nearest};
use crate::json::Located;
use crate::model::{Item, Media, MediaKind, MediaRule};

/// The formats of a string, and what it is then the URL of.
const FORMATS: &[(&str, Option<MediaKind>)] = &[
    ("uri", None),
    ("image_uri", Some(MediaKind::Image)),
    ("video_uri", Some(MediaKind::Video)),
    ("audio_uri", Some(MediaKind::Audio)),
];

/// The same on a list, for each of its items.
const LIST_FORMATS: &[(&str, Option<MediaKind>)] = &[
    ("uris", None),
    ("image_uris", Some(MediaKind::Image)),
    ("video_uris", Some(MediaKind::Video)),
    ("audio_uris", Some(MediaKind::Audio)),
];

impl Judge<'_> {
    pub(super) fn text_media(&mut self, schema: &Schema) -> Option<Media> {
        let kind = self.kind(&schema.format, FORMATS);
        let rules = self.media_rules(schema);
        media(kind, rules)
    }

    /// What a list says of the files behind its items joins what `items` says of them.
    pub(super) fn list_media(&mut self, schema: &Schema, item: &mut Item) {
        let kind = self.kind(&schema.format, LIST_FORMATS);
        let rules = self.media_rules(schema);
        let Some(of_list) = media(kind, rules) else {
            if let (Some(format), true) = (&schema.format, !matches!(item, Item::Text(_))) {
                self.not_urls("`format`", format.span.clone());
            }
            return;
        };
        let Item::Text(text) = item else {
            let format = schema.format.as_ref().map(|format| format.span.clone());
            let rules = schema.validations.as_ref().map(|rules| rules.span.clone());
            for span in format.into_iter().chain(rules) {
                self.not_urls("`format` or `validations`", span);
            }
            return;
        };
        text.media = Some(match text.media.take() {
            None => of_list,
            Some(of_item) => {
                if let Some(format) = &schema.format
                    && of_item.kind != MediaKind::Unknown
                    && of_list.kind != MediaKind::Unknown
                    && of_item.kind != of_list.kind
                {
                    let message =
                        "the format of the list and that of its items contradict each other";
                    self.contradiction(format.span.clone(), message.to_owned());
                }
                let kind = if of_item.kind == MediaKind::Unknown {
                    of_list.kind
                } else {
                    of_item.kind
                };
                let rules = [of_list.rules, of_item.rules].concat();
                Media { kind, rules }
            }
        });
    }

    fn not_urls(&mut self, what: &str, span: crate::json::Span) {
        let message = format!("{what} on a list whose items are not plain strings is not modelled");
        self.refuse(Finding::new("misplaced-keyword", span, message));
    }

    fn kind(
        &mut self,
        format: &Option<Located<String>>,
        known: &[(&str, Option<MediaKind>)],
    ) -> Option<MediaKind> {
        let format = format.as_ref()?;
        if let Some((_, kind)) = known.iter().find(|(name, _)| *name == format.value) {
            return *kind;
        }
        let names = known.iter().map(|(name, _)| *name);
        let help = nearest(format, names.clone()).map_or_else(
            || {
                format!(
                    "known here are {}",
                    names
                        .map(|name| format!("`{name}`"))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            },
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!(
            "the format `{}` is not modelled here",
            format.value.escape_debug()
        );
        self.refuse(Finding::new("unsupported-format", format.span.clone(), message).help(help));
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
                let message = format!("the bound `{}` must be above 0", number.as_str());
                self.refuse(Finding::new(
                    "unsupported-bound",
                    number.span.clone(),
                    message,
                ));
                continue;
            };
            let rule = validation.validation_rule.value;
            if rules.iter().any(|known| known.rule == rule) {
                let message = "this media rule stands twice";
                self.refuse(
                    Finding::new(
                        "duplicate-media-rule",
                        validation.validation_rule.span.clone(),
                        message,
                    )
                    .help("keep the one that the service applies"),
                );
                continue;
            }
            rules.push(MediaRule { rule, limit });
        }
        for (least, greatest) in [
            (RuleName::MinWidth, RuleName::MaxWidth),
            (RuleName::MinHeight, RuleName::MaxHeight),
            (RuleName::MinAspectRatio, RuleName::MaxAspectRatio),
        ] {
            let bound = |name| {
                rules
                    .iter()
                    .find(|rule| rule.rule == name)
                    .map(|rule| rule.limit)
            };
            if let (Some(low), Some(high)) = (bound(least), bound(greatest))
                && low > high
            {
                let message = format!("no file is allowed by both bounds, {low} and {high}");
                self.contradiction(validations.span.clone(), message);
            }
        }
        rules
    }
}

fn media(kind: Option<MediaKind>, rules: Vec<MediaRule>) -> Option<Media> {
    match kind {
        Some(kind) => Some(Media { kind, rules }),
        None if rules.is_empty() => None,
        None => Some(Media {
            kind: MediaKind::Unknown,
            rules,
        }),
    }
}
