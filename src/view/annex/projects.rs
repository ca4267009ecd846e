//! Projects on the page: which one is chosen, what can be done with it, and the articles that were picked.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, KeyboardEvent};
use yew::{Callback, Html, html};

use super::library::{Tell, send};
use super::many::{self, Give};
use crate::app::count_words;
use crate::app::library::{Form, Library, LibraryAction, MOST_NAME, Progress};
use crate::model::{DocumentId, ProjectId};
use crate::view::icons;
use crate::view::part::{Draw, Memory, Watched, part};

/// All articles and each project, to choose from; and a new one.
pub fn chooser(library: &Library, tell: &Tell) -> Html {
    let (whole, each) = library.progress();
    let all = (None, "All articles", whole);
    let projects = library.live().zip(each).map(|(project, progress)| (Some(&project.id), &*project.name, progress));
    let any = library.live().next().is_some();
    let buttons = std::iter::once(all).chain(projects).map(|(id, name, progress)| {
        let on = library.chosen.as_ref() == id;
        choice(id, name, progress, on, tell)
    });
    html! {
        <div class="projects">
            if any {
                <div class="project-list" role="group" aria-label="Projects">{ for buttons }</div>
            }
            if !matches!(library.form, Some(Form::New(_))) {
                <button type="button" class="ghost" onclick={send(tell, LibraryAction::Form(Some(Form::New(String::new()))))}>
                    { icons::plus() }{ "New project" }</button>
            }
        </div>
    }
}

fn choice(id: Option<&ProjectId>, name: &str, progress: Progress, on: bool, tell: &Tell) -> Html {
    let Progress { all, done, skipped } = progress;
    let words = if all == 0 { "empty".to_owned() } else { format!("{done} of {all} done") };
    html! {
        <button type="button" class={yew::classes!("project", on.then_some("on"))} aria-pressed={on.to_string()}
            key={id.map(ProjectId::as_str).unwrap_or_default().to_owned()}
            onclick={send(tell, LibraryAction::Choose(id.cloned()))}>
            <b><bdi>{ name.to_owned() }</bdi></b>{ " " }
            <small>{ words }</small>
            <progress max={all.max(1).to_string()} value={(done + skipped).to_string()} aria-hidden="true"></progress>
        </button>
    }
}

/// What is being filled in about a project.
pub fn form(library: &Library, tell: &Tell) -> Html {
    let name = |value: &str, button: &'static str| {
        let field =
            Name { value: value.to_owned(), new: matches!(library.form, Some(Form::New(_))), tell: tell.clone() };
        html! {
            <div class="project-form">
                { part(Some("name".into()), field) }
                <button type="button" class="primary" onclick={send(tell, LibraryAction::Submit)}>{ button }</button>
                <button type="button" class="ghost" onclick={send(tell, LibraryAction::Form(None))}>{ "Cancel" }</button>
            </div>
        }
    };
    match &library.form {
        None => html! {},
        Some(Form::New(value)) => name(value, "Make the project"),
        Some(Form::Rename(value)) => name(value, "Rename"),
        Some(Form::Delete) => {
            let Some(project) = library.project() else { return html! {} };
            let count = library.within().count();
            let (them, articles) = (count_words(count, "article", "articles"), count > 0);
            html! {
                <div role="alert" class="problem">
                    <p>{ format!("“{}” goes to the bin, and can be brought back.", project.name) }
                        if articles { { format!(" What about its {them}?") } }</p>
                    <div class="dialog-actions">
                        if articles {
                            <button type="button" class="primary" onclick={send(tell, LibraryAction::DeleteProject(false))}>{ "Keep the articles" }</button>
                            <button type="button" class="ghost" onclick={send(tell, LibraryAction::DeleteProject(true))}>{ "Delete the articles too" }</button>
                        } else {
                            <button type="button" class="primary" onclick={send(tell, LibraryAction::DeleteProject(false))}>{ "Delete it" }</button>
                        }
                        <button type="button" class="ghost" onclick={send(tell, LibraryAction::Form(None))}>{ "Cancel" }</button>
                    </div>
                </div>
            }
        }
    }
}

/// The field for a project's name: where the keyboard goes when it appears.
struct Name {
    value: String,
    new: bool,
    tell: Tell,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        (&self.value, self.new) == (&other.value, other.new)
    }
}

impl Draw for Name {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        {
            let node = node.clone();
            let focus = move || {
                if let Some(field) = node.cast::<HtmlInputElement>() {
                    let _ = field.focus();
                    field.select();
                }
                None
            };
            memory.watch(Watched::of(self.new), focus);
        }
        let new = self.new;
        let on_input = self.tell.reform(move |event: yew::InputEvent| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let value = field.map(|field| field.value()).unwrap_or_default();
            LibraryAction::Form(Some(if new { Form::New(value) } else { Form::Rename(value) }))
        });
        let tell = self.tell.clone();
        let on_key = Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                tell.emit(LibraryAction::Submit);
            }
            "Escape" => tell.emit(LibraryAction::Form(None)),
            _ => {}
        });
        html! {
            <input ref={node} type="text" aria-label="Name of the project" placeholder="Name of the project" dir="auto" autocomplete="off"
                maxlength={MOST_NAME.to_string()} value={self.value.clone()} oninput={on_input} onkeydown={on_key} />
        }
    }
}

/// What can be done with the chosen project, or with all articles.
pub fn actions(library: &Library, give: &Give, tell: &Tell, storage: &Callback<yew::MouseEvent>) -> Html {
    let ghost = |words: &'static str, action: LibraryAction| {
        html! { <button type="button" class="ghost" onclick={send(tell, action)}>{ words }</button> }
    };
    let picking = library.picked.is_some();
    html! {
        <div class="project-actions" role="group" aria-label="Project">
            { many::actions(library, give, tell) }
            if let Some(project) = library.project().filter(|_| library.form.is_none()) {
                { ghost("Schema and guidelines", LibraryAction::OpenSchema) }
                if library.within().next().is_some() { { ghost("Bring the schema to its articles", LibraryAction::Bring) } }
                { ghost("Rename", LibraryAction::Form(Some(Form::Rename(project.name.clone())))) }
                { ghost("Delete project", LibraryAction::Form(Some(Form::Delete))) }
            }
            <button type="button" class="ghost" onclick={storage}>{ "Storage and backups" }</button>
            if library.count(None) > 0 || library.archive {
                <button type="button" class="ghost" aria-pressed={picking.to_string()} onclick={send(tell, LibraryAction::Picking(!picking))}>{ "Select" }</button>
            }
        </div>
    }
}

/// How many articles are picked, and what can be done with them.
pub fn picked(library: &Library, listed: &[DocumentId], tell: &Tell) -> Html {
    let Some(picked) = &library.picked else { return html! {} };
    let (count, all) = (picked.len(), listed.len());
    let ids: Vec<ProjectId> = library.live().map(|project| project.id.clone()).collect();
    let options = library.live().map(|project| html! { <option>{ &project.name }</option> });
    let chosen_of = move |event: &yew::Event| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok())?;
        let at = usize::try_from(field.selected_index()).ok()?;
        // It is a menu: it says "Move to…" again afterwards.
        field.set_selected_index(0);
        match at {
            0 => None,
            1 => Some(LibraryAction::Move(None)),
            _ => Some(LibraryAction::Move(Some(ids.get(at - 2)?.clone()))),
        }
    };
    let on_move = {
        let tell = tell.clone();
        Callback::from(move |event: yew::Event| {
            if let Some(action) = chosen_of(&event) {
                tell.emit(action);
            }
        })
    };
    let whole = count == all;
    let toggle = LibraryAction::PickAll(if whole { Vec::new() } else { listed.to_vec() });
    html! {
        <div class="picked" role="group" aria-label="Selected articles">
            <span role="status">{ format!("{count} selected") }</span>
            <button type="button" class="link" onclick={send(tell, toggle)}>{ if whole && all > 0 { "Select none" } else { "Select all" } }</button>
            <span class="push"></span>
            <select aria-label="Move to a project" onchange={on_move} disabled={count == 0}>
                <option selected=true>{ "Move to…" }</option>
                <option>{ "No project" }</option>
                { for options }
            </select>
            <button type="button" class="ghost" disabled={count == 0} onclick={send(tell, LibraryAction::ArchivePicked)}>{ icons::archive() }{ if library.archive { "Out of the archive" } else { "Archive selected" } }</button>
            <button type="button" class="ghost" disabled={count == 0} onclick={send(tell, LibraryAction::DeletePicked)}>{ icons::bin() }{ "Delete selected" }</button>
        </div>
    }
}

/// A box to pick an article by.
pub fn pick_box(id: &DocumentId, title: &str, on: bool, tell: &Tell) -> Html {
    let pick = {
        let (tell, id) = (tell.clone(), id.clone());
        Callback::from(move |_: yew::Event| tell.emit(LibraryAction::Pick(id.clone())))
    };
    html! {
        <label class="pick"><input type="checkbox" aria-label={format!("Select {title}")} checked={on} onchange={pick} /></label>
    }
}

/// The projects in the bin.
pub fn binned(library: &Library, tell: &Tell) -> Vec<Html> {
    let entry = |project: &crate::app::records::Project| {
        let restore = send(tell, LibraryAction::BringProjectBack(project.id.clone()));
        html! {
            <li class="entry" key={format!("project {}", project.id)}>
                <span class="entry-open"><b><bdi>{ &project.name }</bdi></b><small>{ "Project" }</small></span>
                <button type="button" class="ghost" aria-label={format!("Bring back {}", project.name)} onclick={restore}>{ "Bring back" }</button>
            </li>
        }
    };
    library.binned_projects().map(entry).collect()
}
