//! Locks and channels. Two claims of one page stand for two tabs: the browser treats them alike.

use std::cell::RefCell;
use std::rc::Rc;

use gloss::app::tabs::{LockState, Notice};
use gloss::model::DocumentId;
use gloss::platform::channel::Channel;
use gloss::platform::lock::DocumentLock;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::patch::{Patch, js};

type Heard<T> = Rc<RefCell<Vec<T>>>;

async fn pause(ms: i32) {
    let wait = js(&format!("new Promise(done => setTimeout(done, {ms}))"));
    let _ = JsFuture::from(js_sys::Promise::resolve(&wait)).await;
}

/// Waits until as many are there, or for long enough.
async fn wait_for<T>(heard: &Heard<T>, count: usize) {
    for _ in 0..200 {
        if heard.borrow().len() >= count {
            return;
        }
        pause(10).await;
    }
}

fn claim(id: &str) -> (DocumentLock, Heard<LockState>) {
    let heard: Heard<LockState> = Rc::default();
    let states = Rc::clone(&heard);
    (DocumentLock::request(&DocumentId::new(id), move |state| states.borrow_mut().push(state)), heard)
}

#[wasm_bindgen_test]
async fn the_second_waits_until_the_first_gives_back() {
    let (first, states) = claim("handover");
    wait_for(&states, 1).await;
    assert_eq!(*states.borrow(), [LockState::Writer]);

    let (_second, second_states) = claim("handover");
    let (third, third_states) = claim("handover");
    wait_for(&second_states, 1).await;
    wait_for(&third_states, 1).await;
    assert_eq!(*second_states.borrow(), [LockState::Waiting]);
    assert_eq!(*third_states.borrow(), [LockState::Waiting]);

    // Another document is another lock.
    let (_other, other_states) = claim("something else");
    wait_for(&other_states, 1).await;
    assert_eq!(*other_states.borrow(), [LockState::Writer]);

    third.release();
    first.release();
    wait_for(&second_states, 2).await;
    pause(50).await;
    assert_eq!(*second_states.borrow(), [LockState::Waiting, LockState::Writer]);
    assert_eq!(*states.borrow(), [LockState::Writer], "nothing is told after the release");
    assert_eq!(*third_states.borrow(), [LockState::Waiting], "who stopped waiting does not get it");
}

#[wasm_bindgen_test]
async fn a_lock_is_taken_away_and_taken_back() {
    let (first, states) = claim("theft");
    wait_for(&states, 1).await;
    let (second, second_states) = claim("theft");
    wait_for(&second_states, 1).await;
    assert!(first.is_held() && !second.is_held());
    second.steal();
    wait_for(&second_states, 2).await;
    wait_for(&states, 2).await;
    assert_eq!(*second_states.borrow(), [LockState::Waiting, LockState::Writer]);
    assert_eq!(*states.borrow(), [LockState::Writer, LockState::Waiting], "who had it waits for it now");
    assert!(!first.is_held() && second.is_held());
    assert!(DocumentLock::at_once(&DocumentId::new("theft")).await.is_none());

    first.steal();
    wait_for(&states, 3).await;
    wait_for(&second_states, 3).await;
    assert_eq!(
        (states.borrow().last(), second_states.borrow().last()),
        (Some(&LockState::Writer), Some(&LockState::Waiting))
    );
    // And what was waited for comes by itself when it is given back.
    drop(first);
    wait_for(&second_states, 4).await;
    pause(50).await;
    assert_eq!((states.borrow().len(), second_states.borrow()[3..].to_vec()), (3, vec![LockState::Writer]));
    drop(second);
    let (_third, third_states) = claim("theft");
    wait_for(&third_states, 1).await;
    if *third_states.borrow() == [LockState::Waiting] {
        wait_for(&third_states, 2).await;
    }
    assert_eq!(third_states.borrow().last(), Some(&LockState::Writer), "nobody waits on");
}

#[wasm_bindgen_test]
async fn a_lock_that_is_dropped_at_once_is_free_again() {
    drop(claim("dropped"));
    let (_lock, states) = claim("dropped");
    wait_for(&states, 1).await;
    if *states.borrow() == [LockState::Waiting] {
        wait_for(&states, 2).await;
    }
    assert_eq!(states.borrow().last(), Some(&LockState::Writer));
}

#[wasm_bindgen_test]
async fn without_web_locks_it_says_so() {
    for locks in ["undefined", "{request() { return Promise.reject(new DOMException('no', 'SecurityError')) }}"] {
        let _patch = Patch::new(&js("navigator"), "locks", &format!("{{value: {locks}}}"));
        let (_lock, states) = claim("insecure");
        wait_for(&states, 1).await;
        pause(20).await;
        assert_eq!(*states.borrow(), [LockState::Unavailable], "{locks}");
    }
}

#[wasm_bindgen_test]
async fn notices_reach_the_others_only() {
    let heard = [Heard::<Notice>::default(), Heard::default()];
    let [here, there] = heard.clone().map(|heard| Channel::open(move |notice| heard.borrow_mut().push(notice)));
    let (here, there) = (here.expect("a channel"), there.expect("a channel"));
    let notices = [Notice::Library, Notice::Journal { document: DocumentId::new("d"), seq: 7 }];
    notices.iter().for_each(|notice| here.post(notice));
    wait_for(&heard[1], 2).await;
    assert_eq!(*heard[1].borrow(), notices);
    assert_eq!(*heard[0].borrow(), []);
    drop(there);
    here.post(&Notice::Library);
    pause(50).await;
    assert_eq!(heard[1].borrow().len(), 2, "closed");
}

#[wasm_bindgen_test]
fn without_channels_there_is_none() {
    let _patch = Patch::new(&js("globalThis"), "BroadcastChannel", "{value: function () { throw new Error('no') }}");
    assert!(Channel::open(|_| ()).is_none());
}
