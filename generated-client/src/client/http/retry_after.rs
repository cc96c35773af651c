//! The `Retry-After` header.

use std::time::{Duration, SystemTime};

/// Parses `Retry-After`: whole seconds, or a date (RFC 9110, section 10.2.3).
///
/// The delay until a date is measured from `date`, the `Date` header of the response, so that a wrong local
/// clock has no effect. Without a valid `Date`, it is measured from `now`. For a date in the past, the delay
/// is zero. Unparseable values are ignored.
pub(crate) fn parse_retry_after(
    value: &str,
    date: Option<&str>,
    now: SystemTime,
) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Numbers beyond 64 bits are clamped.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let at = httpdate::parse_http_date(value).ok()?;
    let now = date
        .and_then(|date| httpdate::parse_http_date(date.trim()).ok())
        .unwrap_or(now);
    Some(at.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_parsed() {
        let now = httpdate::parse_http_date("Fri, 02 Jan 2026 00:00:00 GMT").unwrap();
        let read = |value: &str, date: Option<&str>| parse_retry_after(value, date, now);
        assert_eq!(read("120", None), Some(120 * Duration::from_secs(1)));
        assert_eq!(read(" 0 ", None), Some(Duration::ZERO));
        assert_eq!(
            read("99999999999999999999999", None),
            Some(Duration::from_secs(u64::MAX))
        );
        assert_eq!(
            read("Fri, 02 Jan 2026 00:00:30 GMT", None),
            Some(30 * Duration::from_secs(1))
        );
        assert_eq!(
            read("Thu, 01 Jan 2026 00:00:00 GMT", None),
            Some(Duration::ZERO)
        );
        let server_clock = Some("Fri, 02 Jan 2026 00:00:25 GMT");
        assert_eq!(
            read("Fri, 02 Jan 2026 00:00:30 GMT", server_clock),
            Some(5 * Duration::from_secs(1))
        );
        for invalid in ["", "-1", "1.5", "soon", "+3"] {
            assert_eq!(read(invalid, None), None, "{invalid:?}");
        }
    }
}
