//! Printing what the settings are, and which of them are wrong.

use runtime::{Env, Setting};

use crate::say;
use crate::targets::Target;

/// Prints every setting that the targets read, passwords hidden, then fails on the first wrong one; the others are printed.
pub fn check_config(env: &Env, targets: &'static [Target]) -> anyhow::Result<()> {
    let faults: Vec<_> = targets.iter().filter_map(|target| target.check_config(env).err()).collect();
    env.settings().iter().for_each(|setting| say::line(line(setting)));
    for target in targets {
        for name in env.unread(&target.variable("")) {
            say::line(format_args!("# {name} is set but means nothing here"));
        }
    }
    faults.iter().skip(1).for_each(|fault| say::line(format_args!("# {fault}")));
    faults.into_iter().next().map_or(Ok(()), |fault| Err(fault.into()))
}

fn line(setting: &Setting) -> String {
    let origin = if setting.defaulted { " # default" } else { "" };
    match &setting.value {
        Some(value) => format!("{}={value}{origin}", setting.name),
        None => format!("# {} is not set", setting.name),
    }
}
