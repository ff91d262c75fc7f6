//! A small disk of its own for a server, which can be filled: a file system in memory, where the machine lets us make one.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

const SIZE: &str = "size=3g";
/// What the last writes take.
const MARGIN: u64 = 16 * 1024 * 1024;

/// Unmounted when it is dropped.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// A copy of `folder` on a disk of its own; `None` where nobody may mount one here.
    pub fn holding(folder: &Path) -> Option<Self> {
        let disk = folder.with_extension("disk");
        std::fs::create_dir_all(&disk).ok()?;
        let mounted = done("mount", &["-t", "tmpfs", "-o", SIZE, "tmpfs", disk.to_str()?]);
        let disk = mounted.then_some(Self { folder: disk })?;
        if folder.exists() {
            let copied = done("cp", &["-a", &format!("{}/.", folder.display()), disk.folder.to_str()?]);
            assert!(copied, "{} was not copied", folder.display());
        }
        Some(disk)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes what is left, until [`Self::free`]: most of it at once, and the rest by writing until there is no room.
    pub fn fill(&self) {
        let most = self.available().saturating_sub(MARGIN);
        done("fallocate", &["--length", &most.to_string(), &self.ballast("most")]);
        done("dd", &["if=/dev/zero", "bs=64k", &format!("of={}", self.ballast("rest"))]);
        assert!(self.available() < MARGIN, "{} was not filled", self.folder.display());
    }

    /// Bytes that are free.
    fn available(&self) -> u64 {
        let answer = Command::new("df").args(["--output=avail", "--block-size=1"]).arg(&self.folder).output().expect("df runs");
        let answer = String::from_utf8(answer.stdout).expect("digits");
        answer.lines().last().expect("a line").trim().parse().expect("a number")
    }

    pub fn free(&self) {
        for part in ["most", "rest"] {
            let _ = std::fs::remove_file(self.ballast(part));
        }
    }

    fn ballast(&self, part: &str) -> String {
        format!("{}/ballast-{part}", self.folder.display())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.to_str() {
            done("umount", &["--lazy", folder]);
        }
    }
}

fn done(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}
