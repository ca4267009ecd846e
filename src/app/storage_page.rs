//! The page about what is stored: how much and how safely, backups and restoring them, the folder that is kept up to
//! date, and erasing everything.
//!
//! Invariant: [`StoragePage::act`] is pure; what it wants done goes out as [`StorageEffect`]s. Nothing is restored before
//! it was looked at, nothing is erased before it was said twice, and one thing is done at a time.

use std::rc::Rc;

use super::backup::Summary;
use super::keeping::Keeping;
use super::restoring::{Preview, Restored, Way};
use crate::model::ProjectId;

/// How long a reminder waits if nobody says otherwise, in days.
pub const DAYS: u32 = 7;
/// What is offered for it; 0 for never.
pub const ALL_DAYS: [u32; 5] = [1, 3, 7, 30, 0];
/// The word that is typed before everything is erased.
pub const WORD: &str = "erase";

/// Whose browser it is, as far as that says how it treats what is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Browser {
    /// Chromium, and what is built on it.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari, and everything else of WebKit.
    Safari,
    /// Another one.
    #[default]
    Other,
}

impl Browser {
    /// When it clears by itself what is stored.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Safari => {
                "Safari clears what a page has stored after seven days in which nobody opened the page, unless it was \
                 added to the Dock or the home screen. Make a backup before a longer break."
            }
            Self::Chromium | Self::Firefox => {
                "This browser clears nothing because of its age. Where what is stored is not kept, it may clear it when \
                 the device runs out of room."
            }
            Self::Other => "This browser may have rules of its own for clearing what pages store. Make backups.",
        }
    }
}

/// What is known of what is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Bytes used, where the browser says so.
    pub used: Option<u64>,
    /// Bytes that may be used.
    pub quota: Option<u64>,
    /// How long the browser keeps it.
    pub keeping: Keeping,
    /// Whose browser it is.
    pub browser: Browser,
    /// Articles, those in the bin too.
    pub articles: usize,
    /// Annotations in them.
    pub annotations: usize,
    /// Projects that are not in the bin, each with its name and how many articles it has.
    pub projects: Vec<(ProjectId, String, usize)>,
    /// When the last backup of everything was made, in words.
    pub last: Option<String>,
    /// After how many days without one somebody is reminded; 0 for never.
    pub days: u32,
}

/// What is being done.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Task {
    /// Nothing.
    #[default]
    Idle,
    /// A backup is being written: so many articles of so many.
    Packing(usize, usize),
    /// It is read back.
    Checking,
    /// A backup is being read: the name of its file.
    Reading(String),
    /// A person looks at what would come of it.
    Looking(Rc<Preview>),
    /// It is being restored, or that is being taken back.
    Writing,
}

/// A backup that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The name of its file.
    pub name: String,
    /// Its size in bytes.
    pub size: usize,
    /// What is in it.
    pub summary: Summary,
    /// Where the browser has it.
    pub place: String,
}

/// How far erasing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erase {
    /// What will go has been said; this was typed.
    Asked(String),
    /// It is being done; what it waits for.
    Going(String),
    /// All is gone; what could not be removed, in words.
    Gone(Option<String>),
}

/// The folder that is kept up to date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Folder {
    /// The browser has no such thing.
    #[default]
    Unknown,
    /// None was chosen.
    None,
    /// One was chosen, and the browser wants to be asked anew.
    Asks(String),
    /// It is kept up to date; when it was written last, in words.
    Kept(String, Option<String>),
    /// It could not be written: why.
    Failed(String, String),
}

/// A message, and whether something went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The words.
    pub words: String,
    /// Whether something went wrong.
    pub refusal: bool,
}

/// The page as it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoragePage {
    /// What is known; none until the storage has answered.
    pub facts: Option<Facts>,
    /// The project that a backup is made of; none for everything.
    pub of: Option<ProjectId>,
    /// What is being done.
    pub task: Task,
    /// The backup that was written last.
    pub written: Option<Written>,
    /// What was restored last and can be taken back.
    pub restored: Option<Restored>,
    /// What was said last.
    pub said: Option<Said>,
    /// How far erasing is.
    pub erase: Option<Erase>,
    /// The folder.
    pub folder: Folder,
}

/// Something that happened on the page.
#[derive(Clone, Debug)]
pub enum StorageAction {
    /// The storage answered, or why not, in words.
    Facts(Result<Facts, String>),
    /// Ask the browser to keep what is stored.
    AskToKeep,
    /// It answered.
    Asked(Option<bool>),
    /// A backup shall be of this project; of everything.
    Of(Option<ProjectId>),
    /// Make a backup.
    Pack,
    /// So many articles of so many are in it.
    Packing(usize, usize),
    /// It is read back.
    Checking,
    /// It was written and read back, or why not, in words.
    Packed(Result<Written, String>),
    /// Hand the file over once more.
    SaveAgain,
    /// Stop what reads or writes a backup.
    Cancel,
    /// A backup of that name is being read.
    Reading(String),
    /// What would come of it, or why nothing can, in words.
    Read(Result<Preview, String>),
    /// It shall be done.
    Restore(Way),
    /// It was done, or not, in words.
    Restored(Result<Restored, String>),
    /// It shall be taken back.
    Undo,
    /// It was taken back, or not, in words.
    Undone(Result<Restored, String>),
    /// Remind after so many days.
    Days(u32),
    /// Everything shall be erased: say what goes.
    EraseAll,
    /// Nothing shall be erased.
    Keep,
    /// This was typed.
    Word(String),
    /// It was said twice.
    EraseNow,
    /// It waits, for what the words say.
    Erasing(String),
    /// All is gone, or what is not, in words.
    Erased(Option<String>),
    /// Begin anew.
    Anew,
    /// The folder stands so.
    Folder(Folder),
    /// Choose a folder.
    ChooseFolder,
    /// Ask the browser anew for the folder.
    AllowFolder,
    /// Keep the folder up to date no longer.
    ForgetFolder,
    /// Close the page.
    Close,
}

/// What the page wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum StorageEffect {
    /// Read the facts.
    Facts,
    /// Ask the browser to keep what is stored.
    AskToKeep,
    /// Write a backup.
    Pack(Option<ProjectId>),
    /// Hand a written file to the person.
    Save(Written),
    /// Stop what reads or writes a backup.
    Stop,
    /// Restore.
    Restore(Rc<Preview>, Way),
    /// Take back what was restored.
    TakeBack(Restored),
    /// The list of articles has changed.
    Changed,
    /// Remember after how many days somebody is reminded.
    Days(u32),
    /// Erase everything.
    Erase,
    /// Load the page anew.
    Reload,
    /// Choose, ask for, or forget the folder.
    ChooseFolder,
    /// Ask the browser anew.
    AllowFolder,
    /// Forget it.
    ForgetFolder,
    /// Have something read out.
    Say(String),
    /// Close the page.
    Close,
}

impl StoragePage {
    /// Whether something is being done.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        !matches!(self.task, Task::Idle | Task::Looking(_))
    }

    /// Does what was asked for; answers what else has to be done.
    #[must_use]
    pub fn act(&mut self, action: StorageAction) -> Vec<StorageEffect> {
        match action {
            StorageAction::Facts(Ok(facts)) => {
                if !facts.projects.iter().any(|(id, ..)| Some(id) == self.of.as_ref()) {
                    self.of = None;
                }
                self.facts = Some(facts);
            }
            StorageAction::AskToKeep => return vec![StorageEffect::AskToKeep],
            StorageAction::Asked(kept) => {
                let say = if kept == Some(true) {
                    self.tell("The browser keeps your articles from now on.".to_owned())
                } else {
                    let why = "The browser does not promise it. Some do after the page was opened often, or installed.";
                    self.refuse(why.to_owned())
                };
                return vec![StorageEffect::Facts, say];
            }
            StorageAction::Of(project) => self.of = project,
            StorageAction::Pack if self.task == Task::Idle => {
                let all = self.facts.as_ref().map_or(0, |facts| facts.articles);
                (self.said, self.written) = (None, None);
                self.task = Task::Packing(0, all);
                return vec![StorageEffect::Pack(self.of.clone())];
            }
            StorageAction::Packing(done, all) if matches!(self.task, Task::Packing(..)) => {
                self.task = Task::Packing(done, all);
            }
            StorageAction::Checking if matches!(self.task, Task::Packing(..)) => self.task = Task::Checking,
            StorageAction::Packed(Ok(written)) if matches!(self.task, Task::Packing(..) | Task::Checking) => {
                self.task = Task::Idle;
                self.written = Some(written.clone());
                let words = format!("Backed up and read back: {}", written.summary.words());
                return vec![StorageEffect::Save(written), StorageEffect::Facts, StorageEffect::Say(words)];
            }
            StorageAction::SaveAgain => {
                return self.written.clone().map(StorageEffect::Save).into_iter().collect();
            }
            StorageAction::Cancel if self.task != Task::Writing => {
                self.task = Task::Idle;
                return vec![StorageEffect::Stop];
            }
            StorageAction::Reading(name) => {
                (self.said, self.written) = (None, None);
                self.task = Task::Reading(name);
            }
            StorageAction::Read(Ok(preview)) if matches!(self.task, Task::Reading(_)) => {
                let said = StorageEffect::Say(preview.sums().join(", "));
                self.task = Task::Looking(Rc::new(preview));
                return vec![said];
            }
            StorageAction::Packed(Err(why)) | StorageAction::Read(Err(why)) if self.is_busy() => {
                self.task = Task::Idle;
                return vec![self.refuse(why)];
            }
            StorageAction::Restore(way) => {
                if let Task::Looking(preview) = &self.task {
                    let preview = Rc::clone(preview);
                    self.task = Task::Writing;
                    return vec![StorageEffect::Restore(preview, way)];
                }
            }
            StorageAction::Restored(Ok(restored)) => {
                self.task = Task::Idle;
                let say = self.tell(restored.words("Restored"));
                self.restored = (!restored.is_empty()).then_some(restored);
                return vec![StorageEffect::Changed, StorageEffect::Facts, say];
            }
            StorageAction::Undo => {
                if let Some(restored) = self.restored.take_if(|_| self.task == Task::Idle) {
                    (self.task, self.said) = (Task::Writing, None);
                    return vec![StorageEffect::TakeBack(restored)];
                }
            }
            StorageAction::Undone(Ok(restored)) => {
                self.task = Task::Idle;
                let say = self.tell(restored.words("Taken back"));
                return vec![StorageEffect::Changed, StorageEffect::Facts, say];
            }
            StorageAction::Restored(Err(why)) | StorageAction::Undone(Err(why)) => {
                self.task = Task::Idle;
                return vec![StorageEffect::Changed, self.refuse(why)];
            }
            StorageAction::Facts(Err(why)) => return vec![self.refuse(why)],
            StorageAction::Days(days) => return vec![StorageEffect::Days(days), StorageEffect::Facts],
            StorageAction::EraseAll if self.task == Task::Idle => self.erase = Some(Erase::Asked(String::new())),
            StorageAction::Keep => self.erase = None,
            StorageAction::Word(word) => {
                if let Some(Erase::Asked(typed)) = &mut self.erase {
                    *typed = word;
                }
            }
            StorageAction::EraseNow if self.may_erase() => {
                self.erase = Some(Erase::Going("Erasing…".to_owned()));
                return vec![StorageEffect::Erase];
            }
            StorageAction::Erasing(words) => self.erase = Some(Erase::Going(words)),
            StorageAction::Erased(left) => {
                self.erase = Some(Erase::Gone(left));
                return vec![StorageEffect::Say("Everything is gone".to_owned())];
            }
            StorageAction::Anew => return vec![StorageEffect::Reload],
            StorageAction::Folder(folder) => self.folder = folder,
            StorageAction::ChooseFolder => return vec![StorageEffect::ChooseFolder],
            StorageAction::AllowFolder => return vec![StorageEffect::AllowFolder],
            StorageAction::ForgetFolder => return vec![StorageEffect::ForgetFolder],
            StorageAction::Close => return self.close(),
            // Of something that was given up.
            _ => {}
        }
        Vec::new()
    }

    /// Whether it was said twice that everything shall go.
    #[must_use]
    pub fn may_erase(&self) -> bool {
        matches!(&self.erase, Some(Erase::Asked(typed)) if typed.trim().eq_ignore_ascii_case(WORD))
    }

    /// Goes back by one screen; from the first one, out.
    fn close(&mut self) -> Vec<StorageEffect> {
        match (&self.erase, &self.task) {
            (Some(Erase::Asked(_)), _) => self.erase = None,
            // It cannot be stopped any more.
            (Some(Erase::Going(_)), _) | (None, Task::Writing) => {}
            (Some(Erase::Gone(_)), _) => return vec![StorageEffect::Reload],
            (None, Task::Looking(_)) => self.task = Task::Idle,
            (None, Task::Idle) => return vec![StorageEffect::Close],
            (None, _) => return vec![StorageEffect::Stop, StorageEffect::Close],
        }
        Vec::new()
    }

    fn tell(&mut self, words: String) -> StorageEffect {
        self.said = Some(Said { words: words.clone(), refusal: false });
        StorageEffect::Say(words)
    }

    fn refuse(&mut self, why: String) -> StorageEffect {
        self.said = Some(Said { words: why.clone(), refusal: true });
        StorageEffect::Say(why)
    }
}

/// A size in words: `12.3 MB`.
#[must_use]
pub fn size_words(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["kB", "MB", "GB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    // In tenths of the unit, so that no code for floats is needed.
    let (mut tenths, mut unit) = (bytes / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if tenths >= 1000 { format!("{} {name}", tenths / 10) } else { format!("{}.{} {name}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let check = |bytes, expected: &str| assert_eq!(size_words(bytes), expected);
        check(0, "0 bytes");
        check(1_234, "1.2 kB");
        check(999_999, "999 kB");
        check(1_000_000, "1.0 MB");
        check(123_456_789, "123 MB");
        check(12_345_678_901, "12.3 GB");
        check(1_234_567_890_123, "1234 GB");
    }

    #[test]
    fn nothing_is_erased_before_it_was_said_twice() {
        let mut page = StoragePage::default();
        assert_eq!(page.act(StorageAction::EraseNow), []);
        assert_eq!(page.act(StorageAction::EraseAll), []);
        assert_eq!(page.act(StorageAction::EraseNow), []);
        assert_eq!(page.act(StorageAction::Word("eras".to_owned())), []);
        assert_eq!(page.act(StorageAction::EraseNow), []);
        assert_eq!(page.act(StorageAction::Word(" Erase ".to_owned())), []);
        assert_eq!(page.act(StorageAction::EraseNow), [StorageEffect::Erase]);
        assert_eq!(page.act(StorageAction::Close), [], "it cannot be stopped any more");
        let _ = page.act(StorageAction::Erased(None));
        assert_eq!(page.act(StorageAction::Close), [StorageEffect::Reload]);
    }

    #[test]
    fn what_was_given_up_is_not_heard_of_again() {
        let mut page = StoragePage::default();
        assert_eq!(page.act(StorageAction::Pack), [StorageEffect::Pack(None)]);
        assert_eq!(page.act(StorageAction::Pack), [], "one at a time");
        assert_eq!(page.act(StorageAction::EraseAll), []);
        assert_eq!(page.erase, None);
        assert_eq!(page.act(StorageAction::Cancel), [StorageEffect::Stop]);
        let _ = page.act(StorageAction::Packing(3, 4));
        assert_eq!(page.task, Task::Idle);
        assert_eq!(page.act(StorageAction::Packed(Err("why".to_owned()))), []);
        assert_eq!(page.said, None);
        let _ = page.act(StorageAction::Reading("a.zip".to_owned()));
        let _ = page.act(StorageAction::Read(Err("why".to_owned())));
        assert!(page.said.is_some_and(|said| said.refusal));
    }
}
