//! Media rules, checked on files before a request is paid for.

mod files;
mod model;
mod urls;
