//! [`Keeping`]: what is known of how long the browser keeps what it stores.
//!
//! Invariant: only what the browser itself says or shows; the words stay true in every browser.

/// How long the browser keeps what it stores, as far as that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeping {
    /// The browser has promised not to clear the storage by itself.
    Kept,
    /// The browser may clear the storage when the device runs out of room. A private window of
    /// Chromium looks the same, and there all is gone when it is closed.
    Clearable,
    /// This looks like a private window: all is gone when it is closed.
    Lent,
    /// The browser does not say.
    #[default]
    Unknown,
}

impl Keeping {
    /// The same in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Kept => "The browser keeps your articles until you delete them.",
            Self::Clearable => {
                "The browser may clear your articles if this device runs out of room, and a private window forgets \
                 them when it is closed. Export what matters."
            }
            Self::Lent => {
                "This looks like a private window: your articles are gone when it is closed. Export them before."
            }
            Self::Unknown => {
                "The browser does not say how long it keeps your articles; a private window forgets them when it is \
                 closed. Export what matters."
            }
        }
    }
}
