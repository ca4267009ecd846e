//! The browsers that the tests drive, and their drivers: found on the machine, installed by the
//! system's package manager where it may be asked without a question, else named in a plain message.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, process, tools};

/// One program that the tests need and cargo cannot build.
struct Needed {
    /// The variable that names it for the tests, and by which a person can name another.
    variable: &'static str,
    /// What it is called in messages.
    words: &'static str,
    /// Its names on the PATH, the best first.
    names: &'static [&'static str],
}

const CHROMIUM: Needed = Needed {
    variable: "CHROMIUM",
    words: "Chromium",
    names: &["chromium", "chromium-browser", "google-chrome", "chrome"],
};
const CHROMEDRIVER: Needed =
    Needed { variable: "CHROMEDRIVER", words: "ChromeDriver", names: &["chromedriver", "chromium.chromedriver"] };
const FIREFOX: Needed = Needed { variable: "FIREFOX", words: "Firefox", names: &["firefox", "firefox-esr"] };
const WEBKITDRIVER: Needed = Needed { variable: "WEBKITDRIVER", words: "WebKitWebDriver", names: &["WebKitWebDriver"] };
const MINIBROWSER: Needed =
    Needed { variable: "MINIBROWSER", words: "the MiniBrowser of WebKitGTK", names: &["MiniBrowser"] };
const XVFB: Needed = Needed { variable: "XVFB", words: "Xvfb", names: &["Xvfb"] };

/// Folders outside the PATH in which distributions put the MiniBrowser.
const LIBRARIES: &[&str] =
    &["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/libexec", "/usr/lib"];
const WEBKITS: &[&str] = &["webkitgtk-6.0", "webkit2gtk-4.1", "webkit2gtk-4.0"];

/// What a browser test step wants to drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, by ChromeDriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser, by WebKitWebDriver, on a virtual screen.
    WebKit,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    const fn needs(self) -> &'static [&'static Needed] {
        match self {
            Self::Chromium => &[&CHROMIUM, &CHROMEDRIVER],
            Self::Firefox => &[&FIREFOX],
            Self::WebKit => &[&WEBKITDRIVER, &MINIBROWSER, &XVFB],
        }
    }
}

/// Finds what the engines need, installing what is missing, and answers it as variables for the tests.
pub fn variables(engines: &[Engine]) -> Outcome<Vec<(&'static str, PathBuf)>> {
    let needs: Vec<&Needed> = engines.iter().flat_map(|engine| engine.needs()).copied().collect();
    if !missing(&needs).is_empty() {
        install();
    }
    let lacking = missing(&needs);
    if !lacking.is_empty() {
        return Err(advice(&lacking));
    }
    let mut found: Vec<_> = needs.iter().filter_map(|need| Some((need.variable, find(need)?))).collect();
    if engines.contains(&Engine::Firefox) {
        let folder = tools::folder_of(&tools::GECKODRIVER)?;
        found.push(("GECKODRIVER", folder.join("geckodriver")));
    }
    Ok(found)
}

fn find(need: &Needed) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(need.variable).map(PathBuf::from) {
        return named.is_file().then_some(named);
    }
    let in_path = need.names.iter().find_map(|name| process::find(name));
    in_path.or_else(|| {
        let folders = LIBRARIES.iter().flat_map(|library| WEBKITS.iter().map(move |kit| Path::new(library).join(kit)));
        let mut files = folders.flat_map(|folder| need.names.iter().map(move |name| folder.join(name)));
        files.find(|file| file.is_file())
    })
}

fn missing<'a>(needs: &[&'a Needed]) -> Vec<&'a Needed> {
    needs.iter().copied().filter(|need| find(need).is_none()).collect()
}

/// The packages of Debian, or of Ubuntu where `ubuntu`.
fn packages(ubuntu: bool) -> [&'static str; 5] {
    let [chromium, driver, firefox] = if ubuntu {
        ["chromium-browser", "chromium-chromedriver", "firefox"]
    } else {
        ["chromium", "chromium-driver", "firefox-esr"]
    };
    [chromium, driver, firefox, "webkit2gtk-driver", "xvfb"]
}

fn is_ubuntu() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}

/// Asks apt-get where that needs no question. A failure shows in what is still missing afterwards.
fn install() {
    if process::find("apt-get").is_none() {
        return;
    }
    let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let may_sudo = || process::output(Command::new("sudo").args(["-n", "true"])).is_ok();
    let asks_first: &[&str] = match (is_root, is_root || may_sudo()) {
        (true, _) => &["env"],
        (false, true) => &["sudo", "-n", "env"],
        (false, false) => return,
    };
    eprintln!("Installing browsers and drivers by apt-get.");
    let apt = |arguments: &[&str]| {
        let all = asks_first.iter().chain(&["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]).chain(arguments);
        let mut words = all.copied();
        let mut command = Command::new(words.next().unwrap_or("env"));
        process::run(command.args(words))
    };
    let wanted = packages(is_ubuntu());
    let install = [["install", "--no-install-recommends"].as_slice(), &wanted].concat();
    if let Err(error) = apt(&["update"]).and_then(|()| apt(&install)) {
        eprintln!("{error}");
    }
}

/// What to install by hand, for the system that this is.
fn advice(lacking: &[&Needed]) -> String {
    let words: Vec<&str> = lacking.iter().map(|need| need.words).collect();
    let has = |name| process::find(name).is_some();
    let how = if has("apt-get") {
        format!("sudo apt-get install {}", packages(is_ubuntu()).join(" "))
    } else if has("dnf") {
        "sudo dnf install chromium chromedriver firefox webkitgtk6.0 webkit2gtk4.1-devel xorg-x11-server-Xvfb"
            .to_string()
    } else if has("pacman") {
        "sudo pacman -S chromium firefox webkit2gtk-4.1 xorg-server-xvfb".to_string()
    } else if has("brew") {
        "brew install --cask chromium chromedriver firefox\n(WebKitGTK is not to be had here: leave it out with GLOSS_ENGINES=chromium,firefox)".to_string()
    } else {
        "install Chromium with ChromeDriver, Firefox, and on Linux WebKitGTK with its WebDriver and Xvfb".to_string()
    };
    let variables: Vec<&str> = lacking.iter().map(|need| need.variable).collect();
    format!(
        "Missing: {}.\nInstall it, for example by:\n  {how}\nOr say where it is by the variables {}.",
        words.join(", "),
        variables.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_what_is_missing_and_how_to_name_it() {
        let said = advice(&[&CHROMEDRIVER, &XVFB]);
        for part in ["ChromeDriver, Xvfb", "CHROMEDRIVER, XVFB", "\n  "] {
            assert!(said.contains(part), "{said}");
        }
    }
}
