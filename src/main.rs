//! Starts the app.

#[cfg(target_arch = "wasm32")]
#[yew::component]
fn Hello() -> yew::Html {
    yew::html! { <p>{ "Gloss" }</p> }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    yew::Renderer::<Hello>::new().render();
}
