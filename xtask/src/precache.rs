//! What the service worker keeps: the files of one version, and the version's name, which changes with any of them.
//!
//! Invariant: every file of the page is in the list once, by a path below the page's folder; the page itself is "./",
//! for some hosts answer "index.html" with a redirection. Two versions with one name hold the same bytes.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use crate::{Outcome, bundle, headers};

/// The service worker's file. It is not in its own list: the browser keeps it, and asks for it each time.
pub const WORKER: &str = "sw.js";
const PAGE: &str = "index.html";
/// Where the page says which version it is, before the build has filled it in.
const UNSET: &str = "<meta name=\"gloss-version\" content=\"\">";

/// The files of one version, ready for the service worker.
#[derive(Debug, PartialEq, Eq)]
struct Precache {
    version: String,
    files: Vec<String>,
}

/// Writes the version into the page, and version and list into the service worker. For a `dist` that is complete.
pub fn write(dist: &Path) -> Outcome {
    let mut files = Vec::new();
    for path in bundle::files_below(dist)? {
        let name = path.to_string_lossy().replace('\\', "/");
        let content = fs::read(dist.join(&path)).map_err(|error| format!("{name}: {error}"))?;
        files.push((name, content));
    }
    let precache = list(&files)?;
    edit(&dist.join(PAGE), |page| fill_in(page, &precache.version))?;
    edit(&dist.join(WORKER), |worker| Ok(precache.line() + worker))
}

fn edit(path: &Path, change: impl Fn(&str) -> Outcome<String>) -> Outcome {
    let words = |error: std::io::Error| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(words)?;
    fs::write(path, change(&text)?).map_err(words)
}

/// The list for these files, each with its path below the page's folder and its content.
fn list(all: &[(String, Vec<u8>)]) -> Outcome<Precache> {
    let is_kept = |name: &str| name != WORKER && !headers::HOST_FILES.contains(&name);
    let mut kept: Vec<_> = all.iter().filter(|(name, _)| is_kept(name)).collect();
    kept.sort();
    let mut hasher = DefaultHasher::new();
    for (name, content) in &kept {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
        if !name.bytes().all(is_plain) {
            return Err(format!("\"{name}\" is no name for a file on the web: letters, digits, and - _ . / only."));
        }
        hasher.write(name.as_bytes());
        hasher.write_u8(0);
        // The name of a hashed file says what is in it.
        if !headers::is_hashed(name) {
            hasher.write_usize(content.len());
            hasher.write(content);
        }
    }
    let mut files: Vec<String> = kept.iter().map(|(name, _)| name.clone()).collect();
    let page = files.iter_mut().find(|name| *name == PAGE).ok_or("There is no index.html to keep.")?;
    "./".clone_into(page);
    // A new service worker is a new version, even where nothing else changed.
    for (_, content) in all.iter().filter(|(name, _)| name == WORKER) {
        hasher.write(content);
    }
    Ok(Precache { version: format!("{:016x}", hasher.finish()), files })
}

impl Precache {
    /// The service worker's first line. No path needs escaping.
    fn line(&self) -> String {
        format!("self.gloss={{version:\"{}\",files:[\"{}\"]}};\n", self.version, self.files.join("\",\""))
    }
}

fn fill_in(page: &str, version: &str) -> Outcome<String> {
    if page.matches(UNSET).count() == 1 {
        Ok(page.replace(UNSET, &UNSET.replace("\"\"", &format!("\"{version}\""))))
    } else {
        Err(format!("index.html needs one line that the build can fill in:\n{UNSET}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "app-0123456789abcdef.js";

    fn files(of: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
        of.iter().map(|(name, content)| ((*name).to_string(), content.as_bytes().to_vec())).collect()
    }

    #[test]
    fn all_files_but_the_worker_and_those_for_hosts_are_kept() {
        let check = |given: &[(&str, &str)], expected: &[&str]| {
            assert_eq!(list(&files(given)).unwrap().files, expected, "{given:?}");
        };
        check(&[("index.html", "")], &["./"]);
        check(&[("icon.svg", ""), ("index.html", ""), (APP, "")], &[APP, "icon.svg", "./"]);
        check(&[("sw.js", ""), ("_headers", ""), (".htaccess", ""), ("index.html", "")], &["./"]);
        check(&[("snippets/a/b.js", ""), ("index.html", "")], &["./", "snippets/a/b.js"]);
        for name in ["a\"b.js", "a b.js", "ä.js", "a?b", "a#b"] {
            assert!(list(&files(&[("index.html", ""), (name, "")])).unwrap_err().contains(name), "{name}");
        }
        assert!(list(&files(&[(APP, "")])).is_err(), "no page");
    }

    #[test]
    fn the_version_changes_with_what_is_kept_and_with_nothing_else() {
        let version = |given: &[(&str, &str)]| list(&files(given)).unwrap().version;
        let base = [("index.html", "page"), (APP, "app"), ("icon.svg", "icon"), ("sw.js", "worker"), ("_headers", "a")];
        let check = |at: usize, with: (&'static str, &'static str), changes: bool| {
            let mut other = base;
            other[at] = with;
            assert_eq!(version(&other) != version(&base), changes, "{with:?}");
        };
        check(0, ("index.html", "page 2"), true);
        check(1, ("app-0123456789abcdee.js", "app"), true);
        check(2, ("icon.svg", "icon 2"), true);
        check(2, ("icon2.svg", "icon"), true);
        check(3, ("sw.js", "worker 2"), true);
        check(4, ("_headers", "b"), false);
        assert_eq!(version(&base).len(), 16);
        let mut turned = base;
        turned.reverse();
        assert_eq!(version(&turned), version(&base), "the order of the folder is no matter");
        // What ends one file and begins the next is told apart.
        assert_ne!(
            version(&[("index.html", ""), ("a", "1b"), ("c", "")]),
            version(&[("index.html", ""), ("a", "1"), ("bc", "")])
        );
    }

    #[test]
    fn the_page_and_the_worker_say_the_same_version() {
        let folder = std::env::temp_dir().join(format!("gloss-precache-{}", std::process::id()));
        fs::create_dir_all(folder.join("more")).unwrap();
        for (name, content) in [("index.html", UNSET), ("sw.js", "work();"), ("more/a.txt", "a"), (APP, "app")] {
            fs::write(folder.join(name), content).unwrap();
        }
        write(&folder).unwrap();
        let [page, worker] = ["index.html", "sw.js"].map(|name| fs::read_to_string(folder.join(name)).unwrap());
        let version = page.split('"').nth(3).unwrap();
        assert_eq!(version.len(), 16, "{page}");
        let line = format!("self.gloss={{version:\"{version}\",files:[\"{APP}\",\"./\",\"more/a.txt\"]}};\nwork();");
        assert_eq!(worker, line);
        assert!(write(&folder).unwrap_err().contains("gloss-version"), "a page that says its version already");
    }

    #[test]
    fn the_page_has_a_place_for_its_version() {
        let page = fs::read_to_string(crate::root().join("index.html")).unwrap();
        fill_in(&page, "0123456789abcdef").unwrap();
    }
}
