//! Attributes errors to the overrides that cause them, and removes acknowledged warnings.

use crate::diagnostics::{Diagnostic, Diagnostics, Rule, Severity};
use crate::dialect::{Acknowledged, Level, Override};
use crate::json::{Json, pointer_at};
use crate::span::Located;

/// Moves errors to the override that causes them. For example, if an override sets a limit and the default
/// elsewhere in the file violates it, the error is reported at the override.
///
/// `found_with(n)` returns the diagnostics of the file when only the first `n` overrides of the level
/// `error` are applied.
pub(crate) fn blame_overrides(
    json: &Located<Json>,
    overrides: &[Override],
    diagnostics: Diagnostics,
    found_with: impl Fn(usize) -> Diagnostics,
) -> Diagnostics {
    let applied = overrides.iter().filter(|one| one.level == Level::Error);
    let applied: Vec<&Override> = applied.collect();
    let is_elsewhere = |diagnostic: &Diagnostic| {
        let span = diagnostic.span;
        diagnostic.is_error() && !overrides.iter().any(|one| one.span.contains(span))
    };
    if applied.is_empty() || !diagnostics.iter().any(is_elsewhere) {
        return diagnostics;
    }
    let found: Vec<Diagnostics> = (0..=applied.len()).map(found_with).collect();
    let mut blamed = Diagnostics::default();
    for mut diagnostic in diagnostics {
        let causes = found.iter().position(|found| found.contains(&diagnostic));
        // A diagnostic in `found[0]` occurs even without overrides of the level `error`, so no such override
        // is its cause.
        let cause = causes.and_then(|count| applied.get(count.checked_sub(1)?));
        if let Some(cause) = cause.filter(|_| is_elsewhere(&diagnostic)) {
            let pointer = pointer_at(json, diagnostic.span.start);
            diagnostic.message = format!(
                "with this override, {pointer} is invalid: {}",
                diagnostic.message
            );
            diagnostic.span = cause.input.span;
        }
        blamed.push(diagnostic);
    }
    blamed
}

/// Removes acknowledged warnings. If there are no errors, warns about acknowledgements that match no warning.
pub(crate) fn acknowledge(
    json: &Located<Json>,
    acknowledged: &[Acknowledged],
    diagnostics: &mut Diagnostics,
) {
    let mut is_used = vec![false; acknowledged.len()];
    diagnostics.retain(|diagnostic| {
        let is_warning = diagnostic.rule.severity() == Severity::Warning;
        let mut is_acknowledged = false;
        for (one, is_used) in acknowledged.iter().zip(&mut is_used) {
            if is_warning && is_about(one, json, diagnostic) {
                *is_used = true;
                is_acknowledged = true;
            }
        }
        !is_acknowledged
    });
    // Errors can suppress warnings, so an acknowledgement that seems unused may still be needed.
    if diagnostics.has_errors() {
        return;
    }
    for (one, _) in acknowledged.iter().zip(is_used).filter(|(_, used)| !used) {
        let rule = &one.rule;
        let message = format!("no warning `{}` matches this acknowledgement", rule.value);
        diagnostics.push(
            Diagnostic::new(Rule::UnusedAcknowledgement, rule.span, message)
                .with_help("remove the acknowledgement"),
        );
    }
}

fn is_about(one: &Acknowledged, json: &Located<Json>, diagnostic: &Diagnostic) -> bool {
    let is_there = |pointer: &String| {
        let found = pointer_at(json, diagnostic.span.start);
        let rest = found.strip_prefix(pointer.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    one.rule.value == diagnostic.rule
        && one
            .pointer
            .as_ref()
            .is_none_or(|pointer| is_there(&pointer.value))
}
