use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn doubling() -> Backoff {
    Backoff {
        initial: SECOND,
        factor: 2.0,
        max: Duration::from_secs(10),
        jitter: 0.5,
    }
}

#[test]
fn pauses_grow_up_to_the_cap() {
    let pauses: Vec<u64> = (0..6)
        .map(|count| doubling().pause(count, 0.0).as_secs())
        .collect();
    assert_eq!(pauses, [1, 2, 4, 8, 10, 10]);
    assert_eq!(doubling().pause(u32::MAX, 0.0), Duration::from_secs(10));
}

#[test]
fn jitter_takes_away_its_share_and_no_more() {
    assert_eq!(doubling().pause(2, 1.0), Duration::from_secs(2));
    assert_eq!(doubling().pause(2, 0.5), Duration::from_secs(3));
    assert_eq!(doubling().pause(2, 7.0), Duration::from_secs(2));
}

#[test]
fn senseless_numbers_give_sensible_pauses() {
    for senseless in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0] {
        let backoff = Backoff {
            factor: senseless,
            jitter: senseless,
            ..doubling()
        };
        for count in [0, 1, 31, u32::MAX] {
            for chance in [0.0, 0.5, 1.0, f64::NAN] {
                assert!(backoff.pause(count, chance) <= backoff.max);
            }
        }
    }
    let endless = Backoff {
        initial: Duration::MAX,
        max: Duration::MAX,
        ..doubling()
    };
    assert_eq!(endless.pause(9, 0.0), Duration::MAX);
}

#[test]
fn retry_after_is_a_minimum_and_the_backoff_another() {
    let policy = RetryPolicy {
        backoff: doubling(),
        ..RetryPolicy::default()
    };
    assert_eq!(policy.pause(1, None, 0.0), Some(SECOND));
    assert_eq!(policy.pause(1, Some(7 * SECOND), 0.0), Some(7 * SECOND));
    assert_eq!(policy.pause(3, Some(SECOND), 0.0), Some(4 * SECOND));
}

#[test]
fn tries_end_at_their_number_and_at_an_absurd_wish() {
    let policy = RetryPolicy::default();
    assert!(policy.pause(3, None, 0.0).is_some());
    assert_eq!(policy.pause(4, None, 0.0), None);
    assert_eq!(policy.pause(1, Some(Duration::from_secs(301)), 0.0), None);
    assert_eq!(RetryPolicy::never().pause(1, None, 0.0), None);
}

#[test]
fn retry_after_reads_seconds_and_dates() {
    let now = httpdate::parse_http_date("Fri, 02 Jan 2026 00:00:00 GMT").unwrap();
    let read = |value: &str, date: Option<&str>| retry_after(value, date, now);
    assert_eq!(read("120", None), Some(120 * SECOND));
    assert_eq!(read(" 0 ", None), Some(Duration::ZERO));
    assert_eq!(
        read("99999999999999999999999", None),
        Some(Duration::from_secs(u64::MAX))
    );
    assert_eq!(
        read("Fri, 02 Jan 2026 00:00:30 GMT", None),
        Some(30 * SECOND)
    );
    assert_eq!(
        read("Thu, 01 Jan 2026 00:00:00 GMT", None),
        Some(Duration::ZERO)
    );
    let server_clock = Some("Fri, 02 Jan 2026 00:00:25 GMT");
    assert_eq!(
        read("Fri, 02 Jan 2026 00:00:30 GMT", server_clock),
        Some(5 * SECOND)
    );
    for senseless in ["", "-1", "1.5", "soon", "+3"] {
        assert_eq!(read(senseless, None), None, "{senseless:?}");
    }
}

#[test]
fn a_submit_is_repeated_only_when_no_job_can_have_been_made() {
    use Failure::*;
    let all = [
        NeverConnected,
        TimedOut,
        ConnectionLost,
        RateLimited,
        Unavailable,
        ServerError,
        RequestTimeout,
        Refused,
        Redirected,
        Unreadable,
        TooLarge,
    ];
    let with = |verdict| {
        all.into_iter()
            .filter(move |one| one.of_submit() == verdict)
    };
    let repeated: Vec<Failure> = with(SubmitVerdict::Repeat).collect();
    assert_eq!(repeated, [NeverConnected, RateLimited, Unavailable]);
    assert_eq!(with(SubmitVerdict::Refused).collect::<Vec<_>>(), [Refused]);
    let hopeless: Vec<Failure> = all.into_iter().filter(|one| !one.repeats_read()).collect();
    assert_eq!(hopeless, [Refused, Redirected, TooLarge]);
}
