//! Surroundings for tests of what is pure: a clock that stands, ids in a row, and what is remembered of a project.

use std::cell::Cell;

use gloss::app::Env;
use gloss::model::Timestamp;
use gloss::text::{PlainSegmenter, Segmenter};

#[derive(Default)]
pub struct Desk {
    made: Cell<usize>,
    pub project: Option<String>,
}

pub fn desk() -> Desk {
    Desk::default()
}

impl Env for Desk {
    fn now(&self) -> Timestamp {
        "2026-08-22T10:00:00Z".into()
    }

    fn milliseconds(&self) -> f64 {
        0.0
    }

    fn new_id(&self) -> String {
        self.made.set(self.made.get() + 1);
        format!("new-{}", self.made.get())
    }

    fn lower_case(&self, text: &str) -> String {
        text.to_lowercase()
    }

    fn project(&self) -> Option<String> {
        self.project.clone()
    }

    fn segmenter(&self) -> &dyn Segmenter {
        &PlainSegmenter
    }
}
