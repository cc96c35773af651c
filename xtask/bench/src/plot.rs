//! The plot: a bar for each ratio, from 1 to the ratio. A bar to the left of 1 means that ours is faster or
//! smaller.

use plotters::coord::ranged1d::SegmentValue;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::error::Error;
use crate::table::{Row, Section};

const WIDTH: u32 = 1100;
/// The height of a line of the plot: a heading or a bar.
const LINE: u32 = 22;
/// The space above and below the lines.
const MARGINS: u32 = 90;
/// The width of the labels.
const LABELS: u32 = 560;
/// The range of ratios that are drawn. Bars of ratios outside it are cut off.
const RANGE: std::ops::Range<f64> = 0.003..3.0;

const FONT: (&str, u32) = ("sans-serif", 16);

const BETTER: RGBColor = RGBColor(45, 164, 78);
const WORSE: RGBColor = RGBColor(191, 135, 0);
const MISSED: RGBColor = RGBColor(207, 34, 46);
const TARGET: RGBColor = RGBColor(9, 105, 218);

/// A line of the plot.
enum Line<'a> {
    Heading(&'a str),
    Bar(&'a Row),
}

impl Line<'_> {
    fn label(&self) -> String {
        match self {
            Self::Heading(title) => title.to_uppercase(),
            Self::Bar(row) => format!("{}, against {}", row.what, row.against),
        }
    }
}

/// Draws all sections as SVG.
pub(crate) fn plot(sections: &[Section]) -> Result<String, Error> {
    let lines = sections.iter().rev().flat_map(|section| {
        let bars = section.rows.iter().rev().map(Line::Bar);
        bars.chain([Line::Heading(&section.title)])
    });
    // Ordered from bottom to top, like the axis.
    let lines: Vec<Line<'_>> = lines.collect();
    let mut svg = String::new();
    draw(&lines, &mut svg).map_err(|error| Error::Plot(error.to_string()))?;
    Ok(svg)
}

fn draw(lines: &[Line<'_>], svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    // The range of a segmented axis includes its end, so the axis ends at the last index, not at the count.
    let last = lines.len().saturating_sub(1);
    let count = u32::try_from(lines.len())?;
    let size = (WIDTH, LINE * count + MARGINS);
    let area = SVGBackend::with_string(svg, size).into_drawing_area();
    area.fill(&WHITE)?;
    let caption =
        "Ours over theirs, logarithmic: left of 1 is better; blue is the target, red misses it";
    let mut chart = ChartBuilder::on(&area)
        .caption(caption, ("sans-serif", 20))
        .margin(10)
        .margin_right(60)
        .y_label_area_size(LABELS)
        .x_label_area_size(30)
        .build_cartesian_2d(RANGE.log_scale(), (0..last).into_segmented())?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .y_labels(lines.len())
        .y_label_formatter(&|position| match position {
            SegmentValue::CenterOf(index) => {
                lines.get(*index).map_or_else(String::new, Line::label)
            }
            _ => String::new(),
        })
        .label_style(FONT)
        .draw()?;
    for (index, line) in lines.iter().enumerate() {
        let Line::Bar(row) = line else { continue };
        let vertical = |ratio: f64| {
            let (bottom, top) = (SegmentValue::Exact(index), SegmentValue::Exact(index + 1));
            [(ratio, bottom), (ratio, top)]
        };
        let ratio = row.ratio().clamp(RANGE.start, RANGE.end);
        let [bottom, _] = vertical(ratio.min(1.0));
        let [_, top] = vertical(ratio.max(1.0));
        let mut bar = Rectangle::new([bottom, top], color(row).filled());
        bar.set_margin(4, 4, 0, 0);
        chart.draw_series([bar])?;
        if let Some(target) = row.target {
            chart.draw_series([PathElement::new(vertical(target), TARGET.stroke_width(2))])?;
        }
        let style = FONT.into_text_style(&area);
        let style = style.pos(Pos::new(HPos::Left, VPos::Center));
        let position = (RANGE.end, SegmentValue::CenterOf(index));
        let text = format!(" {:.2}", row.ratio());
        chart.draw_series([Text::new(text, position, style)])?;
    }
    chart.draw_series([PathElement::new(
        [
            (1.0, SegmentValue::Exact(0)),
            (1.0, SegmentValue::Exact(lines.len())),
        ],
        BLACK,
    )])?;
    area.present()?;
    Ok(())
}

fn color(row: &Row) -> RGBColor {
    match row.is_met() {
        Some(false) => MISSED,
        _ if row.ratio() <= 1.0 => BETTER,
        _ => WORSE,
    }
}
