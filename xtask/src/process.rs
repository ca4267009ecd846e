//! Running other programs, with an answer that names what went wrong.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::Outcome;

/// Runs a program to its end, showing what it writes.
pub fn run(command: &mut Command) -> Outcome {
    let name = words(command);
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name}: ended with {status}")) }
}

/// Runs a program to its end and answers what it wrote to standard output.
pub fn output(command: &mut Command) -> Outcome<String> {
    let name = words(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{name}: ended with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}

/// Where the PATH has a program.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
}

/// The PATH with folders put before it.
pub fn path_with(folders: impl IntoIterator<Item = PathBuf>) -> std::ffi::OsString {
    let before = std::env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> = folders.into_iter().chain(std::env::split_paths(&before)).collect();
    std::env::join_paths(all).unwrap_or(before)
}

fn words(command: &Command) -> String {
    let all = std::iter::once(command.get_program()).chain(command.get_args());
    all.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
