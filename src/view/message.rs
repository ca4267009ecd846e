//! Short messages, lasting warnings, and what assistive technology reads out.

use gloo::timers::callback::Timeout;
use yew::{Html, html};

use super::part::{Draw, Memory, Watched, until_undone};
use super::{Dispatch, Shared, icons, send};
use crate::app::command::Command;
use crate::app::{Action, Mode, Screen, State, Toast as Said};

/// How long a toast stays, in milliseconds; longer where it offers something or has much to say.
const STAYS: u32 = 4_000;
const STAYS_LONG: u32 = 12_000;
/// So many steps are named at most that could not be saved.
const MOST_NAMED: usize = 20;
/// From this many bytes on, a toast has much to say.
const MUCH: usize = 70;

/// The short message at the bottom.
#[derive(PartialEq)]
pub struct Toast {
    pub state: Shared,
    pub dispatch: Dispatch,
}

impl Draw for Toast {
    fn draw(&self, memory: &Memory) -> Html {
        let toast = self.state.toast.clone();
        {
            let dispatch = self.dispatch.clone();
            let watched = toast.clone();
            let show = move || {
                let long = |toast: &Said| toast.offer.is_some() || toast.text.len() > MUCH;
                let stays = watched.as_ref().map(|toast| if long(toast) { STAYS_LONG } else { STAYS });
                let timeout = stays.map(|stays| Timeout::new(stays, move || dispatch.emit(Action::DismissToast)));
                until_undone(timeout)
            };
            memory.watch(Watched::of(toast.clone()), show);
        }
        let Some(toast) = toast else { return html! {} };
        html! {
            <div class={yew::classes!("toast", toast.refusal.then_some("refusal"))}>
                <span>{ toast.text }</span>
                if let Some((words, _)) = toast.offer {
                    <button type="button" onclick={send(&self.dispatch, Action::ToastOffer)}>{ words }</button>
                }
            </div>
        }
    }
}

/// What assistive technology reads out: two regions take turns, so that the same words twice are
/// read twice.
pub fn announcer(state: &State) -> Html {
    let announcement = &state.announcement;
    let say = |turn: u64| if announcement.serial % 2 == turn { announcement.text.clone() } else { String::new() };
    html! {
        <div class="unseen">
            <div aria-live="polite" aria-atomic="true">{ say(0) }</div>
            <div aria-live="polite" aria-atomic="true">{ say(1) }</div>
        </div>
    }
}

/// Warnings that last: storage that fails, another tab that writes, an article that is damaged.
pub fn banners(state: &State, dispatch: &Dispatch) -> Html {
    let open = state.open.as_ref().filter(|_| state.screen == Screen::Article);
    let reading = open.is_some_and(|open| open.mode == Mode::ReadingAlong);
    let damage = open.map(|open| open.damage.clone()).unwrap_or_default();
    // The steps that another tab's taking over has kept from the disk.
    let mut refused = String::new();
    if let Some(open) = open.filter(|open| !open.can_write()) {
        for record in open.unsaved.iter().take(MOST_NAMED) {
            refused += if refused.is_empty() { " Not saved: " } else { ", " };
            refused += record.entry.name();
        }
    }
    html! {
        <>
            if let Some(fault) = &state.saving.fault {
                <div class="banner fault">
                    <p><b>{ "Not on disk. " }</b>{ fault }{ refused }</p>
                    <button type="button" onclick={send(dispatch, Action::Retry)}>{ "Try again" }</button>
                    if open.is_some() {
                        <button type="button" onclick={send(dispatch, Action::Run(Command::Export))}>{ "Export now" }</button>
                    }
                </div>
            }
            if reading {
                <div class="banner">
                    <p><b>{ "Reading along. " }</b>{ "Another tab has this article open and saves it. Changes made there appear here." }</p>
                    <button type="button" onclick={send(dispatch, Action::TakeOver)}>{ "Take over" }</button>
                </div>
            }
            if !damage.is_empty() {
                <div class="banner fault">
                    <p><b>{ "Not all of this article could be read. " }</b>{ damage.join(" ") }</p>
                </div>
            }
        </>
    }
}

/// A button that closes something.
pub fn close_button(dispatch: &Dispatch, name: &'static str) -> Html {
    html! {
        <button type="button" class="icon-button" aria-label={name} onclick={send(dispatch, Action::CloseDialog)}>{ icons::cross() }</button>
    }
}
