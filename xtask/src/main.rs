//! The project's own commands. `cargo xtask` lists them; CONTRIBUTING.md explains them.
//!
//! Everything that a command needs and that cargo cannot bring is fetched by `tools`, in versions
//! that stand there. Words for people go to standard error; `serve` writes its one address to
//! standard output.

mod browsers;
mod bundle;
mod headers;
mod precache;
mod process;
mod server;
mod shrink;
mod size;
mod steps;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What a command ends with: nothing, or words that say what is wrong and what to do.
pub type Outcome<T = ()> = Result<T, String>;

const HELP: &str = "\
cargo xtask serve [--port N] [--host ADDRESS] [--base /path/] [--no-build]
    builds in release mode and serves dist/, printing one address
cargo xtask build
    leaves dist/: static files for any web server, also below a path, with the headers as ready files
cargo xtask test [--list] [STEP...]
    runs every check, or only these steps
cargo xtask bench
    builds and runs the benchmarks
cargo xtask look
    builds and takes pictures of the app at several sizes, light and dark
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    match command {
        "serve" => serve(rest),
        "build" => no_arguments(rest).and_then(|()| bundle::build()),
        "test" => steps::test(rest),
        "bench" | "look" => no_arguments(rest).and_then(|()| bundle::build()).and_then(|()| steps::node(command)),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("There is no command \"{other}\".\n\n{HELP}")),
    }
}

fn serve(arguments: &[String]) -> Outcome {
    let mut options = server::Options::default();
    let mut build = true;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value.\n\n{HELP}"));
        match argument.as_str() {
            "--port" => {
                let port = value()?;
                options.port = Some(port.parse().map_err(|_| format!("\"{port}\" is no port: a number up to 65535."))?);
            }
            "--host" => options.host.clone_from(value()?),
            "--base" => options.base = server::Base::new(value()?),
            "--no-build" => build = false,
            other => return Err(format!("serve has no option \"{other}\".\n\n{HELP}")),
        }
    }
    if build {
        bundle::build()?;
    }
    server::serve(&dist(), &options)
}

fn no_arguments(rest: &[String]) -> Outcome {
    rest.first().map_or(Ok(()), |extra| Err(format!("\"{extra}\" is not expected here.\n\n{HELP}")))
}

/// The folder that holds the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder that `build` fills.
pub fn dist() -> PathBuf {
    root().join("dist")
}
