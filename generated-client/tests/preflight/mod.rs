//! The media preflight.

mod data_uris;
mod files;
mod model;
mod urls;
