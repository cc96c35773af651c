//! Rust names for everything in a model.
//!
//! Names are derived from the model file. An entry of `names` in the file overrides a derived name. If two
//! names collide, or no name can be derived, the error suggests such an entry.

mod module;
mod namer;
mod overrides;
mod property;
mod reserved;
mod variant;
mod words;

use crate::diagnostics::Diagnostics;
use crate::model::Model;
use namer::Namer;
use overrides::NameKind;

/// The Rust names of a model.
#[derive(Clone, Debug)]
pub struct ModelNames {
    /// The module path of the model: one name for each segment of the model id. The first is the module of
    /// the owner, the last the module of the model.
    pub modules: Vec<String>,
    /// The marker type: the unit struct that implements the client's `Model` trait.
    pub marker: String,
    /// The cargo feature that enables all models of the owner.
    pub feature: String,
    /// The input.
    pub input: ObjectNames,
    /// The output.
    pub output: ObjectNames,
}

/// The Rust names of an object.
#[derive(Clone, Debug)]
pub struct ObjectNames {
    /// The struct.
    pub name: String,
    /// Its fields, in the order of the properties.
    pub fields: Vec<FieldNames>,
}

/// The Rust names of a field.
#[derive(Clone, Debug)]
pub struct FieldNames {
    /// The field.
    pub name: String,
    /// The type generated for the field, if it needs one.
    pub type_names: TypeNames,
}

/// The type generated for a field.
#[derive(Clone, Debug)]
pub enum TypeNames {
    /// No type is generated; the field has a built-in type.
    BuiltIn,
    /// An enum.
    Enum {
        /// Its name.
        name: String,
        /// Its variants, in the order of the values.
        variants: Vec<String>,
    },
    /// A struct.
    Struct(ObjectNames),
}

impl TypeNames {
    /// The name of the type, unless it is built in.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::BuiltIn => None,
            Self::Enum { name, .. } => Some(name),
            Self::Struct(names) => Some(&names.name),
        }
    }
}

/// Names everything in a model. Returns `None` if an error is reported: a name cannot be derived, is invalid
/// or collides with another, or an entry of `names` is not used.
pub(crate) fn name(model: &Model, diagnostics: &mut Diagnostics) -> Option<ModelNames> {
    let mut modules = module::path(&model.id);
    let mut namer = Namer::new(&model.names, diagnostics);
    if let (Some(name), Some(last)) = (
        namer.name_override(&model.id.to_string(), NameKind::Module),
        modules.last_mut(),
    ) {
        *last = name;
    }
    let marker = module::marker(modules.last()?);
    namer.reserve_type(&marker);
    let input = namer.object(&model.input, "Input".to_owned(), "", false);
    let output = namer.object(&model.output, "Output".to_owned(), "Output", true);
    let is_named = namer.finish();
    is_named.then(|| ModelNames {
        feature: module::feature(&modules[0]),
        marker,
        modules,
        input,
        output,
    })
}
