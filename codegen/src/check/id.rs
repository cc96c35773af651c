//! Model ids.

use crate::finding::{Finding, Findings};
use crate::json::Located;
use crate::model::ModelId;

/// Judges a model id: two to five segments, each fit to be a file name on every system, so that
/// no id can name a file outside its folder.
pub(super) fn model_id(id: &Located<String>, findings: &mut Findings) -> Option<ModelId> {
    let segments: Vec<String> = id.split('/').map(str::to_owned).collect();
    let mut reasons = Vec::new();
    if !(2..=5).contains(&segments.len()) {
        let count = segments.len();
        let plural = if count == 1 { "" } else { "s" };
        reasons.push(format!("it has {count} segment{plural}, not two to five"));
    }
    reasons.extend(segments.iter().filter_map(|segment| fault(segment)));
    if reasons.is_empty() {
        return Some(ModelId { segments });
    }
    findings.push(
        Finding::new(
            "invalid-model-id",
            id.span.clone(),
            format!(
                "`{}` is not a model id: {}",
                id.escape_debug(),
                reasons.join("; ")
            ),
        )
        .help(
            "two to five segments of ASCII letters, digits, spaces and `. _ - +`, with `/` between",
        ),
    );
    None
}

fn fault(segment: &str) -> Option<String> {
    /// Longer names of files are refused by some systems; a module's may be twice as long.
    const LONGEST: usize = 100;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ._-+".contains(c);
    let shown = segment.escape_debug();
    if segment.is_empty() {
        Some("a segment is empty".to_owned())
    } else if segment.len() > LONGEST {
        Some(format!("a segment has more than {LONGEST} characters"))
    } else if segment.starts_with(['.', ' ']) || segment.ends_with(['.', ' ']) {
        Some(format!(
            "the segment `{shown}` begins or ends with a dot or a space"
        ))
    } else if let Some(strange) = segment.chars().find(|c| !is_plain(*c)) {
        Some(format!(
            "the segment `{shown}` holds `{}`",
            strange.escape_debug()
        ))
    } else if !segment.contains(|c: char| c.is_ascii_alphanumeric()) {
        Some(format!(
            "the segment `{shown}` has neither letter nor digit"
        ))
    } else {
        None
    }
}
