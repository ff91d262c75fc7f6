//! The province that a system runs for: its area, its posts and their names, read from a data file per province and state.

use serde::Deserialize;

use crate::areas::{AreaKey, Era};

/// What a province's posts are and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub id: String,
    pub name_vi: String,
    pub name_en: String,
    pub era: Era,
    /// The province itself.
    pub area: AreaKey,
    pub posts: Vec<Post>,
    /// Whether the state has districts between province and commune.
    pub has_districts: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// `CP1`…, `LT`
    pub id: String,
    pub kind: PostKind,
    pub name_vi: String,
    pub name_en: String,
    /// `QL19`
    pub road: String,
    /// What lies beyond the post.
    pub border_vi: String,
    pub border_en: String,
    /// The commune in which it stands, in the profile's state.
    pub area: AreaKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PostKind {
    /// On a road at the province's border.
    Provincial,
    /// At a gate of the country.
    BorderGate,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    #[error("there is no province profile `{wanted}`; known are {}", names().join(", "))]
    Unknown { wanted: String },
    #[error("the province profile `{id}` is broken: {reason}")]
    Broken { id: String, reason: String },
}

/// A province is added with its file and a line here.
const FILES: [(&str, &str); 2] = [
    ("gia-lai-2021", include_str!("../data/provinces/gia-lai-2021.json")),
    ("gia-lai-2025", include_str!("../data/provinces/gia-lai-2025.json")),
];

/// The shipped profiles, by name.
pub fn names() -> Vec<&'static str> {
    FILES.iter().map(|(id, _)| *id).collect()
}

impl Profile {
    pub fn load(id: &str) -> Result<Self, ProfileError> {
        let (_, text) = FILES.iter().find(|(known, _)| *known == id).ok_or_else(|| ProfileError::Unknown { wanted: id.to_owned() })?;
        let broken = |reason: String| ProfileError::Broken { id: id.to_owned(), reason };
        let file: ProfileFile = serde_json::from_str(text).map_err(|error| broken(error.to_string()))?;
        file.read(id).map_err(broken)
    }

    pub fn post(&self, id: &str) -> Option<&Post> {
        self.posts.iter().find(|post| post.id == id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    name_vi: String,
    name_en: String,
    area: String,
    posts: Vec<PostFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostFile {
    id: String,
    kind: PostKind,
    name_vi: String,
    name_en: String,
    road: String,
    border_vi: String,
    border_en: String,
    area: String,
}

impl ProfileFile {
    fn read(self, id: &str) -> Result<Profile, String> {
        let area = known_area(&self.area)?;
        let posts = self.posts.into_iter().map(PostFile::read).collect::<Result<Vec<_>, String>>()?;
        if let Some(post) = posts.iter().find(|post| !area.covers(post.area)) {
            return Err(format!("post {} lies outside {area}", post.id));
        }
        let era = area.era();
        Ok(Profile { id: id.to_owned(), name_vi: self.name_vi, name_en: self.name_en, era, area, posts, has_districts: era == Era::Y2021 })
    }
}

impl PostFile {
    fn read(self) -> Result<Post, String> {
        let area = known_area(&self.area)?;
        let Self { id, kind, name_vi, name_en, road, border_vi, border_en, .. } = self;
        Ok(Post { id, kind, name_vi, name_en, road, border_vi, border_en, area })
    }
}

fn known_area(text: &str) -> Result<AreaKey, String> {
    let key = AreaKey::parse(text).map_err(|error| format!("{text}: expected {error}"))?;
    crate::areas::get(key).map(|area| area.key).ok_or_else(|| format!("{text} is no area of that state"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas;

    #[test]
    fn both_profiles_stand_on_their_own_communes() {
        let communes = |id: &str| -> Vec<(String, String)> {
            let profile = Profile::load(id).unwrap();
            profile.posts.iter().map(|post| (post.id.clone(), areas::get(post.area).unwrap().name.to_owned())).collect()
        };
        let named = |pairs: [(&str, &str); 5]| pairs.map(|(id, name)| (id.to_owned(), name.to_owned())).to_vec();
        assert_eq!(
            communes("gia-lai-2021"),
            named([("CP1", "Song An"), ("CP2", "Ia Khươl"), ("CP3", "Ia Le"), ("CP4", "Chư Ngọc"), ("LT", "Ia Dom")])
        );
        assert_eq!(
            communes("gia-lai-2025"),
            named([("CP1", "Cửu An"), ("CP2", "Ia Khươl"), ("CP3", "Ia Le"), ("CP4", "Phú Túc"), ("LT", "Ia Dom")])
        );
    }

    #[test]
    fn the_states_differ_in_districts() {
        let old = Profile::load("gia-lai-2021").unwrap();
        let new = Profile::load("gia-lai-2025").unwrap();
        assert_eq!((old.has_districts, old.area.to_string()), (true, "2021.64".to_owned()));
        assert_eq!((new.has_districts, new.area.to_string()), (false, "2025.52".to_owned()));
        assert_eq!(old.post("LT").unwrap().kind, PostKind::BorderGate);
        assert!(old.post("CP9").is_none());
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = Profile::load("kon-tum").unwrap_err().to_string();
        assert_eq!(error, "there is no province profile `kon-tum`; known are gia-lai-2021, gia-lai-2025");
    }
}
