//! Embeds `assets/`: each file gets a name with its hash, the stylesheet and the scripts point to the hashed files that they need, and text is compressed once.
#![expect(clippy::disallowed_methods, reason = "cargo speaks to a build script through environment variables")]
use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

type Failure = Box<dyn std::error::Error>;

struct Asset {
    name: String,
    hashed: String,
    content: Vec<u8>,
}

fn main() -> Result<(), Failure> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for watched in ["assets", "locales", "templates"] {
        println!("cargo:rerun-if-changed={}", root.join(watched).display());
    }
    let mut assets = Vec::new();
    let (styles, others): (Vec<_>, Vec<_>) =
        files(&root.join("assets"))?.into_iter().partition(|path| path.extension().is_some_and(|it| it == "css"));
    for path in others.into_iter().chain(styles) {
        let mut content = fs::read(&path)?;
        match path.extension().and_then(|it| it.to_str()) {
            Some("css") => content = with_hashed_names(&String::from_utf8(content)?, &assets).into_bytes(),
            Some("js") => content = without_comments(&with_hashed_names(&String::from_utf8(content)?, &assets)).into_bytes(),
            _ => (),
        }
        assets.push(read(&path, content)?);
    }
    write_table(&out, &assets)
}

/// A stylesheet names fonts, a script may import scripts that sort before it.
fn with_hashed_names(text: &str, assets: &[Asset]) -> String {
    assets.iter().fold(text.to_owned(), |text, Asset { name, hashed, .. }| {
        text.replace(&format!("url(\"{name}\")"), &format!("url(\"{hashed}\")"))
            .replace(&format!("\"./{name}\""), &format!("\"./{hashed}\""))
    })
}

/// Comments that are lines of their own stay at home.
fn without_comments(script: &str) -> String {
    let is_comment = |line: &&str| line.trim_start().starts_with("//") || (line.trim_start().starts_with("/** ") && line.ends_with("*/"));
    script.lines().filter(|line| !is_comment(line)).map(|line| format!("{line}\n")).collect()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = fs::read_dir(folder)?.map(|entry| entry.map(|it| it.path())).collect::<Result<Vec<_>, _>>()?;
    found.sort();
    Ok(found)
}

fn read(path: &Path, content: Vec<u8>) -> Result<Asset, Failure> {
    let name = path.file_name().and_then(|it| it.to_str()).ok_or("a file of assets/ has no readable name")?.to_owned();
    let (stem, extension) = name.rsplit_once('.').ok_or("a file of assets/ has no extension")?;
    let digest = Sha256::digest(&content);
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Ok(Asset { hashed: format!("{stem}.{hash}.{extension}"), name, content })
}

fn write_table(out: &Path, assets: &[Asset]) -> Result<(), Failure> {
    let mut table = String::new();
    let mut names = String::new();
    for asset in assets {
        let media_type = media_type(&asset.name)?;
        let plain = out.join(&asset.hashed);
        fs::write(&plain, &asset.content)?;
        let gzip = if media_type.starts_with("font/") { "None".to_owned() } else { compressed(out, asset)? };
        table +=
            &format!("Asset {{ name: {:?}, media_type: {media_type:?}, plain: include_bytes!({plain:?}), gzip: {gzip} }},\n", asset.hashed);
        let constant = asset.name.replace(['.', '-'], "_").to_uppercase();
        names += &format!("#[doc = \"Address of `assets/{}`.\"]\npub const {constant}: &str = \"/assets/{}\";\n", asset.name, asset.hashed);
    }
    let source = format!("{names}\n/// Every asset.\npub const ALL: &[Asset] = &[\n{table}];\n");
    Ok(fs::write(out.join("assets.rs"), source)?)
}

fn compressed(out: &Path, asset: &Asset) -> Result<String, Failure> {
    let path = out.join(format!("{}.gz", asset.hashed));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&asset.content)?;
    fs::write(&path, encoder.finish()?)?;
    Ok(format!("Some(include_bytes!({path:?}))"))
}

fn media_type(name: &str) -> Result<&'static str, Failure> {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => Ok("text/css; charset=utf-8"),
        Some("js") => Ok("text/javascript; charset=utf-8"),
        Some("svg") => Ok("image/svg+xml"),
        Some("txt") => Ok("text/plain; charset=utf-8"),
        Some("woff2") => Ok("font/woff2"),
        _ => Err(format!("assets/{name}: no media type is known for it").into()),
    }
}
