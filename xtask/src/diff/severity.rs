//! The severity of changes, and the version step that they require.

use schemars::JsonSchema;
use serde::Serialize;

/// The effect of a change on users of the schema, from the least to the most severe.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// No effect.
    #[value(skip)]
    None,
    /// Texts change, behaviour does not.
    Documentation,
    /// What worked before works as before.
    Compatible,
    /// What worked before still works, but may mean or cost something else.
    Dangerous,
    /// What worked before may fail.
    Breaking,
}

impl Severity {
    /// The severities of reported changes, the worst first.
    pub(crate) const WORST_FIRST: [Self; 4] = [
        Self::Breaking,
        Self::Dangerous,
        Self::Compatible,
        Self::Documentation,
    ];

    /// Its name in every format.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Dangerous => "dangerous",
            Self::Breaking => "breaking",
        }
    }
}

/// The side of a model. Narrowing an input breaks its callers. Widening an output breaks its readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// What callers send.
    Input,
    /// What callers read.
    Output,
}

impl Direction {
    /// Its name in every format.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

/// The severity of a change, on the wire and in Rust source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Impact {
    /// For programs that send or read JSON.
    pub(crate) wire: Severity,
    /// For Rust code that is compiled against the generated client.
    pub(crate) source: Severity,
}

impl Impact {
    /// The worse of the two.
    pub(crate) fn severity(self) -> Severity {
        self.wire.max(self.source)
    }
}

/// The part of a semantic version that must be increased. Below 1.0, Cargo treats a minor step like a major
/// step, and a patch step like a minor step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VersionStep {
    /// Only texts change.
    Patch,
    /// Nothing that worked before fails.
    Minor,
    /// Something that worked before may fail.
    Major,
}

impl VersionStep {
    /// The step that a change of this severity requires.
    pub(crate) const fn of(severity: Severity) -> Option<Self> {
        match severity {
            Severity::None => None,
            Severity::Documentation => Some(Self::Patch),
            Severity::Compatible | Severity::Dangerous => Some(Self::Minor),
            Severity::Breaking => Some(Self::Major),
        }
    }

    /// Its name in every format.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}
