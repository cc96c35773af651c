//! The tables, one for each section. A row is a comparison, with its ratio and its target.

use std::fmt::Write as _;

/// A comparison of a measured figure with another one of the same run, or with a fixed one.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What is compared.
    pub(crate) what: String,
    /// Our figure.
    pub(crate) ours: Figure,
    /// The name of the other side, such as `typify`.
    pub(crate) against: String,
    /// The figure of the other side.
    pub(crate) theirs: Figure,
    /// The maximum ratio of ours to theirs, if there is a target.
    pub(crate) target: Option<f64>,
}

impl Row {
    /// Our figure divided by theirs; a ratio below one is better for us.
    pub(crate) fn ratio(&self) -> f64 {
        self.ours.value / self.theirs.value
    }

    /// Whether the target is met; `None` without a target.
    pub(crate) fn is_met(&self) -> Option<bool> {
        // The ratio and the target are rounded to two decimals, because the table shows the ratio with two.
        self.target
            .map(|target| (self.ratio() * 100.0).round() <= (target * 100.0).round())
    }
}

/// A number and its unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    /// The number.
    pub(crate) value: f64,
    /// Its unit.
    pub(crate) unit: Unit,
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    /// Time.
    Seconds,
    /// Size.
    Bytes,
    /// Lines of code.
    Lines,
}

/// A time.
pub(crate) fn seconds(value: f64) -> Figure {
    let unit = Unit::Seconds;
    Figure { value, unit }
}

impl Figure {
    /// The figure as text.
    pub(crate) fn shown(self) -> String {
        let Self { value, unit } = self;
        match unit {
            Unit::Seconds if value >= 1.0 => format!("{value:.2} s"),
            Unit::Seconds if value >= 1e-3 => format!("{:.1} ms", value * 1e3),
            Unit::Seconds if value >= 1e-6 => format!("{:.1} µs", value * 1e6),
            Unit::Seconds => format!("{:.1} ns", value * 1e9),
            Unit::Bytes => format!("{:.1} MB", value / 1e6),
            Unit::Lines => format!("{value:.0} lines"),
        }
    }
}

/// A section of the output: the rows that one command measures.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// The title.
    pub(crate) title: String,
    /// The command that measures only this section.
    pub(crate) command: String,
    /// Notes above the rows.
    pub(crate) notes: Vec<String>,
    /// The rows.
    pub(crate) rows: Vec<Row>,
}

/// The sections as Markdown.
pub(crate) fn markdown(about: &[String], sections: &[Section]) -> String {
    let mut text = "# Benchmarks\n\n".to_owned();
    text += "A ratio is ours over theirs: if it is below 1, ours is faster or smaller.\n\n";
    for line in about {
        let _ = writeln!(text, "- {line}");
    }
    for section in sections {
        let _ = write!(text, "\n## {}\n\n`{}`\n\n", section.title, section.command);
        for note in &section.notes {
            let _ = writeln!(text, "{note}\n");
        }
        text += "| what | ours | against | theirs | ratio | target |\n";
        text += "|---|---:|---|---:|---:|---|\n";
        for row in &section.rows {
            let target = match (row.target, row.is_met()) {
                (Some(target), Some(true)) => format!("≤ {target:.3}: met"),
                (Some(target), _) => format!("≤ {target:.3}: **missed**"),
                _ => String::new(),
            };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {:.2} | {target} |",
                row.what,
                row.ours.shown(),
                row.against,
                row.theirs.shown(),
                row.ratio(),
            );
        }
    }
    text += "\n![The ratios](bench.svg)\n";
    text
}
