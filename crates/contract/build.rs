//! Compiles `proto/` into messages, proto3 JSON, clients and servers. No protoc: protox reads the files.
#![expect(clippy::disallowed_methods, reason = "cargo speaks to a build script through environment variables")]
use std::{env, fs, path::PathBuf};

use prost::Message as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo:rerun-if-changed={}", root.display());

    let files = proto_files(&root)?;
    let mut compiler = protox::Compiler::new([root.clone(), google_api()?])?;
    compiler.include_imports(true).include_source_info(true).open_files(&files)?;
    let descriptors = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptors.binpb"), &descriptors)?;

    let mut config = prost_build::Config::new();
    config.extern_path(".google.protobuf", "::pbjson_types").compile_well_known_types();
    tonic_prost_build::configure()
        .compile_fds_with_config(prost_types::FileDescriptorSet::decode(&*descriptors)?, config)?;
    pbjson_build::Builder::new().register_descriptors(&descriptors)?.build(&[".gsvt.accounts", ".gsvt.common.v1.Area", ".gsvt.vehicles"])?;
    Ok(())
}

/// Every file of ours, relative to `proto/`.
fn proto_files(root: &PathBuf) -> Result<Vec<PathBuf>, Box<dyn std::error::Error>> {
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
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

/// Where the crate `envoy-types` keeps `google/api/*.proto`: others' files are resolved, never copied in.
fn google_api() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let home = env::var("CARGO_HOME").map(PathBuf::from).or_else(|_| env::var("HOME").map(|home| PathBuf::from(home).join(".cargo")))?;
    for registry in fs::read_dir(home.join("registry/src"))? {
        for krate in fs::read_dir(registry?.path())? {
            let path = krate?.path();
            let is_it = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("envoy-types-"));
            if is_it {
                let found = find_google_api(&path);
                if let Some(found) = found {
                    return Ok(found);
                }
            }
        }
    }
    Err("the crate envoy-types is not in cargo's registry folder: run `cargo fetch`".into())
}

fn find_google_api(krate: &std::path::Path) -> Option<PathBuf> {
    ["proto/googleapis", "data-plane-api/googleapis", "googleapis", "proto"].iter().map(|folder| krate.join(folder)).find(|folder| folder.join("google/api/annotations.proto").exists())
}
