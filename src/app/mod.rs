//! The whole application without its pixels: state, actions, update, effects, commands, keys.
//!
//! Invariant: [`update`] is the only way from one state to the next. It is pure: time, ids and
//! segmentation come in through [`Env`], and whatever touches the world goes out as an
//! [`Effect`], which `platform` runs and answers with actions. Knows no browser.

mod action;
pub mod adding;
pub mod annex;
pub mod backup;
pub mod bringing;
pub mod cards;
pub mod carried;
pub mod carrying;
pub mod command;
pub mod details;
mod effect;
mod env;
pub mod errand;
pub mod finding;
pub mod findings;
pub mod history;
pub mod keeping;
pub mod keymap;
pub mod letters;
pub mod library;
pub mod linking;
pub mod list;
pub mod markdown;
pub mod merging;
pub mod newer;
pub mod projects;
pub mod ready_made;
pub mod records;
pub mod reschema;
pub mod restoring;
mod samples;
pub mod schema_dialog;
pub mod schema_editor;
pub mod seeking;
pub mod settings;
mod state;
pub mod storage_error;
pub mod storage_page;
pub mod tabs;
pub mod taking;
mod update;
mod words;

pub use action::{Action, Listing, Loaded, Phase, Pointer};
pub use effect::{Effect, New};
pub use env::Env;
pub use state::{
    Announcement, Awaited, Dialog, EdgeDrag, Focus, Held, Intake, Mode, Open, Saving, Screen, Selection, Side, State,
    Target, Toast,
};
pub use update::{toggled, update, value_words};
pub use words::{count_words, file_name, storage_words};
