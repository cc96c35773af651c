//! Outputs are read without loss, even if they do not have the documented shape.

use proptest::prelude::*;
use runcomfy_client::ModelOutput;
use runcomfy_client::codegen_support::{FromJsonLenient, Lenient};
use runcomfy_client::models::wan_ai::wan_2_2::image_to_video::Output;
use serde_json::{Value, json};

use crate::support::arbitrary::{any_json, at_least};

const A: &str = "https://host/a.png";
const B: &str = "https://host/b.png";

fn read(value: Value) -> Output {
    Output::from_value(value).unwrap()
}

#[test]
fn the_documented_shape_is_typed_completely() {
    let documented = json!({ "image": A, "video": "v", "images": [A, B], "videos": [] });
    let output = read(documented);
    assert_eq!(output.image.as_deref(), Some(A));
    assert_eq!(output.video.as_deref(), Some("v"));
    assert_eq!(output.images, [A, B]);
    assert!(output.videos.is_empty());
    assert!(output.extra.is_empty());
}

#[test]
fn a_single_url_and_an_array_of_one_are_equivalent() {
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
fn an_array_for_a_single_url_gives_its_first_item_and_is_kept() {
    let json = json!({ "image": [A, B] });
    let output = read(json.clone());
    assert_eq!(output.image.as_deref(), Some(A));
    assert_eq!(output.extra["image"], json!([A, B]));
    assert_eq!(output.to_value(), json);
}

#[test]
fn null_and_empty_arrays_equal_missing_members() {
    let empty = Output::default();
    assert_eq!(read(json!({})), empty);
    assert_eq!(read(json!({ "image": null, "images": null })), empty);
    assert_eq!(read(json!({ "image": [], "images": [] })), empty);
    assert_eq!(empty.to_value(), json!({}));
}

#[test]
fn unknown_members_are_kept_in_order() {
    let json = json!({ "zebra": null, "video": "v", "audio": A, "meta": { "cost": [0.5] } });
    let output = read(json);
    let extra = json!({ "zebra": null, "audio": A, "meta": { "cost": [0.5] } });
    assert_eq!(
        Value::Object(output.extra.clone()).to_string(),
        extra.to_string()
    );
}

#[test]
fn values_of_an_unexpected_type_are_kept() {
    let mixed = json!([A, 5, null, [B], { "url": B }, B]);
    let output = read(json!({ "images": mixed, "image": { "url": A }, "video": 5 }));
    assert_eq!(output.images, [A, B]);
    assert_eq!((output.image.as_ref(), output.video.as_ref()), (None, None));
    let extra = json!({ "images": mixed, "image": { "url": A }, "video": 5 });
    assert_eq!(Value::Object(output.extra.clone()), extra);
    assert_eq!(output.to_value(), extra);
}

#[test]
fn a_value_that_is_not_an_object_is_returned_unchanged() {
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
fn numbers_are_exact_only_if_their_type_can_hold_them() {
    let is_exact = |value: &Value| matches!(f64::from_json_lenient(value), Lenient::Exact(_));
    assert!(is_exact(&json!(0.1)) && is_exact(&json!(5)) && is_exact(&json!(1e300)));
    assert!(!is_exact(&json!(9_007_199_254_740_993_i64)));
    assert!(!is_exact(&json!(u64::MAX)) && !is_exact(&json!("5")));
    let is_exact = |value: &Value| matches!(i64::from_json_lenient(value), Lenient::Exact(_));
    assert!(is_exact(&json!(i64::MIN)) && !is_exact(&json!(0.5)) && !is_exact(&json!(u64::MAX)));
}

#[test]
fn urls_are_listed_with_their_property() {
    let output = read(json!({
        "seed": 5,
        "image": A,
        "videos": ["sample.mp4", "http://host/v.mp4", { "mask": B, "name": "ftp://host/x" }, [[A]]],
        "layers": [{ "mask": B }],
        "image_name": "b.png",
    }));
    let expected = [
        ("image", A),
        ("videos", "sample.mp4"),
        ("videos", "http://host/v.mp4"),
        ("videos", B),
        ("videos", A),
    ];
    let expected = expected.map(|(name, url)| (name.to_owned(), url.to_owned()));
    assert_eq!(output.urls(), expected);
    assert!(Output::default().urls().is_empty());
}

/// An object with documented and undocumented members. Their values are URLs, arrays, objects and arbitrary
/// JSON.
fn output() -> impl Strategy<Value = Value> {
    let url = Just(Value::from(A)).boxed();
    let item = prop_oneof![url.clone(), any_json()];
    let items = prop::collection::vec(item, 0..4).prop_map(Value::from);
    let value = prop_oneof![url, items.boxed(), any_json()];
    let name = prop_oneof!["image", "video", "images", "videos", "audio", ".{0,3}"];
    let object = |value| {
        prop::collection::vec((name.clone(), value), 0..6)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    };
    let value = value.boxed();
    object(prop_oneof![3 => value.clone(), 1 => object(value).boxed()].boxed())
}

/// Appends every scalar in `value` to `found`, with its path. Paths contain no array indices, because a
/// single value is equivalent to an array of one. `null` is omitted, because it is equivalent to a missing
/// member.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| leaves(item, path, found)),
        Value::Object(members) => {
            for (name, member) in members {
                leaves(member, &format!("{path}/{name:?}"), found);
            }
        }
        scalar => found.push(format!("{path}={scalar}")),
    }
}

proptest! {
    #![proptest_config(at_least(2000))]

    #[test]
    fn reading_and_writing_loses_nothing(json in output()) {
        let output = read(json.clone());
        let written = output.to_value();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        leaves(&json, "", &mut before);
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
    fn every_url_in_a_media_property_is_listed(json in output()) {
        let mut found = Vec::new();
        leaves(&json, "", &mut found);
        let media = ["image", "images", "video", "videos", "audio", "audios"];
        found.retain(|leaf| media.iter().any(|name| leaf.starts_with(&format!("/{name:?}"))));
        let expected = found.iter().filter(|leaf| leaf.ends_with("=\"https://host/a.png\"")).count();
        prop_assert_eq!(read(json).urls().iter().filter(|(_, url)| url == A).count(), expected);
    }
}
