//! From the sources to `dist/`: Trunk builds, then the module is optimised, the files that hold
//! code get names from their final content, the service worker gets the list of all files, and the headers are
//! written out for common hosts.
//!
//! Invariant: every path in the page is relative, so `dist/` works below any path.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, headers, precache, process, shrink, tools};

/// A module beside the app's: what Trunk calls it and its loader, the script that starts them, its style
/// sheet, and what their files are called in the end.
struct Side {
    module: &'static str,
    loader: &'static str,
    start: &'static str,
    sheet: Option<&'static str>,
    stem: &'static str,
}

/// The worker's module, and the annex's.
const SIDES: [Side; 2] = [
    Side { module: "gloss-worker_bg.wasm", loader: "gloss-worker.js", start: "worker.js", sheet: None, stem: "worker" },
    Side {
        module: "gloss-annex_bg.wasm",
        loader: "gloss-annex.js",
        start: "annex.js",
        sheet: Some("annex.css"),
        stem: "annex",
    },
];

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
    let modules: Vec<String> = names(dist)?.into_iter().filter(|name| name.ends_with("_bg.wasm")).collect();
    let is_side = |name: &&String| SIDES.iter().any(|side| *name == side.module);
    let [app] = &modules.iter().filter(|name| !is_side(name)).collect::<Vec<_>>()[..] else {
        return Err(format!("{} holds {modules:?} instead of the app's module and those beside it.", dist.display()));
    };
    let loader = app.replace("_bg.wasm", ".js");
    make_small(dist, app, &loader)?;
    for side in &SIDES {
        make_small(dist, side.module, side.loader)?;
    }
    minify(dist)?;

    // Each gets its name from what it holds, and each that names another after that other.
    let module = rename(dist, app, "gloss", "_bg.wasm")?;
    page = replace(&page, app, &module)?;
    let app_loader = rename(dist, &loader, "gloss", ".js")?;
    page = replace(&page, &loader, &app_loader)?;
    check_loader(&read(&dist.join(app_loader))?)?;

    for Side { module: old, loader, start, sheet, stem } in &SIDES {
        let module = rename(dist, old, stem, "_bg.wasm")?;
        edit(dist, loader, old, &module)?;
        check_loader(&read(&dist.join(loader))?)?;
        let named = rename(dist, loader, stem, ".js")?;
        edit(dist, start, loader, &named)?;
        if let Some(sheet) = sheet {
            let named = rename(dist, sheet, stem, ".css")?;
            edit(dist, start, sheet, &named)?;
        }
        let named = rename(dist, start, &format!("start-{stem}"), ".js")?;
        page = replace(&page, &format!("content=\"{start}\""), &format!("content=\"{named}\""))?;
    }
    let world = rename(dist, "world.svg", "world", ".svg")?;
    edit(dist, "later.css", "world.svg", &world)?;
    for (old, stem, suffix) in [("later.css", "later", ".css"), ("offline.js", "offline", ".js")] {
        let named = rename(dist, old, stem, suffix)?;
        page = replace(&page, &format!("content=\"{old}\""), &format!("content=\"{named}\""))?;
    }
    write(&page_path, &page)?;
    precache::write(dist)?;

    let hashed: Vec<String> = names(dist)?.into_iter().filter(|name| headers::is_hashed(name)).collect();
    for (name, content) in headers::host_files(&hashed) {
        write(&dist.join(name), &content)?;
    }
    Ok(())
}

/// Scripts and style sheets without what only people read, where esbuild is at hand.
fn minify(dist: &Path) -> Outcome {
    let Some(esbuild) = tools::by_npm(&tools::ESBUILD) else {
        eprintln!("There is no esbuild and no npm to fetch it: scripts and style sheets stay 15 % larger.");
        return Ok(());
    };
    for name in names(dist)?.into_iter().filter(|name| name.ends_with(".js") || name.ends_with(".css")) {
        let path = dist.join(name);
        let options = ["--minify", "--target=es2022", "--charset=utf8", "--log-level=warning", "--allow-overwrite"];
        process::run(Command::new(&esbuild).arg(&path).args(options).arg(format!("--outfile={}", path.display())))?;
    }
    Ok(())
}

/// Gives a file a name that changes with its content.
fn rename(dist: &Path, old: &str, stem: &str, suffix: &str) -> Outcome<String> {
    let new = format!("{stem}-{}{suffix}", content_hash(&dist.join(old))?);
    fs::rename(dist.join(old), dist.join(&new)).map_err(|error| format!("{old}: {error}"))?;
    Ok(new)
}

/// Puts the new name of another file into a file.
fn edit(dist: &Path, file: &str, old: &str, new: &str) -> Outcome {
    let path = dist.join(file);
    write(&path, &replace(&read(&path)?, old, new)?)
}

fn replace(text: &str, old: &str, new: &str) -> Outcome<String> {
    if text.contains(old) {
        Ok(text.replace(old, new))
    } else {
        Err(format!("Nothing names {old}: do index.html, the start scripts in static/ and Trunk.toml still hold?"))
    }
}

/// A module optimised, and with short names between it and its loader.
fn make_small(dist: &Path, module: &str, loader: &str) -> Outcome {
    let (module, loader) = (dist.join(module), dist.join(loader));
    optimise(&module)?;
    let bytes = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
    if let Some((bytes, script)) = shrink::rename(&bytes, &read(&loader)?) {
        fs::write(&module, bytes).map_err(|error| format!("{}: {error}", module.display()))?;
        write(&loader, &script)?;
    } else {
        eprintln!("The module has a form that is not known here: its names stay long.");
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
    let Some(wasm_opt) = tools::by_npm(&tools::WASM_OPT) else {
        eprintln!("There is no wasm-opt and no npm to fetch it: the module stays about 5 % larger.");
        return Ok(());
    };
    let out = module.with_extension("optimised");
    let pass = |passes: &[&str]| -> Outcome {
        process::run(Command::new(&wasm_opt).args(passes).arg("-o").arg(&out).arg(module))?;
        fs::rename(&out, module).map_err(|error| format!("{}: {error}", out.display()))
    };
    // The lowest kilobyte of memory is the far end of the stack: nothing is kept there. Code that stands where it is
    // needed, alike in many places, is longer but zips better than what inlining and local values make of it: 1.2 %.
    let zips_better = ["-ocimfs", "30", "-aimfs", "4", "--skip-pass=local-cse"];
    pass(&[&["-Oz", "--low-memory-unused", "--strip-debug", "--strip-producers"][..], &zips_better].concat())?;
    // Where functions that are alike stand side by side, gzip finds what they share: 4 % less.
    let bytes = fs::read(module).map_err(|error| format!("{}: {error}", module.display()))?;
    if let Some(named) = shrink::name_by_likeness(&bytes) {
        fs::write(module, named).map_err(|error| format!("{}: {error}", module.display()))?;
        pass(&["--reorder-functions-by-name", "-g"])?;
        pass(&["--strip-debug"])?;
    }
    Ok(())
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
