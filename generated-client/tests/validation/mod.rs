//! Validation of inputs, their JSON Schemas, and reading outputs.

mod advice;
mod allocations;
mod constraints;
mod differential;
mod inputs;
mod json_schema;
mod outputs;
