//! The media preflight.

mod files;
mod model;
mod urls;
