//! The rules that model files must follow.

use std::fmt;

use super::Severity;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $severity:ident;)*) => {
        /// A rule about model files. Its id and severity never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[$doc])* $name,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable identifier, in kebab case.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// Whether breaking the rule stops generation.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

rules! {
    /// A file exceeds the maximum size of a model file.
    FileTooLarge = "file-too-large", Error;
    /// The bytes are not UTF-8.
    NotUtf8 = "not-utf-8", Error;
    /// The text is not JSON.
    NotJson = "not-json", Error;
    /// A key occurs twice in one object.
    DuplicateKey = "duplicate-key", Error;
    /// A key that is not modelled.
    UnknownKey = "unknown-key", Error;
    /// A required key is missing.
    MissingKey = "missing-key", Error;
    /// A value has the wrong JSON type for its key.
    WrongType = "wrong-type", Error;
    /// A schema without a `type`.
    MissingType = "missing-type", Error;
    /// A `type` that is not modelled.
    UnsupportedType = "unsupported-type", Error;
    /// The output schema is not nested in a second key `output`: `"output": { "output": { … } }`.
    OutputNotWrapped = "output-not-wrapped", Error;
    /// The model id is invalid.
    InvalidModelId = "invalid-model-id", Error;
    /// Two files have the same model id.
    DuplicateModel = "duplicate-model", Error;
    /// A file is not at the path that its model id determines.
    MisplacedFile = "misplaced-file", Warning;
    /// A keyword has no meaning for the type or the position of its schema.
    MisplacedKeyword = "misplaced-keyword", Error;
    /// A combination of keywords that is not modelled.
    UnsupportedCombination = "unsupported-combination", Error;
    /// A bound or a price that is not supported.
    UnsupportedBound = "unsupported-bound", Error;
    /// A schema contradicts itself.
    Contradiction = "contradiction", Error;
    /// `required` names a property that does not exist.
    UnknownRequired = "unknown-required", Error;
    /// `required` names a property twice.
    DuplicateRequired = "duplicate-required", Error;
    /// An `enum` value that is not modelled.
    UnsupportedEnum = "unsupported-enum", Error;
    /// A value occurs twice in an `enum`.
    DuplicateEnumValue = "duplicate-enum-value", Error;
    /// A `format` that is not modelled.
    UnsupportedFormat = "unsupported-format", Error;
    /// A media rule that is not modelled.
    UnsupportedMediaRule = "unsupported-media-rule", Error;
    /// A media rule occurs twice.
    DuplicateMediaRule = "duplicate-media-rule", Error;
    /// An object allows properties that its schema does not name.
    OpenObject = "open-object", Error;
    /// Objects are nested too deeply.
    NestedTooDeep = "nested-too-deep", Error;
    /// A default is not valid under its schema.
    InvalidDefault = "invalid-default", Error;
    /// A default is `null`, so the property has no default.
    NullDefault = "null-default", Warning;
    /// The example breaks the input schema.
    InvalidExample = "invalid-example", Error;
    /// A limit is stated in the description only.
    LimitInProse = "limit-in-prose", Warning;
    /// A text is a translation key.
    UntranslatedKey = "untranslated-key", Warning;
    /// An override has an empty reason or unknown level, or is advice with a keyword not allowed in advice.
    InvalidOverride = "invalid-override", Error;
    /// An override changes nothing, or is advice that is no stricter than the schema.
    UnusedOverride = "unused-override", Error;
    /// An acknowledged rule is unknown or not a warning.
    InvalidAcknowledgement = "invalid-acknowledgement", Error;
    /// An acknowledged warning does not occur.
    UnusedAcknowledgement = "unused-acknowledgement", Warning;
    /// An entry of `names` is not a valid Rust name for the item that it names.
    InvalidName = "invalid-name", Error;
    /// An entry of `names` matches nothing in the model.
    UnusedName = "unused-name", Error;
    /// Two properties, enum values, types or modules would have the same Rust name.
    NameCollision = "name-collision", Error;
    /// No Rust name can be derived for a property or an enum value, or a type name is too long.
    Unnameable = "unnameable", Error;
    /// The name of a field is derived from the title of its property, and the title may change.
    NameFromTitle = "name-from-title", Warning;
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}
