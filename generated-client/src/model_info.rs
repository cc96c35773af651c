//! Descriptions of models, for programs that receive a model id at run time.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

use crate::about::About;
use crate::hash::fnv1a;
use crate::media::MediaField;
use crate::model::{Model, ModelInput, ModelVisitor};
use crate::models;
use crate::validate::{Advice, Rule, Violations};

/// A model, described at run time.
///
/// ```
/// # #[cfg(feature = "wan-ai")] {
/// use runcomfy_client::models;
/// use serde_json::json;
///
/// let model = models::find("wan-ai/wan-2-2/image-to-video").unwrap();
/// let violations = model.validate(&json!({ "prompt": "rain" })).unwrap_err();
/// assert_eq!(violations.as_slice()[0].path, "/img_url");
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct ModelInfo {
    id: &'static str,
    path: &'static str,
    about: About,
    media: &'static [MediaField],
    validate: fn(&Value) -> Result<(), Violations>,
    advice: fn(&Value) -> Result<Vec<Advice>, Violations>,
    example: fn() -> Option<Value>,
    schema: fn() -> Option<Value>,
}

impl ModelInfo {
    /// The description of the model `M`.
    #[must_use]
    pub fn of<M: Model>() -> Self {
        Self {
            id: M::ID,
            path: M::PATH,
            about: M::ABOUT,
            media: M::MEDIA,
            validate: |input| M::Input::from_value(input).map(drop),
            advice: |input| M::Input::from_value(input).map(|input| input.advice()),
            example: || M::example().and_then(|input| serde_json::to_value(input).ok()),
            schema: || M::Input::json_schema(),
        }
    }

    /// The model id.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// The first segment of the model id. The name of the owner's cargo feature is derived from it.
    #[must_use]
    pub fn owner(&self) -> &'static str {
        self.id.split('/').next().unwrap_or(self.id)
    }

    /// The path of the submit call, see [`Model::PATH`].
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The display name. If the catalogue has none, the model id with spaces and commas as separators,
    /// such as `wan ai, wan 2 2, image to video`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.about.title {
            Some(title) => title.to_owned(),
            None => self.id.replace(['-', '_'], " ").replace('/', ", "),
        }
    }

    /// What the provider's catalogue says about the model.
    #[must_use]
    pub fn about(&self) -> About {
        self.about
    }

    /// The media fields of the input, with the provider's rules for the files.
    #[must_use]
    pub fn media(&self) -> &'static [MediaField] {
        self.media
    }

    /// The wire names of the required properties, in the order of the schema keyword `required`.
    #[must_use]
    pub fn required(&self) -> Vec<String> {
        let violations = self.validate(&json!({})).err();
        violations
            .iter()
            .flatten()
            .filter(|violation| violation.rule == Rule::Required)
            .filter_map(|violation| violation.path.strip_prefix('/'))
            .map(|name| name.replace("~1", "/").replace("~0", "~"))
            .collect()
    }

    /// Validates an input.
    ///
    /// # Errors
    ///
    /// All violations.
    pub fn validate(&self, input: &Value) -> Result<(), Violations> {
        (self.validate)(input)
    }

    /// The recommendations that an input does not follow, see [`ModelInput::advice`].
    ///
    /// # Errors
    ///
    /// All violations: there is no advice for an invalid input.
    pub fn advice(&self, input: &Value) -> Result<Vec<Advice>, Violations> {
        (self.advice)(input)
    }

    /// The body of the example request in the model's documentation, if there is one.
    #[must_use]
    pub fn example(&self) -> Option<Value> {
        (self.example)()
    }

    /// The JSON Schema of the input (2020-12). `None` without the feature `schemars`.
    #[must_use]
    pub fn input_schema(&self) -> Option<Value> {
        (self.schema)()
    }

    /// The model as a tool of a language model. `None` without the feature `schemars`.
    #[must_use]
    pub fn tool(&self) -> Option<Tool> {
        let summary = self.about.description.unwrap_or_default();
        let separator = if summary.is_empty() { "" } else { ": " };
        Some(Tool {
            name: tool_name(self.id),
            description: format!(
                "{}{separator}{summary} (RunComfy model {}; every call is billed)",
                self.title(),
                self.id
            ),
            input_schema: self.input_schema()?,
            model_id: self.id,
        })
    }
}

impl fmt::Debug for ModelInfo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ModelInfo")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A model as a tool of a language model.
///
/// Serializes to an object with the members `name`, `description` and `input_schema`. Most APIs of
/// language models accept these members, some under other names.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Tool {
    /// A unique name of at most 64 characters: letters, digits, `_` and `-`.
    pub name: String,
    /// What the tool does.
    pub description: String,
    /// The JSON Schema of the input (2020-12).
    pub input_schema: Value,
    /// The model id, to submit a call of this tool. It is not serialized.
    #[serde(skip)]
    pub model_id: &'static str,
}

/// The maximum length of a tool name in the common APIs of language models.
const MAX_TOOL_NAME: usize = 64;

fn tool_name(id: &str) -> String {
    let replace = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let name: String = id.chars().map(replace).collect();
    // Different ids could get the same name if the name is truncated, if a character other than `/` is
    // replaced, or if the id contains `_`. In these cases, a hash of the id is appended.
    let suffix = format!("-{:06x}", fnv1a(id) >> 40);
    let is_plain = id
        .chars()
        .all(|c| c == '/' || (c != '_' && replace(c) == c));
    if name.len() <= MAX_TOOL_NAME && is_plain {
        name
    } else {
        let length = name.len().min(MAX_TOOL_NAME - suffix.len());
        format!("{}{suffix}", &name[..length])
    }
}

// The functions below are `#[inline]`, like the generated functions of the models, so that the machine
// code of all models is compiled only into programs that call one of these functions. Statics and
// non-inline functions of this crate must not refer to them. Otherwise the code of all models would be
// compiled into the library.

/// All models that are compiled in, sorted by id.
#[inline]
#[must_use]
pub fn all() -> Vec<ModelInfo> {
    struct Collector(Vec<ModelInfo>);
    impl ModelVisitor for Collector {
        fn visit<M: Model>(&mut self, _: M) {
            self.0.push(ModelInfo::of::<M>());
        }
    }
    let mut collector = Collector(Vec::new());
    models::visit(&mut collector);
    collector.0.sort_by_key(|model| model.id);
    collector.0
}

/// The model with the id `id`, if it is compiled in.
#[inline]
#[must_use]
pub fn find(id: &str) -> Option<ModelInfo> {
    struct Finder<'a> {
        id: &'a str,
        found: Option<ModelInfo>,
    }
    impl ModelVisitor for Finder<'_> {
        fn visit<M: Model>(&mut self, _: M) {
            if M::ID == self.id {
                self.found = Some(ModelInfo::of::<M>());
            }
        }
    }
    let mut finder = Finder { id, found: None };
    models::visit(&mut finder);
    finder.found
}

/// All models that are compiled in, as tools of a language model. Empty without the feature
/// `schemars`.
#[inline]
#[must_use]
pub fn tools() -> Vec<Tool> {
    all().iter().filter_map(ModelInfo::tool).collect()
}
