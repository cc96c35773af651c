//! How sides are timed against each other: in turn, a short sample each, round after round, so that
//! whatever else the machine does falls on all of them alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long one sample takes, roughly.
const SAMPLE: Duration = Duration::from_millis(2);

/// Something that is timed.
pub(crate) struct Side<'a> {
    name: String,
    run: Box<dyn FnMut(u32) -> Duration + 'a>,
}

/// Times `once` under this name. What it returns is not optimised away.
pub(crate) fn side<'a, T>(name: &str, mut once: impl FnMut() -> T + 'a) -> Side<'a> {
    Side {
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

/// What a side took.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    /// The side.
    pub(crate) name: String,
    /// The median of its samples, in seconds for one run.
    pub(crate) seconds: f64,
}

/// Times all sides in turn, `rounds` samples each, and takes the median of each.
pub(crate) fn in_turn(mut sides: Vec<Side<'_>>, rounds: usize) -> Vec<Timing> {
    let times: Vec<u32> = sides.iter_mut().map(calibrate).collect();
    let mut samples = vec![Vec::with_capacity(rounds); sides.len()];
    for _ in 0..rounds {
        for ((side, times), samples) in sides.iter_mut().zip(&times).zip(&mut samples) {
            samples.push((side.run)(*times).as_secs_f64() / f64::from(*times));
        }
    }
    let timings = sides.into_iter().zip(samples);
    timings
        .map(|(side, samples)| Timing {
            name: side.name,
            seconds: median(samples),
        })
        .collect()
}

/// How many runs make a sample; the first runs, which find cold caches, are not counted.
fn calibrate(side: &mut Side<'_>) -> u32 {
    let mut times = 1;
    loop {
        let took = (side.run)(times);
        if took >= SAMPLE || times >= 1 << 24 {
            return times;
        }
        times *= 2;
    }
}

/// The median; zero of nothing.
pub(crate) fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or_default()
}

/// A name, and a run that says how many seconds it took.
pub(crate) type WholeRun<'a, E> = (String, Box<dyn FnMut() -> Result<f64, E> + 'a>);

/// Times whole runs, each of which says itself how long it took: in turn, `rounds` times each, and
/// takes the median of each.
pub(crate) fn whole_runs<E>(
    mut sides: Vec<WholeRun<'_, E>>,
    rounds: usize,
) -> Result<Vec<Timing>, E> {
    let mut samples = vec![Vec::with_capacity(rounds); sides.len()];
    for _ in 0..rounds {
        for ((_, run), samples) in sides.iter_mut().zip(&mut samples) {
            samples.push(run()?);
        }
    }
    let timings = sides.into_iter().zip(samples);
    Ok(timings
        .map(|((name, _), samples)| Timing {
            name,
            seconds: median(samples),
        })
        .collect())
}
