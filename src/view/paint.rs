//! From a schema to a style sheet, and from a segment to class names.
//!
//! Invariant: no `style` attribute anywhere (the security policy forbids it): each label in each
//! lane is a class in one constructed style sheet, made from palette names that the static style
//! sheet resolves for the light and the dark theme.

use std::fmt::Write;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::CssStyleSheet;

use crate::layout::{LANES, Layer, Segment};
use crate::model::{DrawStyle, Schema};

/// The rules that draw a schema's labels.
pub fn rules(schema: &Schema) -> String {
    let mut css = String::new();
    for label in 0..=schema.labels.len() {
        let color = schema.color_at(label);
        let style = schema.style_at(label);
        let _ = write!(css, ".k{label}{{--label-ink:var(--{color}-ink);--label-band:var(--{color}-band)}}");
        for lane in 0..LANES {
            let _ = match Layer::of(style) {
                Layer::Band => write!(
                    css,
                    "mark.b{lane}-{label}{{--b{lane}:linear-gradient(var(--{color}-band),var(--{color}-band))}}\
                     mark.i{lane}-{label}{{--i{lane}:linear-gradient(var(--{color}-ink),var(--{color}-ink))}}\
                     mark.j{lane}-{label}{{--j{lane}:linear-gradient(var(--{color}-ink),var(--{color}-ink))}}"
                ),
                Layer::Line if style == DrawStyle::Dotted => write!(
                    css,
                    "mark.l{lane}-{label}{{--l{lane}:radial-gradient(circle closest-side,var(--{color}-ink) 88%,transparent);--z{lane}:5px 2.5px}}"
                ),
                Layer::Line => write!(
                    css,
                    "mark.l{lane}-{label}{{--l{lane}:linear-gradient(var(--{color}-ink),var(--{color}-ink));--z{lane}:6px 2px}}"
                ),
            };
        }
    }
    css
}

/// The class names of a segment.
pub fn classes(segment: &Segment) -> String {
    let mut classes = String::from("m");
    for mark in &segment.marks {
        let (lane, label) = (mark.lane.number, mark.label);
        match Layer::of(mark.style) {
            Layer::Band => {
                let _ = write!(classes, " b{lane}-{label}");
                if mark.starts {
                    let _ = if lane == 0 { write!(classes, " s") } else { write!(classes, " i{lane}-{label}") };
                }
                if mark.ends {
                    let _ = if lane == 0 { write!(classes, " e") } else { write!(classes, " j{lane}-{label}") };
                }
            }
            Layer::Line => {
                let _ = write!(classes, " l{lane}-{label}");
            }
        }
    }
    if segment.hidden() > 0 {
        classes.push_str(" over");
    }
    classes
}

/// Puts the rules of a schema into the page, in place of those of the schema before.
pub fn adopt(css: &str) {
    thread_local! {
        static SHEET: Option<CssStyleSheet> = make_sheet();
    }
    SHEET.with(|sheet| {
        if let Some(sheet) = sheet {
            let _ = js_sys::Reflect::get(sheet, &JsValue::from_str("replaceSync"))
                .ok()
                .and_then(|function| function.dyn_into::<js_sys::Function>().ok())
                .and_then(|function| function.call1(sheet, &JsValue::from_str(css)).ok());
        }
    });
}

fn make_sheet() -> Option<CssStyleSheet> {
    let page = web_sys::window()?.document()?;
    let sheet = CssStyleSheet::new().ok()?;
    let adopted = js_sys::Array::of1(&sheet);
    js_sys::Reflect::set(&page, &JsValue::from_str("adoptedStyleSheets"), &adopted).ok()?;
    Some(sheet)
}
