//! The whole application without its pixels: state, actions, update, effects, commands, keys.
//!
//! Invariant: [`update`] is the only way from one state to the next. It is pure: time, ids and
//! segmentation come in through [`Env`], and whatever touches the world goes out as an
//! [`Effect`], which `platform` runs and answers with actions. Knows no browser.

mod action;
pub mod command;
mod effect;
mod env;
pub mod errand;
pub mod keeping;
pub mod keymap;
pub mod list;
pub mod records;
mod samples;
pub mod settings;
mod state;
pub mod storage_error;
pub mod tabs;
mod update;
mod words;

pub use action::{Action, Listing, Loaded, Phase, Pointer};
pub use effect::Effect;
pub use env::Env;
pub use state::{
    Announcement, Dialog, EdgeDrag, ExportDialog, ExportedFile, Focus, Held, ImportDialog, Intake, Mode, Open, Saving,
    Screen, Selection, State, Toast, Undoable,
};
pub use update::update;
pub use words::{count_words, storage_words};
