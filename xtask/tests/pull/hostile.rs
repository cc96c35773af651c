//! `cargo xtask pull` from invalid or failing catalogues. After a temporary failure, the command tries again.
//! If the catalogue is invalid or the failure lasts, it must report a clear error and change no file.

use serde_json::{Value, json};

use super::server::{entry, ok, page, query, response, start};
use super::{Pull, pull};
use crate::support::assert_exit;

fn three() -> Vec<Value> {
    ["a/x", "b/x", "c/x"]
        .map(|id| entry(id, json!({ "type": "string" })))
        .to_vec()
}

/// Pulls from a server that responds with `respond`, into a folder that contains one model file. The pull
/// must fail with an error that contains `message`, and must change no file.
#[track_caller]
fn assert_refused(message: &str, respond: impl FnMut(&str) -> String + Send + 'static) {
    let tree = Pull::new();
    tree.write(
        "schemas/a/x.json",
        r#"{ "model_id": "a/x", "input": { "type": "object" } }"#,
    );
    let before = tree.files();
    let output = pull(&tree, &start(respond), &["--prune"]);
    assert_exit(&output, 2);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains(message), "{error}");
    assert_eq!(tree.files(), before);
}

#[test]
fn a_total_that_is_too_large_is_an_early_end() {
    assert_refused("ends after 3 of 9 models", |path| {
        let mut page = page(&three(), path);
        page["total"] = 9.into();
        ok(&page)
    });
}

#[test]
fn a_total_that_is_too_small_is_noticed() {
    assert_refused("2 models by its own count, but lists more", |path| {
        let mut page = page(&three(), path);
        page["total"] = 2.into();
        ok(&page)
    });
}

#[test]
fn a_total_that_changes_is_noticed() {
    assert_refused("it had 3 models, then 4", |path| {
        let mut page = page(&three(), path);
        if query(path, "offset") > 0 {
            page["total"] = 4.into();
        }
        ok(&page)
    });
}

#[test]
fn a_page_that_is_repeated_is_noticed() {
    assert_refused("lists `a/x` twice, as entries 1 and 3", |_| {
        ok(&page(&three(), "?offset=0"))
    });
}

#[test]
fn an_id_that_is_listed_twice_is_noticed() {
    assert_refused("lists `b/x` twice", |path| {
        let mut entries = three();
        entries[2]["model_id"] = "b/x".into();
        ok(&page(&entries, path))
    });
}

#[test]
fn an_id_that_is_unsafe_as_a_path_is_refused() {
    for id in ["../../x", "a/../x", "/etc/x", "a\\b/x"] {
        assert_refused("is unsafe as a path", move |path| {
            let mut entries = three();
            entries[2]["model_id"] = id.into();
            entries[2]["input_schema"] = Value::Null;
            ok(&page(&entries, path))
        });
    }
}

#[test]
fn a_response_that_always_breaks_off_is_no_catalogue() {
    assert_refused("no complete response after 6 attempts", |path| {
        let whole = ok(&page(&three(), path));
        whole[..whole.len() - 20].to_owned()
    });
}

#[test]
fn limits_and_failures_that_last_end_the_run() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let message = format!("HTTP {}: later", &status[..3]);
        assert_refused(&message, move |_| response(status, "later"));
    }
    assert_refused("HTTP 401: {\"error_code\":400004}", |_| {
        response("401 Unauthorized", "{\"error_code\":400004}")
    });
}

#[test]
fn a_redirect_is_not_followed() {
    assert_refused("HTTP 302", |_| {
        "HTTP/1.1 302 Found\r\nlocation: https://example.com/\r\ncontent-length: 0\r\n\r\n"
            .to_owned()
    });
}

#[test]
fn another_form_is_no_catalogue() {
    for body in ["[]", "{}", r#"{"models":{},"total":1}"#, r#"{"error":"x"}"#] {
        assert_refused("does not have the expected form", move |_| {
            response("200 OK", body)
        });
    }
    assert_refused("has no model", |_| ok(&json!({ "models": [], "total": 0 })));
}

#[test]
fn a_single_model_that_is_another_is_noticed() {
    assert_refused("is about the model a/x", |path| {
        let mut entries = three();
        if path.starts_with("/v1/models/") {
            return ok(&entries[0]);
        }
        entries[2]["input_schema"] = Value::Null;
        ok(&page(&entries, path))
    });
}

#[test]
fn what_passes_is_retried() {
    let tree = Pull::new();
    let mut failures = vec![
        response("503 Service Unavailable", ""),
        response("429 Too Many Requests", ""),
        "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"models\":".to_owned(),
        response("200 OK", "<html>"),
    ];
    let url = start(move |path| failures.pop().unwrap_or_else(|| ok(&page(&three(), path))));
    assert_exit(&pull(&tree, &url, &[]), 0);
    assert_eq!(tree.files().len(), 3);
}
