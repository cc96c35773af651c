//! Comparing `about` and `overrides` of a model file. `about` has the price, the texts and the categories
//! from the catalogue. The effect of an override on the schema is compared as part of the schema.

use runcomfy_codegen::dialect::{Level, Override};
use runcomfy_codegen::model::About;
use serde_json::{Value, json};

use super::comparison::ModelComparison;
use super::text::same_text;
use crate::diff::rule::ChangeRule;

/// A key of `about`, and its text.
type Text = (&'static str, fn(&About) -> Option<&str>);

impl ModelComparison<'_> {
    /// Compares `about`: the price, the texts and the categories from the catalogue.
    pub(super) fn about(&mut self) {
        let (old, new) = (&self.old.valid.model.about, &self.new.valid.model.about);
        let price = |about: &About| about.base_price_usd.map(Value::from);
        let unit = |about: &About| about.price_unit.clone().map(Value::from);
        if old.price_unit == new.price_unit {
            let rule = match (old.base_price_usd, new.base_price_usd) {
                (Some(old), Some(new)) if new > old => Some(ChangeRule::PriceRaised),
                (Some(old), Some(new)) if new < old => Some(ChangeRule::PriceLowered),
                (None, Some(_)) => Some(ChangeRule::PriceAdded),
                (Some(_), None) => Some(ChangeRule::PriceRemoved),
                _ => None,
            };
            if let Some(rule) = rule {
                self.add_to_model(rule, "/about/base_price_usd", price(old), price(new));
            }
        } else {
            // Prices for different units cannot be compared.
            let rule = ChangeRule::PriceUnitChanged;
            let shown = |about: &About| {
                let price = price(about)?.to_string();
                Some(match unit(about) {
                    Some(unit) => json!(format!("{price} USD per {}", unit.as_str()?)),
                    None => json!(format!("{price} USD")),
                })
            };
            let values = [old, new].map(|about| shown(about).or_else(|| unit(about)));
            let [before, after] = values;
            self.add_to_model(rule, "/about/price_unit", before, after);
        }
        let texts: [Text; 4] = [
            ("title", |about| about.title.as_deref()),
            ("description", |about| about.description.as_deref()),
            ("pricing_note", |about| about.pricing_note.as_deref()),
            ("page_url", |about| about.page_url.as_deref()),
        ];
        for (key, text) in texts {
            let (before, after) = (text(old), text(new));
            if !same_text(before, after) {
                let pointer = format!("/about/{key}");
                let values = [before, after].map(|text| text.map(Value::from));
                let [before, after] = values;
                self.add_to_model(ChangeRule::AboutChanged, &pointer, before, after);
            }
        }
        if old.categories != new.categories {
            let list = |about: &About| Some(json!(about.categories));
            self.add_to_model(
                ChangeRule::AboutChanged,
                "/about/categories",
                list(old),
                list(new),
            );
        }
    }

    /// Compares the overrides. A removed and an added override with the same reason or the same patch are
    /// reported as one that changed.
    pub(super) fn overrides(&mut self) {
        let (old, new) = (self.old.valid.file, self.new.valid.file);
        let is_same = |one: &Override, other: &Override| {
            one.reason.value == other.reason.value
                && one.level == other.level
                && one.input.value.equals(&other.input.value)
        };
        let removed = old.overrides.iter().enumerate();
        let removed = removed.filter(|(_, one)| !new.overrides.iter().any(|new| is_same(one, new)));
        let mut removed: Vec<(usize, &Override)> = removed.collect();
        let added = new.overrides.iter().enumerate();
        let added = added.filter(|(_, one)| !old.overrides.iter().any(|old| is_same(one, old)));
        for (index, after) in added {
            let position = removed.iter().position(|(_, before)| {
                before.reason.value == after.reason.value
                    || before.input.value.equals(&after.input.value)
            });
            let before = position.map(|position| removed.remove(position).1);
            let rule = match before {
                Some(_) => ChangeRule::OverrideChanged,
                None => ChangeRule::OverrideAdded,
            };
            let pointer = format!("/overrides/{index}");
            self.add_to_model(rule, &pointer, before.map(shown), Some(shown(after)));
        }
        for (index, before) in removed {
            let pointer = format!("/overrides/{index}");
            let rule = ChangeRule::OverrideRemoved;
            self.add_to_model(rule, &pointer, Some(shown(before)), None);
        }
    }
}

/// An override as shown in a report. The reason comes first, since the report may cut off the rest.
fn shown(one: &Override) -> Value {
    let level = match one.level {
        Level::Error => "error",
        Level::Advice => "advice",
    };
    json!({ "reason": one.reason.value, "level": level, "input": one.input.value.to_value() })
}
