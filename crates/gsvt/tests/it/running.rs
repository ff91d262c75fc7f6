//! A `gsvt up` of one test, and single commands.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// A system that answers; it is told to stop when dropped.
pub struct Running {
    pub process: Child,
    pub home: PathBuf,
    /// `http://localhost:port`.
    pub link: String,
    /// Login, password and unit, as printed.
    pub logins: Vec<String>,
    output: BufReader<ChildStdout>,
}

/// The program with an environment of only what `settings` say.
pub fn gsvt(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gsvt"));
    let kept = ["PATH", "HOME", "XDG_CACHE_HOME"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    command.args(arguments).env_clear().envs(kept).envs(settings.iter().copied());
    command
}

/// Runs a command to its end.
pub fn output(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    gsvt(arguments, settings).output().unwrap()
}

/// The one sentence on standard error, and the exit code.
pub fn complaint(output: &Output) -> (String, i32) {
    let errors = String::from_utf8_lossy(&output.stderr);
    let sentences: Vec<_> = errors.lines().filter_map(|line| line.strip_prefix("gsvt: ")).collect();
    assert_eq!(sentences.len(), 1, "{errors}");
    (sentences[0].to_owned(), output.status.code().unwrap())
}

impl Running {
    /// Starts a system on a free port and waits until it answers.
    pub fn start(home: &Path, arguments: &[&str]) -> Self {
        let mut arguments = arguments.to_vec();
        arguments.insert(0, "up");
        let settings = [("GSVT_HOME", home.to_str().unwrap()), ("GSVT_HTTP", "127.0.0.1:0"), ("GSVT_LOG", "warn")];
        let mut process = gsvt(&arguments, &settings).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = || {
            let mut line = String::new();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "gsvt up ended early");
            line.trim().to_owned()
        };
        let link = loop {
            if let Some(rest) = line().strip_prefix("GSVT runs at ") {
                break rest.split(' ').next().unwrap().to_owned();
            }
        };
        while line() != "Demo logins:" {}
        let logins = std::iter::from_fn(|| Some(line()).filter(|line| !line.is_empty())).collect();
        Self { process, home: home.to_owned(), link, logins, output }
    }

    pub fn signal(&self, signal: Signal) {
        send(self.process.id().cast_signed(), signal);
    }

    /// Waits for its end; returns the exit code.
    pub fn ended(mut self) -> Option<i32> {
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.output, &mut rest).unwrap();
        self.process.wait().unwrap().code()
    }

    /// Ctrl-C, and the exit code.
    pub fn stop(self) -> Option<i32> {
        self.signal(Signal::INT);
        self.ended()
    }

    /// The numbers of the processes that work for this system.
    pub fn servers(&self) -> Vec<i32> {
        processes_with(self.home.to_str().unwrap())
    }

    /// What `up` tells other commands.
    pub fn setting(&self, name: &str) -> String {
        let settings = std::fs::read_to_string(self.home.join("keys/running.env")).unwrap();
        settings.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            self.signal(Signal::TERM);
            let _ = self.process.wait();
        }
    }
}

pub fn send(pid: i32, signal: Signal) {
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

/// Processes whose command line contains `text`, without their children: a backend that was forked just now still looks like its server.
pub fn processes_with(text: &str) -> Vec<i32> {
    let numbers = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let found: Vec<i32> =
        numbers.filter(|pid: &i32| std::fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.contains(text))).collect();
    found.iter().copied().filter(|pid| parent(*pid).is_some_and(|parent| !found.contains(&parent))).collect()
}

fn parent(pid: i32) -> Option<i32> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:")?.trim().parse().ok())
}

/// Whether a request is answered.
pub fn answers(link: &str) -> bool {
    let address = link.strip_prefix("http://localhost").map(|port| format!("127.0.0.1{port}")).unwrap();
    std::net::TcpStream::connect(address).is_ok()
}
