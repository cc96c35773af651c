//! Extractors that the handlers share.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use super::error::ApiError;
use crate::state::ServerState;

/// Accepts only requests that carry the token.
pub(crate) struct Bearer;

impl FromRequestParts<Arc<ServerState>> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &Arc<ServerState>,
    ) -> Result<Self, Self::Rejection> {
        parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.split_once(' '))
            .filter(|(scheme, token)| {
                scheme.eq_ignore_ascii_case("bearer") && *token == state.token
            })
            .map(|_| Self)
            .ok_or_else(|| ApiError::invalid_token(state.invalid_token_status))
    }
}

/// The model id in the path. The path is split at each `/` before its segments are percent-decoded. A
/// segment that contains an encoded `/`, is empty or is not valid UTF-8 is refused.
pub(crate) struct ModelId(pub(crate) String);

impl FromRequestParts<Arc<ServerState>> for ModelId {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &Arc<ServerState>,
    ) -> Result<Self, Self::Rejection> {
        let path = parts.uri.path();
        let raw = path.strip_prefix("/v1/models/").unwrap_or_default();
        let segments: Option<Vec<String>> = raw
            .split('/')
            .map(|segment| {
                let decoded = percent_decode_str(segment).decode_utf8().ok()?;
                (!decoded.is_empty() && !decoded.contains('/')).then(|| decoded.into_owned())
            })
            .collect();
        segments
            .map(|segments| Self(segments.join("/")))
            .ok_or_else(|| ApiError::unknown_model(raw))
    }
}
