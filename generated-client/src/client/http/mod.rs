//! HTTP: one request, one bounded response, and what the response means.

mod base_url;
mod error_body;
mod failure;
mod refusal;
mod request_id;
mod response;
mod retry_after;
mod token;
mod transport;

pub(crate) use base_url::BaseUrl;
pub(crate) use error_body::{ErrorBody, one_line};
pub(crate) use failure::{Failure, SubmitDecision};
pub(crate) use request_id::{check_request_id, created_request_id, nested_request_id};
pub(crate) use response::{ApiResponse, CallError, NoResponse, RawResponse};
pub(crate) use token::Token;
pub(crate) use transport::{Connection, Request, Transport};
