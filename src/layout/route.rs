//! The lines of relations: from one annotation to another without covering a word.
//!
//! ```text
//!    ┌──────────────╮                      the gap above the line of the one
//!    │   The strike │killed nine
//!    │   and so on, line after line
//!    ├─────╮                               the gap above the line of the other
//!    │   he▼said
//! ```
//!
//! Words leave two places free: the gap of each line, between the top of its box and the top of its letters, and the
//! gutter beside the column on the side where lines start. Pure geometry, all in CSS pixels.
//!
//! Invariant: every piece of a line is level or upright; level ones lie in the gap of one of the two lines, upright
//! ones in such a gap or in the gutter. Knows no elements and no annotations.

/// A place on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// One end of a relation: the first piece of an annotation in a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// The left edge of the piece.
    pub left: f64,
    /// Its right edge.
    pub right: f64,
    /// The top of the whole line box, leading included.
    pub top: f64,
    /// The bottom of the line box.
    pub bottom: f64,
    /// Where the letters begin, below `top`.
    pub text_top: f64,
}

/// The column of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Its left edge.
    pub left: f64,
    /// Its right edge.
    pub right: f64,
    /// How much room there is beside it on the side where lines start.
    pub gutter: f64,
    /// Whether lines start on the right.
    pub rtl: bool,
}

/// How many lines have places of their own in the gutter; one more shares the first.
const GUTTER_LANES: usize = 6;
/// From the column to the first line in the gutter, and from there to the next.
const GUTTER_FIRST: f64 = 6.0;
const GUTTER_STEP: f64 = 5.0;
/// How many lines have places of their own in a gap.
const GAP_LANES: usize = 3;
/// Closer than this, two places are one.
const NEAR: f64 = 1.0;
/// How round a corner is.
const RADIUS: f64 = 4.0;

/// The line of a relation: from the start edge of `from` to the start edge of `to`, or to the other edge of `to` where
/// both start at one place of one line. Relations drawn together have lanes of their own, counted from 0.
#[must_use]
pub fn route(from: &End, to: &End, column: &Column, lane: usize) -> Vec<Point> {
    let start_of = |end: &End| if column.rtl { end.right } else { end.left };
    let (start, goal) = (start_of(from), start_of(to));
    let leave = |height: f64| [Point { x: start, y: from.text_top.max(from.top) }, Point { x: start, y: height }];
    let arrive = |x: f64, height: f64| [Point { x, y: height }, Point { x, y: to.text_top.max(to.top) }];
    if (from.top - to.top).abs() < NEAR {
        let apart = (start - goal).abs() >= NEAR;
        let other_edge = if column.rtl { to.left } else { to.right };
        // What is free above both of them: the letters of one may be larger.
        let height = in_gap(from.top.max(to.top), from.text_top.min(to.text_top), lane);
        return [leave(height), arrive(if apart { goal } else { other_edge }, height)].concat();
    }
    let (height, other) = (in_gap(from.top, from.text_top, lane), in_gap(to.top, to.text_top, lane));
    let beside = in_gutter(column, lane);
    let turn = [Point { x: beside, y: height }, Point { x: beside, y: other }];
    [leave(height), turn, arrive(goal, other)].concat()
}

/// The height of a lane in the gap above a line.
fn in_gap(top: f64, text_top: f64, lane: usize) -> f64 {
    let gap = (text_top - top).max(0.0);
    top + gap * (lane % GAP_LANES + 1) as f64 / (GAP_LANES + 1) as f64
}

/// The place of a lane in the gutter; closer together where there is little room.
fn in_gutter(column: &Column, lane: usize) -> f64 {
    let lane = (lane % GUTTER_LANES) as f64;
    let room = column.gutter.max(0.0) * (lane + 1.0) / (GUTTER_LANES + 1) as f64;
    let away = (GUTTER_FIRST + GUTTER_STEP * lane).min(room);
    if column.rtl { column.right + away } else { column.left - away }
}

/// The points as the data of an SVG path with round corners; empty for fewer than two points.
#[must_use]
pub fn path(points: &[Point]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last().filter(|_| points.len() > 1)) else {
        return String::new();
    };
    let mut path = String::new();
    let mut put = |command: char, points: &[Point]| {
        for (at, Point { x, y }) in points.iter().enumerate() {
            path.push(if at == 0 { command } else { ' ' });
            path.push_str(&tenths(*x));
            path.push(' ');
            path.push_str(&tenths(*y));
        }
    };
    put('M', &[*first]);
    for three in points.windows(3) {
        let [before, corner, after] = three else { continue };
        let radius = RADIUS.min(distance(before, corner) / 2.0).min(distance(corner, after) / 2.0);
        put('L', &[towards(corner, before, radius)]);
        put('Q', &[*corner, towards(corner, after, radius)]);
    }
    put('L', &[*last]);
    path
}

/// How far two points are apart, along level and upright lines.
fn distance(a: &Point, b: &Point) -> f64 {
    (a.x - b.x).abs() + (a.y - b.y).abs()
}

/// The point this far from one point on the way to another.
fn towards(from: &Point, to: &Point, far: f64) -> Point {
    let all = distance(from, to);
    let part = if all > 0.0 { far / all } else { 0.0 };
    Point { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
}

/// A length with at most one decimal. Written out, because the code that prints floats is large.
fn tenths(length: f64) -> String {
    let tenths = (length * 10.0 + 0.5).floor() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LTR: Column = Column { left: 100.0, right: 700.0, gutter: 60.0, rtl: false };
    const RTL: Column = Column { rtl: true, ..LTR };

    /// A piece in the line of this number; lines are 28 high, and their letters begin 8 below the top.
    fn end(line: u32, left: f64, right: f64) -> End {
        let top = 50.0 + f64::from(line) * 28.0;
        End { left, right, top, bottom: top + 28.0, text_top: top + 8.0 }
    }

    /// The points as `x,y`, in tenths at most.
    fn check(from: End, to: End, column: Column, lane: usize, expected: &str) {
        let points = route(&from, &to, &column, lane);
        let points: Vec<String> =
            points.iter().map(|point| format!("{},{}", tenths(point.x), tenths(point.y))).collect();
        assert_eq!(points.join(" "), expected);
    }

    #[test]
    fn lines_go_round_the_words() {
        let (a, b, c) = (end(0, 200.0, 300.0), end(2, 400.0, 450.0), end(0, 500.0, 520.0));
        check(a, b, LTR, 0, "200,58 200,52 94,52 94,108 400,108 400,114");
        check(b, a, LTR, 1, "400,114 400,110 89,110 89,54 200,54 200,58");
        check(a, b, RTL, 0, "300,58 300,52 706,52 706,108 450,108 450,114");
        check(a, c, LTR, 2, "200,58 200,56 500,56 500,58");
        check(a, c, RTL, 2, "300,58 300,56 520,56 520,58");
        check(a, end(0, 200.0, 340.0), LTR, 0, "200,58 200,52 340,52 340,58");
        check(a, end(0, 150.0, 300.0), RTL, 0, "300,58 300,52 150,52 150,58");
        check(a, b, LTR, 6, "200,58 200,52 94,52 94,108 400,108 400,114");
        check(a, b, Column { gutter: 7.0, ..LTR }, 1, "200,58 200,54 98,54 98,110 400,110 400,114");
        check(a, b, Column { gutter: -3.0, ..LTR }, 1, "200,58 200,54 100,54 100,110 400,110 400,114");
    }

    #[test]
    fn corners_are_round() {
        let check = |points: &[(f64, f64)], expected: &str| {
            let points: Vec<Point> = points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect();
            assert_eq!(path(&points), expected);
        };
        check(&[], "");
        check(&[(1.0, 2.0)], "");
        check(&[(1.0, 2.0), (1.0, -2.25)], "M1 2L1 -2.2");
        check(&[(0.0, 20.0), (0.0, 0.0), (50.0, 0.0)], "M0 20L0 4Q0 0 4 0L50 0");
        check(&[(0.0, 3.0), (0.0, 0.0), (-50.0, 0.0)], "M0 3L0 1.5Q0 0 -1.5 0L-50 0");
        check(&[(0.0, 0.0), (0.0, 0.0), (9.0, 0.0)], "M0 0L0 0Q0 0 0 0L9 0");
        check(&[(f64::NAN, f64::INFINITY), (-0.04, 0.96)], "M0 922337203685477580.7L0 1");
    }

    fn any_end() -> impl Strategy<Value = End> {
        (0_u32..40, 100.0..600.0, 1.0..100.0, 0.0..12.0, 20.0..40.0).prop_map(|(line, left, width, gap, height)| {
            let top = 17.3 + f64::from(line) * 40.0;
            End { left, right: left + width, top, bottom: top + height, text_top: top + gap }
        })
    }

    proptest! {
        #[test]
        fn no_line_covers_a_word(
            from in any_end(), to in any_end(), together in any::<bool>(), gutter in 0.0..80.0, rtl in any::<bool>(), lane in 0_usize..20,
        ) {
            let to = if together {
                End { top: from.top, bottom: from.bottom, text_top: from.top + (to.text_top - to.top), ..to }
            } else {
                to
            };
            let column = Column { left: 100.0, right: 700.0, gutter, rtl };
            let points = route(&from, &to, &column, lane);
            let in_gap = |y: f64| [from, to].iter().any(|end| (end.top - NEAR..=end.text_top + NEAR).contains(&y));
            let beside = if rtl { 700.0..=700.0 + gutter } else { 100.0 - gutter..=100.0 };
            for two in points.windows(2) {
                let (a, b) = (two[0], two[1]);
                let (level, upright) = ((a.y - b.y).abs() < 1e-9, (a.x - b.x).abs() < 1e-9);
                prop_assert!(level || upright, "{:?} {:?}", a, b);
                if !upright {
                    prop_assert!(in_gap(a.y), "{:?} {:?} outside the gaps", a, b);
                }
                if !level {
                    let one_gap = [from, to].iter().any(|end| {
                        let gap = end.top - 1e-9..=end.text_top + 1e-9;
                        gap.contains(&a.y) && gap.contains(&b.y)
                    });
                    prop_assert!(one_gap || beside.contains(&a.x), "{:?} {:?} through the words", a, b);
                }
            }
            let start = |end: &End| if rtl { end.right } else { end.left };
            let (first, last) = (points[0], points[points.len() - 1]);
            prop_assert_eq!(first, Point { x: start(&from), y: from.text_top });
            prop_assert!((last.y - to.text_top).abs() < 1e-9);
            if (from.top - to.top).abs() < NEAR && (start(&from) - start(&to)).abs() < NEAR {
                let other = if rtl { to.left } else { to.right };
                prop_assert!((last.x - other).abs() < 1e-9);
            } else {
                prop_assert!((last.x - start(&to)).abs() < 1e-9);
            }
            // It leaves upwards and arrives downwards.
            prop_assert!(points[1].y <= first.y && points[points.len() - 2].y <= last.y);
        }

        #[test]
        fn three_lines_in_a_gap_are_apart(from in any_end(), to in any_end(), lane in 0_usize..20) {
            prop_assume!(from.text_top - from.top > 4.0 && (from.top - to.top).abs() > NEAR);
            let lines = [lane, lane + 1, lane + 2].map(|lane| route(&from, &to, &LTR, lane));
            for (one, other) in [(0, 1), (0, 2), (1, 2)] {
                prop_assert!((lines[one][1].y - lines[other][1].y).abs() >= 1.0 - 1e-9);
                prop_assert!((lines[one][2].x - lines[other][2].x).abs() >= 1.0);
            }
        }

        #[test]
        fn paths_have_one_decimal_at_most(numbers in prop::collection::vec((-1e6..1e6, -1e6..1e6), 2..9)) {
            let points: Vec<Point> = numbers.iter().map(|(x, y)| Point { x: *x, y: *y }).collect();
            let path = path(&points);
            prop_assert!(path.starts_with('M') && path.contains('L'));
            for number in path.split(['M', 'L', 'Q', ' ']).filter(|piece| !piece.is_empty()) {
                prop_assert!(number.parse::<f64>().is_ok(), "{}", number);
                prop_assert!(number.split_once('.').is_none_or(|(_, decimals)| decimals.len() == 1), "{}", number);
            }
            let last = points[points.len() - 1];
            let tail = format!("L{} {}", tenths(last.x), tenths(last.y));
            prop_assert!(path.ends_with(&tail));
        }
    }
}
