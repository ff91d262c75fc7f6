//! What a form sent: names and values in order, so that a refused form shows again exactly what was typed.
use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse as _, Response},
};
use http::StatusCode;

/// The pairs of an `application/x-www-form-urlencoded` body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    pub fn new(pairs: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The value as typed, without the blanks around it; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(it, _)| it == name)
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(it, _)| it != name);
        self.0.push((name.to_owned(), value.into()));
    }

    /// One more pair, after the others.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Everything, in the order of the form.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All values of one name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(it, _)| it == name).map(|(_, value)| value.trim())
    }

    /// How many groups such as `people-0-name`, `people-1-name` were sent.
    pub fn groups(&self, prefix: &str) -> usize {
        let numbers =
            self.0.iter().filter_map(|(name, _)| name.strip_prefix(prefix)?.strip_prefix('-')?.split('-').next()?.parse::<usize>().ok());
        numbers.max().map_or(0, |highest| highest + 1)
    }

    /// Takes one group out and moves the later ones up.
    pub fn remove_group(&mut self, prefix: &str, removed: usize) {
        let number = |name: &str| name.strip_prefix(prefix)?.strip_prefix('-')?.split('-').next()?.parse::<usize>().ok();
        self.0.retain(|(name, _)| number(name) != Some(removed));
        for (name, _) in &mut self.0 {
            if let Some(group) = number(name).filter(|group| *group > removed) {
                *name = name.replacen(&format!("{prefix}-{group}"), &format!("{prefix}-{}", group - 1), 1);
            }
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match axum::Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(axum::Form(pairs)) => Ok(Self(pairs)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(StatusCode::PAYLOAD_TOO_LARGE.into_response()),
            Err(_) => Err(StatusCode::BAD_REQUEST.into_response()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_group_leaves_no_gap() {
        let mut typed = Typed::new([("people-0-name", "A"), ("people-1-name", "B"), ("people-2-name", "C"), ("plate", "81C-123.45")]);
        typed.remove_group("people", 1);
        assert_eq!(typed.groups("people"), 2);
        assert_eq!((typed.get("people-0-name"), typed.get("people-1-name"), typed.get("plate")), ("A", "C", "81C-123.45"));
    }
}
