//! What the application needs from its surroundings, as a trait that `platform` implements.

use crate::model::Timestamp;
use crate::text::Segmenter;

/// Clock, ids and segmentation.
pub trait Env {
    /// Now, as RFC 3339 in UTC with whole seconds.
    fn now(&self) -> Timestamp;

    /// Milliseconds since some fixed moment; only differences mean anything.
    fn milliseconds(&self) -> f64;

    /// An id that nobody has used before.
    fn new_id(&self) -> String;

    /// A text in lower case, to compare it with another one.
    fn lower_case(&self, text: &str) -> String;

    /// What this device remembers of the project that is chosen ([`crate::app::projects`]).
    fn project(&self) -> Option<String> {
        None
    }

    /// Where graphemes, words and sentences begin.
    fn segmenter(&self) -> &dyn Segmenter;
}
