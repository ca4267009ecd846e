//! Puts something else in the place of a browser's property, until the end of a test.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

/// A property that was replaced. Dropping it brings the old one back.
pub struct Patch {
    object: Object,
    name: &'static str,
    before: JsValue,
}

impl Patch {
    /// Replaces a property, as by `Object.defineProperty`, with what a piece of JavaScript gives; `before` is the
    /// old value in it.
    pub fn new(object: &JsValue, name: &'static str, descriptor: &str) -> Self {
        let object: Object = object.clone().unchecked_into();
        let before = Reflect::get_own_property_descriptor(&object, &name.into()).expect("a descriptor");
        let make = js_sys::Function::new_with_args("before", &format!("return {descriptor}"));
        let descriptor = make.call1(&JsValue::UNDEFINED, &before).expect("a descriptor");
        Reflect::set(&descriptor, &"configurable".into(), &true.into()).expect("set");
        assert!(Reflect::define_property(&object, &name.into(), &descriptor.unchecked_into()).expect("defined"));
        Self { object, name, before }
    }
}

impl Drop for Patch {
    fn drop(&mut self) {
        if self.before.is_undefined() {
            let _ = Reflect::delete_property(&self.object, &self.name.into());
        } else {
            let _ = Reflect::define_property(&self.object, &self.name.into(), self.before.unchecked_ref());
        }
    }
}

/// What a piece of JavaScript gives.
pub fn js(expression: &str) -> JsValue {
    js_sys::Function::new_no_args(&format!("return {expression}")).call0(&JsValue::UNDEFINED).expect("it runs")
}
