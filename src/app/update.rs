//! [`update`]: from a state and what happened to the next state and what is to be done.
//!
//! Invariant: pure, and total: an action that makes no sense in a state changes nothing. Each
//! part of the work has a file of its own.

mod annex;
mod carrying;
mod finishing;
mod linking;
mod marking;
mod moving;
mod remarks;
mod repairing;
mod selecting;
mod shelf;
mod storing;

pub use remarks::{coordinates_value, toggled, value_of, value_words};

use super::action::Action;
use super::annex::Request;
use super::command::{self, Command};
use super::effect::Effect;
use super::env::Env;
use super::settings::{Settings, TEXT_SIZES, Theme};
use super::state::{Awaited, Dialog, Screen, Side, State};
use crate::model::Flag;

use std::rc::Rc;

/// The next state, and what is to be done in the world.
#[must_use]
pub fn update(state: &State, action: Action, env: &dyn Env) -> (State, Vec<Effect>) {
    let mut turn = Turn { state: state.clone(), effects: Vec::new(), env };
    turn.act(action);
    turn.keep_checked();
    turn.show_library();
    turn.keep_finding();
    (turn.state, turn.effects)
}

/// One action on its way through: the state being made, and what shall follow.
struct Turn<'a> {
    state: State,
    effects: Vec<Effect>,
    env: &'a dyn Env,
}

impl Turn<'_> {
    fn act(&mut self, action: Action) {
        match action {
            Action::Run(command) => self.run(command),
            Action::LabelKeyUp(position) => self.label_key_up(position),
            Action::PressLabel(label) => self.press_label(label),
            Action::Relabel(label) => self.relabel(&label),
            Action::Pointer(pointer) => self.pointer(pointer),
            Action::Selected { anchor, head } => self.selected(anchor, head),
            Action::CaretTo { to, extend } => self.caret_to(to, extend),
            Action::DragEdge { fragment, edge, phase, at, exact } => self.drag_edge(fragment, edge, phase, at, exact),
            Action::DragSelection { edge, phase, at } => self.drag_selection(edge, phase, at),
            Action::FocusRow(id) => self.focus_row(id),
            Action::LinkLetter(letter) => self.link_letter(letter),
            Action::LinkTo(id) => self.link_to(&id),
            Action::LinkAt(at) => self.link_at(at),
            Action::FocusRelation(id, relation) => self.focus_relation(id, relation),
            Action::Hover(id) => self.hover(id),
            Action::HoverAt(at) => self.hover_at(at),
            Action::Pick(id) => self.pick(id),
            Action::Choose(at) => self.choose(at),
            Action::ChooserAt(at) => self.chooser_at(at),
            Action::CloseChooser => self.close_chooser(),
            Action::AttributeKey(at) => self.attribute_key(at),
            Action::SetValue { target, name, value } => self.set_value(&target, &name, value),
            Action::TypeValue { target, name, text } => self.type_value(target, name, &text),
            Action::Placed(target, name, place) => {
                self.typed(target, name, place.map(|place| Some(coordinates_value(place))))
            }
            Action::SetNote(target, note) => self.set_note(&target, &note),
            Action::SetGroup(relation, group) => self.set_group(&relation, group),
            Action::Show(side) => self.show_side(side),
            Action::Repair(repair) => self.repair(&repair),
            Action::JumpTo { id, relation, attribute } => self.jump_to(id, relation, attribute),
            Action::FilterLabel(label) => self.filter(|list| list.label = label),
            Action::FilterWords(words) => self.filter(|list| list.words = words.into()),
            Action::Scrolled(top) => self.scrolled(top),

            Action::Draft(words) => self.state.draft = words.into(),
            Action::Annotate => self.annotate_draft(),
            Action::Reading(name, done, all) => self.reading(name, done, all),
            Action::Arrived(incoming) => self.arrived(incoming),
            Action::Refused(why) => self.text_refused(why),
            Action::Sample(number) => self.effects.push(Effect::Sample(number)),
            Action::Open(id) => self.open(id),
            Action::ShowLibrary => self.state.library_missing = false,
            Action::Routed(id) => self.routed(id),

            Action::CloseDialog => self.close_dialog(),
            Action::Annex(reply) => self.annex(reply),
            Action::Importing => self.state.awaited = Some(Awaited::Import),
            Action::Rescued(Ok(words)) => self.state.tell(words),
            Action::Rescued(Err(why)) => self.state.refuse(why),
            Action::Checked(found) => self.checked(found),
            Action::GuidelinesRead(words, tree) => self.state.guide = Some((words, tree.map(Into::into))),
            Action::AskToOpen(address) => self.state.dialog = Some(Dialog::Link(address)),
            Action::Set(settings) => self.set(settings),
            Action::DismissToast => self.state.toast = None,
            Action::ToastOffer => self.toast_offer(),

            Action::Listed(listed) => self.listed(listed),
            Action::Loaded(loaded) => self.loaded(loaded.map(|loaded| *loaded)),
            Action::Created(ids, result) => self.created(&ids, result),
            Action::Appended(id, seq, result) => self.appended(&id, seq, result),
            Action::StorageLost(error) => self.fault(&error),
            Action::Written(result) => self.written(result),
            Action::JournalGrew(id) => self.journal_grew(&id),
            Action::ReadOn(id, records) => self.read_on(&id, records),
            Action::LibraryChanged => self.effects.push(Effect::List),
            Action::Lock(id, lock) => self.lock(&id, lock),
            Action::Retry => self.retry(),
            Action::TakeOver => self.take_over(),
            Action::Missing(missing) => self.state.missing = Some(missing),
            Action::Keeping(keeping) => self.state.keeping = keeping,
        }
    }

    fn run(&mut self, command: Command) {
        if !command::enabled(command, &self.state) {
            self.say_why_not(command);
            return;
        }
        if !matches!(command, Command::Label(_)) {
            self.state.toast = None;
        }
        if let Some(open) = self.state.open.as_mut()
            && !matches!(command, Command::FocusHere | Command::AcceptOffer)
        {
            open.offer = None;
        }
        match command {
            Command::Relate => self.relate(),
            Command::AcceptOffer => self.accept_offer(),
            Command::Pick => self.pick_focused(),
            Command::NextRelation => self.next_relation(),
            Command::Retype => self.retype(),
            Command::Reverse => self.reverse(),
            Command::Note => self.note(),
            Command::Discuss => self.toggle_flag(Flag::Discuss),
            Command::Discard => self.toggle_flag(Flag::Discard),
            Command::NextView => self.next_view(),
            Command::Checks => {
                self.show_side(Side::Checks);
                self.effects.push(Effect::FocusList);
            }
            Command::Done => self.done(),
            Command::Skip => self.skip(),
            Command::NextUnfinished => self.next_unfinished(true),
            Command::PreviousUnfinished => self.next_unfinished(false),
            Command::Find => self.find(),
            Command::Guidelines => self.guidelines(),
            Command::NewArticle => self.new_article(),
            Command::OpenFile => self.effects.push(Effect::ChooseText),
            Command::Import => {
                self.state.dialog = Some(Dialog::Page);
                self.effects.push(Effect::Annex(Request::Import(true)));
            }
            Command::Export => self.export(),
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::Schema => self.open_schema(),
            Command::Settings
            | Command::Storage
            | Command::Keyboard
            | Command::History
            | Command::Newer
            | Command::Search
            | Command::Details => {
                self.open_page(command);
            }
            Command::Palette => self.state.dialog = Some(Dialog::Palette),
            Command::Label(position) => self.label_key(position),
            Command::Escape => self.escape(),
            Command::Delete => self.delete(),
            Command::Next => self.walk(true),
            Command::Previous => self.walk(false),
            Command::FocusHere => self.focus_here(),
            Command::AddFragment => self.add_selection(),
            Command::RemoveFragment => self.remove_fragment(),
            Command::NextFragment => self.next_fragment(),
            Command::MoveEdge(edge, unit, outward) => self.move_edge(edge, unit, outward),
            Command::Move(motion, extend) => self.move_caret(motion, extend),
            Command::SelectWord => self.select_at_caret(crate::text::Unit::Word),
            Command::SelectSentence => self.select_at_caret(crate::text::Unit::Sentence),
            Command::ToggleExact => {
                let exact = !self.state.settings.exact;
                self.set_with(|settings| settings.exact = exact);
                self.state.tell(if exact { "Selections are exact" } else { "Selections snap to words" });
            }
            Command::Annotations => self.state.list_shown = !self.state.list_shown,
            Command::GoToArticle => self.effects.push(Effect::FocusArticle),
            Command::GoToList => {
                self.state.list_shown = true;
                self.effects.push(Effect::FocusList);
            }
            Command::LargerText => self.resize(1),
            Command::SmallerText => self.resize(-1),
            Command::NextTheme => self.set_with(|settings| {
                settings.theme = match settings.theme {
                    Theme::System => Theme::Light,
                    Theme::Light => Theme::Dark,
                    Theme::Dark => Theme::System,
                };
            }),
        }
    }

    /// A key that does nothing says why, where a person could wonder.
    fn say_why_not(&mut self, command: Command) {
        if self.state.screen != Screen::Article {
            return;
        }
        let reading = self.state.open.as_ref().is_some_and(|open| !open.can_write());
        let changes = matches!(
            command,
            Command::Label(_)
                | Command::Delete
                | Command::AddFragment
                | Command::RemoveFragment
                | Command::MoveEdge(..)
                | Command::Relate
                | Command::Retype
                | Command::Reverse
                | Command::Discuss
                | Command::Discard
                | Command::Undo
                | Command::Redo
        );
        if reading && changes {
            self.state.refuse("This article is open in another tab. Make changes there, or close it there.");
        } else {
            match command {
                Command::Undo => self.state.tell("Nothing to undo"),
                Command::Redo => self.state.tell("Nothing to redo"),
                Command::Retype | Command::Reverse => {
                    self.state.tell("Focus a relation first: click it in the panel, or press T");
                }
                Command::NextRelation => self.state.tell("This annotation has no relation"),
                Command::Relate
                | Command::Note
                | Command::Discuss
                | Command::Discard
                | Command::Pick
                | Command::Delete
                | Command::MoveEdge(..) => {
                    self.state.tell("Focus an annotation first: click it, or press . or ,");
                }
                Command::AddFragment => {
                    self.state.tell("Focus an annotation, or pick it with M, and select the words to add first");
                }
                _ => {}
            }
        }
    }

    fn set(&mut self, settings: Rc<Settings>) {
        self.state.settings = Rc::clone(&settings);
        self.effects.push(Effect::SaveSettings(settings));
    }

    fn set_with(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = (*self.state.settings).clone();
        change(&mut settings);
        self.set(Rc::new(settings));
    }

    fn resize(&mut self, by: i8) {
        self.set_with(|settings| {
            let size = settings.text_size.saturating_add_signed(by);
            settings.text_size = size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
        });
        let size = self.state.settings.text_size;
        self.state.tell(format!("Text size {size}"));
    }

    fn toast_offer(&mut self) {
        let offer = self.state.toast.take().and_then(|toast| toast.offer);
        if let Some((_, command)) = offer {
            self.run(command);
        }
    }
}
