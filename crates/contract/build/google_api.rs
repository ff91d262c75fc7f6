//! Where `google/api/*.proto` are: others' files are resolved from their package, never copied in.
use std::{
    cell::RefCell,
    panic::Location,
    path::{Path, PathBuf},
    rc::Rc,
};

use envoy_types::ext_authz::v3::OkHttpResponseBuilder;

use crate::Error;

/// Folder in the package `envoy-types` that holds `google/api/annotations.proto`.
///
/// Cargo tells a build script nothing about where another package lies, and a registry, a vendored folder and a patch lie in different
/// places. But the package's own generic code calls back into ours, and a tracked caller knows the file it was called from.
pub fn folder(workspace: &Path) -> Result<PathBuf, Error> {
    let caller = Caller::default();
    OkHttpResponseBuilder::new().remove_header(caller.clone());
    let source = workspace.join(caller.0.take());
    source
        .ancestors()
        .map(|folder| folder.join("proto/googleapis"))
        .find(|folder| folder.join("google/api/annotations.proto").exists())
        .ok_or_else(|| format!("the package envoy-types has no google/api/annotations.proto above {}", source.display()).into())
}

/// Remembers which file asked for its text.
#[derive(Clone, Default)]
struct Caller(Rc<RefCell<String>>);

#[expect(clippy::from_over_into, reason = "the blanket implementation over From would stand between the caller and us")]
impl Into<String> for Caller {
    #[track_caller]
    fn into(self) -> String {
        self.0.replace(Location::caller().file().to_owned())
    }
}
