//! File names are safe, whatever the property, the URL and the content type contain.

use std::path::Path;

use proptest::prelude::*;
use runcomfy_client::download::file_name;

#[test]
fn a_name_contains_property_index_and_original_name() {
    let url = "https://files.example/out/ComfyUI_00001_.png?sig=abc#x";
    let name = file_name("images", 3, url, Some("image/webp"));
    let (start, rest) = name.split_at("images-3-ComfyUI_00001_-".len());
    assert_eq!(start, "images-3-ComfyUI_00001_-");
    assert!(rest.ends_with(".png") && rest.len() == 16, "{name}");
    assert_eq!(
        name,
        file_name("images", 3, url, None),
        "the same URL gives the same name"
    );
    let other = file_name(
        "images",
        3,
        "https://files.example/other/ComfyUI_00001_.png",
        None,
    );
    assert_ne!(name, other, "another URL gives another name");

    for (path, content_type, start, end) in [
        ("%2e%2e%2fetc%2fpasswd", None, "p-0-_etc_passwd-", ""),
        ("..%5C..%5Cboot.ini", None, "p-0-_boot-", ".ini"),
        ("", Some("image/png; charset=x"), "p-0-", ".png"),
        ("raw", Some("Video/MP4"), "p-0-raw-", ".mp4"),
        ("raw", Some("application/octet-stream"), "p-0-raw-", ""),
        ("raw", Some("../../x"), "p-0-raw-", ""),
        (
            "a.toolongextension",
            Some("image/gif"),
            "p-0-a_toolongextension-",
            ".gif",
        ),
        ("NUL.PNG", None, "p-0-NUL-", ".png"),
        (".hidden", None, "p-0-", ".hidden"),
        ("a%00b%0a%E2%80%AEgnp.exe", None, "p-0-a_b_gnp-", ".exe"),
    ] {
        let url = format!("https://files.example/x/{path}");
        let name = file_name("p", 0, &url, content_type);
        let hash = name
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end));
        let hash = hash.unwrap_or_else(|| panic!("{path}: {name}"));
        assert_eq!(hash.len(), 12, "{path}: {name}");
        assert!(
            hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{path}: {name}"
        );
    }
}

/// Whether Windows reserves the name for a device. Extensions do not matter.
fn is_reserved(name: &str) -> bool {
    let base = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_ascii_uppercase();
    let numbered = |device: &str| {
        base.strip_prefix(device).is_some_and(|rest| {
            let mut letters = rest.chars();
            matches!(letters.next(), Some('0'..='9' | '¹' | '²' | '³')) && letters.next().is_none()
        })
    };
    matches!(
        base.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || numbered("COM")
        || numbered("LPT")
}

proptest! {
    #[test]
    fn a_name_is_always_one_safe_path_component(
        property in prop_oneof![any::<String>(), "(?i)(con|nul|com1|lpt9)(\\.[a-z]{1,3})?", "[./\\\\ -]{0,8}"],
        index in any::<usize>(),
        segment in prop_oneof![any::<String>(), "(%2[eEfF]|\\.|/|\\\\|%5c|%00|:|\\*|%e2%80%ae|a){0,40}", "\\PC{0,400}"],
        content_type in proptest::option::of(any::<String>()),
    ) {
        let url = format!("https://files.example/x/{segment}");
        let name = file_name(&property, index, &url, content_type.as_deref());
        prop_assert!(!name.is_empty() && name.len() < 200, "{}", name);
        prop_assert!(!name.starts_with(['.', '-', ' ']) && !name.ends_with(['.', ' ']), "{}", name);
        prop_assert!(!name.contains(".."), "{}", name);
        prop_assert!(
            !name.chars().any(|letter| letter.is_control() || "/\\:*?\"<>| \u{202e}".contains(letter)),
            "{}", name
        );
        prop_assert!(!is_reserved(&name), "{}", name);
        let path = Path::new("folder").join(&name);
        prop_assert_eq!(path.components().count(), 2);
        prop_assert_eq!(path.file_name().and_then(|name| name.to_str()), Some(name.as_str()));
        prop_assert_eq!(file_name(&property, index, &url, content_type.as_deref()), name);
    }

    #[test]
    fn names_differ_if_the_index_differs(
        property in any::<String>(), one in 0_usize..50, other in 0_usize..50, url in any::<String>(),
    ) {
        prop_assume!(one != other);
        prop_assert_ne!(file_name(&property, one, &url, None), file_name(&property, other, &url, None));
    }
}
