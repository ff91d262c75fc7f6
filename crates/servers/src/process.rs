//! One server process and its watchdog: however we end, also by `kill -9`, the server ends after us.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Waits for the end of its input, which is the end of us, then ends the server and removes its scratch folder.
const WATCHDOG: &str = r#"
read -r pid || exit 0
read -r _
kill -INT "$pid" 2>/dev/null; kill -CONT "$pid" 2>/dev/null
tries=0
while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 150 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -KILL "$pid" 2>/dev/null
[ -z "$1" ] || rm -rf -- "$1"
"#;

/// How long a server may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(20);

/// A running server that ends when this value is dropped or when our process ends.
#[derive(Debug)]
pub struct Supervised {
    server: Child,
    watchdog: Child,
    scratch: Option<PathBuf>,
}

impl Supervised {
    /// Starts `command` with a watchdog; `scratch` is removed when the server has ended for good.
    pub fn start(mut command: Command, scratch: Option<&Path>) -> std::io::Result<Self> {
        let mut watchdog = Command::new("/bin/sh")
            .args(["-c", WATCHDOG, "gsvt-watchdog"])
            .arg(scratch.map_or_else(Default::default, Path::as_os_str))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        // A group of its own: Ctrl-C in the terminal reaches us, and we end the server in our order.
        let server = command.stdin(Stdio::null()).process_group(0).spawn().inspect_err(|_| {
            let _ = watchdog.kill();
            let _ = watchdog.wait();
        })?;
        let supervised = Self { server, watchdog, scratch: scratch.map(Path::to_owned) };
        writeln!(supervised.watchdog.stdin.as_ref().ok_or(std::io::ErrorKind::BrokenPipe)?, "{}", supervised.id())?;
        Ok(supervised)
    }

    pub(crate) fn id(&self) -> u32 {
        self.server.id()
    }

    /// Whether the server has ended without being asked.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.server.try_wait(), Ok(None))
    }

    /// Kills the server and its children at once and waits until they are gone, keeping its folder.
    pub fn kill(mut self) {
        self.scratch = None;
        self.signal(Signal::STOP);
        let children: Vec<_> = self.children().collect();
        let _ = self.server.kill();
        children.iter().for_each(|child| send(*child, Signal::KILL));
        let _ = self.server.wait();
        // A child that still held the shared memory would keep the next server from starting.
        let killed = Instant::now();
        while children.iter().any(|child| is_alive(*child)) && killed.elapsed() < GRACE {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Freezes the server and its children until `resume`.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
        self.children().for_each(|child| send(child, Signal::STOP));
    }

    pub fn resume(&self) {
        self.children().for_each(|child| send(child, Signal::CONT));
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        if let Ok(pid) = i32::try_from(self.id()) {
            send(pid, signal);
        }
    }

    fn children(&self) -> impl Iterator<Item = i32> {
        let pid = self.id();
        let listed = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        listed.split_whitespace().filter_map(|child| child.parse().ok()).collect::<Vec<_>>().into_iter()
    }

    /// Asks the server to end and waits; kills it when it does not.
    fn end(&mut self) {
        if self.has_ended() {
            return;
        }
        self.signal(Signal::INT);
        self.resume();
        let asked = Instant::now();
        while !self.has_ended() && asked.elapsed() < GRACE {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Whether the process still does anything; what its parent has not collected yet does not.
fn is_alive(pid: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:") && !line.contains('Z') && !line.contains('X'))
}

fn send(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, signal);
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.end();
        let _ = self.watchdog.kill();
        let _ = self.watchdog.wait();
        if let Some(folder) = &self.scratch {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
