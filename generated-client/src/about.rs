//! What the provider's catalogue says about a model.

/// What the provider's catalogue says about a model. Empty for models without a catalogue entry.
///
/// The base price is only an estimate. A job may cost more or less, depending on its resolution, audio
/// and duration. The API offers no quote.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct About {
    /// The display name.
    pub title: Option<&'static str>,
    /// What the model does.
    pub description: Option<&'static str>,
    /// The categories, such as `image-to-video`.
    pub categories: &'static [&'static str],
    /// The base price in USD for each [`price_unit`](Self::price_unit). An estimate.
    pub base_price_usd: Option<f64>,
    /// The unit of the base price, such as `second` or `output`.
    pub price_unit: Option<&'static str>,
    /// The provider's remark on the price.
    pub pricing_note: Option<&'static str>,
    /// The page of the model.
    pub page_url: Option<&'static str>,
}

impl About {
    /// The value for a model without a catalogue entry: every field is empty.
    pub const NONE: Self = Self {
        title: None,
        description: None,
        categories: &[],
        base_price_usd: None,
        price_unit: None,
        pricing_note: None,
        page_url: None,
    };
}
