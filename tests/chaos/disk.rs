//! A small disk of its own for a server, which can be filled: a file system in memory, where the machine lets us make one.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

const SIZE: &str = "size=3g";
const TRIES: u32 = 5;

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

    /// Takes what is left, until [`Self::free`].
    pub fn fill(&self) {
        // What a server writes in the same moment may take the last of it: then there is less to take.
        let ballast = self.ballast();
        let ballast = ballast.to_str().expect("a path");
        let taken = (0..TRIES).any(|_| done("fallocate", &["--length", &self.available(), ballast]));
        assert!(taken, "the disk at {ballast} was not filled");
    }

    /// Bytes that are free.
    fn available(&self) -> String {
        let answer = Command::new("df").args(["--output=avail", "--block-size=1"]).arg(&self.folder).output().expect("df runs");
        let answer = String::from_utf8(answer.stdout).expect("digits");
        answer.lines().last().expect("a line").trim().to_owned()
    }

    pub fn free(&self) {
        let _ = std::fs::remove_file(self.ballast());
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
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
