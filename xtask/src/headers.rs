//! The headers that go with the page, in one place, and the files in which common hosts read them.
//!
//! Invariant: [`POLICY`] is also what index.html says in its meta element; [`check_page`] holds it.

use crate::Outcome;
use crate::precache::WORKER;

/// The content security policy: everything from here, nothing from or to anywhere else.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
     manifest-src 'self'; base-uri 'self'; form-action 'none'";

/// What is sent with every file.
pub const SECURITY: &[(&str, &str)] = &[
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    (
        "Permissions-Policy",
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// For files whose name changes with their content.
pub const KEEP: &str = "public, max-age=31536000, immutable";
/// For all others: kept, but asked about each time.
pub const ASK: &str = "no-cache";

/// Whether a file name carries a hash of the content: `name-0123456789abcdef.js`, or with `_bg` before the dot.
pub fn is_hashed(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        (12..=16).contains(&hash.len()) && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}
/// [`is_hashed`] for web servers that match by regular expression.
const HASHED: &str = r"-[0-9a-f]{12,16}(_bg)?\.[a-z]+$";

/// The media type of a file, by its extension.
pub fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Fails when the page's meta element does not say [`POLICY`].
pub fn check_page(html: &str) -> Outcome {
    let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
    if html.contains(&meta) {
        Ok(())
    } else {
        Err(format!("The page does not hold the policy of xtask/src/headers.rs. It needs:\n{meta}"))
    }
}

/// The headers as files for common hosts: name and content. `hashed` are the files of that kind, by path in dist.
pub fn host_files(hashed: &[String]) -> Vec<(&'static str, String)> {
    vec![
        ("_headers", netlify(hashed)),
        (".htaccess", apache()),
        ("nginx.conf", nginx()),
        ("Caddyfile", caddy()),
        ("vercel.json", vercel()),
    ]
}

/// The files of [`host_files`], so that the server does not serve them as part of the page.
pub const HOST_FILES: &[&str] = &["_headers", ".htaccess", "nginx.conf", "Caddyfile", "vercel.json"];

fn netlify(hashed: &[String]) -> String {
    let mut text = String::from("# For Netlify and Cloudflare Pages, with Gloss at the top of the site.\n/*\n");
    for (name, value) in SECURITY {
        text += &format!("  {name}: {value}\n");
    }
    text += &format!("/{WORKER}\n  Cache-Control: {ASK}\n");
    for path in hashed {
        text += &format!("/{path}\n  Cache-Control: {KEEP}\n");
    }
    text
}

fn apache() -> String {
    let mut text =
        String::from("# For Apache, in the folder of Gloss; needs mod_headers and AllowOverride FileInfo.\n");
    text +=
        "AddType application/wasm .wasm\nAddType text/javascript .js\nAddType application/manifest+json .webmanifest\n";
    text += "AddDefaultCharset utf-8\nDirectoryIndex index.html\n<IfModule mod_headers.c>\n";
    for (name, value) in SECURITY {
        text += &format!("  Header always set {name} \"{value}\"\n");
    }
    text += &format!("  Header set Cache-Control \"{ASK}\"\n  <FilesMatch \"{HASHED}\">\n");
    text += &format!("    Header set Cache-Control \"{KEEP}\"\n  </FilesMatch>\n</IfModule>\n");
    text
}

fn nginx() -> String {
    let mut text = String::from(
        "# For nginx: include this inside the server block that has the folder of Gloss as its root.\n\
         # A location with its own add_header forgets those above it, so the cache rule is a variable.\n",
    );
    for (name, value) in SECURITY {
        text += &format!("add_header {name} \"{value}\" always;\n");
    }
    text += &format!("set $gloss_cache \"{ASK}\";\nif ($uri ~ \"{HASHED}\") {{\n  set $gloss_cache \"{KEEP}\";\n}}\n");
    text += "add_header Cache-Control $gloss_cache;\ntypes_hash_max_size 2048;\n";
    text += "types {\n";
    for kind in ["html", "js", "css", "wasm", "json", "webmanifest", "svg", "png", "txt"] {
        let media = media_type(&format!("a.{kind}"));
        text += &format!("  {} {kind};\n", media.split(';').next().unwrap_or(media));
    }
    text += "}\ncharset utf-8;\ncharset_types text/html text/css text/plain text/javascript;\n";
    text
}

fn caddy() -> String {
    let mut text = String::from("# For Caddy: run it in the folder of Gloss.\n:8080 {\n  root * .\n  header {\n");
    for (name, value) in SECURITY {
        text += &format!("    {name} \"{value}\"\n");
    }
    text += &format!("    Cache-Control \"{ASK}\"\n  }}\n  @hashed path_regexp \"{HASHED}\"\n");
    text += &format!("  header @hashed Cache-Control \"{KEEP}\"\n  file_server {{\n    hide");
    for name in HOST_FILES {
        text += &format!(" {name}");
    }
    text += "\n  }\n}\n";
    text
}

fn vercel() -> String {
    let entry = |(name, value): &(&str, &str)| format!("        {{ \"key\": \"{name}\", \"value\": \"{value}\" }}");
    let all: Vec<String> = SECURITY.iter().map(entry).collect();
    format!(
        "{{\n  \"headers\": [\n    {{\n      \"source\": \"/(.*)\",\n      \"headers\": [\n{}\n      ]\n    }},\n    \
         {{\n      \"source\": \"/(.*){WORKER}\",\n      \"headers\": [\n{}\n      ]\n    }},\n    \
         {{\n      \"source\": \"/(.*)-([0-9a-f]{{12,16}})(_bg)?.([a-z]+)\",\n      \"headers\": [\n{}\n      ]\n    }}\n  ]\n}}\n",
        all.join(",\n"),
        entry(&("Cache-Control", ASK)),
        entry(&("Cache-Control", KEEP)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_the_policy_that_the_headers_send() {
        let page = std::fs::read_to_string(crate::root().join("index.html")).unwrap();
        check_page(&page).unwrap();
        assert!(check_page(&page.replace("form-action 'none'", "form-action 'self'")).is_err(), "a difference is seen");
    }

    #[test]
    fn hashed_names_are_told_from_plain_ones() {
        let check = |name, expected| assert_eq!(is_hashed(name), expected, "{name}");
        check("gloss-0123456789abcdef.js", true);
        check("gloss-0123456789abcdef_bg.wasm", true);
        check("style-123456789abcdef.css", true);
        check("index.html", false);
        check("gloss-sample.txt", false);
        check("feed-beef.js", false);
        check("0123456789abcdef.js", false);
    }

    #[test]
    fn no_header_breaks_the_quotes_of_a_host_file() {
        for (name, value) in SECURITY {
            assert!(!value.contains(['"', '\\', '\n', '$', '%']), "{name}");
        }
    }

    #[test]
    fn every_host_file_sends_every_header() {
        for (file, content) in host_files(&["gloss-0123456789abcdef.js".to_string()]) {
            for (name, value) in SECURITY {
                assert!(content.contains(name) && content.contains(value), "{file} lacks {name}");
            }
            assert!(content.contains(KEEP), "{file} lacks the rule for hashed files");
            // A host may keep what nothing is said about; a worker that is kept would be an old version for ever.
            assert!(
                content.contains(&format!("{ASK}\""))
                    || content.contains(&format!("/{WORKER}\n  Cache-Control: {ASK}\n")),
                "{file} lacks the rule for the service worker"
            );
        }
        let names: Vec<&str> = host_files(&[]).iter().map(|(name, _)| *name).collect();
        assert_eq!(names, HOST_FILES);
    }
}
