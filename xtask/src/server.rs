//! A small web server for `dist/`: the right headers, the right media types, nothing else.
//!
//! Invariant: it answers only GET and HEAD, only with files that lie in its folder, and no request
//! ends it. It is for one's own machine: no TLS, no compression, one thread for each connection.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::{Outcome, headers};

/// The port that is tried first.
const PORT: u16 = 8080;
/// The longest request head, in bytes.
const HEAD_LIMIT: u64 = 32 * 1024;
/// The most connections at one time.
const CONNECTIONS: usize = 256;

/// Where to listen, and below which path the files stand.
pub struct Options {
    /// The address to listen on.
    pub host: String,
    /// The port; `None` takes [`PORT`], or a free one where that is taken. 0 takes a free one.
    pub port: Option<u16>,
    /// The path of the page.
    pub base: Base,
}

impl Default for Options {
    fn default() -> Self {
        Self { host: "127.0.0.1".to_string(), port: None, base: Base::new("/") }
    }
}

/// A path that begins and ends with a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// Takes a path with or without its slashes.
    pub fn new(path: &str) -> Self {
        let inner = path.trim_matches('/');
        Self(if inner.is_empty() { "/".to_string() } else { format!("/{inner}/") })
    }
}

/// Serves a folder until the process is ended. Writes the address to standard output first.
pub fn serve(folder: &Path, options: &Options) -> Outcome {
    let folder = folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?;
    let listen = |port| TcpListener::bind((options.host.as_str(), port));
    let listener = match options.port {
        Some(port) => listen(port),
        None => listen(PORT).or_else(|_| listen(0)),
    };
    let listener = listener.map_err(|error| {
        let port = options.port.unwrap_or(PORT);
        format!("Cannot listen on {} port {port}: {error}. Try another with --port.", options.host)
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("http://{address}{}", options.base.0);
    io::stdout().flush().map_err(|error| error.to_string())?;

    let site = Arc::new(Site { folder, base: options.base.clone() });
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        // A connection that failed before it was accepted is the other side's loss.
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::SeqCst) >= CONNECTIONS {
            open.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (site, open) = (Arc::clone(&site), Arc::clone(&open));
        std::thread::spawn(move || {
            // An error here is a connection that broke: there is no one left to tell.
            let _ = site.converse(&stream);
            open.fetch_sub(1, Ordering::SeqCst);
        });
    }
    Ok(())
}

struct Site {
    folder: PathBuf,
    base: Base,
}

/// What is sent back.
struct Answer {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Site {
    /// Answers one request after another until the other side has enough.
    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.set_write_timeout(Some(Duration::from_secs(20)))?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        loop {
            let Some(head) = read_head(&mut reader)? else { return Ok(()) };
            let (answer, goes_on) = match Request::parse(&head) {
                Some(request) => {
                    // A body would have to be read first; nothing here takes one.
                    let goes_on = request.keeps_open && !request.has_body;
                    (self.answer(&request), goes_on)
                }
                None => (Answer::words("400 Bad Request", "This is no request that can be read."), false),
            };
            let with_body = !head.starts_with(b"HEAD ");
            send(stream, &answer, with_body, goes_on)?;
            if !goes_on {
                return Ok(());
            }
        }
    }

    fn answer(&self, request: &Request) -> Answer {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            let mut answer = Answer::words("405 Method Not Allowed", "Only GET and HEAD are answered.");
            answer.headers.push(("Allow", "GET, HEAD".to_string()));
            return answer;
        }
        if format!("{}/", request.path) == self.base.0 {
            let mut answer = Answer::words("308 Permanent Redirect", "The page stands one slash further.");
            answer.headers.push(("Location", self.base.0.clone()));
            return answer;
        }
        match self.file(&request.path).and_then(|file| Some((fs::read(&file).ok()?, file))) {
            Some((body, file)) => {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let cache = if headers::is_hashed(&name) { headers::KEEP } else { headers::ASK };
                let kind = headers::media_type(&name).to_string();
                Answer {
                    status: "200 OK",
                    headers: vec![("Content-Type", kind), ("Cache-Control", cache.to_string())],
                    body,
                }
            }
            None => Answer::words("404 Not Found", "There is nothing here."),
        }
    }

    /// The file that a path of a request names, if it is one of ours.
    fn file(&self, path: &str) -> Option<PathBuf> {
        let below = decode(path.strip_prefix(self.base.0.as_str())?)?;
        let mut file = self.folder.clone();
        for part in below.split('/') {
            // An empty part is the folder itself; one with a leading dot is no part of the page.
            if part.starts_with('.') || part.contains(['\\', ':', '\0']) {
                return None;
            }
            file.push(part);
        }
        if below.is_empty() || below.ends_with('/') {
            file.push("index.html");
        }
        let file = file.canonicalize().ok()?;
        let of_a_host = |name: &str| headers::HOST_FILES.contains(&name);
        let ours =
            file.starts_with(&self.folder) && file.is_file() && !file.file_name()?.to_str().is_some_and(of_a_host);
        ours.then_some(file)
    }
}

impl Answer {
    fn words(status: &'static str, words: &str) -> Self {
        let headers =
            vec![("Content-Type", "text/plain; charset=utf-8".to_string()), ("Cache-Control", "no-store".to_string())];
        Self { status, headers, body: format!("{words}\n").into_bytes() }
    }
}

struct Request {
    method: String,
    /// Without query and fragment, still percent-encoded.
    path: String,
    keeps_open: bool,
    has_body: bool,
}

impl Request {
    fn parse(head: &[u8]) -> Option<Self> {
        let head = std::str::from_utf8(head).ok()?;
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || method.is_empty() || !target.starts_with('/') || !version.starts_with("HTTP/1.") {
            return None;
        }
        let (mut keeps_open, mut has_body) = (version == "HTTP/1.1", false);
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':')?;
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "connection" => keeps_open = keeps_open && !value.eq_ignore_ascii_case("close"),
                "content-length" => has_body = value != "0",
                "transfer-encoding" => has_body = true,
                _ => {}
            }
        }
        let path = target.split(['?', '#']).next()?.to_string();
        Some(Self { method: method.to_string(), path, keeps_open, has_body })
    }
}

/// Reads up to the empty line. `None` at the end of the connection; an over-long head is answered as a bad one.
fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    loop {
        let before = head.len();
        reader.by_ref().take(HEAD_LIMIT - before as u64).read_until(b'\n', &mut head)?;
        match head.get(before..) {
            Some([]) if before == 0 => return Ok(None),
            Some([]) => return Ok(Some(Vec::new())),
            Some(b"\r\n" | b"\n") if before == 0 => head.clear(),
            Some(b"\r\n" | b"\n") => return Ok(Some(head)),
            _ if head.len() as u64 >= HEAD_LIMIT => return Ok(Some(Vec::new())),
            _ => {}
        }
    }
}

fn send(mut stream: &TcpStream, answer: &Answer, with_body: bool, goes_on: bool) -> io::Result<()> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", answer.status).into_bytes();
    for (name, value) in headers::SECURITY {
        write!(bytes, "{name}: {value}\r\n")?;
    }
    for (name, value) in &answer.headers {
        write!(bytes, "{name}: {value}\r\n")?;
    }
    let connection = if goes_on { "keep-alive" } else { "close" };
    write!(bytes, "Content-Length: {}\r\nConnection: {connection}\r\n\r\n", answer.body.len())?;
    if with_body {
        bytes.extend_from_slice(&answer.body);
    }
    stream.write_all(&bytes)?;
    stream.flush()
}

/// Undoes percent encoding; `None` where it is broken or gives no UTF-8.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(name: &str, base: &str) -> Site {
        let folder = std::env::temp_dir().join(format!("gloss-server-{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("site/samples")).unwrap();
        for (file, content) in [
            ("secret.txt", "secret"),
            ("site/index.html", "page"),
            ("site/app-0123456789abcdef_bg.wasm", "module"),
            ("site/samples/a b.txt", "sample"),
            ("site/_headers", "for a host"),
        ] {
            fs::write(folder.join(file), content).unwrap();
        }
        Site { folder: folder.join("site").canonicalize().unwrap(), base: Base::new(base) }
    }

    /// Sends bytes as they are and answers everything that comes back.
    fn talk(site: Site, sent: &[u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let server = std::thread::spawn(move || site.converse(&listener.accept().unwrap().0));
        let mut answer = Vec::new();
        // A server that hangs up on rubbish may reset the connection at any time: what came until then counts.
        let _ = client.write_all(sent);
        let _ = client.shutdown(std::net::Shutdown::Write);
        let _ = client.read_to_end(&mut answer);
        let _ = server.join().unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn each_path_gets_its_answer() {
        let check = |base: &str, path: &str, status: &str, body: &str| {
            let answer =
                talk(site("paths", base), format!("GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n").as_bytes());
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
            assert!(answer.ends_with(body), "{path}: {answer}");
            for (name, value) in headers::SECURITY {
                assert!(answer.contains(&format!("\r\n{name}: {value}\r\n")), "{path} lacks {name}");
            }
        };
        check("/", "/", "200", "\r\n\r\npage");
        check("/", "/?a=b/../c", "200", "\r\n\r\npage");
        check("/", "/samples/a%20b.txt", "200", "sample");
        check("/", "/app-0123456789abcdef_bg.wasm", "200", "module");
        check("/deep/path", "/deep/path/", "200", "page");
        check("/deep/path", "/deep/path", "308", "");
        check("/deep/path", "/", "404", "");
        check("/deep/path", "/index.html", "404", "");
        for path in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/samples/../../secret.txt",
            "/samples%2f..%2f..%2fsecret.txt",
            "/..%5csecret.txt",
            "//../secret.txt",
            "/%00",
            "/%zz",
            "/%",
            "/%ff",
            "/samples",
            "/missing",
            "/_headers",
        ] {
            check("/", path, "404", "nothing here.\n");
        }
    }

    #[test]
    fn files_say_what_they_are_and_how_long_they_hold() {
        let check = |path: &str, kind: &str, cache: &str| {
            let answer = talk(site("kinds", "/"), format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes());
            assert!(answer.contains(&format!("\r\nContent-Type: {kind}\r\nCache-Control: {cache}\r\n")), "{answer}");
        };
        check("/", "text/html; charset=utf-8", headers::ASK);
        check("/app-0123456789abcdef_bg.wasm", "application/wasm", headers::KEEP);
    }

    #[test]
    fn a_connection_is_used_again_and_head_has_no_body() {
        let answer = talk(site("again", "/"), b"HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
        assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
        assert_eq!(answer.matches("\r\n\r\npage").count(), 1, "{answer}");
    }

    #[test]
    fn bad_requests_are_refused() {
        let endless = [b"GET / HTTP/1.1\r\nA: ".as_slice(), &[b'a'; 100_000]].concat();
        let check = |sent: &[u8], status: &str| {
            let answer = talk(site("bad", "/"), sent);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{:?}: {answer}", String::from_utf8_lossy(sent));
        };
        check(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "405");
        check(b"rubbish\r\n\r\n", "400");
        check(b"GET http://elsewhere/ HTTP/1.1\r\n\r\n", "400");
        check(b"GET / HTTP/1.1\r\nno colon\r\n\r\n", "400");
        check(b"\xff\xfe\x00\r\n\r\n", "400");
        check(b"GET /", "400");
        assert!(["", "HTTP/1.1 400"].iter().any(|start| talk(site("endless", "/"), &endless).starts_with(start)));
        assert_eq!(talk(site("none", "/"), b""), "");
    }
}
