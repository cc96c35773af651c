//! Which responses to a submit prove that no job was created.

use serde_json::{Map, Value};

use super::response::{RawBodyEnd, RawResponse};

/// The members of the API's own error bodies.
const ERROR_MEMBERS: [&str; 16] = [
    "code",
    "detail",
    "details",
    "error",
    "error_code",
    "error_message",
    "loc",
    "message",
    "msg",
    "retry_after",
    "status",
    "status_code",
    "success",
    "title",
    "type",
    "errors",
];

/// Names of members that hold the id or a URL of a job, in lower case and without separators.
const JOB_NAMES: [&str; 8] = [
    "cancelurl",
    "jobid",
    "predictionid",
    "requestid",
    "resulturl",
    "runid",
    "statusurl",
    "taskid",
];

/// Whether a response is an error of the API itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnError {
    /// The body has the form of the API's errors, names no job and contains no UUID. It is a complete,
    /// unencoded JSON object that describes an error and has no members but `ERROR_MEMBERS` at any depth.
    pub(crate) any: bool,
    /// `any` is true, and the body has an `error_code` or an `error_message`, which only the API writes.
    /// Gateways and service meshes can also send a 503 as JSON, even after they have forwarded the request,
    /// but without these members.
    pub(crate) marked: bool,
    /// The body names a job. In a JSON body, member names and strings at any depth are searched. In any
    /// other body, the whole text is searched. A UUID alone does not count. Also true for an incomplete or
    /// encoded body, because the part that was not read or decoded may name a job.
    pub(crate) mentions_job: bool,
}

impl RawResponse {
    /// Examines the body. `json` is the parsed body, or `None` if it is not JSON.
    pub(crate) fn own_error(&self, json: Option<&Value>) -> OwnError {
        if self.is_encoded || !matches!(self.end, RawBodyEnd::Complete) {
            return OwnError {
                any: false,
                marked: false,
                mentions_job: true,
            };
        }
        let mentions_job = match json {
            Some(json) => names_job(json),
            None => mentions_job_name(&String::from_utf8_lossy(&self.body)),
        };
        let object = json.and_then(Value::as_object);
        let any = !mentions_job && object.is_some_and(is_error_object);
        OwnError {
            any,
            marked: any && object.is_some_and(has_marker),
            mentions_job,
        }
    }
}

fn is_error_object(json: &Map<String, Value>) -> bool {
    let has_error = json.keys().any(|name| {
        matches!(
            name.as_str(),
            "code" | "detail" | "error" | "error_code" | "error_message" | "message" | "msg"
        )
    });
    has_error && have_error_members(json)
}

fn has_marker(json: &Map<String, Value>) -> bool {
    json.get("error_code").is_some_and(is_integer)
        || json.get("error_message").is_some_and(Value::is_string)
}

fn is_integer(value: &Value) -> bool {
    value.is_i64()
        || value
            .as_str()
            .is_some_and(|text| text.parse::<i64>().is_ok())
}

fn have_error_members(members: &Map<String, Value>) -> bool {
    members.iter().all(|(name, value)| {
        ERROR_MEMBERS.contains(&name.as_str()) && consists_of_error_members(value)
    })
}

fn consists_of_error_members(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(consists_of_error_members),
        Value::Object(members) => have_error_members(members),
        Value::String(text) => !has_uuid(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether a value contains a member or a text that names a job. A member that is null names no job.
fn names_job(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(names_job),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| (!value.is_null() && mentions_job_name(name)) || names_job(value)),
        Value::String(text) => mentions_job_name(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn mentions_job_name(text: &str) -> bool {
    let normalized: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    JOB_NAMES.iter().any(|name| normalized.contains(name)) || text.contains("/requests/")
}

/// Whether a text contains a UUID. The ids of the API are UUIDs.
fn has_uuid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    words.windows(GROUPS.len()).any(|window| {
        window.iter().zip(GROUPS).all(|(word, length)| {
            word.len() == length && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(body: &str) -> RawResponse {
        RawResponse {
            status: 503,
            retry_after: None,
            is_encoded: false,
            body: body.as_bytes().to_vec(),
            end: RawBodyEnd::Complete,
        }
    }

    fn own_error(body: &str) -> OwnError {
        response(body).own_error(serde_json::from_str(body).ok().as_ref())
    }

    #[test]
    fn own_errors_are_recognized() {
        for body in [
            r#"{"error_code":503001,"error_message":"busy"}"#,
            r#"{"error_code":"503001"}"#,
            r#"{"error_message":"busy","detail":[{"msg":"x","loc":["body"]}]}"#,
        ] {
            assert!(own_error(body).marked, "{body}");
        }
        for body in [r#"{"detail":"slow down"}"#, r#"{"error":{"message":"x"}}"#] {
            assert!(own_error(body).any, "{body}");
            assert!(!own_error(body).marked, "{body}");
        }
    }

    #[test]
    fn anything_that_may_name_a_job_is_no_own_error() {
        for body in [
            "",
            "{}",
            "[]",
            "busy",
            r#"{"error_code":1,"data":{"request_id":"j"}}"#,
            r#"{"error_code":1,"error":{"details":[{"request-Id":"j"}]}}"#,
            r#"{"error_code":1,"ids":["j"]}"#,
            r#"{"error_code":1,"requestId":"j"}"#,
            r#"{"error_code":1,"request\u005fid":"j"}"#,
            r#"{"error_code":1,"status_url":"https://x/v1/requests/j/status"}"#,
            r#"{"error_code":1,"message":"see /v1/requests/j"}"#,
            r#"{"error_code":1,"message":"job 6f1d9a52-9c1e-4d11-8f6a-0e8f9f1d2a3b"}"#,
            r#"{"error_code":1,"message":"request_id=j"}"#,
            r#"{"error_code":1"#,
            "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
        ] {
            assert!(!own_error(body).marked, "{body}");
            assert!(!own_error(body).any, "{body}");
        }
        let body = r#"{"error_code":1}"#;
        let mut encoded = response(body);
        encoded.is_encoded = true;
        let json: Value = serde_json::from_str(body).unwrap();
        assert!(!encoded.own_error(Some(&json)).marked);
    }

    #[test]
    fn a_null_id_names_no_job() {
        assert!(!own_error(r#"{"request_id":null,"error_code":400001}"#).mentions_job);
        assert!(own_error(r#"{"data":[{"job_id":7}]}"#).mentions_job);
        assert!(own_error("request-id: 7").mentions_job);
    }
}
