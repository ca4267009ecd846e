//! From overlapping annotations to flat pieces that a page can draw, block by block.
//!
//! ```text
//! text         The strike, he said, killed nine in Homs
//! Claim        ──────────             ─────────────────
//! Location                                         ────
//! segments     [1        ][plain     ][1           ][2 ]
//! ```
//!
//! Three steps: [`Lanes`] settles where the annotations that cross a line break are drawn, once for
//! the document; [`BlockInput`] is all that the look of one block depends on, cheap to hold and to
//! compare; [`BlockInput::layout`] cuts the block into [`Segment`]s, grouped by [`Chunk`].
//!
//! Invariant: the segments of a block follow one another without a gap and cover it exactly. Knows
//! no colours, no elements, no selection and no focus.

mod block;
mod chunks;
mod flatten;
mod lanes;
pub mod route;
mod stack;

pub use block::{BlockInput, BlockLayout, ChunkLayout};
pub use chunks::{Chunk, chunk_at, chunks};
pub use flatten::{Mark, Segment};
pub use lanes::{LANES, Lane, Lanes, Layer};
pub use stack::stack;
