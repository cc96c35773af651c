//! What the catalogue states about a model besides its schema.

use serde_json::Value;

/// The price in USD of a model whose file states no price.
const PRICE_USD: f64 = 0.05;

/// The metadata of a model, taken from the `about` object of the model file. Missing values have
/// defaults, some of which are derived from the model id; the pricing note and the URL have none.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) display_name: String,
    pub(crate) description: String,
    pub(crate) categories: Vec<String>,
    pub(crate) kind: String,
    /// A number of USD, or null.
    pub(crate) base_price_usd: Value,
    pub(crate) price_unit: String,
    pub(crate) pricing_note: Option<String>,
    pub(crate) model_url: Option<String>,
}

impl About {
    /// Reads the `about` of a model file. Defaults replace values that are missing or of the wrong type.
    pub(crate) fn of(model_id: &str, about: Option<&Value>) -> Self {
        let member = |name: &str| about?.get(name);
        let text = |name: &str| member(name)?.as_str().map(str::to_owned);
        let categories = match member("categories").and_then(Value::as_array) {
            Some(categories) => categories
                .iter()
                .filter_map(|category| category.as_str().map(str::to_owned))
                .collect(),
            None => categories_of(model_id),
        };
        let is_video = categories
            .iter()
            .any(|category| category.ends_with("video"));
        let default_unit = if is_video { "second" } else { "output" };
        Self {
            display_name: text("title").unwrap_or_else(|| model_id.replace(['/', '-'], " ")),
            description: text("description")
                .unwrap_or_else(|| format!("{model_id} as served by the sandbox")),
            categories,
            kind: text("kind").unwrap_or_else(|| "model".to_owned()),
            base_price_usd: member("base_price_usd")
                .filter(|price| price.is_number() || price.is_null())
                .cloned()
                .unwrap_or_else(|| PRICE_USD.into()),
            price_unit: text("price_unit").unwrap_or_else(|| default_unit.to_owned()),
            pricing_note: text("pricing_note"),
            model_url: text("page_url"),
        }
    }

    /// The cost of a successful job, in USD: the base price, or [`PRICE_USD`] if the base price is null.
    /// Each job costs one unit. This fits the default output: one file, which is one second long if it
    /// has a duration. Other outputs cost the same.
    pub(crate) fn cost_usd(&self) -> f64 {
        self.base_price_usd.as_f64().unwrap_or(PRICE_USD)
    }
}

/// Derives categories from a model id: its segments of the form `x-to-y`, or else its last segment.
fn categories_of(id: &str) -> Vec<String> {
    let tasks: Vec<String> = id
        .split('/')
        .filter(|part| part.contains("-to-"))
        .map(str::to_lowercase)
        .collect();
    match id.rsplit('/').next() {
        Some(last) if tasks.is_empty() => vec![last.to_lowercase()],
        _ => tasks,
    }
}
