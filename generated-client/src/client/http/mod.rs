//! HTTP: sends single requests, reads responses up to a size limit, and interprets them.

mod base_url;
mod error_body;
mod exchange;
mod failure;
mod refusal;
mod request_id;
mod reqwest_transport;
mod response;
mod retry_after;
mod token;
pub mod transport;

pub(crate) use base_url::{BaseUrl, path_segment};
pub(crate) use error_body::{ErrorBody, NOT_FINISHED, one_line};
pub(crate) use exchange::{Connection, Exchange, Request};
pub(crate) use failure::{Failure, SubmitDecision};
pub(crate) use refusal::OwnError;
pub(crate) use request_id::{check_request_id, created_request_id, nested_request_id};
pub(crate) use reqwest_transport::ReqwestTransport;
pub(crate) use response::{ApiResponse, CallError, NoResponse, RawResponse};
pub(crate) use token::Token;
