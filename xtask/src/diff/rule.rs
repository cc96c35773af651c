//! The rules: every kind of change by its stable id, and what it means in each direction.
//!
//! On the wire the output side is judged for any reader. In Rust source it is judged for the
//! generated client, whose reader is tolerant: its enums are strings, every field may be absent,
//! and no limit of an output is enforced.
//!
//! An optional property that is added to an input, and a value that is added to an input's enum,
//! count as compatible in source: setters, `new` and `..` go on compiling. A struct literal that
//! names every field, or a `match` that names every variant, has to name one more.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::verdict::Verdict::{self, Breaking, Compatible, Dangerous, Documentation, None};
use super::verdict::{Direction, Verdicts};

/// A row of the table: wire and source on the input, wire and source on the output.
type Row = [Verdict; 4];

/// A limit that lets less through.
const NARROWS: Row = [Breaking, Compatible, Compatible, Documentation];
/// A limit that lets more through.
const WIDENS: Row = [Compatible, Compatible, Breaking, Documentation];
/// Breaks everyone.
const BREAKS: Row = [Breaking; 4];
/// Says the same in other words.
const RESTATES: Row = [Documentation; 4];
/// A Rust name, which never travels.
const RENAMES: Row = [Compatible, Breaking, Compatible, Breaking];
/// What the service does when a field is left out. Nobody leaves out a field of an output.
const DEFAULTS: Row = [Dangerous, Documentation, Documentation, Documentation];

macro_rules! rules {
    ($($name:ident = $id:literal, $phrase:literal, $row:expr;)*) => {
        /// A kind of change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Rule {
            $(#[doc = $phrase] $name,)*
        }

        impl Rule {
            /// Every rule.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its id, in kebab case. It never changes.
            pub(crate) const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What happened, in a few words.
            pub(crate) const fn phrase(self) -> &'static str {
                match self { $(Self::$name => $phrase,)* }
            }

            const fn row(self) -> Row {
                match self { $(Self::$name => $row,)* }
            }
        }
    };
}

rules! {
    ModelAdded = "model-added", "model added", [Compatible; 4];
    ModelRemoved = "model-removed", "model removed", BREAKS;
    ModelRenamed = "model-renamed", "model renamed", BREAKS;
    ModelIdChanged = "model-id-changed", "model id changed, its Rust path did not",
        [Breaking, Compatible, Breaking, Compatible];
    ModelNotComparable = "model-not-comparable", "model not comparable, its file was refused",
        [Dangerous, None, Dangerous, None];
    ModuleRenamed = "module-renamed", "Rust module renamed", RENAMES;
    ExampleAdded = "example-added", "example added",
        [Documentation, Compatible, Documentation, Compatible];
    ExampleRemoved = "example-removed", "example removed, and with it `Input::example`",
        [Documentation, Breaking, Documentation, Breaking];
    ExampleChanged = "example-changed", "example changed", RESTATES;

    RequiredPropertyAdded = "required-property-added", "required property added",
        [Breaking, Breaking, Compatible, Compatible];
    OptionalPropertyAdded = "optional-property-added", "optional property added", [Compatible; 4];
    RequiredPropertyRemoved = "required-property-removed", "required property removed", BREAKS;
    OptionalPropertyRemoved = "optional-property-removed", "optional property removed",
        [Breaking, Breaking, Dangerous, Breaking];
    PropertyRenamed = "property-renamed", "property renamed", BREAKS;
    PropertyWireNameChanged = "property-wire-name-changed",
        "wire name changed, the Rust name did not", [Breaking, Compatible, Breaking, Compatible];
    BecameRequired = "property-became-required", "became required",
        [Breaking, Breaking, Compatible, None];
    BecameOptional = "property-became-optional", "became optional",
        [Compatible, Breaking, Breaking, None];
    // Only an input has a constructor: the order of an output's `required` says nothing.
    RequiredReordered = "required-reordered", "order of `required`, the arguments of `new`, changed",
        [Compatible, Breaking, Compatible, None];
    FieldRenamed = "field-renamed", "Rust field renamed", RENAMES;
    TypeRenamed = "type-renamed", "Rust type renamed", RENAMES;
    VariantRenamed = "variant-renamed", "Rust variant renamed", RENAMES;

    TypeWidened = "type-widened", "type widened", [Compatible, Breaking, Breaking, Breaking];
    TypeNarrowed = "type-narrowed", "type narrowed", [Breaking, Breaking, Compatible, Breaking];
    TypeChanged = "type-changed", "type changed", BREAKS;
    BecameList = "single-became-list", "a single value became a list", BREAKS;
    BecameSingle = "list-became-single", "a list became a single value", BREAKS;

    MinimumRaised = "minimum-raised", "minimum raised", NARROWS;
    MinimumLowered = "minimum-lowered", "minimum lowered", WIDENS;
    MinimumAdded = "minimum-added", "minimum added", NARROWS;
    MinimumRemoved = "minimum-removed", "minimum removed", WIDENS;
    MinimumRestated = "minimum-restated", "minimum restated, the same numbers pass", RESTATES;
    MaximumLowered = "maximum-lowered", "maximum lowered", NARROWS;
    MaximumRaised = "maximum-raised", "maximum raised", WIDENS;
    MaximumAdded = "maximum-added", "maximum added", NARROWS;
    MaximumRemoved = "maximum-removed", "maximum removed", WIDENS;
    MaximumRestated = "maximum-restated", "maximum restated, the same numbers pass", RESTATES;
    ExclusiveMinimumRaised = "exclusive-minimum-raised", "exclusive minimum raised", NARROWS;
    ExclusiveMinimumLowered = "exclusive-minimum-lowered", "exclusive minimum lowered", WIDENS;
    ExclusiveMinimumAdded = "exclusive-minimum-added", "exclusive minimum added", NARROWS;
    ExclusiveMinimumRemoved = "exclusive-minimum-removed", "exclusive minimum removed", WIDENS;
    ExclusiveMaximumLowered = "exclusive-maximum-lowered", "exclusive maximum lowered", NARROWS;
    ExclusiveMaximumRaised = "exclusive-maximum-raised", "exclusive maximum raised", WIDENS;
    ExclusiveMaximumAdded = "exclusive-maximum-added", "exclusive maximum added", NARROWS;
    ExclusiveMaximumRemoved = "exclusive-maximum-removed", "exclusive maximum removed", WIDENS;
    MultipleOfNarrowed = "multiple-of-narrowed", "step made coarser", NARROWS;
    MultipleOfWidened = "multiple-of-widened", "step made finer", WIDENS;
    MultipleOfChanged = "multiple-of-changed", "step changed",
        [Breaking, Compatible, Breaking, Documentation];
    MultipleOfAdded = "multiple-of-added", "step added", NARROWS;
    MultipleOfRemoved = "multiple-of-removed", "step removed", WIDENS;
    MultipleOfRestated = "multiple-of-restated", "step restated, the same numbers pass", RESTATES;
    MinLengthRaised = "min-length-raised", "least length raised", NARROWS;
    MinLengthLowered = "min-length-lowered", "least length lowered", WIDENS;
    MinLengthAdded = "min-length-added", "least length added", NARROWS;
    MinLengthRemoved = "min-length-removed", "least length removed", WIDENS;
    MinLengthRestated = "min-length-restated", "least length restated, it is still 0", RESTATES;
    MaxLengthLowered = "max-length-lowered", "greatest length lowered", NARROWS;
    MaxLengthRaised = "max-length-raised", "greatest length raised", WIDENS;
    MaxLengthAdded = "max-length-added", "greatest length added", NARROWS;
    MaxLengthRemoved = "max-length-removed", "greatest length removed", WIDENS;
    MinItemsRaised = "min-items-raised", "least number of items raised", NARROWS;
    MinItemsLowered = "min-items-lowered", "least number of items lowered", WIDENS;
    MinItemsAdded = "min-items-added", "least number of items added", NARROWS;
    MinItemsRemoved = "min-items-removed", "least number of items removed", WIDENS;
    MinItemsRestated = "min-items-restated", "least number of items restated, it is still 0",
        RESTATES;
    MaxItemsLowered = "max-items-lowered", "greatest number of items lowered", NARROWS;
    MaxItemsRaised = "max-items-raised", "greatest number of items raised", WIDENS;
    MaxItemsAdded = "max-items-added", "greatest number of items added", NARROWS;
    MaxItemsRemoved = "max-items-removed", "greatest number of items removed", WIDENS;

    // An enum of strings is a Rust enum on the input and a string on the output; an enum of
    // integers is an integer on both.
    EnumAdded = "enum-added", "became an enum",
        [Breaking, Breaking, Compatible, Documentation];
    EnumRemoved = "enum-removed", "is no longer an enum",
        [Compatible, Breaking, Breaking, Documentation];
    EnumValueAdded = "enum-value-added", "enum value added",
        [Compatible, Compatible, Breaking, Compatible];
    EnumValueRemoved = "enum-value-removed", "enum value removed",
        [Breaking, Breaking, Compatible, Documentation];
    IntegerEnumAdded = "integer-enum-added", "became an enum of integers", NARROWS;
    IntegerEnumRemoved = "integer-enum-removed", "is no longer an enum of integers", WIDENS;
    IntegerEnumValueAdded = "integer-enum-value-added", "enum value added",
        [Compatible, Compatible, Breaking, Compatible];
    IntegerEnumValueRemoved = "integer-enum-value-removed", "enum value removed", NARROWS;

    DefaultChanged = "default-changed", "default changed", DEFAULTS;
    DefaultAdded = "default-added", "default added", DEFAULTS;
    DefaultRemoved = "default-removed", "default removed", DEFAULTS;
    // The default of a required property is a sample: nothing is ever sent in its stead.
    SampleChanged = "sample-changed", "sample changed", RESTATES;
    SampleAdded = "sample-added", "sample added", RESTATES;
    SampleRemoved = "sample-removed", "sample removed", RESTATES;

    // A format is not enforced, and yet it tells which file is meant.
    FormatAdded = "format-added", "format added",
        [Dangerous, Compatible, Compatible, Documentation];
    FormatRemoved = "format-removed", "format removed",
        [Compatible, Compatible, Dangerous, Documentation];
    FormatChanged = "format-changed", "format changed",
        [Dangerous, Compatible, Dangerous, Documentation];
    // The files behind an output are nobody's to refuse.
    MediaRuleAdded = "media-rule-added", "media rule added",
        [Breaking, Compatible, Documentation, Documentation];
    MediaRuleRemoved = "media-rule-removed", "media rule removed",
        [Compatible, Compatible, Documentation, Documentation];
    MediaRuleTightened = "media-rule-tightened", "media rule tightened",
        [Breaking, Compatible, Documentation, Documentation];
    MediaRuleLoosened = "media-rule-loosened", "media rule loosened",
        [Compatible, Compatible, Documentation, Documentation];
    // The generated documentation does not repeat the provider's messages.
    MediaMessageChanged = "media-message-changed", "message of a media rule changed",
        [Documentation, None, Documentation, None];
    TitleChanged = "title-changed", "title changed", RESTATES;
    DescriptionChanged = "description-changed", "description changed", RESTATES;
}

impl Rule {
    /// What the change means. A change of the model itself is judged as one of its input.
    pub(crate) const fn verdicts(self, direction: Option<Direction>) -> Verdicts {
        let [input_wire, input_source, output_wire, output_source] = self.row();
        match direction {
            Some(Direction::Output) => Verdicts {
                wire: output_wire,
                source: output_source,
            },
            Some(Direction::Input) | Option::None => Verdicts {
                wire: input_wire,
                source: input_source,
            },
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl JsonSchema for Rule {
    fn schema_name() -> Cow<'static, str> {
        "Rule".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let rules: Vec<Value> = Self::ALL
            .iter()
            .map(|rule| json!({ "const": rule.id(), "description": rule.phrase() }))
            .collect();
        json_schema!({ "description": "A kind of change, by its stable id.", "oneOf": rules })
    }
}
