//! A small disk of its own for a server, which can be filled and loses power: a file system in an image, where the machine lets us mount one.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const SIZE: &str = "3G";
/// The file system writes down by itself what nobody asked it to flush only after so long: longer than a power cut takes to copy what there is.
const OPTIONS: &str = "loop,commit=300";
/// Who was killed lets go of his files a moment later.
const LET_GO: (u32, Duration) = (100, Duration::from_millis(50));
/// What the last writes take.
const MARGIN: u64 = 16 * 1024 * 1024;

/// Unmounted when it is dropped.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
    image: PathBuf,
}

impl SmallDisk {
    /// A copy of `folder` on a disk of its own; `None` where nobody may mount one here.
    pub fn holding(folder: &Path) -> Option<Self> {
        let disk = Self { folder: folder.with_extension("disk"), image: folder.with_extension("image") };
        std::fs::create_dir_all(&disk.folder).ok()?;
        let (to, image) = (disk.folder.to_str()?, disk.image.to_str()?);
        let made = done("truncate", &["--size", SIZE, image]) && done("/sbin/mkfs.ext4", &["-q", "-m", "0", image]);
        if !made || !disk.mount() {
            return None;
        }
        std::fs::remove_dir(disk.folder.join("lost+found")).ok()?;
        if folder.exists() {
            assert!(done("cp", &["-a", &format!("{}/.", folder.display()), to]), "{} was not copied", folder.display());
        }
        assert!(done("sync", &["--file-system", to]), "{to} was not written");
        Some(disk)
    }

    fn mount(&self) -> bool {
        self.folder.to_str().zip(self.image.to_str()).is_some_and(|(folder, image)| done("mount", &["-o", OPTIONS, image, folder]))
    }

    /// What is on the disk while its server is frozen, without what waits in memory to be written.
    pub fn flushed(&self) -> Flushed {
        let copy = self.image.with_extension("flushed");
        let (from, to) = (self.image.display().to_string(), copy.display().to_string());
        assert!(done("cp", &["--sparse=always", &from, &to]), "{from} was not copied");
        Flushed(copy)
    }

    /// The power is back: the disk is as it was, and its server, which is dead, knows nothing.
    pub async fn come_back(&self, flushed: Flushed) {
        let folder = self.folder.display().to_string();
        let (mut tries, pause) = LET_GO;
        while !done("umount", &[&folder]) {
            tries -= 1;
            assert!(tries > 0, "{folder} is still in use");
            tokio::time::sleep(pause).await;
        }
        std::fs::rename(flushed.0, &self.image).expect("an image");
        assert!(self.mount(), "{folder} does not come back");
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

/// The image of a disk at the moment of a power cut.
#[derive(Debug)]
pub struct Flushed(PathBuf);

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
