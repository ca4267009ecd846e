//! From the sources to `dist/`: Trunk builds, then the module is optimised, the files that hold
//! code get names from their final content, and the headers are written out for common hosts.
//!
//! Invariant: every path in the page is relative, so `dist/` works below any path.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, headers, process, shrink, tools};

/// Builds in release mode and leaves a complete `dist/`.
pub fn build() -> Outcome {
    tools::wasm_target()?;
    let trunk = tools::folder_of(&tools::TRUNK)?;
    let bindgen = tools::folder_of(&tools::WASM_BINDGEN)?;
    check_versions()?;
    eprintln!("Building in release mode.");
    process::run(
        Command::new(trunk.join("trunk"))
            .args(["build", "--release", "--locked"])
            .current_dir(crate::root())
            .env("PATH", process::path_with([bindgen]))
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            // Trunk reads it as its own option and accepts only true and false.
            .env_remove("NO_COLOR"),
    )?;
    finish(&crate::dist())
}

/// The wasm-bindgen of the lock file and of the tool must be the same.
fn check_versions() -> Outcome {
    let lock = read(&crate::root().join("Cargo.lock"))?;
    let wanted = tools::WASM_BINDGEN.version;
    let entry = format!("name = \"wasm-bindgen\"\nversion = \"{wanted}\"\n");
    if lock.replace("\r\n", "\n").contains(&entry) {
        Ok(())
    } else {
        Err(format!(
            "Cargo.lock has another wasm-bindgen than {wanted}, which xtask/src/tools.rs fetches. Make them equal."
        ))
    }
}

fn finish(dist: &Path) -> Outcome {
    let page_path = dist.join("index.html");
    let mut page = read(&page_path)?;
    headers::check_page(&page)?;

    let module = only(dist, "_bg.wasm")?;
    optimise(&dist.join(&module))?;
    let loader = module.replace("_bg.wasm", ".js");
    shrink_all(dist, &module, &loader)?;
    let mut loader_name = String::new();
    for (old, suffix) in [(module, "_bg.wasm"), (loader, ".js")] {
        let new = format!("gloss-{}{suffix}", content_hash(&dist.join(&old))?);
        fs::rename(dist.join(&old), dist.join(&new)).map_err(|error| format!("{old}: {error}"))?;
        if !page.contains(&old) {
            return Err(format!("The page does not name {old}: does pattern_script in Trunk.toml still hold?"));
        }
        page = page.replace(&old, &new);
        loader_name = new;
    }
    write(&page_path, &page)?;
    check_loader(&read(&dist.join(loader_name))?)?;

    let hashed: Vec<String> = names(dist)?.into_iter().filter(|name| headers::is_hashed(name)).collect();
    for (name, content) in headers::host_files(&hashed) {
        write(&dist.join(name), &content)?;
    }
    Ok(())
}

/// Short names between the module and its loader; scripts and style sheets without what only people read.
fn shrink_all(dist: &Path, module: &str, loader: &str) -> Outcome {
    let (module, loader) = (dist.join(module), dist.join(loader));
    let bytes = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
    if let Some((bytes, script)) = shrink::rename(&bytes, &read(&loader)?) {
        fs::write(&module, bytes).map_err(|error| format!("{}: {error}", module.display()))?;
        write(&loader, &script)?;
    } else {
        eprintln!("The module has a form that is not known here: its names stay long.");
    }
    for name in names(dist)? {
        if name.ends_with(".js") || name.ends_with(".css") {
            let path = dist.join(name);
            write(&path, &shrink::lean(&read(&path)?))?;
        }
    }
    Ok(())
}

/// The loader binds every call that the module can make. One of them fetches: the loader's own, which gets the module.
fn check_loader(loader: &str) -> Outcome {
    let network = ["XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon", "RTCPeerConnection", "importScripts"];
    if let Some(call) = network.into_iter().find(|call| loader.contains(call)) {
        return Err(format!("The module can call {call}. Nothing leaves the machine: take the call out."));
    }
    let fetches = loader.match_indices("fetch(").count();
    if fetches == 1 {
        Ok(())
    } else {
        Err(format!(
            "The loader calls fetch {fetches} times instead of once, for the module. Take the call out of the code."
        ))
    }
}

/// Makes the module smaller where wasm-opt is at hand. No feature flags: it reads from the module what is allowed.
fn optimise(module: &Path) -> Outcome {
    let Some(wasm_opt) = tools::wasm_opt() else {
        eprintln!("There is no wasm-opt and no npm to fetch it: the module stays about 5 % larger.");
        return Ok(());
    };
    let out = module.with_extension("optimised");
    // By name, the copies of one generic function stand side by side, where gzip finds them: 2 % less.
    for passes in [&["-Oz", "-g"][..], &["--reorder-functions-by-name", "-g"], &["--strip-debug", "--strip-producers"]]
    {
        process::run(Command::new(&wasm_opt).args(passes).arg("-o").arg(&out).arg(module))?;
        fs::rename(&out, module).map_err(|error| format!("{}: {error}", out.display()))?;
    }
    Ok(())
}

/// The one file at the top of a folder whose name ends so.
fn only(folder: &Path, suffix: &str) -> Outcome<String> {
    let mut found: Vec<String> = names(folder)?.into_iter().filter(|name| name.ends_with(suffix)).collect();
    match (found.pop(), found.is_empty()) {
        (Some(name), true) => Ok(name),
        (None, _) => Err(format!("{} holds no file ending in {suffix}.", folder.display())),
        (Some(_), false) => Err(format!("{} holds more than one file ending in {suffix}.", folder.display())),
    }
}

/// The names of the files at the top of a folder, sorted.
pub fn names(folder: &Path) -> Outcome<Vec<String>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

/// All files of a folder and the folders in it, sorted, as paths below it.
pub fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).map_err(|error| format!("{}: {error}", next.display()))?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path.strip_prefix(folder).unwrap_or(&path).to_path_buf());
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Sixteen hexadecimal digits that change with the content: for names, not for security.
fn content_hash(path: &Path) -> Outcome<String> {
    let mut hasher = DefaultHasher::new();
    hasher.write(&fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?);
    Ok(format!("{:016x}", hasher.finish()))
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, content: &str) -> Outcome {
    fs::write(path, content).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loader_that_can_reach_the_network_is_refused() {
        let check = |loader: &str, expected: bool| assert_eq!(check_loader(loader).is_ok(), expected, "{loader}");
        check("module_or_path = fetch(module_or_path);", true);
        check("fetch(module_or_path); arg0.fetch(arg1)", false);
        check("fetch(module_or_path); new WebSocket(arg0)", false);
        check("arg0.sendBeacon(arg1)", false);
    }
}
