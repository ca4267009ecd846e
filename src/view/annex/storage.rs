//! The page about what is stored: how much and how safely, backups, restoring them, the folder, the reminder, erasing.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Html, MouseEvent, html};

use crate::app::count_words;
use crate::app::keeping::Keeping;
use crate::app::restoring::{Preview, Row, Stand, Way};
use crate::app::storage_page::{
    ALL_DAYS, Erase, Facts, Folder, StorageAction, StoragePage, Task, WORD, Written, size_words,
};
use crate::platform::files::chosen;
use crate::platform::moment;
use crate::view::dialogs::frame;
use crate::view::part::{Draw, Memory};

/// Sends what happened to the page.
pub type Tell = Callback<StorageAction>;

/// The page as it is drawn: anew only where it is another one.
pub struct Shown {
    pub page: Rc<StoragePage>,
    pub tell: Tell,
    /// Takes a backup that was chosen.
    pub give: Callback<File>,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.page, &other.page)
    }
}

/// As many articles as one looks through.
const MOST: usize = 200;

fn send(tell: &Tell, action: StorageAction) -> Callback<MouseEvent> {
    tell.reform(move |_| action.clone())
}

fn ghost(words: &'static str, off: bool, tell: &Tell, action: StorageAction) -> Html {
    html! { <button type="button" class="ghost" disabled={off} onclick={send(tell, action)}>{ words }</button> }
}

impl Draw for Shown {
    fn draw(&self, _: &Memory) -> Html {
        let (page, tell) = (&*self.page, &self.tell);
        let close = tell.reform(|_| StorageAction::Close);
        let framed = |name: &'static str, corner, content| frame(name, "storage-dialog", corner, &close, content);
        match (&page.erase, &page.task) {
            (Some(erase), _) => {
                let corner = matches!(erase, Erase::Asked(_)).then_some("Back");
                framed("Erase everything", corner, erasing(erase, page, tell))
            }
            (None, Task::Looking(preview)) => framed("Restore a backup", Some("Back"), looking(preview, tell)),
            _ => framed("Storage and backups", Some("Close"), main(self)),
        }
    }
}

fn main(shown: &Shown) -> Html {
    let (page, tell) = (&*shown.page, &shown.tell);
    let Some(facts) = &page.facts else {
        return html! { <div class="storage-body">{ said(page, tell) }<p class="quiet">{ "Opening…" }</p></div> };
    };
    html! {
        <div class="storage-body">
            { said(page, tell) }
            { backups(shown, facts) }
            { stored(facts, tell) }
            <section class="storage-part" aria-labelledby="erase-words">
                <h3 id="erase-words">{ "Erase" }</h3>
                <p class="quiet">{ "Removes every article, every setting and Gloss itself from this browser. You are asked twice." }</p>
                <div class="dialog-actions">
                    <button type="button" class="ghost danger" disabled={page.is_busy()} onclick={send(tell, StorageAction::EraseAll)}>{ "Erase everything on this device…" }</button>
                </div>
            </section>
        </div>
    }
}

/// What was said last, and what takes it back.
fn said(page: &StoragePage, tell: &Tell) -> Html {
    let undo = page.restored.is_some() && page.task == Task::Idle;
    let words = match &page.said {
        Some(said) => said.words.clone(),
        None if undo => "A backup was restored.".to_owned(),
        None => return html! {},
    };
    let refusal = page.said.as_ref().is_some_and(|said| said.refusal);
    html! {
        <div class={yew::classes!("storage-said", refusal.then_some("problem"))}>
            <p><bdi>{ words }</bdi></p>
            if undo { { ghost("Undo", false, tell, StorageAction::Undo) } }
        </div>
    }
}

fn stored(facts: &Facts, tell: &Tell) -> Html {
    let share = match (facts.used, facts.quota) {
        (Some(used), Some(quota)) if quota > 0 => Some((used, quota)),
        _ => None,
    };
    let articles = count_words(facts.articles, "article", "articles");
    let annotations = count_words(facts.annotations, "annotation", "annotations");
    html! {
        <section class="storage-part" aria-labelledby="stored-words">
            <h3 id="stored-words">{ "On this device" }</h3>
            <p>{ format!("{articles} with {annotations}.") }
                if let Some((used, quota)) = share { { format!(" Gloss uses {} of {} that the browser gives it.", size_words(used), size_words(quota)) } }
            </p>
            if let Some((used, quota)) = share {
                <progress aria-label="Room used" max={quota.to_string()} value={used.to_string()}></progress>
            }
            <p>{ facts.keeping.words() }</p>
            if matches!(facts.keeping, Keeping::Clearable | Keeping::Unknown) {
                <div class="dialog-actions">{ ghost("Ask the browser to keep them", false, tell, StorageAction::AskToKeep) }</div>
            }
            <p class="quiet">{ facts.browser.words() }</p>
        </section>
    }
}

fn backups(shown: &Shown, facts: &Facts) -> Html {
    let (page, tell) = (&*shown.page, &shown.tell);
    let busy = page.is_busy();
    let ids: Vec<_> = facts.projects.iter().map(|(id, ..)| id.clone()).collect();
    let on_of = tell.reform(move |event: yew::Event| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        let at = field.and_then(|field| usize::try_from(field.selected_index()).ok()).unwrap_or_default();
        StorageAction::Of(at.checked_sub(1).and_then(|at| ids.get(at).cloned()))
    });
    let options = facts.projects.iter().map(|(id, name, count)| {
        let words = format!("{name} ({})", count_words(*count, "article", "articles"));
        html! { <option selected={page.of.as_ref() == Some(id)}>{ words }</option> }
    });
    let on_days = tell.reform(|event: yew::Event| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        let at = field.and_then(|field| usize::try_from(field.selected_index()).ok()).unwrap_or_default();
        StorageAction::Days(ALL_DAYS.get(at).copied().unwrap_or_default())
    });
    let days = ALL_DAYS.into_iter().map(|days| {
        let words = match days {
            0 => "never".to_owned(),
            1 => "after a day".to_owned(),
            days => format!("after {days} days"),
        };
        html! { <option selected={facts.days == days}>{ words }</option> }
    });
    let on_file = {
        let give = shown.give.clone();
        Callback::from(move |event: yew::Event| {
            if let Some(file) = chosen(&event) {
                give.emit(file);
            }
        })
    };
    let nothing = facts.articles == 0 && facts.projects.is_empty();
    html! {
        <section class="storage-part" aria-labelledby="backup-words">
            <h3 id="backup-words">{ "Backups" }</h3>
            <p>{ match &facts.last {
                Some(when) => format!("The last backup of everything was made on {when}."),
                None => "There was no backup of everything yet.".to_owned(),
            } }</p>
            <p class="quiet">{ "One file with every article, also as a Gloss file, with all of its history, projects, and the bin." }</p>
            <div class="dialog-actions storage-make">
                if !facts.projects.is_empty() {
                    <select aria-label="What to back up" disabled={busy} onchange={on_of}>
                        <option selected={page.of.is_none()}>{ "Everything" }</option>
                        { for options }
                    </select>
                }
                <button type="button" class="primary" disabled={busy || nothing} onclick={send(tell, StorageAction::Pack)}>{ "Back up" }</button>
                <span class={yew::classes!("file-field", busy.then_some("off"))}>
                    <span aria-hidden="true">{ "Restore a backup…" }</span>
                    <input type="file" aria-label="Restore a backup" accept=".zip" disabled={busy} onchange={on_file} />
                </span>
            </div>
            { task(&page.task, tell) }
            { for page.written.as_ref().map(|written| handed_over(written, tell)) }
            { folder(&page.folder, busy, tell) }
            <label class="storage-days"><span>{ "Remind me of a backup" }</span>
                <select onchange={on_days}>{ for days }</select></label>
        </section>
    }
}

fn task(task: &Task, tell: &Tell) -> Html {
    let cancel = || ghost("Cancel", false, tell, StorageAction::Cancel);
    let waiting = |words: String| html! { <div class="many"><span role="status">{ words }</span>{ cancel() }</div> };
    match task {
        Task::Packing(done, all) => html! {
            <div class="many" role="group" aria-label="Writing the backup">
                <span>{ format!("Writing: {done} of {}", count_words(*all, "article", "articles")) }</span>
                <progress aria-label="Articles written" max={(*all).max(1).to_string()} value={done.to_string()}></progress>
                { cancel() }
            </div>
        },
        Task::Checking => waiting("Reading it back…".to_owned()),
        Task::Reading(name) => waiting(format!("Reading {name}, and comparing it with what is here…")),
        Task::Writing => html! { <div class="many"><span role="status">{ "Writing…" }</span></div> },
        Task::Idle | Task::Looking(_) => html! {},
    }
}

fn handed_over(written: &Written, tell: &Tell) -> Html {
    html! {
        <div class="storage-said">
            <p><b><bdi>{ &written.name }</bdi></b>{ format!(", {}: {}, read back and verified. Your browser has saved it where it saves downloads; keep a copy elsewhere.", size_words(written.size as u64), written.summary.words()) }</p>
            { ghost("Save it again", false, tell, StorageAction::SaveAgain) }
        </div>
    }
}

fn folder(folder: &Folder, busy: bool, tell: &Tell) -> Html {
    let choose = |words| ghost(words, busy, tell, StorageAction::ChooseFolder);
    let forget = || ghost("Stop", busy, tell, StorageAction::ForgetFolder);
    let content = match folder {
        Folder::Unknown => return html! {},
        Folder::None => {
            html! { <><p>{ "A folder can be kept up to date with a backup of everything, by itself." }</p>{ choose("Choose a folder…") }</> }
        }
        Folder::Asks(name) => html! {
            <><p>{ "The browser wants to be asked again before Gloss writes into " }<b><bdi>{ name }</bdi></b>{ "." }</p>
                { ghost("Allow", busy, tell, StorageAction::AllowFolder) }{ forget() }</>
        },
        Folder::Kept(name, when) => html! {
            <><p>{ "The folder " }<b><bdi>{ name }</bdi></b>{ " is kept up to date" }
                { match when { Some(when) => format!(", last on {when}."), None => ".".to_owned() } }</p>{ forget() }</>
        },
        Folder::Failed(name, why) => html! {
            <><p class="problem">{ "The folder " }<b><bdi>{ name }</bdi></b>{ format!(" is not up to date. {why}") }</p>
                { ghost("Allow", busy, tell, StorageAction::AllowFolder) }{ choose("Choose another…") }{ forget() }</>
        },
    };
    html! { <div class="storage-folder" role="group" aria-label="Folder">{ content }</div> }
}

/// What would come of a backup.
fn looking(preview: &Preview, tell: &Tell) -> Html {
    let contents = &preview.contents;
    let made = moment(&contents.made);
    let of = contents.of.as_ref().map_or_else(String::new, |of| format!(", of the project “{of}”"));
    let (merges, replaces) = (preview.changes(Way::Merge), preview.changes(Way::Replace));
    let whole = contents.problems.is_empty();
    // What needs a look comes first; what stays as it is, last.
    let weight = |row: &Row| {
        let conflicts = row.merged.as_ref().map_or(0, |merged| merged.counts.conflicts);
        (row.left.is_none(), conflicts == 0, row.stand != Stand::Apart, row.stand == Stand::Same)
    };
    let mut rows: Vec<&Row> = preview.rows.iter().collect();
    crate::model::sort_by(&mut rows, |a, b| weight(a).cmp(&weight(b)));
    let more = rows.len().saturating_sub(MOST);
    let rows = rows.into_iter().take(MOST).map(|row| {
        let lines = row.merged.as_ref().map(|merged| merged.lines.as_slice()).unwrap_or_default();
        let conflict = row.merged.as_ref().is_some_and(|merged| merged.counts.conflicts > 0);
        html! {
            <li key={row.id.as_str().to_owned()}>
                <b><bdi>{ &row.title }</bdi></b>
                <small class={yew::classes!((conflict || row.left.is_some()).then_some("conflict"))}>{ row.words(contents) }</small>
                if !lines.is_empty() {
                    <details><summary>{ count_words(lines.len(), "thing to look at", "things to look at") }</summary>
                        <ul>{ for lines.iter().map(|line| html! { <li><bdi>{ line }</bdi></li> }) }</ul></details>
                }
            </li>
        }
    });
    let problems =
        contents.problems.iter().map(|(name, why)| html! { <li><b><bdi>{ name }</bdi></b>{ format!(": {why}") }</li> });
    let only = preview.only_here.len();
    html! {
        <>
            <div class="many-body storage-preview">
                <p><b><bdi>{ &preview.file }</bdi></b>{ format!(", made on {made}{of}: {}.", contents.summary.words()) }</p>
                if !whole {
                    <div class="problem" role="alert">
                        <p>{ "A part of this backup is damaged. What is whole can be merged; the rest is not touched." }</p>
                        <ul>{ for problems }</ul>
                    </div>
                }
                <p>{ preview.sums().join(" · ") }</p>
                if !preview.rows.is_empty() { <ul class="outcomes" role="list" aria-label="Articles of the backup">{ for rows }</ul> }
                if more > 0 { <p class="quiet">{ format!("… and {}", count_words(more, "more", "more")) }</p> }
                if merges || replaces {
                    <p class="quiet"><b>{ "Merge" }</b>{ ": nothing here is lost. What is not here comes in with all of its history; what was changed in both gets one more step." }</p>
                    if whole {
                        <p class="quiet"><b>{ "Replace" }</b>{ match only {
                            0 => ": every article becomes as it is in the backup.".to_owned(),
                            only => format!(": every article becomes as it is in the backup, and {} to the bin.", count_words(only, "article that is only here goes", "articles that are only here go")),
                        } }{ " Nothing is removed from any history." }</p>
                    }
                    <p class="quiet">{ "Both can be undone." }</p>
                } else {
                    <p>{ "All of it is here already." }</p>
                }
            </div>
            <div class="dialog-actions">
                if merges { <button type="button" class="primary" onclick={send(tell, StorageAction::Restore(Way::Merge))}>{ "Merge" }</button> }
                if replaces && whole { { ghost("Replace", false, tell, StorageAction::Restore(Way::Replace)) } }
                { ghost(if merges || replaces { "Cancel" } else { "Back to storage" }, false, tell, StorageAction::Close) }
            </div>
        </>
    }
}

fn erasing(erase: &Erase, page: &StoragePage, tell: &Tell) -> Html {
    match erase {
        Erase::Going(words) => html! { <div class="storage-body"><p role="status">{ words }</p></div> },
        Erase::Gone(left) => html! {
            <>
                <div class="storage-body">
                    <p><b>{ "Everything is gone from this device." }</b></p>
                    if let Some(left) = left { <p class="problem" role="alert">{ left }</p> }
                    <p>{ "Other tabs of Gloss have let go of it; close them. Files that you saved, and backups in a folder, are still where they are." }</p>
                    <p class="quiet">{ "Gloss itself was kept here for being offline. Opening it again needs the network once." }</p>
                </div>
                <div class="dialog-actions">
                    <button type="button" class="primary" onclick={send(tell, StorageAction::Anew)}>{ "Begin anew" }</button>
                </div>
            </>
        },
        Erase::Asked(typed) => {
            let facts = page.facts.clone().unwrap_or_default();
            let articles = count_words(facts.articles, "article", "articles");
            let annotations = count_words(facts.annotations, "annotation", "annotations");
            let projects = match facts.projects.len() {
                0 => String::new(),
                count => format!(" {},", count_words(count, "project", "projects")),
            };
            let on_word = tell.reform(|event: yew::InputEvent| {
                let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
                StorageAction::Word(field.map(|field| field.value()).unwrap_or_default())
            });
            let sure = page.may_erase();
            html! {
                <>
                    <div class="storage-body">
                        <p><b>{ format!("This removes {articles} with {annotations},{projects} everything in the bin, all history, your name and all settings from this device.") }</b></p>
                        <p>{ match &facts.last {
                            Some(when) => format!("It cannot be undone. The last backup of everything was made on {when}."),
                            None => "It cannot be undone, and there is no backup of everything.".to_owned(),
                        } }</p>
                        <p class="quiet">{ "Files that you saved, and backups in a folder, stay where they are." }</p>
                        <label class="storage-word"><span>{ format!("To go on, type “{WORD}”") }</span>
                            <input type="text" autocomplete="off" autocapitalize="none" spellcheck="false" value={typed.clone()} oninput={on_word} /></label>
                    </div>
                    <div class="dialog-actions">
                        <button type="button" class="ghost danger" disabled={!sure} onclick={send(tell, StorageAction::EraseNow)}>{ "Erase everything" }</button>
                        <button type="button" class="primary" onclick={send(tell, StorageAction::Keep)}>{ "Keep everything, and back up first" }</button>
                    </div>
                </>
            }
        }
    }
}

/// The line on the start screen that reminds of a backup.
pub fn reminder(words: &str, what: &'static str, act: &Callback<MouseEvent>, later: &Callback<MouseEvent>) -> Html {
    html! {
        <section class="remind" aria-label="Backup">
            <p>{ words.to_owned() }</p>
            <button type="button" class="ghost" onclick={act}>{ what }</button>
            <button type="button" class="ghost" onclick={later}>{ "Later" }</button>
        </section>
    }
}

/// The line on the start screen about a folder that is not kept up to date; none where it is.
pub fn folder_asks(folder: &Folder, allow: &Callback<MouseEvent>, open: &Callback<MouseEvent>) -> Option<Html> {
    let (Folder::Asks(name) | Folder::Failed(name, _)) = folder else { return None };
    Some(html! {
        <section class="remind" aria-label="Backup folder">
            <p>{ "Your backup folder " }<b><bdi>{ name }</bdi></b>{ match folder {
                Folder::Failed(_, why) => format!(" is not up to date. {why}"),
                _ => " is kept up to date again once you allow it.".to_owned(),
            } }</p>
            <button type="button" class="ghost" onclick={allow}>{ "Allow" }</button>
            <button type="button" class="ghost" onclick={open}>{ "Storage…" }</button>
        </section>
    })
}
