//! Every kind of change with its stable id, and its impact for inputs and for outputs.
//!
//! On the wire, the severity of most changes follows from their [`Effect`] on the accepted values: an
//! input that accepts fewer values breaks its callers, an output that allows more values breaks its
//! readers. The other severities on the wire are fixed in the table.
//!
//! For an output, the impact on the wire is the impact on any reader of the JSON. The impact on Rust
//! source is the impact on users of the generated client, which reads outputs leniently: a string enum is
//! read as a string, every field may be absent, and no limit is enforced.
//!
//! A new optional property of an input and a new value of an input's enum are compatible in source:
//! inputs and their enums are `#[non_exhaustive]`, so code that constructs or matches them still compiles.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use self::Cell::{Breaking, Compatible, Dangerous, Documentation, None, OfEffect};
use super::severity::{Direction, Impact, Severity};
use super::values::Effect;

/// How severe a change is for one kind of user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    None,
    Documentation,
    Compatible,
    Dangerous,
    Breaking,
    /// The severity follows from the effect on the accepted values. In a Rust source column, such a change
    /// is never breaking, since limits are checked at run time.
    OfEffect,
}

/// A row of the table: wire and source for the input, wire and source for the output.
type Row = [Cell; 4];

/// The row of a changed limit.
const LIMITS: Row = [OfEffect, OfEffect, OfEffect, Documentation];
/// The row of a changed type or a removed required property. The change breaks Rust code that uses the
/// property, in inputs and in outputs.
const BREAKS: Row = [OfEffect, Breaking, OfEffect, Breaking];
/// The row of a change that affects only texts.
const RESTATES: Row = [Documentation; 4];
/// The row of a changed Rust name. Rust names are not on the wire.
const RENAMES: Row = [Compatible, Breaking, Compatible, Breaking];
/// The row of a changed default, which the service uses if a field of an input is left out.
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
    ModelRemoved = "model-removed", "model removed", [Breaking; 4];
    ModelRenamed = "model-renamed", "model renamed", [Breaking; 4];
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

    // The base price is neither a quote nor a minimum, but callers may pay more if it is raised.
    PriceRaised = "price-raised", "base price raised",
        [Dangerous, Documentation, Dangerous, Documentation];
    PriceLowered = "price-lowered", "base price lowered", RESTATES;
    PriceAdded = "price-added", "base price added", RESTATES;
    PriceRemoved = "price-removed", "base price removed", RESTATES;
    PriceUnitChanged = "price-unit-changed", "unit of the base price changed",
        [Dangerous, Documentation, Dangerous, Documentation];
    AboutChanged = "about-changed", "text of the catalogue changed", RESTATES;
    // The effect of an override on the schema is reported as a separate change.
    OverrideAdded = "override-added", "override added", RESTATES;
    OverrideRemoved = "override-removed", "override removed", RESTATES;
    OverrideChanged = "override-changed", "override changed", RESTATES;

    RequiredPropertyAdded = "required-property-added", "required property added",
        [OfEffect, Breaking, OfEffect, Compatible];
    OptionalPropertyAdded = "optional-property-added", "optional property added",
        [OfEffect, Compatible, Compatible, Compatible];
    RequiredPropertyRemoved = "required-property-removed", "required property removed", BREAKS;
    OptionalPropertyRemoved = "optional-property-removed", "optional property removed",
        [OfEffect, Breaking, Dangerous, Breaking];
    PropertyRenamed = "property-renamed", "property renamed",
        [OfEffect, Breaking, Breaking, Breaking];
    PropertyWireNameChanged = "property-wire-name-changed",
        "wire name changed, the Rust name did not", [OfEffect, Compatible, Breaking, Compatible];
    BecameRequired = "property-became-required", "became required",
        [OfEffect, Breaking, OfEffect, None];
    BecameOptional = "property-became-optional", "became optional",
        [OfEffect, Breaking, OfEffect, None];
    // Only inputs have a constructor, so the order of an output's `required` has no meaning.
    RequiredReordered = "required-reordered", "order of `required`, the arguments of `new`, changed",
        [Compatible, Breaking, Compatible, None];
    FieldRenamed = "field-renamed", "Rust field renamed", RENAMES;
    TypeRenamed = "type-renamed", "Rust type renamed", RENAMES;
    VariantRenamed = "variant-renamed", "Rust variant renamed", RENAMES;

    TypeWidened = "type-widened", "type widened", BREAKS;
    TypeNarrowed = "type-narrowed", "type narrowed", BREAKS;
    TypeChanged = "type-changed", "type changed", BREAKS;
    BecameList = "single-became-list", "a single value became a list", BREAKS;
    BecameSingle = "list-became-single", "a list became a single value", BREAKS;

    MinimumRaised = "minimum-raised", "minimum raised", LIMITS;
    MinimumLowered = "minimum-lowered", "minimum lowered", LIMITS;
    MinimumAdded = "minimum-added", "minimum added", LIMITS;
    MinimumRemoved = "minimum-removed", "minimum removed", LIMITS;
    MinimumRestated = "minimum-restated", "minimum restated, the same numbers are valid", RESTATES;
    MaximumLowered = "maximum-lowered", "maximum lowered", LIMITS;
    MaximumRaised = "maximum-raised", "maximum raised", LIMITS;
    MaximumAdded = "maximum-added", "maximum added", LIMITS;
    MaximumRemoved = "maximum-removed", "maximum removed", LIMITS;
    MaximumRestated = "maximum-restated", "maximum restated, the same numbers are valid", RESTATES;
    ExclusiveMinimumRaised = "exclusive-minimum-raised", "exclusive minimum raised", LIMITS;
    ExclusiveMinimumLowered = "exclusive-minimum-lowered", "exclusive minimum lowered", LIMITS;
    ExclusiveMinimumAdded = "exclusive-minimum-added", "exclusive minimum added", LIMITS;
    ExclusiveMinimumRemoved = "exclusive-minimum-removed", "exclusive minimum removed", LIMITS;
    ExclusiveMaximumLowered = "exclusive-maximum-lowered", "exclusive maximum lowered", LIMITS;
    ExclusiveMaximumRaised = "exclusive-maximum-raised", "exclusive maximum raised", LIMITS;
    ExclusiveMaximumAdded = "exclusive-maximum-added", "exclusive maximum added", LIMITS;
    ExclusiveMaximumRemoved = "exclusive-maximum-removed", "exclusive maximum removed", LIMITS;
    MultipleOfNarrowed = "multiple-of-narrowed", "step made coarser", LIMITS;
    MultipleOfWidened = "multiple-of-widened", "step made finer", LIMITS;
    MultipleOfChanged = "multiple-of-changed", "step changed", LIMITS;
    MultipleOfAdded = "multiple-of-added", "step added", LIMITS;
    MultipleOfRemoved = "multiple-of-removed", "step removed", LIMITS;
    MultipleOfRestated = "multiple-of-restated", "step restated, the same numbers are valid", RESTATES;
    MinLengthRaised = "min-length-raised", "minimum length raised", LIMITS;
    MinLengthLowered = "min-length-lowered", "minimum length lowered", LIMITS;
    MinLengthAdded = "min-length-added", "minimum length added", LIMITS;
    MinLengthRemoved = "min-length-removed", "minimum length removed", LIMITS;
    MinLengthRestated = "min-length-restated", "minimum length restated, it is still 0", RESTATES;
    MaxLengthLowered = "max-length-lowered", "maximum length lowered", LIMITS;
    MaxLengthRaised = "max-length-raised", "maximum length raised", LIMITS;
    MaxLengthAdded = "max-length-added", "maximum length added", LIMITS;
    MaxLengthRemoved = "max-length-removed", "maximum length removed", LIMITS;
    MinItemsRaised = "min-items-raised", "minimum number of items raised", LIMITS;
    MinItemsLowered = "min-items-lowered", "minimum number of items lowered", LIMITS;
    MinItemsAdded = "min-items-added", "minimum number of items added", LIMITS;
    MinItemsRemoved = "min-items-removed", "minimum number of items removed", LIMITS;
    MinItemsRestated = "min-items-restated", "minimum number of items restated, it is still 0",
        RESTATES;
    MaxItemsLowered = "max-items-lowered", "maximum number of items lowered", LIMITS;
    MaxItemsRaised = "max-items-raised", "maximum number of items raised", LIMITS;
    MaxItemsAdded = "max-items-added", "maximum number of items added", LIMITS;
    MaxItemsRemoved = "max-items-removed", "maximum number of items removed", LIMITS;
    MaxItemsRestated = "max-items-restated",
        "maximum number of items restated, the same numbers of items are valid", RESTATES;

    // An enum of strings is a Rust enum on the input and a string on the output; an enum of
    // integers is an integer on both.
    EnumAdded = "enum-added", "became an enum",
        [OfEffect, Breaking, OfEffect, Documentation];
    EnumRemoved = "enum-removed", "is no longer an enum",
        [OfEffect, Breaking, OfEffect, Documentation];
    EnumValueAdded = "enum-value-added", "enum value added",
        [OfEffect, OfEffect, OfEffect, Compatible];
    EnumValueRemoved = "enum-value-removed", "enum value removed",
        [OfEffect, Breaking, OfEffect, Documentation];
    IntegerEnumAdded = "integer-enum-added", "became an enum of integers", LIMITS;
    IntegerEnumRemoved = "integer-enum-removed", "is no longer an enum of integers", LIMITS;
    IntegerEnumValueAdded = "integer-enum-value-added", "enum value added",
        [OfEffect, OfEffect, OfEffect, Compatible];
    IntegerEnumValueRemoved = "integer-enum-value-removed", "enum value removed", LIMITS;

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
        [OfEffect, OfEffect, Documentation, Documentation];
    MediaRuleRemoved = "media-rule-removed", "media rule removed",
        [OfEffect, OfEffect, Documentation, Documentation];
    MediaRuleTightened = "media-rule-tightened", "media rule tightened",
        [OfEffect, OfEffect, Documentation, Documentation];
    MediaRuleLoosened = "media-rule-loosened", "media rule loosened",
        [OfEffect, OfEffect, Documentation, Documentation];
    // The generated documentation does not repeat the provider's messages.
    MediaMessageChanged = "media-message-changed", "message of a media rule changed",
        [Documentation, None, Documentation, None];
    TitleChanged = "title-changed", "title changed", RESTATES;
    DescriptionChanged = "description-changed", "description changed", RESTATES;
}

impl Cell {
    const fn severity(self, of_effect: Severity) -> Severity {
        match self {
            Self::None => Severity::None,
            Self::Documentation => Severity::Documentation,
            Self::Compatible => Severity::Compatible,
            Self::Dangerous => Severity::Dangerous,
            Self::Breaking => Severity::Breaking,
            Self::OfEffect => of_effect,
        }
    }
}

impl ChangeRule {
    /// The impact of the change. A change of the model itself, without a direction, has the impact of a
    /// change of its input.
    pub(crate) fn impact(self, direction: Option<Direction>, effect: Effect) -> Impact {
        let [input_wire, input_source, output_wire, output_source] = self.row();
        let (breaks, wire, source) = match direction {
            Some(Direction::Output) => (effect.grows, output_wire, output_source),
            Some(Direction::Input) | Option::None => (effect.shrinks, input_wire, input_source),
        };
        let harmless = if effect.is_none() {
            Severity::Documentation
        } else {
            Severity::Compatible
        };
        let of_effect = if breaks { Severity::Breaking } else { harmless };
        Impact {
            wire: wire.severity(of_effect),
            source: source.severity(harmless),
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
