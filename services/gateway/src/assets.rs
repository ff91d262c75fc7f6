//! The embedded files of `assets/`: hashed names, cached for ever. Pages name them by the constants, such as `assets::APP_CSS`.
use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// One embedded file.
pub struct Asset {
    /// File name with its hash: `app.0123456789abcdef.css`.
    pub name: &'static str,
    pub media_type: &'static str,
    pub plain: &'static [u8],
    /// Absent where compression gains nothing.
    pub gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// `GET /assets/{name}`
pub async fn get(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ALL.iter().find(|asset| asset.name == name) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = match asset.gzip.filter(|_| accepts_gzip(&headers)) {
        Some(gzip) => ([(header::CONTENT_ENCODING, "gzip")], gzip).into_response(),
        None => asset.plain.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Whether the client takes gzip.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| matches!(coding.trim().split(';').next(), Some("gzip" | "*")) && !coding.contains("q=0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_only_where_it_is_accepted() {
        for (value, expected) in [("gzip, deflate, br", true), ("br", false), ("gzip;q=0", false), ("*", true), ("", false)] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(accepts_gzip(&headers), expected, "{value}");
        }
    }

    #[test]
    fn the_stylesheet_names_the_hashed_fonts() {
        let style =
            ALL.iter().find(|asset| asset.media_type.starts_with("text/css")).map(|asset| String::from_utf8_lossy(asset.plain)).unwrap();
        assert!(style.contains(INTER_400_WOFF2.trim_start_matches("/assets/")));
        assert!(!style.contains("url(\"inter-400.woff2\")"));
    }

    #[test]
    fn a_script_names_the_hashed_one_that_it_imports() {
        let script = ALL.iter().find(|asset| VERIFY_JS.ends_with(asset.name)).map(|asset| String::from_utf8_lossy(asset.plain)).unwrap();
        assert!(script.contains(CERTIFICATE_JS.trim_start_matches("/assets/")));
    }

    #[test]
    fn scripts_stay_within_their_budget() {
        let bytes = |chosen: &dyn Fn(&str) -> bool| -> usize {
            let scripts = ALL.iter().filter(|asset| asset.media_type.starts_with("text/javascript") && chosen(asset.name));
            scripts.filter_map(|asset| asset.gzip).map(<[u8]>::len).sum()
        };
        let is = |name: &str, script: &str| script.ends_with(name);
        // The reader of QR codes is loaded by who scans with a camera, what solves a challenge by who sends a report, and what checks a certificate only by
        // `/verify`.
        let guide = bytes(&|name| ![ALTCHA_PBKDF2_JS, QR_DECODE_JS, CERTIFICATE_JS, VERIFY_JS].iter().any(|script| is(name, script)));
        assert!(guide <= 12_000, "{guide} bytes of script after compression");
        for (script, most) in [(CERTIFICATE_JS, 6_000), (VERIFY_JS, 2_000)] {
            let size = bytes(&|name| is(name, script));
            assert!(size <= most, "{size} bytes of {script} after compression");
        }
    }
}
