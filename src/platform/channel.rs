//! [`Channel`]: notices from tab to tab.
//!
//! Invariant: a tab never hears its own notices; where the browser has no channels, tabs simply
//! do not hear of each other.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::app::tabs::Notice;

const NAME: &str = "gloss";

/// An open ear for the other tabs, and a voice to them. Dropping it closes it.
pub struct Channel {
    channel: BroadcastChannel,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Opens the channel; `None` where the browser has none.
    #[must_use]
    pub fn open(heard: impl Fn(Notice) + 'static) -> Option<Self> {
        if !Reflect::has(&js_sys::global(), &"BroadcastChannel".into()).unwrap_or(false) {
            return None;
        }
        let channel = BroadcastChannel::new(NAME).ok()?;
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(notice) = event.data().as_string().as_deref().and_then(Notice::decode) {
                heard(notice);
            }
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Some(Self { channel, _listener: listener })
    }

    /// Tells the other tabs. A notice that cannot be sent is lost, which costs them freshness only.
    pub fn post(&self, notice: &Notice) {
        let _ = self.channel.post_message(&notice.encode().into());
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
