//! The keys of a system, made at its first start, each readable by its owner alone; and where its targets keep files, which only keys open.

use std::path::Path;

use anyhow::Context;
use seal::{Keyring, pass};

use super::{Settings, home::Home};
use crate::targets::{Keys, TARGETS};

/// Makes what is missing; returns where each target finds its keys and its files.
pub fn create_missing(home: &Home) -> anyhow::Result<Settings> {
    let advice = || format!("the keys in {} cannot be used; restore them from where you keep them safe", home.keys().display());
    let (secret, public) = (home.keys().join("caller.key"), home.keys().join("caller.pub"));
    pass::create_missing_pair(&secret, &public).with_context(advice)?;
    let mut settings = vec![("GATEWAY_CALLER_KEY".to_owned(), text(&secret)), ("CALLER_PUBLIC_KEY".to_owned(), text(&public))];
    for target in TARGETS {
        if let Some(store) = &target.store {
            let folder = home.keys().join(target.name);
            store.keys.iter().try_for_each(|keys| create(*keys, home, &folder)).with_context(advice)?;
            settings.push((target.variable("KEYS"), text(&folder)));
            if store.files {
                settings.push((target.variable("FILES"), text(&home.path("files").join(target.name))));
            }
        }
    }
    Ok(settings)
}

fn create(keys: Keys, home: &Home, folder: &Path) -> anyhow::Result<()> {
    match keys {
        Keys::Own => Ok(Keyring::create_missing(folder).map(drop)?),
        Keys::Passes => Ok(pass::create_missing(folder)?),
        Keys::Links => {
            let province = home.keys().join("province");
            Keyring::create_missing_links(&province)?;
            copy_missing(&province, folder)
        }
    }
}

fn copy_missing(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let (file, copy) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if !copy.exists() {
            std::fs::copy(&file, &copy)?;
        }
    }
    Ok(())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
