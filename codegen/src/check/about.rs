//! What the catalogue says about a model.

use super::SchemaChecker;
use crate::dialect;
use crate::model::About;
use crate::span::Located;
use crate::text::is_untranslated_key;

impl SchemaChecker<'_> {
    pub(super) fn about(&mut self, about: Option<&dialect::About>) -> About {
        let Some(about) = about else {
            return About::default();
        };
        let text = |text: &Option<Located<String>>| {
            let is_prose = |text: &str| !text.trim().is_empty() && !is_untranslated_key(text);
            let text = text.as_ref().filter(|text| is_prose(text));
            text.map(|text| text.value.clone())
        };
        let base_price_usd = about.base_price_usd.as_ref().and_then(|number| {
            let price = number.as_f64().filter(|price| *price >= 0.0);
            if price.is_none() {
                self.unsupported_bound(number, "a price must be a number of at least 0");
            }
            price
        });
        let categories = about.categories.iter().flat_map(|all| &all.value);
        About {
            title: text(&about.title),
            description: text(&about.description),
            categories: categories.map(|category| category.value.clone()).collect(),
            base_price_usd,
            price_unit: text(&about.price_unit),
            pricing_note: text(&about.pricing_note),
            page_url: text(&about.page_url),
        }
    }
}
