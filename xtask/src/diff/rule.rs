//! Every kind of change with its stable id, and its impact in each direction.
//!
//! The impact of an output on the wire is that on any reader. In Rust source it is that on users of the
//! generated client, whose reader is tolerant: its enums are strings, every field may be absent, and no
//! limit of an output is enforced.
//!
//! A new optional property of an input and a new value of an input's enum are compatible in source:
//! setters, `new` and `..` still compile. A struct literal that names every field, or a `match` that
//! names every variant, needs one more.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::severity::Severity::{self, Breaking, Compatible, Dangerous, Documentation, None};
use super::severity::{Direction, Impact};

/// A row of the table: wire and source for the input, wire and source for the output.
type Row = [Severity; 4];

/// A stricter limit.
const NARROWS: Row = [Breaking, Compatible, Compatible, Documentation];
/// A looser limit.
const WIDENS: Row = [Compatible, Compatible, Breaking, Documentation];
/// Breaks every user.
const BREAKS: Row = [Breaking; 4];
/// Changes texts only.
const RESTATES: Row = [Documentation; 4];
/// A Rust name, which is not on the wire.
const RENAMES: Row = [Compatible, Breaking, Compatible, Breaking];
/// What the service uses when a field of an input is left out.
const DEFAULTS: Row = [Dangerous, Documentation, Documentation, Documentation];

macro_rules! rules {
    ($($name:ident = $id:literal, $phrase:literal, $row:expr;)*) => {
        /// A kind of change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum ChangeRule {
            $(#[doc = $phrase] $name,)*
        }

        impl ChangeRule {
            /// Every rule.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable identifier, in kebab case.
            pub(crate) const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// A short description.
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
    // Only inputs have a constructor, so the order of an output's `required` has no meaning.
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
    MinimumRestated = "minimum-restated", "minimum restated, the same numbers are valid", RESTATES;
    MaximumLowered = "maximum-lowered", "maximum lowered", NARROWS;
    MaximumRaised = "maximum-raised", "maximum raised", WIDENS;
    MaximumAdded = "maximum-added", "maximum added", NARROWS;
    MaximumRemoved = "maximum-removed", "maximum removed", WIDENS;
    MaximumRestated = "maximum-restated", "maximum restated, the same numbers are valid", RESTATES;
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
    MultipleOfRestated = "multiple-of-restated", "step restated, the same numbers are valid", RESTATES;
    MinLengthRaised = "min-length-raised", "minimum length raised", NARROWS;
    MinLengthLowered = "min-length-lowered", "minimum length lowered", WIDENS;
    MinLengthAdded = "min-length-added", "minimum length added", NARROWS;
    MinLengthRemoved = "min-length-removed", "minimum length removed", WIDENS;
    MinLengthRestated = "min-length-restated", "minimum length restated, it is still 0", RESTATES;
    MaxLengthLowered = "max-length-lowered", "maximum length lowered", NARROWS;
    MaxLengthRaised = "max-length-raised", "maximum length raised", WIDENS;
    MaxLengthAdded = "max-length-added", "maximum length added", NARROWS;
    MaxLengthRemoved = "max-length-removed", "maximum length removed", WIDENS;
    MinItemsRaised = "min-items-raised", "minimum number of items raised", NARROWS;
    MinItemsLowered = "min-items-lowered", "minimum number of items lowered", WIDENS;
    MinItemsAdded = "min-items-added", "minimum number of items added", NARROWS;
    MinItemsRemoved = "min-items-removed", "minimum number of items removed", WIDENS;
    MinItemsRestated = "min-items-restated", "minimum number of items restated, it is still 0",
        RESTATES;
    MaxItemsLowered = "max-items-lowered", "maximum number of items lowered", NARROWS;
    MaxItemsRaised = "max-items-raised", "maximum number of items raised", WIDENS;
    MaxItemsAdded = "max-items-added", "maximum number of items added", NARROWS;
    MaxItemsRemoved = "max-items-removed", "maximum number of items removed", WIDENS;

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
    // The default of a required property is a sample: the service never uses it.
    SampleChanged = "sample-changed", "sample changed", RESTATES;
    SampleAdded = "sample-added", "sample added", RESTATES;
    SampleRemoved = "sample-removed", "sample removed", RESTATES;

    // A format is not enforced, but determines the kind of file.
    FormatAdded = "format-added", "format added",
        [Dangerous, Compatible, Compatible, Documentation];
    FormatRemoved = "format-removed", "format removed",
        [Compatible, Compatible, Dangerous, Documentation];
    FormatChanged = "format-changed", "format changed",
        [Dangerous, Compatible, Dangerous, Documentation];
    // The files of an output are not checked.
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

impl ChangeRule {
    /// The impact of the change. That of a change of the model itself is that of a change of its input.
    pub(crate) const fn impact(self, direction: Option<Direction>) -> Impact {
        let [input_wire, input_source, output_wire, output_source] = self.row();
        match direction {
            Some(Direction::Output) => Impact {
                wire: output_wire,
                source: output_source,
            },
            Some(Direction::Input) | Option::None => Impact {
                wire: input_wire,
                source: input_source,
            },
        }
    }
}

impl Serialize for ChangeRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl JsonSchema for ChangeRule {
    fn schema_name() -> Cow<'static, str> {
        "ChangeRule".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let rules: Vec<Value> = Self::ALL
            .iter()
            .map(|rule| json!({ "const": rule.id(), "description": rule.phrase() }))
            .collect();
        json_schema!({ "description": "A kind of change, by its stable id.", "oneOf": rules })
    }
}
