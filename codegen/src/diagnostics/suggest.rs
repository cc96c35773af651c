//! Suggestions for misspelt words.

use crate::text::quoted_list;

/// Help for an unknown word: suggests the closest known word, or lists all known words if none is similar.
pub(crate) fn did_you_mean<'a>(
    found: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    closest(found, known.clone()).map_or_else(
        || format!("expected one of {}", quoted_list(known)),
        |word| format!("did you mean `{word}`?"),
    )
}

/// The candidate most similar to `found`, if one is similar.
pub(crate) fn closest<'a>(
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// The maximum length of a compared word, in bytes. Longer texts are not misspelt names, and comparing
    /// them is slow.
    const MAX_LENGTH: usize = 100;
    const MIN_SIMILARITY: f64 = 0.8;
    if found.len() > MAX_LENGTH {
        return None;
    }
    let found = found.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= MAX_LENGTH)
        .map(|candidate| {
            let similarity = strsim::jaro_winkler(&found, &candidate.to_lowercase());
            (similarity, candidate)
        })
        .filter(|(similarity, _)| *similarity > MIN_SIMILARITY)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}
