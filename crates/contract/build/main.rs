//! Compiles `proto/` into messages, proto3 JSON, clients, servers and the table of methods. No protoc: protox reads the files.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "cargo and a build script speak through environment and output")]
mod bindings;
mod google_api;
mod methods;
mod openapi;
mod rules;
mod rust;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use prost::Message as _;
use prost_reflect::DescriptorPool;

type Error = Box<dyn std::error::Error>;

/// Packages that cross HTTP and therefore have JSON. The options of `gsvt.common.v1` never leave the descriptor set.
const JSON: [&str; 5] = [".gsvt.accounts", ".gsvt.common.v1.Area", ".gsvt.lab", ".gsvt.reports", ".gsvt.vehicles"];

fn main() -> Result<(), Error> {
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let proto = workspace.join("proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo:rerun-if-changed={}", proto.display());
    println!("cargo:rerun-if-changed=build");

    let mut compiler = protox::Compiler::new([proto.clone(), google_api::folder(&workspace)?])?;
    compiler.include_imports(true).include_source_info(true).open_files(proto_files(&proto)?)?;
    let descriptors = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptors.binpb"), &descriptors)?;

    let mut config = prost_build::Config::new();
    config.extern_path(".google.protobuf.Timestamp", "crate::Timestamp").compile_well_known_types();
    tonic_prost_build::configure().compile_fds_with_config(prost_types::FileDescriptorSet::decode(&*descriptors)?, config)?;
    pbjson_build::Builder::new().register_descriptors(&descriptors)?.build(&JSON)?;

    let pool = DescriptorPool::decode(&*descriptors)?;
    fs::write(out.join("methods.rs"), methods::source(&pool)?)?;
    fs::write(out.join("rules.rs"), rules::source(&pool)?)?;
    fs::write(out.join("openapi.json"), openapi::source(&pool)?)?;
    Ok(())
}

/// Every file of ours, relative to `proto/`.
fn proto_files(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "proto") {
                found.push(path.strip_prefix(root)?.to_path_buf());
            }
        }
    }
    found.sort();
    Ok(found)
}
