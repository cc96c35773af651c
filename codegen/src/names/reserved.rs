//! Reserved names. They already have a meaning, so a name that is derived, or set in `names` of a model
//! file, must not be one of them.

/// Type names that generated files use.
pub(super) const TYPES: &[&str] = &[
    "Input",
    "Output",
    "Model",
    "About",
    "ConstraintVisitor",
    "Validate",
    "MediaField",
    "MediaKind",
    "MediaRule",
    "String",
    "Vec",
    "Option",
    "Some",
    "None",
    "Ok",
    "Err",
    "Result",
    "Self",
    "Box",
    "Default",
    "Clone",
    "Debug",
    "PartialEq",
    "Map",
    "Value",
    "Into",
    "From",
    "Iterator",
    "IntoIterator",
];

/// Names that a field must not have. All but `extra` are functions or methods that callers use, and the
/// setter of the field would hide them or conflict with them. `extra` is a field of every output.
pub(super) const FIELDS: &[&str] = &[
    "new",
    "default",
    "example",
    "from_json",
    "from_value",
    "validate",
    "check",
    "advice",
    "check_advice",
    "clone",
    "clone_from",
    "eq",
    "ne",
    "fmt",
    "from",
    "into",
    "try_from",
    "try_into",
    "serialize",
    "deserialize",
    "to_owned",
    "to_string",
    "borrow",
    "borrow_mut",
    "type_id",
    "extra",
    "urls",
    "to_value",
];

/// File names with a meaning to Rust or to Windows.
pub(super) const MODULES: &[&str] = &[
    "mod", "lib", "main", "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5",
    "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8",
    "lpt9",
];

/// The name of the private module that contains a model whose id is a prefix of another model's id. The
/// parent module re-exports its items.
pub(super) const MODEL_MODULE: &str = "_model";

/// Features of the client that do not belong to an owner.
pub(super) const FEATURES: &[&str] = &[
    "default",
    "client",
    "media",
    "blocking",
    "schemars",
    "tls-no-provider",
    "tls-ring",
    "all-models",
    "any-model",
];
