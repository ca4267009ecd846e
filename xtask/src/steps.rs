//! The checks, as a list of steps: each prints its name, runs, and its time stands in the table at
//! the end. A step that fails does not keep the others from running, only those that need it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::browsers::{self, Engine};
use crate::{Outcome, bundle, process, size, tools};

/// One check.
struct Step {
    name: &'static str,
    words: &'static str,
    run: fn() -> Outcome,
    /// The step without which this one says nothing.
    needs: Option<&'static str>,
}

const STEPS: &[Step] = &[
    Step { name: "tools", words: "fetches tools, browsers and drivers that are missing", run: fetch, needs: None },
    Step { name: "format", words: "cargo fmt --check", run: format, needs: None },
    Step { name: "lint", words: "clippy, native, everything", run: lint, needs: None },
    Step {
        name: "lint-wasm",
        words: "clippy for the browser, with the calls banned there",
        run: lint_wasm,
        needs: None,
    },
    Step { name: "native", words: "native tests, tests/tidy.rs among them", run: native, needs: None },
    Step { name: "web-chromium", words: "tests in the browser: Chromium", run: web_chromium, needs: None },
    Step { name: "web-firefox", words: "tests in the browser: Firefox", run: web_firefox, needs: None },
    Step { name: "build", words: "the release build", run: bundle::build, needs: None },
    Step { name: "size", words: "the weight of the first load", run: weigh, needs: Some("build") },
    Step { name: "flows", words: "whole-flow tests with real input", run: flows, needs: Some("build") },
];

/// How a step ended.
enum End {
    Passed(Duration),
    Failed(Duration, String),
    Skipped(&'static str),
}

/// Runs the steps of these names, or all, and prints a table at the end.
pub fn test(names: &[String]) -> Outcome {
    if names.iter().any(|name| name == "--list") {
        for step in STEPS {
            println!("{:<13} {}", step.name, step.words);
        }
        return Ok(());
    }
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        return Err(format!("There is no step \"{unknown}\". cargo xtask test --list shows them."));
    }
    let chosen = STEPS.iter().filter(|step| names.is_empty() || names.iter().any(|name| name == step.name));
    report(&run_all(chosen))
}

fn run_all<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<(&'a Step, End)> {
    let mut ends: Vec<(&Step, End)> = Vec::new();
    for step in steps {
        let lacks = step
            .needs
            .filter(|needed| ends.iter().any(|(done, end)| done.name == *needed && !matches!(end, End::Passed(_))));
        if let Some(needed) = lacks {
            ends.push((step, End::Skipped(needed)));
            continue;
        }
        println!("\n== {}: {}", step.name, step.words);
        let start = Instant::now();
        let outcome = (step.run)();
        let took = start.elapsed();
        let end = match outcome {
            Ok(()) => {
                println!("== {}: passed in {:.1} s", step.name, took.as_secs_f64());
                End::Passed(took)
            }
            Err(message) => {
                println!("{message}\n== {}: FAILED after {:.1} s", step.name, took.as_secs_f64());
                End::Failed(took, message)
            }
        };
        ends.push((step, end));
    }
    ends
}

fn report(ends: &[(&Step, End)]) -> Outcome {
    let mut failed = Vec::new();
    let mut total = Duration::ZERO;
    println!("\n{:<13} {:<7} {:>8}", "step", "result", "seconds");
    for (step, end) in ends {
        let (word, took) = match end {
            End::Passed(took) => ("passed", Some(*took)),
            End::Failed(took, _) => ("FAILED", Some(*took)),
            End::Skipped(_) => ("skipped", None),
        };
        total += took.unwrap_or_default();
        let seconds = took.map_or_else(String::new, |took| format!("{:.1}", took.as_secs_f64()));
        println!("{:<13} {word:<7} {seconds:>8}", step.name);
        match end {
            End::Passed(_) => {}
            End::Failed(_, message) => {
                failed.push(format!("{}: {}", step.name, message.lines().next().unwrap_or("failed")));
            }
            End::Skipped(needed) => failed.push(format!("{}: skipped, because {needed} failed", step.name)),
        }
    }
    let passed = ends.len() - failed.len();
    println!("{passed} of {} steps passed in {:.0} s.", ends.len(), total.as_secs_f64());
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

// ---- The steps ----

fn fetch() -> Outcome {
    tools::wasm_target()?;
    tools::component("rustfmt", "fmt")?;
    tools::component("clippy", "clippy")?;
    tools::folder_of(&tools::TRUNK)?;
    tools::folder_of(&tools::WASM_BINDGEN)?;
    tools::by_npm(&tools::WASM_OPT);
    tools::by_npm(&tools::ESBUILD);
    let found = browsers::variables(&engines())?;
    for (variable, path) in found {
        println!("{variable:<13} {}", path.display());
    }
    Ok(())
}

/// All engines, or those that GLOSS_ENGINES names.
fn engines() -> Vec<Engine> {
    let named = std::env::var("GLOSS_ENGINES").unwrap_or_default().to_lowercase();
    let wanted = |engine: &Engine| named.is_empty() || named.contains(&format!("{engine:?}").to_lowercase());
    Engine::ALL.into_iter().filter(wanted).collect()
}

fn format() -> Outcome {
    tools::component("rustfmt", "fmt")?;
    process::run(tools::cargo().args(["fmt", "--all", "--check"]))
}

fn lint() -> Outcome {
    tools::component("clippy", "clippy")?;
    let what = ["clippy", "--locked", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
    process::run(tools::cargo().args(what))
}

const WASM: &str = "wasm32-unknown-unknown";

fn lint_wasm() -> Outcome {
    tools::component("clippy", "clippy")?;
    tools::wasm_target()?;
    let what = ["clippy", "--locked", "--package", "gloss", "--target", WASM, "--lib", "--bins"];
    let configuration = crate::root().join("xtask/lints/wasm");
    // Clippy cannot let tests cut strings, so this stands here, where no tests are built.
    let levels = ["--", "-D", "warnings", "-D", "clippy::string_slice"];
    process::run(tools::cargo().args(what).args(levels).env("CLIPPY_CONF_DIR", configuration))
}

fn native() -> Outcome {
    process::run(tools::cargo().args(["test", "--locked", "--workspace", "--all-features"]))
}

fn web_chromium() -> Outcome {
    web(Engine::Chromium, "CHROMEDRIVER")
}

fn web_firefox() -> Outcome {
    web(Engine::Firefox, "GECKODRIVER")
}

/// Runs the browser tests of src/ and of tests/web in one engine.
fn web(engine: Engine, driver: &'static str) -> Outcome {
    if !engines().contains(&engine) {
        println!("Left out by GLOSS_ENGINES.");
        return Ok(());
    }
    tools::wasm_target()?;
    let runner = tools::folder_of(&tools::WASM_BINDGEN)?.join("wasm-bindgen-test-runner");
    let found = browsers::variables(&[engine])?;
    let path = found.iter().find(|(variable, _)| *variable == driver).map(|(_, path)| path);
    let mut command = tools::cargo();
    command.args(["test", "--locked", "--package", "gloss", "--target", WASM, "--lib", "--test", "web"]);
    // The runner takes the first driver that a variable names.
    for other in ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
        command.env_remove(other).env_remove(format!("{other}_REMOTE"));
    }
    command
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "180")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", crate::root().join("webdriver.json"));
    process::run(command.env(driver, path.map_or(Path::new(driver), PathBuf::as_path)))
}

fn weigh() -> Outcome {
    size::check(&crate::dist())
}

fn flows() -> Outcome {
    node("test")
}

/// Runs a script of tests/e2e against `dist/`.
pub fn node(script: &str) -> Outcome {
    let folder = crate::root().join("tests/e2e");
    let found = browsers::variables(&engines())?;
    install_packages(&folder)?;
    let mut command = Command::new("npm");
    command.args(["run", "--silent", script]).current_dir(folder).env("GLOSS_DIST", crate::dist());
    process::run(command.envs(found))
}

/// `npm ci`, where the lock file is another than at the last time.
fn install_packages(folder: &Path) -> Outcome {
    let version = process::output(Command::new("node").arg("--version")).unwrap_or_default();
    let major: Option<u32> = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major| major < 20) {
        return Err("The whole-flow tests need Node 20 or later, with npm.".to_string());
    }
    let lock = std::fs::read(folder.join("package-lock.json"))
        .map_err(|error| format!("tests/e2e/package-lock.json: {error}"))?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    process::run(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))?;
    std::fs::write(&stamp, lock).map_err(|error| format!("{}: {error}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes() -> Outcome {
        Ok(())
    }
    fn fails() -> Outcome {
        Err("it broke\nand more".to_string())
    }

    #[test]
    fn a_failed_step_fails_the_whole_and_skips_only_what_needs_it() {
        let steps = [
            Step { name: "one", words: "", run: fails, needs: None },
            Step { name: "two", words: "", run: passes, needs: Some("one") },
            Step { name: "three", words: "", run: passes, needs: Some("absent") },
        ];
        let ends = run_all(steps.iter());
        assert!(matches!(ends[0].1, End::Failed(..)));
        assert!(matches!(ends[1].1, End::Skipped("one")));
        assert!(matches!(ends[2].1, End::Passed(_)));
        assert_eq!(report(&ends), Err("one: it broke\ntwo: skipped, because one failed".to_string()));
    }

    #[test]
    fn each_step_needs_one_that_comes_before_it() {
        for (at, step) in STEPS.iter().enumerate() {
            assert!(
                step.needs.is_none_or(|needed| STEPS[..at].iter().any(|before| before.name == needed)),
                "{}",
                step.name
            );
        }
    }
}
