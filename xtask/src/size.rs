//! What the first load weighs: everything that the page fetches before one can annotate, gzipped.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{Outcome, bundle, headers};

/// What the first load may weigh at most, in gzipped bytes.
const BUDGET: usize = 350_000;

/// Prints the weight of each file and fails where the first load is over its budget.
pub fn check(dist: &Path) -> Outcome {
    let page = fs::read_to_string(dist.join("index.html")).map_err(|error| format!("dist/index.html: {error}"))?;
    let named = named_by(&page);
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for path in bundle::files_below(dist)? {
        let name = path.to_string_lossy().replace('\\', "/");
        if headers::HOST_FILES.contains(&name.as_str()) {
            continue;
        }
        let bytes = fs::read(dist.join(&path)).map_err(|error| format!("{name}: {error}"))?;
        let row = (gzipped(&bytes).map_err(|error| format!("{name}: {error}"))?, bytes.len(), name);
        // Snippets are what the module's loader imports.
        let is_first = row.2 == "index.html" || row.2.starts_with("snippets/") || named.contains(&row.2);
        if is_first { first.push(row) } else { later.push(row) }
    }
    let total = table("First load", &mut first);
    table("Later, or never", &mut later);
    let room = BUDGET.abs_diff(total);
    if total <= BUDGET {
        println!("First load: {total} of {BUDGET} bytes gzipped; {room} left.");
        Ok(())
    } else {
        Err(format!("First load: {total} bytes gzipped, {room} more than its budget of {BUDGET}."))
    }
}

fn table(title: &str, rows: &mut [(usize, usize, String)]) -> usize {
    if rows.is_empty() {
        return 0;
    }
    rows.sort_by(|a, b| b.cmp(a));
    println!("{title:<44} {:>10} {:>10}", "gzipped", "bytes");
    for (gzipped, plain, name) in &*rows {
        println!("  {name:<42} {gzipped:>10} {plain:>10}");
    }
    rows.iter().map(|(gzipped, ..)| gzipped).sum()
}

/// The files that a page names in `href` and `src`, as paths below its folder.
fn named_by(page: &str) -> BTreeSet<String> {
    let after = |mark: &'static str| page.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
    let all = after("href=\"").chain(after("src=\""));
    all.map(|path| path.trim_start_matches("./").to_string()).collect()
}

fn gzipped(bytes: &[u8]) -> std::io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_its_files() {
        let page = r#"<link href="./a-1.js"><script src="b.js"></script><a href="icon.svg">"#;
        assert_eq!(named_by(page), ["a-1.js", "b.js", "icon.svg"].map(String::from).into());
    }

    #[test]
    fn too_much_is_refused() {
        let folder = std::env::temp_dir().join(format!("gloss-size-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), "<script src=\"./app.js\"></script>").unwrap();
        // Bytes that do not compress.
        let mut state = 1_u64;
        let noise: Vec<u8> = (0..BUDGET)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            })
            .collect();
        fs::write(folder.join("other.js"), &noise).unwrap();
        fs::write(folder.join("app.js"), &noise[..BUDGET / 2]).unwrap();
        assert_eq!(check(&folder), Ok(()), "what the page does not name is apart");
        fs::write(folder.join("app.js"), &noise).unwrap();
        let words = format!("more than its budget of {BUDGET}");
        assert!(check(&folder).unwrap_err().contains(&words));
    }
}
