//! How much a change weighs, for whom, and the version step that it calls for.

use schemars::JsonSchema;
use serde::Serialize;

/// What a change means to one who relies on the schema, from nothing to the worst.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// Nothing that could be noticed.
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

impl Verdict {
    /// The verdicts that a change can be counted under, the worst first.
    pub(crate) const WORST_FIRST: [Self; 4] = [
        Self::Breaking,
        Self::Dangerous,
        Self::Compatible,
        Self::Documentation,
    ];

    /// Its name, as it stands in every format.
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

/// The side of a model that a change is on: what narrows an input breaks its callers, what widens
/// an output breaks its readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// What callers send.
    Input,
    /// What callers read.
    Output,
}

impl Direction {
    /// Its name, as it stands in every format.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

/// The two verdicts on one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdicts {
    /// For one who sends or reads JSON.
    pub(crate) wire: Verdict,
    /// For Rust code that is compiled against the generated client.
    pub(crate) source: Verdict,
}

impl Verdicts {
    /// The worse of the two.
    pub(crate) fn severity(self) -> Verdict {
        self.wire.max(self.source)
    }
}

/// The step of a semantic version. Below 1.0 Cargo takes each for the next greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VersionStep {
    /// Nothing but texts changed.
    Patch,
    /// Nothing that worked before fails.
    Minor,
    /// Something that worked before may fail.
    Major,
}

impl VersionStep {
    /// The step that a change of this severity calls for.
    pub(crate) const fn of(severity: Verdict) -> Option<Self> {
        match severity {
            Verdict::None => None,
            Verdict::Documentation => Some(Self::Patch),
            Verdict::Compatible | Verdict::Dangerous => Some(Self::Minor),
            Verdict::Breaking => Some(Self::Major),
        }
    }

    /// Its name, as it stands in every format.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}
