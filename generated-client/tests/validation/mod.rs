//! Validation of inputs, JSON Schemas, and reading outputs.

mod allocations;
mod behaviour;
mod constraints;
mod differential;
mod json_schema;
mod outputs;
