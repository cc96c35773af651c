//! Tests inputs through the public API: violations and their messages, serde, string enums, media rules.

use std::str::FromStr;

use runcomfy_client::models::community::fantasy_portrait::image_to_video as portrait;
use runcomfy_client::models::community::wan_2_1::fusionx::image_to_video as fusionx;
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video as wan;
use runcomfy_client::{
    InputError, MediaField, MediaKind, MediaMetadata, MediaRule, Model, ModelInput, Rule, Validate,
    Violations,
};
use serde_json::{Value, json};

use crate::support::schemas::input_property;

fn messages(violations: &Violations) -> Vec<String> {
    violations.iter().map(ToString::to_string).collect()
}

fn violations_of(input: &Value) -> Violations {
    portrait::Input::from_value(input).unwrap_err()
}

/// The maximum of `149_steps` in its schema.
fn max_steps() -> i64 {
    let id = <portrait::Input as ModelInput>::Model::ID;
    let steps = input_property(id, "149_steps");
    steps["maximum"].as_i64().unwrap()
}

#[test]
fn all_violations_are_reported_types_before_limits_in_schema_order() {
    let input = json!({
        "149_cfg": 2.5,
        "149_steps": 99,
        "143_image": 5,
        "160_vidoe": "a.mp4",
        "149_shift": 1.5,
        "169_valuex170_value": "720x720 (2:3)",
        "174_value": 82,
        "149_seed": null,
        "155_positive_prompt": ["a", "b"],
    });
    // The maximum of `149_steps` is replaced with `…`, so that the snapshot does not depend on its value in
    // the model file.
    let messages = violations_of(&input).to_string().replace(
        &format!("at most {}, but is 99", max_steps()),
        "at most …, but is 99",
    );
    insta::assert_snapshot!(messages, @"
    /143_image: `143_image` must be a string, but is 5 [type]
    /160_vidoe: `160_vidoe` is not a property of this input; did you mean `160_video`? [unknown_property]
    /149_shift: `149_shift` must be a 64-bit integer, but is 1.5 [type]
    /169_valuex170_value: `169_valuex170_value` must be one of `480x480 (1:1)`, `720x720 (1:1)`, `480x720 (2:3)`, `720x480 (3:2)`, `540x960 (9:16)`, `576x1024 (9:16)`, `720x1280 (9:16)`, `960x540 (16:9)`, `1024x576 (16:9)`, `1280x720 (16:9)`, but is `720x720 (2:3)`; did you mean `720x720 (1:1)`? [enum]
    /149_seed: `149_seed` must be a 64-bit integer, but is null [type]
    /155_positive_prompt: `155_positive_prompt` must be a string, but is an array [type]
    /160_video: `160_video` is required, but missing [required]
    /149_steps: `149_steps` must be at most …, but is 99 [maximum]
    /174_value: `174_value` must be one of 81, 141, but is 82 [enum]
    /149_cfg: `149_cfg` must be at most 2, but is 2.5 [maximum]
    ");
}

#[test]
fn messages_truncate_texts_of_more_than_60_characters() {
    for (length, mark) in [(60, ""), (61, "…"), (1000, "…")] {
        let input = json!({ "143_image": "", "160_video": "", "155_positive_prompt": "",
            "169_valuex170_value": "x".repeat(length) });
        let violations = violations_of(&input);
        let [violation] = violations.as_slice() else {
            panic!("{violations}");
        };
        assert_eq!(violation.actual, json!("x".repeat(length)));
        let end = format!("`{}{mark}`", "x".repeat(60));
        assert!(violation.message.ends_with(&end), "{violation}");
    }
}

#[test]
fn violations_serialize_as_data() {
    let steps = portrait::Input::example().steps(99).validate().unwrap_err();
    assert_eq!(
        serde_json::to_value(&steps).unwrap(),
        json!([{
            "path": "/149_steps",
            "rule": "maximum",
            "limit": max_steps(),
            "actual": 99,
            "message": format!("`149_steps` must be at most {}, but is 99", max_steps()),
        }])
    );
    assert_eq!(
        steps.clone().into_iter().next().unwrap().rule,
        Rule::Maximum
    );
    assert_eq!((&steps).into_iter().count(), 1);
}

#[test]
fn paths_are_escaped_json_pointers() {
    let mut input = serde_json::to_value(portrait::Input::example()).unwrap();
    for name in ["a/b", "m~n", "~1", "", "é \"quoted\""] {
        input[name] = json!(1);
    }
    let violations = violations_of(&input);
    let paths: Vec<&str> = violations
        .iter()
        .map(|violation| violation.path.as_str())
        .collect();
    assert_eq!(paths, ["/a~1b", "/m~0n", "/~01", "/", "/é \"quoted\""]);
    for violation in &violations {
        assert_eq!(violation.rule, Rule::UnknownProperty);
        assert_eq!(
            input.pointer(&violation.path),
            Some(&json!(1)),
            "{violation}"
        );
    }
}

#[test]
fn unknown_properties_get_the_nearest_name_as_a_suggestion() {
    let hint = |name: &str| {
        let mut input = serde_json::to_value(portrait::Input::example()).unwrap();
        input[name] = json!(1);
        let message = messages(&violations_of(&input)).remove(0);
        message
            .split_once("did you mean ")
            .map(|(_, hint)| hint.to_owned())
    };
    assert_eq!(
        hint("149_step").as_deref(),
        Some("`149_steps`? [unknown_property]")
    );
    assert_eq!(
        hint("149_STEPS").as_deref(),
        Some("`149_steps`? [unknown_property]")
    );
    assert_eq!(hint("zzz"), None);
    assert_eq!(hint(""), None);
}

#[test]
fn nan_and_infinity_are_invalid_and_not_serializable() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let input = portrait::Input::example().cfg(number);
        let violations = input.validate().unwrap_err();
        let first = &violations.as_slice()[0];
        assert_eq!((first.path.as_str(), first.rule), ("/149_cfg", Rule::Type));
        assert_eq!(first.actual, json!(number.to_string()));
        let error = serde_json::to_string(&input).unwrap_err().to_string();
        assert_eq!(error, format!("{number} is not a JSON number"));
    }
}

#[test]
fn a_struct_and_its_json_have_the_same_violations() {
    let input = portrait::Input::new("", "", "")
        .shift(0)
        .steps(max_steps() + 1)
        .number_of_frames(80)
        .frame_rate(25)
        .strength(2.001)
        .cfg(0.599);
    let violations = input.validate().unwrap_err();
    assert_eq!(violations.as_slice().len(), 6);
    let value = serde_json::to_value(&input).unwrap();
    assert_eq!(portrait::Input::from_value(&value).unwrap_err(), violations);
    let InputError::Invalid(from_text) =
        portrait::Input::from_json(&value.to_string()).unwrap_err()
    else {
        panic!("expected violations");
    };
    assert_eq!(from_text, violations);
}

#[test]
fn a_value_of_the_wrong_type_has_no_further_violations() {
    // If a value has the wrong type, its field in the struct keeps the placeholder 0. This 0 is outside
    // the limits of the property, but must not be reported.
    let mut input = serde_json::to_value(portrait::Input::example()).unwrap();
    input["149_steps"] = json!("6");
    input["174_value"] = json!(null);
    let rules: Vec<Rule> = violations_of(&input)
        .iter()
        .map(|violation| violation.rule)
        .collect();
    assert_eq!(rules, [Rule::Type, Rule::Type]);
}

#[test]
fn serialization_omits_absent_properties_and_uses_wire_names() {
    let input = portrait::Input::new("a.png", "b.mp4", "c")
        .resolution(portrait::Resolution::_480x480_1x1)
        .cfg(1.5);
    let wire = json!({
        "143_image": "a.png",
        "160_video": "b.mp4",
        "155_positive_prompt": "c",
        "169_valuex170_value": "480x480 (1:1)",
        "149_cfg": 1.5,
    });
    assert_eq!(serde_json::to_string(&input).unwrap(), wire.to_string());
    assert_eq!(
        serde_json::from_value::<portrait::Input>(wire.clone()).unwrap(),
        input
    );
    assert_eq!(portrait::Input::from_value(&wire).unwrap(), input);
}

#[test]
fn deserialization_checks_types_but_not_limits() {
    let read = |change: &dyn Fn(&mut Value)| {
        let mut value = serde_json::to_value(portrait::Input::example()).unwrap();
        change(&mut value);
        serde_json::from_value::<portrait::Input>(value).map_err(|error| error.to_string())
    };
    let error = read(&|value| value["extra"] = json!(1)).unwrap_err();
    assert_eq!(
        error,
        "/extra: `extra` is not a property of this input [unknown_property]"
    );
    let error = read(&|value| value["149_steps"] = json!("6")).unwrap_err();
    assert_eq!(
        error,
        "/149_steps: `149_steps` must be a 64-bit integer, but is a string [type]"
    );
    let error =
        read(&|value| drop(value.as_object_mut().unwrap().remove("143_image"))).unwrap_err();
    assert_eq!(
        error,
        "/143_image: `143_image` is required, but missing [required]"
    );
    let too_large = read(&|value| value["149_steps"] = json!(99)).unwrap();
    assert_eq!(too_large.steps, Some(99));
    assert!(too_large.validate().is_err());
    let duplicate = r#"{"143_image":"","160_video":"","155_positive_prompt":"","143_image":""}"#;
    let error = serde_json::from_str::<portrait::Input>(duplicate).unwrap_err();
    assert!(
        error.to_string().starts_with("duplicate property"),
        "{error}"
    );
}

#[test]
fn string_enums_round_trip_by_wire_name() {
    let mut names = Vec::new();
    for value in portrait::Resolution::ALL {
        let text = value.as_str();
        assert_eq!(value.to_string(), text);
        assert_eq!(portrait::Resolution::from_str(text).as_ref(), Ok(value));
        assert_eq!(serde_json::to_value(value).unwrap(), json!(text));
        assert_eq!(
            serde_json::from_value::<portrait::Resolution>(json!(text)).unwrap(),
            *value
        );
        names.push(text);
    }
    assert_eq!(names.len(), 10);
    assert_eq!((names[0], names[9]), ("480x480 (1:1)", "1280x720 (16:9)"));
    assert_eq!(
        format!(
            "[{:>6}|{:<6}]",
            wan::Resolution::_480P,
            wan::Resolution::_1080P
        ),
        "[  480P|1080P ]"
    );
    let escaped: wan::Resolution = serde_json::from_str(r#""\u003480P""#).unwrap();
    assert_eq!(escaped, wan::Resolution::_480P);
}

#[test]
fn string_enums_match_exactly() {
    for text in ["480p", " 480P", "480P ", "", "720P"] {
        let unknown = wan::Resolution::from_str(text).unwrap_err();
        assert_eq!(
            (unknown.found(), unknown.allowed()),
            (text, &["480P", "1080P"][..])
        );
        assert_eq!(
            unknown.to_string(),
            format!("`{text}` is not one of `480P`, `1080P`")
        );
        assert!(serde_json::from_value::<wan::Resolution>(json!(text)).is_err());
    }
    assert!(serde_json::from_value::<wan::Resolution>(json!(480)).is_err());
    let mut input = serde_json::to_value(wan::Input::example()).unwrap();
    input["resolution"] = json!("480p");
    let violations = wan::Input::from_value(&input).unwrap_err();
    assert_eq!(
        messages(&violations),
        [
            "/resolution: `resolution` must be one of `480P`, `1080P`, but is `480p`; did you mean `480P`? [enum]"
        ],
    );
}

#[test]
fn text_that_is_not_one_json_value_is_a_syntax_error_with_its_column() {
    let example = serde_json::to_string(&fusionx::Input::example()).unwrap();
    for (text, column) in [
        (String::new(), 0),
        ("{".to_owned(), 1),
        ("not json".to_owned(), 2),
        (format!("{example} x"), example.len() + 2),
        (format!("{example}{example}"), example.len() + 1),
        (example[..example.len() - 1].to_owned(), example.len() - 1),
        (r#"{"600_prompt":"\ud800"}"#.to_owned(), 22),
        ("\u{feff}{}".to_owned(), 1),
    ] {
        let error = fusionx::Input::from_json(&text).unwrap_err();
        let InputError::Syntax(syntax) = &error else {
            panic!("{text}: {error}");
        };
        assert_eq!((text.as_str(), syntax.column()), (text.as_str(), column));
        assert!(error.to_string().starts_with("not JSON: "), "{error}");
    }
    assert!(fusionx::Input::from_json(&format!(" \r\n\t{example}\n")).is_ok());
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}0{}", open.repeat(100_000), close.repeat(100_000));
        for name in ["600_prompt", "unknown"] {
            assert!(fusionx::Input::from_json(&format!("{{\"{name}\":{deep}}}")).is_err());
        }
    }
}

#[test]
fn media_rules_report_violations_at_their_path() {
    let field = MediaField::new(
        &["items", "*"],
        MediaKind::Image,
        &[
            MediaRule::MinWidth(300.0),
            MediaRule::MaxAspectRatio(2.5),
            MediaRule::MaxMegabytes(0.5),
        ],
    );
    assert_eq!(field.check("/items/1", &MediaMetadata::default()), Ok(()));
    let violations = field
        .check("/items/1", &MediaMetadata::new(299, 100, 500_001))
        .unwrap_err();
    insta::assert_snapshot!(messages(&violations).join("\n"), @"
    /items/1: the width of item 1 of `items` must be at least 300 px, but is 299 px [min_width]
    /items/1: width / height of item 1 of `items` must be at most 2.5, but is 2.99 [max_aspect_ratio]
    /items/1: item 1 of `items` must be at most 500000 bytes, but has 500001 [max_file_size]
    ");
    let named = MediaField::new(&["a/b"], MediaKind::Image, &[MediaRule::MinWidth(300.0)]);
    let violations = named
        .check("/a~1b", &MediaMetadata::new(1, 1, 1))
        .unwrap_err();
    insta::assert_snapshot!(violations, @"/a~1b: the width of `a/b` must be at least 300 px, but is 1 px [min_width]");
    let input = json!({ "items": ["a", 5, "b"], "other": "c" });
    assert_eq!(
        field.urls(&input),
        [("/items/0".to_owned(), "a"), ("/items/2".to_owned(), "b")]
    );
    assert!(field.urls(&json!({ "items": "a" })).is_empty());
    // Zero height or width does not panic.
    assert!(
        field
            .check("/items/1", &MediaMetadata::new(300, 0, 0))
            .is_err()
    );
    assert!(
        field
            .check("/items/1", &MediaMetadata::new(0, 0, u64::MAX))
            .is_err()
    );
}
