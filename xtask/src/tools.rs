//! The tools that cargo does not bring, in fixed versions, fetched when first needed.
//!
//! They are kept in the user's cache, outside the project, so that a fresh clone finds them. A
//! tool of the right version on the PATH is used as it is.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, process};

/// A program that `cargo install` builds.
pub struct CargoTool {
    /// Its crate.
    pub package: &'static str,
    /// The one version that will do.
    pub version: &'static str,
    /// The program that is asked for its version.
    pub program: &'static str,
}

/// Builds the page.
pub const TRUNK: CargoTool = CargoTool { package: "trunk", version: "0.21.14", program: "trunk" };
/// Must be the version that Cargo.lock has of wasm-bindgen.
pub const WASM_BINDGEN: CargoTool =
    CargoTool { package: "wasm-bindgen-cli", version: "0.2.129", program: "wasm-bindgen" };
/// Drives Firefox.
pub const GECKODRIVER: CargoTool = CargoTool { package: "geckodriver", version: "0.36.0", program: "geckodriver" };

/// A program that comes as an npm package.
pub struct NpmTool {
    /// Its package.
    pub package: &'static str,
    /// The one version that will do.
    pub version: &'static str,
    /// The program.
    pub program: &'static str,
    /// What the program says when it is asked for its version.
    pub says: &'static str,
}

/// Makes a module smaller.
pub const WASM_OPT: NpmTool = NpmTool { package: "binaryen", version: "132.0.0", program: "wasm-opt", says: "132" };
/// Makes scripts and style sheets smaller.
pub const ESBUILD: NpmTool = NpmTool { package: "esbuild", version: "0.28.2", program: "esbuild", says: "0.28.2" };

/// The folder that holds a tool's programs, which are fetched and built first where they are missing.
pub fn folder_of(tool: &CargoTool) -> Outcome<PathBuf> {
    if let Some(found) = process::find(tool.program)
        && has_version(&found, tool.version)
        && let Some(folder) = found.parent()
    {
        return Ok(folder.to_path_buf());
    }
    let root = cache()?.join(format!("{}-{}", tool.package, tool.version));
    let folder = root.join("bin");
    if !has_version(&folder.join(tool.program), tool.version) {
        eprintln!("Fetching {} {}: this takes some minutes, once.", tool.package, tool.version);
        let package = format!("{}@{}", tool.package, tool.version);
        // Not the project's target folder: another toolchain flag there would rebuild everything.
        process::run(
            cargo()
                .args(["install", "--locked", "--quiet", "--root"])
                .arg(&root)
                .arg(package)
                .env_remove("CARGO_TARGET_DIR"),
        )?;
    }
    Ok(folder)
}

fn has_version(program: &Path, version: &str) -> bool {
    process::output(Command::new(program).arg("--version"))
        .is_ok_and(|said| said.split_whitespace().any(|word| word == version))
}

/// The cargo that runs this.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root());
    command
}

/// Makes sure that the compiler can build for the browser.
pub fn wasm_target() -> Outcome {
    let asked = ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"];
    let folder = process::output(Command::new("rustc").args(asked))?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    process::run(Command::new("rustup").args(["target", "add", "wasm32-unknown-unknown"])).map_err(|error| {
        format!("{error}\nRust cannot build for wasm32-unknown-unknown here. Install that target of your Rust, then try again.")
    })
}

/// Makes sure that a part of the toolchain is there; `subcommand` is how cargo calls it.
pub fn component(name: &str, subcommand: &str) -> Outcome {
    if process::output(cargo().args([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    process::run(Command::new("rustup").args(["component", "add", name]))
        .map_err(|error| format!("{error}\nThis Rust has no {name}. Install that part of it, then try again."))
}

/// Where a program is, or `None` where it cannot be had: the build is complete without it, and larger.
pub fn by_npm(tool: &NpmTool) -> Option<PathBuf> {
    if let Some(found) = process::find(tool.program)
        && has_version(&found, tool.says)
    {
        return Some(found);
    }
    let NpmTool { package, version, .. } = tool;
    let folder = cache().ok()?.join(format!("{package}-{version}"));
    let program = folder.join("node_modules/.bin").join(tool.program);
    if !program.is_file() {
        process::find("npm")?;
        eprintln!("Fetching {package} {version}.");
        let manifest = format!("{{ \"private\": true, \"dependencies\": {{ \"{package}\": \"{version}\" }} }}\n");
        std::fs::create_dir_all(&folder).ok()?;
        std::fs::write(folder.join("package.json"), manifest).ok()?;
        let install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        process::run(Command::new("npm").args(install).current_dir(&folder)).ok()?;
    }
    has_version(&program, tool.says).then_some(program)
}

/// The folder for fetched tools, in the user's cache.
pub fn cache() -> Outcome<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base =
        set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache"))).or_else(|| set("LOCALAPPDATA"));
    Ok(base.ok_or("Neither XDG_CACHE_HOME nor HOME is set, so there is no place to keep tools.")?.join("gloss-tools"))
}
