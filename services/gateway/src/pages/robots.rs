//! `/robots.txt`: no part of the site is for search engines.

/// `GET /robots.txt`
pub async fn get() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}
