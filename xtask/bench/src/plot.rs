//! The plot: a bar for each ratio, to the left of the line where ours is faster or smaller.

use svg::Document;
use svg::node::element::{Group, Line, Rectangle, Style, Text, Title};

use crate::table::{Row, Section};

const WIDTH: f64 = 980.0;
/// Where the bars begin; labels stand before it.
const LEFT: f64 = 470.0;
/// Where the bars end; ratios stand behind it.
const RIGHT: f64 = 900.0;
const ROW: f64 = 22.0;
const HEADING: f64 = 40.0;
const TOP: f64 = 76.0;
/// The least and the greatest ratio that are drawn; what is beyond is cut off.
const LEAST: f64 = 0.003;
const GREATEST: f64 = 3.0;

const STYLE: &str = "
text { font-family: system-ui, sans-serif; font-size: 13px; fill: #24292f; }
.title { font-size: 18px; font-weight: 600; }
.heading { font-weight: 600; }
.small { font-size: 11px; fill: #57606a; }
.better { fill: #2da44e; }
.worse { fill: #bf8700; }
.missed { fill: #cf222e; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.even { stroke: #24292f; stroke-width: 1.5; }
.target { stroke: #0969da; stroke-width: 2; }
.page { fill: #ffffff; }
";

/// Draws all sections.
pub(crate) fn plot(sections: &[Section]) -> String {
    let rows: usize = sections.iter().map(|section| section.rows.len()).sum();
    let height = TOP + HEADING * sections.len() as f64 + ROW * rows as f64 + 30.0;
    let mut page = Document::new()
        .set("viewBox", (0.0, 0.0, WIDTH, height))
        .set("width", WIDTH)
        .set("height", height)
        .set("role", "img")
        .add(Title::new("Ratios of runcomfy-client to other tools"))
        .add(Style::new(STYLE))
        .add(
            Rectangle::new()
                .set("class", "page")
                .set("width", WIDTH)
                .set("height", height),
        )
        .add(label(
            16.0,
            28.0,
            "title",
            "Ours over theirs: left of the line is better",
        ))
        .add(label(
            16.0,
            48.0,
            "small",
            "Logarithmic. A blue mark is the target; red misses it.",
        ));
    for (ratio, text) in [
        (0.01, "1/100"),
        (0.03, ""),
        (0.1, "1/10"),
        (0.3, ""),
        (1.0, "even"),
        (3.0, "×3"),
    ] {
        let class = if ratio == 1.0 { "even" } else { "grid" };
        page = page
            .add(vertical(x(ratio), TOP - 8.0, height - 20.0, class))
            .add(label(x(ratio), TOP - 14.0, "small", text).set("text-anchor", "middle"));
    }
    let mut y = TOP;
    for section in sections {
        page = page.add(label(16.0, y + 26.0, "heading", &section.title));
        y += HEADING;
        for row in &section.rows {
            page = page.add(bar(row, y));
            y += ROW;
        }
    }
    page.to_string()
}

fn bar(row: &Row, y: f64) -> Group {
    let ratio = row.ratio();
    let (one, other) = (x(ratio), x(1.0));
    let class = match (row.is_met(), ratio <= 1.0) {
        (Some(false), _) => "missed",
        (_, true) => "better",
        (_, false) => "worse",
    };
    let name = format!("{}, against {}", row.what, row.against);
    let mut group = Group::new()
        .add(label(LEFT - 10.0, y + 14.0, "", &name).set("text-anchor", "end"))
        .add(
            Rectangle::new()
                .set("class", class)
                .set("x", one.min(other))
                .set("y", y + 3.0)
                .set("width", (one - other).abs().max(1.0))
                .set("height", ROW - 8.0),
        )
        .add(label(RIGHT + 8.0, y + 14.0, "", &format!("{ratio:.2}")));
    if let Some(target) = row.target {
        group = group.add(vertical(x(target), y, y + ROW - 2.0, "target"));
    }
    group
}

/// The place of a ratio.
fn x(ratio: f64) -> f64 {
    let part = |ratio: f64| (ratio / LEAST).ln() / (GREATEST / LEAST).ln();
    LEFT + (RIGHT - LEFT) * part(ratio.clamp(LEAST, GREATEST))
}

fn label(x: f64, y: f64, class: &str, text: &str) -> Text {
    Text::new(text).set("x", x).set("y", y).set("class", class)
}

fn vertical(x: f64, from: f64, to: f64, class: &str) -> Line {
    Line::new()
        .set("class", class)
        .set("x1", x)
        .set("x2", x)
        .set("y1", from)
        .set("y2", to)
}
