//! Times candidates against each other. Each round takes one sample of every candidate in turn, so that
//! other load on the machine affects all candidates alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The minimum duration of one sample. To reach it, a sample consists of up to 2^24 runs.
const SAMPLE: Duration = Duration::from_millis(2);

/// Something that is timed.
pub(crate) struct Candidate<'a> {
    name: String,
    /// Runs the candidate the given number of times; returns the total time.
    run: Box<dyn FnMut(u32) -> Duration + 'a>,
}

/// A candidate with this name that runs `once`. The result of `once` is not optimised away.
pub(crate) fn candidate<'a, T>(name: &str, mut once: impl FnMut() -> T + 'a) -> Candidate<'a> {
    Candidate {
        name: name.to_owned(),
        run: Box::new(move |times| {
            let start = Instant::now();
            for _ in 0..times {
                black_box(once());
            }
            start.elapsed()
        }),
    }
}

/// The time of a candidate.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    /// The candidate.
    pub(crate) name: String,
    /// The median of its samples, in seconds for one run.
    pub(crate) seconds: f64,
}

/// Times all candidates in turn, `rounds` samples each.
pub(crate) fn in_turn(mut candidates: Vec<Candidate<'_>>, rounds: usize) -> Vec<Timing> {
    let times: Vec<u32> = candidates.iter_mut().map(calibrate).collect();
    let mut samples = vec![Vec::with_capacity(rounds); candidates.len()];
    for _ in 0..rounds {
        for ((candidate, times), samples) in candidates.iter_mut().zip(&times).zip(&mut samples) {
            samples.push((candidate.run)(*times).as_secs_f64() / f64::from(*times));
        }
    }
    let timings = candidates.into_iter().zip(samples);
    timings
        .map(|(candidate, samples)| Timing {
            name: candidate.name,
            seconds: median(samples),
        })
        .collect()
}

/// Determines how many runs one sample of the candidate needs. Running it also warms the caches.
fn calibrate(candidate: &mut Candidate<'_>) -> u32 {
    let mut times = 1;
    loop {
        let elapsed = (candidate.run)(times);
        if elapsed >= SAMPLE || times >= 1 << 24 {
            return times;
        }
        times *= 2;
    }
}

/// The median; zero without samples.
fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or_default()
}

/// A name, and a run that returns how many seconds it took.
pub(crate) type WholeRun<'a, E> = (String, Box<dyn FnMut() -> Result<f64, E> + 'a>);

/// Times whole runs in turn, `rounds` times each.
pub(crate) fn whole_runs<E>(
    mut candidates: Vec<WholeRun<'_, E>>,
    rounds: usize,
) -> Result<Vec<Timing>, E> {
    let mut samples = vec![Vec::with_capacity(rounds); candidates.len()];
    for _ in 0..rounds {
        for ((_, run), samples) in candidates.iter_mut().zip(&mut samples) {
            samples.push(run()?);
        }
    }
    let timings = candidates.into_iter().zip(samples);
    Ok(timings
        .map(|((name, _), samples)| Timing {
            name,
            seconds: median(samples),
        })
        .collect())
}
