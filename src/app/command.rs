//! The one table of commands. Palette, menus, tooltips, shortcuts, key help and the docs read it.
//!
//! Invariant: each command stands in [`TABLE`] once, and whether it can run now is a pure question
//! to the state, so that every menu greys out from the same source. What a command does is in
//! `update`.

use super::keymap::KeyPlace;
use super::state::{Screen, State};
pub use crate::text::motion::Edge;
use crate::text::motion::Step;

/// Where the caret goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One grapheme on; the left or right arrow, turned round in right-to-left paragraphs.
    Left,
    /// See [`Motion::Left`].
    Right,
    /// One word to the left.
    WordLeft,
    /// One word to the right.
    WordRight,
    /// One line up, as lines are drawn.
    LineUp,
    /// One line down.
    LineDown,
    /// To the start of the drawn line.
    LineStart,
    /// To the end of the drawn line.
    LineEnd,
    /// To the sentence before.
    SentenceBack,
    /// To the next sentence.
    SentenceOn,
    /// To the paragraph before.
    ParagraphBack,
    /// To the next paragraph.
    ParagraphOn,
    /// To the start of the text.
    TextStart,
    /// To the end of the text.
    TextEnd,
}

/// Something that a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Back to the start screen.
    NewArticle,
    /// Choose a text file.
    OpenFile,
    /// Choose or drop a Gloss file.
    Import,
    /// Take the work away.
    Export,
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// Open the settings.
    Settings,
    /// Look for words in the article.
    Find,
    /// Look for words in all articles.
    Search,
    /// Open the editor of the schema.
    Schema,
    /// Show all keys.
    Keyboard,
    /// Show all steps of the article.
    History,
    /// Show the article's title, tags and what else is known of it.
    Details,
    /// Carry the annotations over to a newer version of the text.
    Newer,
    /// Open the page about what is stored, with backups.
    Storage,
    /// Find a command by its words.
    Palette,
    /// Label what is selected, else relabel what is focused, else arm the n-th label.
    Label(u8),
    /// Drop the selection, else the armed label, else the focus.
    Escape,
    /// Begin a link at the focused annotation and those picked beside it.
    Relate,
    /// Make the links that are offered.
    AcceptOffer,
    /// Pick the focused annotation to be linked together with others, or no longer.
    Pick,
    /// Focus the next relation of the focused annotation.
    NextRelation,
    /// Give the focused relation another type.
    Retype,
    /// Turn the focused relation round.
    Reverse,
    /// Write a note.
    Note,
    /// Mark the focus as to be discussed, or no longer.
    Discuss,
    /// Mark the focus as to be discarded, or no longer.
    Discard,
    /// Show the next view of the panel.
    NextView,
    /// Show what is missing or looks wrong.
    Checks,
    /// Show the guidelines, or hide them.
    Guidelines,
    /// Being done with the article, or not any more.
    Done,
    /// Leaving the article out, or not any more.
    Skip,
    /// The next article that is not done.
    NextUnfinished,
    /// The one before it.
    PreviousUnfinished,
    /// Delete the focused relation, else the focused annotation.
    Delete,
    /// Focus the next annotation.
    Next,
    /// Focus the annotation before.
    Previous,
    /// Focus the annotation at the caret; again, the next one out.
    FocusHere,
    /// Add what is selected to the focused annotation.
    AddFragment,
    /// Remove the current fragment from the focused annotation.
    RemoveFragment,
    /// Go to the focused annotation's next fragment.
    NextFragment,
    /// Move an edge of the focused annotation outward or inward.
    MoveEdge(Edge, Step, bool),
    /// Move the caret; `true` extends the selection.
    Move(Motion, bool),
    /// Select the word at the caret.
    SelectWord,
    /// Select the sentence at the caret.
    SelectSentence,
    /// Take selections to the character, or to words.
    ToggleExact,
    /// Show or hide the list of annotations where the window is narrow.
    Annotations,
    /// Put the focus into the article.
    GoToArticle,
    /// Put the focus into the list.
    GoToList,
    /// Larger text.
    LargerText,
    /// Smaller text.
    SmallerText,
    /// Next theme.
    NextTheme,
}

/// Where a command's shortcuts act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everywhere but in dialogs, text fields included.
    Everywhere,
    /// Where no text is typed and no dialog is open.
    OutsideFields,
    /// While the text or an annotation has the focus.
    Annotating,
    /// While the text has the focus.
    Article,
    /// While something is offered.
    Offer,
}

/// What a command is called and how it is reached.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The command.
    pub command: Command,
    /// Its name in settings and docs.
    pub id: &'static str,
    /// Its words in menus, tooltips and help.
    pub words: &'static str,
    /// Its built-in shortcuts, the first one shown in hints.
    pub keys: &'static [&'static str],
    /// Where the shortcuts act.
    pub reach: Reach,
    /// Its heading in the key help.
    pub group: Group,
}

/// Headings of the key help, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Labelling.
    Mark,
    /// Changing annotations.
    Change,
    /// Relations.
    Link,
    /// Attributes, notes, flags.
    Say,
    /// The caret and the selection.
    Caret,
    /// Articles, files and the app.
    App,
}

impl Group {
    /// All headings in order.
    pub const ALL: [Self; 6] = [Self::Mark, Self::Change, Self::Link, Self::Say, Self::Caret, Self::App];

    /// The heading's words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Mark => "Mark",
            Self::Change => "Change",
            Self::Link => "Link",
            Self::Say => "Say more",
            Self::Caret => "Move and select",
            Self::App => "Everything else",
        }
    }
}

impl Row {
    /// Whether its shortcuts act at a place.
    #[must_use]
    pub fn reaches(&self, place: KeyPlace) -> bool {
        match place {
            KeyPlace::Dialog => false,
            KeyPlace::Field => self.reach == Reach::Everywhere,
            KeyPlace::Elsewhere => matches!(self.reach, Reach::Everywhere | Reach::OutsideFields),
            KeyPlace::Row => !matches!(self.reach, Reach::Article | Reach::Offer),
            KeyPlace::Article => self.reach != Reach::Offer,
        }
    }
}

const fn row(
    command: Command,
    id: &'static str,
    words: &'static str,
    keys: &'static [&'static str],
    reach: Reach,
    group: Group,
) -> Row {
    Row { command, id, words, keys, reach, group }
}

use Command as C;
use Group as G;
use Reach as R;

/// All commands.
pub const TABLE: &[Row] = &[
    row(C::Label(0), "label-1", "Label 1", &["1"], R::Annotating, G::Mark),
    row(C::Label(1), "label-2", "Label 2", &["2"], R::Annotating, G::Mark),
    row(C::Label(2), "label-3", "Label 3", &["3"], R::Annotating, G::Mark),
    row(C::Label(3), "label-4", "Label 4", &["4"], R::Annotating, G::Mark),
    row(C::Label(4), "label-5", "Label 5", &["5"], R::Annotating, G::Mark),
    row(C::Label(5), "label-6", "Label 6", &["6"], R::Annotating, G::Mark),
    row(C::Label(6), "label-7", "Label 7", &["7"], R::Annotating, G::Mark),
    row(C::Label(7), "label-8", "Label 8", &["8"], R::Annotating, G::Mark),
    row(C::Label(8), "label-9", "Label 9", &["9"], R::Annotating, G::Mark),
    row(C::Escape, "escape", "Drop the selection, the armed label or the focus", &["Esc"], R::OutsideFields, G::Mark),
    row(
        C::FocusHere,
        "focus-here",
        "Focus the annotation at the caret; again for the one around it",
        &["Enter"],
        R::Article,
        G::Mark,
    ),
    row(C::Next, "next", "Next annotation", &["."], R::Annotating, G::Mark),
    row(C::Previous, "previous", "Previous annotation", &[","], R::Annotating, G::Mark),
    row(C::ToggleExact, "toggle-exact", "Select exact characters, or whole words", &["X"], R::Annotating, G::Mark),
    row(
        C::Delete,
        "delete",
        "Delete the annotation or the relation",
        &["Delete", "Backspace"],
        R::Annotating,
        G::Change,
    ),
    row(C::Relate, "relate", "Link the annotation to another one", &["R"], R::Annotating, G::Link),
    row(C::AcceptOffer, "accept-offer", "Make the link that is offered", &["Enter"], R::Offer, G::Link),
    row(C::Pick, "pick", "Pick the annotation, to link several at once", &["M"], R::Annotating, G::Link),
    row(C::NextRelation, "next-relation", "Next relation of the annotation", &["T"], R::Annotating, G::Link),
    row(C::Retype, "retype", "Give the relation another type", &["Y"], R::Annotating, G::Link),
    row(C::Reverse, "reverse", "Turn the relation round", &["U"], R::Annotating, G::Link),
    row(C::Note, "note", "Write a note", &["N"], R::Annotating, G::Say),
    row(C::Discuss, "discuss", "To be discussed, or no longer", &["D"], R::Annotating, G::Say),
    row(C::Discard, "discard", "To be discarded, or no longer", &["Z"], R::Annotating, G::Say),
    row(
        C::AddFragment,
        "add-fragment",
        "Add the selection to the annotation as a fragment",
        &["+"],
        R::Annotating,
        G::Change,
    ),
    row(
        C::RemoveFragment,
        "remove-fragment",
        "Remove this fragment from the annotation",
        &["-"],
        R::Annotating,
        G::Change,
    ),
    row(C::NextFragment, "next-fragment", "Next fragment of the annotation", &["F"], R::Annotating, G::Change),
    row(
        C::MoveEdge(Edge::End, Step::Word, true),
        "end-on-word",
        "Move the end on by a word",
        &["]"],
        R::Annotating,
        G::Change,
    ),
    row(
        C::MoveEdge(Edge::End, Step::Word, false),
        "end-back-word",
        "Move the end back by a word",
        &["["],
        R::Annotating,
        G::Change,
    ),
    row(
        C::MoveEdge(Edge::Start, Step::Word, true),
        "start-back-word",
        "Move the start back by a word",
        &["{"],
        R::Annotating,
        G::Change,
    ),
    row(
        C::MoveEdge(Edge::Start, Step::Word, false),
        "start-on-word",
        "Move the start on by a word",
        &["}"],
        R::Annotating,
        G::Change,
    ),
    row(
        C::MoveEdge(Edge::End, Step::Grapheme, true),
        "end-on-character",
        "Move the end on by a character",
        &["L"],
        R::Annotating,
        G::Change,
    ),
    row(
        C::MoveEdge(Edge::End, Step::Grapheme, false),
        "end-back-character",
        "Move the end back by a character",
        &["K"],
        R::Annotating,
        G::Change,
    ),
    row(
        C::MoveEdge(Edge::Start, Step::Grapheme, true),
        "start-back-character",
        "Move the start back by a character",
        &["H"],
        R::Annotating,
        G::Change,
    ),
    row(
        C::MoveEdge(Edge::Start, Step::Grapheme, false),
        "start-on-character",
        "Move the start on by a character",
        &["J"],
        R::Annotating,
        G::Change,
    ),
    row(C::Undo, "undo", "Undo", &["Ctrl+Z"], R::OutsideFields, G::Change),
    row(C::Redo, "redo", "Redo", &["Ctrl+Shift+Z", "Ctrl+Y"], R::OutsideFields, G::Change),
    row(C::Move(Motion::Left, false), "left", "Caret left", &["Left"], R::Article, G::Caret),
    row(C::Move(Motion::Right, false), "right", "Caret right", &["Right"], R::Article, G::Caret),
    row(C::Move(Motion::WordLeft, false), "word-left", "Caret a word left", &["Ctrl+Left"], R::Article, G::Caret),
    row(C::Move(Motion::WordRight, false), "word-right", "Caret a word right", &["Ctrl+Right"], R::Article, G::Caret),
    row(C::Move(Motion::LineUp, false), "line-up", "Caret a line up", &["Up"], R::Article, G::Caret),
    row(C::Move(Motion::LineDown, false), "line-down", "Caret a line down", &["Down"], R::Article, G::Caret),
    row(
        C::Move(Motion::LineStart, false),
        "line-start",
        "Caret to the start of the line",
        &["Home"],
        R::Article,
        G::Caret,
    ),
    row(C::Move(Motion::LineEnd, false), "line-end", "Caret to the end of the line", &["End"], R::Article, G::Caret),
    row(
        C::Move(Motion::SentenceBack, false),
        "sentence-back",
        "Caret a sentence back",
        &["Alt+Up"],
        R::Article,
        G::Caret,
    ),
    row(C::Move(Motion::SentenceOn, false), "sentence-on", "Caret a sentence on", &["Alt+Down"], R::Article, G::Caret),
    row(
        C::Move(Motion::ParagraphBack, false),
        "paragraph-back",
        "Caret a paragraph back",
        &["Ctrl+Up"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::ParagraphOn, false),
        "paragraph-on",
        "Caret a paragraph on",
        &["Ctrl+Down"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::TextStart, false),
        "text-start",
        "Caret to the start of the text",
        &["Ctrl+Home"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::TextEnd, false),
        "text-end",
        "Caret to the end of the text",
        &["Ctrl+End"],
        R::Article,
        G::Caret,
    ),
    row(C::Move(Motion::Left, true), "select-left", "Select to the left", &["Shift+Left"], R::Article, G::Caret),
    row(C::Move(Motion::Right, true), "select-right", "Select to the right", &["Shift+Right"], R::Article, G::Caret),
    row(
        C::Move(Motion::WordLeft, true),
        "select-word-left",
        "Select a word to the left",
        &["Ctrl+Shift+Left"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::WordRight, true),
        "select-word-right",
        "Select a word to the right",
        &["Ctrl+Shift+Right"],
        R::Article,
        G::Caret,
    ),
    row(C::Move(Motion::LineUp, true), "select-line-up", "Select a line up", &["Shift+Up"], R::Article, G::Caret),
    row(
        C::Move(Motion::LineDown, true),
        "select-line-down",
        "Select a line down",
        &["Shift+Down"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::LineStart, true),
        "select-line-start",
        "Select to the start of the line",
        &["Shift+Home"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::LineEnd, true),
        "select-line-end",
        "Select to the end of the line",
        &["Shift+End"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::SentenceBack, true),
        "select-sentence-back",
        "Select a sentence back",
        &["Alt+Shift+Up"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::SentenceOn, true),
        "select-sentence-on",
        "Select a sentence on",
        &["Alt+Shift+Down"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::ParagraphBack, true),
        "select-paragraph-back",
        "Select a paragraph back",
        &["Ctrl+Shift+Up"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::ParagraphOn, true),
        "select-paragraph-on",
        "Select a paragraph on",
        &["Ctrl+Shift+Down"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::TextStart, true),
        "select-text-start",
        "Select to the start of the text",
        &["Ctrl+Shift+Home"],
        R::Article,
        G::Caret,
    ),
    row(
        C::Move(Motion::TextEnd, true),
        "select-text-end",
        "Select to the end of the text",
        &["Ctrl+Shift+End"],
        R::Article,
        G::Caret,
    ),
    row(C::SelectWord, "select-word", "Select the word at the caret", &["W"], R::Article, G::Caret),
    row(C::SelectSentence, "select-sentence", "Select the sentence at the caret", &["S"], R::Article, G::Caret),
    row(C::Palette, "palette", "Find a command", &["Ctrl+K"], R::Everywhere, G::App),
    row(C::Keyboard, "keyboard", "Keyboard", &["?"], R::OutsideFields, G::App),
    row(C::NewArticle, "new-article", "New article", &[], R::OutsideFields, G::App),
    row(C::OpenFile, "open-file", "Open a file", &[], R::Everywhere, G::App),
    row(C::Import, "import", "Import", &[], R::OutsideFields, G::App),
    row(C::Export, "export", "Export", &["E"], R::Annotating, G::App),
    row(C::Schema, "schema", "Labels and schema", &[], R::OutsideFields, G::App),
    row(C::History, "history", "History", &[], R::OutsideFields, G::App),
    row(C::Details, "details", "Details: title, tags, source", &[], R::OutsideFields, G::App),
    row(C::Newer, "newer", "Newer version of the text", &[], R::OutsideFields, G::App),
    row(C::Storage, "storage", "Storage and backups", &[], R::OutsideFields, G::App),
    row(C::Settings, "settings", "Settings", &[], R::OutsideFields, G::App),
    row(C::Annotations, "annotations", "Annotations", &[], R::OutsideFields, G::App),
    row(C::GoToArticle, "go-to-article", "Go to the article", &[], R::OutsideFields, G::App),
    row(C::GoToList, "go-to-list", "Go to the list of annotations", &["G"], R::Annotating, G::App),
    row(C::NextView, "next-view", "Next view of the panel", &["V"], R::Annotating, G::App),
    row(C::Checks, "checks", "Check: what is missing or looks wrong", &["Shift+C"], R::Annotating, G::App),
    row(C::Done, "done", "Done with this article, or not any more", &["Ctrl+Enter"], R::Annotating, G::App),
    row(C::Skip, "skip", "Skip this article, or no longer", &["Ctrl+Shift+Enter"], R::Annotating, G::App),
    row(C::NextUnfinished, "next-unfinished", "Next unfinished article", &[">"], R::Annotating, G::App),
    row(C::PreviousUnfinished, "previous-unfinished", "Previous unfinished article", &["<"], R::Annotating, G::App),
    row(C::Find, "find", "Find in the article", &["/"], R::OutsideFields, G::Caret),
    row(C::Search, "search", "Search all articles", &["Ctrl+Shift+F"], R::Everywhere, G::App),
    row(C::Guidelines, "guidelines", "Guidelines", &["B"], R::Annotating, G::App),
    row(C::LargerText, "larger-text", "Larger text", &[], R::OutsideFields, G::App),
    row(C::SmallerText, "smaller-text", "Smaller text", &[], R::OutsideFields, G::App),
    row(C::NextTheme, "next-theme", "Next theme: system, light, dark", &[], R::OutsideFields, G::App),
];

/// What a command is called in this state: labels by their names, undo by its step.
#[must_use]
pub fn words(command: Command, state: &State) -> String {
    let fixed = TABLE.iter().find(|row| row.command == command).map_or("", |row| row.words);
    let step = |name: Option<&str>| name.map_or_else(|| fixed.to_owned(), |name| format!("{fixed}: {name}"));
    let open = state.open.as_ref();
    match command {
        Command::Label(n) => {
            let label = open.and_then(|open| open.schema().offered().nth(usize::from(n)));
            label.map_or_else(|| fixed.to_owned(), |(_, label)| format!("Label as {}", label.name))
        }
        Command::Undo => step(state.undo_name()),
        Command::Redo => step(state.redo_name()),
        _ => fixed.to_owned(),
    }
}

/// Whether a command would do anything now.
#[must_use]
pub fn enabled(command: Command, state: &State) -> bool {
    let article = state.screen == Screen::Article;
    let Some(open) = state.open.as_ref().filter(|_| article) else {
        return match command {
            Command::OpenFile
            | Command::Import
            | Command::Settings
            | Command::Storage
            | Command::Keyboard
            | Command::Palette
            | Command::Search
            | Command::LargerText
            | Command::SmallerText
            | Command::NextTheme
            | Command::ToggleExact => true,
            Command::Undo => state.undo_name().is_some(),
            _ => false,
        };
    };
    let writes = open.can_write();
    let focused = open.focus.is_some();
    match command {
        Command::Label(n) => writes && open.schema().offered().nth(usize::from(n)).is_some(),
        Command::Undo => writes && state.undo_name().is_some(),
        Command::Redo => writes && state.redo_name().is_some(),
        Command::MoveEdge(..) => writes && focused && open.relation.is_none(),
        Command::Delete | Command::Relate | Command::Discuss | Command::Discard => writes && focused,
        Command::Done | Command::Skip => writes,
        Command::Note | Command::Pick => focused,
        Command::AcceptOffer => writes && open.offer.is_some(),
        Command::NextRelation => {
            open.focus.as_ref().is_some_and(|focus| open.session.document.relations.at(&focus.id).next().is_some())
        }
        Command::Retype | Command::Reverse => writes && open.focused_relation().is_some(),
        Command::AddFragment => writes && (focused || open.picked.len() == 1) && open.selection.snapped.is_some(),
        Command::RemoveFragment => {
            writes && open.focused().is_some_and(|annotation| annotation.fragments.is_discontinuous())
        }
        Command::NextFragment => open.focused().is_some_and(|annotation| annotation.fragments.is_discontinuous()),
        Command::Next | Command::Previous | Command::GoToList => !open.session.document.annotations.is_empty(),
        _ => true,
    }
}
