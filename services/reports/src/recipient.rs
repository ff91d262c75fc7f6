//! Who has a report: the police of an area, or a post. Who else sees it follows from that.

use vietnam::{
    AreaKey, Level,
    province::{Post, Profile},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub area: AreaKey,
    /// None: the police of the area.
    pub post: Option<String>,
}

impl Recipient {
    pub const fn police(area: AreaKey) -> Self {
        Self { area, post: None }
    }

    pub fn at(post: &Post) -> Self {
        Self { area: post.area, post: Some(post.id.clone()) }
    }

    /// Whose reports those are, as texts that a caller's own are compared with. The police see what is below their area; a post sees its own, and of
    /// the police only those above its commune see that.
    pub fn seen_by(&self) -> Vec<String> {
        let above = self.area.ancestors();
        match &self.post {
            None => above.iter().map(ToString::to_string).collect(),
            Some(post) => {
                let commune = self.area;
                let police = above.iter().filter(|area| **area != commune).map(ToString::to_string);
                std::iter::once(eyes_of_post(post)).chain(police).collect()
            }
        }
    }

    /// How high it stands: 0 a post, then commune, district, province.
    pub const fn rank(&self) -> u8 {
        match (&self.post, self.area.level()) {
            (Some(_), _) => 0,
            (None, Level::Commune) => 1,
            (None, Level::District) => 2,
            (None, Level::Province) => 3,
        }
    }

    /// The police of the district of an area; of the province where there are no districts.
    pub fn district_police(area: AreaKey, profile: &Profile) -> Self {
        Self::police(area.district().unwrap_or(profile.area))
    }
}

/// What a post's officers are compared by.
pub fn eyes_of_post(post: &str) -> String {
    format!("post:{post}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_seen_by_itself_and_from_above_its_commune() {
        let profile = Profile::load("gia-lai-2021").unwrap();
        let post = Recipient::at(profile.post("CP3").unwrap());
        assert_eq!(post.seen_by(), ["post:CP3", "2021.64", "2021.64.639"]);
        let police = Recipient::police(post.area);
        assert_eq!(police.seen_by(), ["2021.64", "2021.64.639", "2021.64.639.23986"]);
        assert!(post.rank() < police.rank() && police.rank() < Recipient::district_police(post.area, &profile).rank());
        let later = Profile::load("gia-lai-2025").unwrap();
        let post = Recipient::at(later.post("CP3").unwrap());
        assert_eq!(post.seen_by(), ["post:CP3", "2025.52"]);
        assert_eq!(Recipient::district_police(post.area, &later), Recipient::police(later.area));
    }
}
