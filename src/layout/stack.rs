//! [`stack`]: boxes beside their anchors that must not lie over one another.
//!
//! Invariant: boxes keep their order and a gap between them, and none stands above the top; the fixed one stands
//! where it wants to be, unless those before it leave no room for that.
//! Knows no pixels' meaning.

/// Where boxes go that want to be at `top` and have a `height`, in order: each as near to its wish as those
/// before it allow; with a fixed one, that one exactly, and those before it above, down from 0.
#[must_use]
pub fn stack(boxes: &[(f64, f64)], fixed: Option<usize>, gap: f64) -> Vec<f64> {
    let mut tops: Vec<f64> = Vec::with_capacity(boxes.len());
    let mut free = f64::NEG_INFINITY;
    for (at, (wish, height)) in boxes.iter().enumerate() {
        let top = if fixed == Some(at) { *wish } else { wish.max(free) };
        tops.push(top);
        free = top + height + gap;
    }
    // What reaches into the fixed one, or into what gave way to it, moves up.
    let mut limit = f64::INFINITY;
    for (at, (_, height)) in boxes.iter().enumerate().rev() {
        let Some(top) = tops.get_mut(at) else { continue };
        if fixed.is_some_and(|fixed| at < fixed) {
            *top = top.min(limit - height - gap);
        }
        if fixed.is_some_and(|fixed| at <= fixed) {
            limit = *top;
        }
    }
    let mut free = 0.0_f64;
    for (top, (_, height)) in tops.iter_mut().zip(boxes) {
        *top = top.max(free);
        free = *top + height + gap;
    }
    tops
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn boxes_stand_beside_their_anchors() {
        let check = |boxes: &[(f64, f64)], fixed, expected: &[f64]| assert_eq!(stack(boxes, fixed, 8.0), expected);
        check(&[], None, &[]);
        check(&[(0.0, 50.0), (100.0, 50.0)], None, &[0.0, 100.0]);
        check(&[(0.0, 50.0), (10.0, 50.0), (20.0, 50.0)], None, &[0.0, 58.0, 116.0]);
        check(&[(200.0, 50.0), (210.0, 50.0), (220.0, 50.0)], Some(2), &[104.0, 162.0, 220.0]);
        check(&[(200.0, 50.0), (210.0, 50.0), (220.0, 50.0)], Some(1), &[152.0, 210.0, 268.0]);
        // No room above: all give way downward.
        check(&[(0.0, 50.0), (10.0, 50.0), (20.0, 50.0)], Some(2), &[0.0, 58.0, 116.0]);
        check(&[(-20.0, 50.0), (100.0, 50.0)], None, &[0.0, 100.0]);
    }

    proptest! {
        #[test]
        fn no_box_lies_over_another(boxes in prop::collection::vec((0..500_i32, 1..90_i32), 0..30), fixed in prop::option::of(0..30_usize)) {
            let mut boxes: Vec<(f64, f64)> = boxes.into_iter().map(|(top, height)| (f64::from(top), f64::from(height))).collect();
            boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
            let fixed = fixed.filter(|fixed| *fixed < boxes.len());
            let tops = stack(&boxes, fixed, 8.0);
            for (at, (pair, (_, height))) in tops.windows(2).zip(&boxes).enumerate() {
                prop_assert!(pair[0] + height + 8.0 <= pair[1] + 1e-6, "box {at}");
            }
            prop_assert!(tops.iter().all(|top| *top >= 0.0));
            if let Some(fixed) = fixed {
                let above: f64 = boxes[..fixed].iter().map(|(_, height)| height + 8.0).sum();
                prop_assert!((tops[fixed] - boxes[fixed].0.max(above)).abs() < 1e-9);
            }
        }
    }
}
