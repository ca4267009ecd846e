//! A point on the world in outline: where a place is.
//!
//! The land is a picture of Gloss's own, `static/world.svg`, that the style sheet lays below: it is fetched when a
//! map is first shown. Invariant: one unit is half a degree, from 90° north and 180° west on, as in that picture.
//! Knows no articles.

use yew::{Html, html};

use crate::model::Coordinates;

/// The map, with a point at a place. Its name says the place in words.
pub fn world(at: Option<Coordinates>) -> Html {
    let name = at.map_or("World map".to_string(), |at| format!("World map with a point at {}", at.to_text()));
    let point = at.map(|at| {
        html! {
            <circle class="point" cx={units(at.longitude() + 180_000_000)} cy={units(90_000_000 - at.latitude())} r="7" fill="currentColor" />
        }
    });
    html! {
        <svg class="world" viewBox="0 0 720 360" role="img" aria-label={name}>
            { point }
        </svg>
    }
}

/// Millionths of a degree, not below zero, as units of the map with one decimal.
fn units(micro: i32) -> String {
    let tenths = micro / 50_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}
