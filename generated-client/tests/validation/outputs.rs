//! Outputs are read without fail: what was paid for is never lost because its shape surprised.

use proptest::prelude::*;
use runcomfy_client::ModelOutput;
use runcomfy_client::codegen_support::{FromJsonLenient, Lenient};
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Output;
use serde_json::{Value, json};

use crate::support::arbitrary::at_least;

const A: &str = "https://host/a.png";
const B: &str = "https://host/b.png";

fn read(value: Value) -> Output {
    Output::from_value(value).unwrap()
}

#[test]
fn the_documented_shape_is_typed_and_leaves_nothing_over() {
    let documented = json!({ "image": A, "video": "v", "images": [A, B], "videos": [] });
    let output = read(documented);
    assert_eq!(output.image.as_deref(), Some(A));
    assert_eq!(output.video.as_deref(), Some("v"));
    assert_eq!(output.images, [A, B]);
    assert!(output.videos.is_empty());
    assert!(output.extra.is_empty());
}

#[test]
fn a_single_url_and_an_array_of_one_are_the_same() {
    for image in [json!(A), json!([A])] {
        for images in [json!(A), json!([A])] {
            let output = read(json!({ "image": image, "images": images }));
            assert_eq!(output.image.as_deref(), Some(A));
            assert_eq!(output.images, [A]);
            assert!(output.extra.is_empty());
        }
    }
}

#[test]
fn of_an_array_where_one_url_was_promised_the_first_is_typed_and_all_are_kept() {
    let answer = json!({ "image": [A, B] });
    let output = read(answer.clone());
    assert_eq!(output.image.as_deref(), Some(A));
    assert_eq!(output.extra["image"], json!([A, B]));
    assert_eq!(output.to_value(), answer);
}

#[test]
fn missing_null_and_empty_are_nothing() {
    let nothing = Output::default();
    assert_eq!(read(json!({})), nothing);
    assert_eq!(read(json!({ "image": null, "images": null })), nothing);
    assert_eq!(read(json!({ "image": [], "images": [] })), nothing);
    assert_eq!(nothing.to_value(), json!({}));
}

#[test]
fn unknown_fields_are_kept_in_their_order() {
    let answer = json!({ "zebra": null, "video": "v", "audio": A, "meta": { "cost": [0.5] } });
    let output = read(answer);
    let kept = json!({ "zebra": null, "audio": A, "meta": { "cost": [0.5] } });
    assert_eq!(
        Value::Object(output.extra.clone()).to_string(),
        kept.to_string()
    );
}

#[test]
fn what_is_not_a_string_is_kept_beside_the_strings() {
    let mixed = json!([A, 5, null, [B], { "url": B }, B]);
    let output = read(json!({ "images": mixed, "image": { "url": A }, "video": 5 }));
    assert_eq!(output.images, [A, B]);
    assert_eq!((output.image.as_ref(), output.video.as_ref()), (None, None));
    let kept = json!({ "images": mixed, "image": { "url": A }, "video": 5 });
    assert_eq!(Value::Object(output.extra.clone()), kept);
    assert_eq!(output.to_value(), kept);
}

#[test]
fn an_output_that_is_no_object_comes_back_as_it_was() {
    for value in [
        json!(null),
        json!(true),
        json!(5),
        json!(A),
        json!([A]),
        json!([]),
    ] {
        assert_eq!(Output::from_value(value.clone()), Err(value.clone()));
        let error = serde_json::from_value::<Output>(value).unwrap_err();
        assert_eq!(error.to_string(), "an output must be an object");
    }
}

#[test]
fn a_number_that_its_field_cannot_hold_to_the_digit_is_kept_beside_it() {
    let is_whole = |value: &Value| matches!(f64::from_json_lenient(value), Lenient::Exact(_));
    assert!(is_whole(&json!(0.1)) && is_whole(&json!(5)) && is_whole(&json!(1e300)));
    assert!(!is_whole(&json!(9_007_199_254_740_993_i64)));
    assert!(!is_whole(&json!(u64::MAX)) && !is_whole(&json!("5")));
    let is_whole = |value: &Value| matches!(i64::from_json_lenient(value), Lenient::Exact(_));
    assert!(is_whole(&json!(i64::MIN)) && !is_whole(&json!(0.5)) && !is_whole(&json!(u64::MAX)));
}

#[test]
fn every_url_is_found_with_the_property_that_it_stands_in() {
    let output = read(json!({
        "seed": 5,
        "image": A,
        "videos": ["HTTP is not a URL", "http://host/v.mp4"],
        "layers": [{ "mask": B, "name": "ftp://host/x" }, [[A]]],
        "image_name": "b.png",
    }));
    let found = [
        ("image", A),
        ("videos", "http://host/v.mp4"),
        ("mask", B),
        ("layers", A),
    ];
    let found = found.map(|(name, url)| (name.to_owned(), url.to_owned()));
    assert_eq!(output.urls(), found);
    assert!(Output::default().urls().is_empty());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
        Just(Value::from(A)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object_of(inner),
        ]
    })
}

fn object_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let name = prop_oneof!["image", "video", "images", "videos", "audio", ".{0,3}"];
    prop::collection::vec((name, value), 0..6)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// Every scalar with the names that lead to it; the place in a list does not count, for a single
/// value and a list of one are the same here. `null` says nothing, so it may go.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| leaves(item, at, found)),
        Value::Object(members) => {
            for (name, member) in members {
                leaves(member, &format!("{at}/{name:?}"), found);
            }
        }
        scalar => found.push(format!("{at}={scalar}")),
    }
}

proptest! {
    #![proptest_config(at_least(2000))]

    #[test]
    fn nothing_of_an_answer_is_lost(answer in object_of(any_json())) {
        let output = read(answer.clone());
        let written = output.to_value();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        leaves(&answer, "", &mut before);
        leaves(&written, "", &mut after);
        before.sort();
        after.sort();
        prop_assert_eq!(before, after);

        prop_assert_eq!(&read(written.clone()), &output);
        let text = serde_json::to_string(&output).unwrap();
        prop_assert_eq!(&text, &written.to_string());
        prop_assert_eq!(&serde_json::from_str::<Output>(&text).unwrap(), &output);
    }

    #[test]
    fn a_url_of_an_answer_is_among_its_urls(answer in object_of(any_json())) {
        let mut found = Vec::new();
        leaves(&answer, "", &mut found);
        let expected = found.iter().filter(|leaf| leaf.ends_with("=\"https://host/a.png\"")).count();
        prop_assert_eq!(read(answer).urls().iter().filter(|(_, url)| url == A).count(), expected);
    }
}
