//! What a model id may be.

use percent_encoding::percent_decode_str;

/// The model id of the path segments in an address, percent-encoded or printed as they are.
///
/// # Errors
///
/// A sentence that says why it is none.
pub(super) fn from_url(path: &str) -> Result<String, String> {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        let decoded = percent_decode_str(segment).decode_utf8();
        let decoded = decoded.map_err(|_| "its percent-encoding is not UTF-8".to_owned())?;
        if decoded.contains('/') {
            return Err("a segment of it holds an encoded `/`".to_owned());
        }
        segments.push(decoded.into_owned());
    }
    let id = segments.join("/");
    check(&id)?;
    Ok(id)
}

/// Whether the text can be a model id, which is also the path of its file.
///
/// # Errors
///
/// A sentence that says why it is none.
pub(super) fn check(id: &str) -> Result<(), String> {
    let count = id.split('/').count();
    if !(2..=5).contains(&count) {
        return Err(format!(
            "it has {count} of the two to five segments of an id"
        ));
    }
    for segment in id.split('/') {
        if segment.is_empty() {
            return Err("a segment of it is empty".to_owned());
        }
        if segment.starts_with([' ', '.']) || segment.ends_with([' ', '.']) {
            return Err(format!(
                "its segment {segment:?} begins or ends with a space or a dot"
            ));
        }
        let is_odd = |char: char| !char.is_alphanumeric() && !" -_.+@~()!,=".contains(char);
        if let Some(odd) = segment.chars().find(|&char| is_odd(char)) {
            return Err(format!("its segment {segment:?} holds {odd:?}"));
        }
    }
    Ok(())
}
