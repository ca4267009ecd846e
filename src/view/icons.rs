//! Small drawings, all on a grid of 20 by 20, all in the colour of the text.

use yew::{Html, html};

fn icon(path: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
            <path d={path} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}

pub fn undo() -> Html {
    icon("M7.5 4.5 4 8l3.500 3.500M4.200 8H12a4 4 0 0 1 0 8H8.500")
}

pub fn redo() -> Html {
    icon("M12.500 4.500 16 8l-3.500 3.500M15.800 8H8a4 4 0 0 0 0 8h3.500")
}

pub fn newer() -> Html {
    icon("M5 3.500h6l4 4v9H5zM11 3.500v4h4M10 14v-4m-2 2 2-2 2 2")
}

pub fn card() -> Html {
    icon("M3.500 5h13v10h-13zM6 8.500h3M6 11.500h3M11.500 8.500h2.500M11.500 11.500h2.500")
}

pub fn archive() -> Html {
    icon("M3.500 4h13v3.500h-13zM4.500 7.500V16h11V7.500M8.500 10.500h3")
}

pub fn gear() -> Html {
    icon("M4 6h6m4 0h2M4 14h2m4 0h6M12 4.200v3.600M8 12.200v3.600")
}

pub fn keyboard() -> Html {
    icon("M3 6h14v8.500H3zM6 9h.01M9 9h.01M12 9h.01M14.500 9h.01M7 12h6")
}

pub fn back() -> Html {
    icon("M11.500 4.500 6 10l5.500 5.500")
}

pub fn plus() -> Html {
    icon("M10 4.500v11M4.500 10h11")
}

pub fn cross() -> Html {
    icon("m5.500 5.500 9 9m0-9-9 9")
}

pub fn bin() -> Html {
    icon("M4.500 6h11M8 6V4.200h4V6M6 6l.700 10h6.600L14 6M8.600 9v4.500M11.400 9v4.500")
}

pub fn file() -> Html {
    icon("M5.500 3h6l3 3v11h-9zM11.500 3v3h3")
}

pub fn import() -> Html {
    icon("M10 3v8.500m-3.500-3.300L10 11.700l3.500-3.500M4 13.500V16h12v-2.500")
}

pub fn export() -> Html {
    icon("M10 12V3.500M6.500 6.800 10 3.300l3.500 3.500M4 13.500V16h12v-2.500")
}

pub fn list() -> Html {
    icon("M7.500 5.500H16M7.500 10H16M7.500 14.500H16M4 5.500h.01M4 10h.01M4 14.500h.01")
}

/// Dots: more than there are buttons for.
pub fn more() -> Html {
    icon("M4 10h.800m4.800 0h.800m4.800 0h.800")
}

/// An open book: guidelines.
pub fn book() -> Html {
    icon(
        "M10 6C8.500 4.800 6.500 4.500 4 4.700v9.800c2.500-.200 4.500.100 6 1.300 1.500-1.200 3.500-1.500 6-1.300V4.700c-2.500-.200-4.500.100-6 1.300zM10 6v9.800",
    )
}

pub fn link() -> Html {
    icon("M8.500 11.500l3-3M7 9l-2 2a2.800 2.800 0 0 0 4 4l2-2M13 11l2-2a2.800 2.800 0 0 0-4-4L9 7")
}

/// A speech bubble: to be talked about.
pub fn speech() -> Html {
    icon("M4 5h12v8H9l-3 3v-3H4z")
}

/// Crossed out.
pub fn crossed() -> Html {
    icon("M10 4a6 6 0 1 1 0 12a6 6 0 0 1 0-12zM5.800 5.800l8.400 8.400")
}

pub fn search() -> Html {
    icon("M9 4a5 5 0 1 1 0 10A5 5 0 0 1 9 4zm3.700 8.700L16.500 16.500")
}

/// A label on a string.
pub fn tag() -> Html {
    icon("M3.500 4v5.300l7.200 7.200 5.800-5.800L9.300 3.500H4a.5.5 0 0 0-.5.500zM7 7h.01")
}

pub fn up() -> Html {
    icon("M10 15.500v-11M5.500 9 10 4.500 14.500 9")
}

pub fn down() -> Html {
    icon("M10 4.500v11M5.500 11l4.500 4.500 4.500-4.500")
}
