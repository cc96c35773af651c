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
fn delays_grow_to_the_maximum() {
    let delays: Vec<u64> = (0..6)
        .map(|count| doubling().delay(count, 0.0).as_secs())
        .collect();
    assert_eq!(delays, [1, 2, 4, 8, 10, 10]);
    assert_eq!(doubling().delay(u32::MAX, 0.0), Duration::from_secs(10));
}

#[test]
fn jitter_subtracts_at_most_its_fraction() {
    assert_eq!(doubling().delay(2, 1.0), Duration::from_secs(2));
    assert_eq!(doubling().delay(2, 0.5), Duration::from_secs(3));
    assert_eq!(doubling().delay(2, 7.0), Duration::from_secs(2));
}

#[test]
fn invalid_numbers_give_valid_delays() {
    for invalid in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0] {
        let backoff = Backoff {
            factor: invalid,
            jitter: invalid,
            ..doubling()
        };
        for count in [0, 1, 31, u32::MAX] {
            for random in [0.0, 0.5, 1.0, f64::NAN] {
                assert!(backoff.delay(count, random) <= backoff.max);
            }
        }
    }
    let none = Backoff {
        initial: Duration::ZERO,
        ..doubling()
    };
    assert_eq!(none.delay(u32::MAX, 0.0), Duration::ZERO);
    let unlimited = Backoff {
        initial: Duration::MAX,
        max: Duration::MAX,
        ..doubling()
    };
    assert_eq!(unlimited.delay(9, 0.0), Duration::MAX);
}

#[test]
fn retry_after_and_backoff_are_both_minimums() {
    let policy = RetryPolicy {
        backoff: doubling(),
        ..RetryPolicy::default()
    };
    assert_eq!(policy.next_delay(1, None, 0.0), Some(SECOND));
    assert_eq!(
        policy.next_delay(1, Some(7 * SECOND), 0.0),
        Some(7 * SECOND)
    );
    assert_eq!(policy.next_delay(3, Some(SECOND), 0.0), Some(4 * SECOND));
}

#[test]
fn attempts_end_at_their_number_and_at_an_excessive_retry_after() {
    let policy = RetryPolicy::default();
    assert!(policy.next_delay(3, None, 0.0).is_some());
    assert_eq!(policy.next_delay(4, None, 0.0), None);
    assert_eq!(
        policy.next_delay(1, Some(Duration::from_secs(301)), 0.0),
        None
    );
    assert_eq!(RetryPolicy::never().next_delay(1, None, 0.0), None);
}

fn next_delay(delay: u64, minimum: u64, remaining: u64) -> Option<Duration> {
    PollPolicy::default().next_delay(
        Duration::from_secs(delay),
        Duration::from_secs(minimum),
        Some(Duration::from_secs(remaining)),
    )
}

#[test]
fn a_delay_within_the_deadline_is_kept() {
    assert_eq!(next_delay(5, 0, 60), Some(5 * SECOND));
    assert_eq!(next_delay(5, 7, 60), Some(7 * SECOND));
    assert_eq!(
        PollPolicy::default().next_delay(5 * SECOND, 90 * SECOND, None),
        Some(90 * SECOND)
    );
}

#[test]
fn the_last_poll_is_made_just_before_the_deadline() {
    assert_eq!(next_delay(10, 0, 8), Some(Duration::from_millis(7_200)));
    assert_eq!(next_delay(100, 0, 60), Some(59 * SECOND));
    assert_eq!(next_delay(10, 0, 1), None);
}

#[test]
fn a_retry_after_beyond_the_deadline_is_not_waited_for() {
    assert_eq!(next_delay(1, 61, 60), None);
    assert_eq!(next_delay(1, u64::MAX, 60), None);
    assert_eq!(next_delay(1, 60, 60), None);
}

#[test]
fn there_is_one_last_poll() {
    let mut remaining = 100 * SECOND;
    let mut polls = 0;
    while let Some(delay) =
        PollPolicy::default().next_delay(1_000 * SECOND, Duration::ZERO, Some(remaining))
    {
        remaining -= delay;
        polls += 1;
    }
    assert_eq!(polls, 1);
}
