//! Typed UUIDv7 identifiers, one alphabetical list. Ids are minted and parsed here and nowhere else, so that a trip's id can never stand for an account's.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Text that is no UUIDv7.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID of version 7")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id whose time part is `now`.
            pub fn mint(now: DateTime<Utc>) -> Self {
                Self(mint(now))
            }

            /// Reads the hyphenated form. Other versions than 7 are refused: their order says nothing of time.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                parse(text).map(Self)
            }

            /// For a value that a database or an event gave back.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    AccountId,
    ArrivalId,
    AuditId,
    CampaignId,
    CommandId,
    ConfirmationId,
    DecisionId,
    EventId,
    GrantId,
    LinkId,
    PersonId,
    PhotoId,
    ReportId,
    RequestId,
    ResultId,
    ResultImportId,
    RosterId,
    RunId,
    SamplingSessionId,
    SessionId,
    ShipmentId,
    SightingId,
    SubjectId,
    SubmissionId,
    TaskId,
    TripId,
    TubeId,
    UnitId,
    ViolationId,
}

fn mint(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos()))
}

fn parse(text: &str) -> Result<Uuid, InvalidId> {
    let uuid = Uuid::try_parse(text).map_err(|_| InvalidId)?;
    if uuid.get_version_num() == 7 && text.len() == 36 { Ok(uuid) } else { Err(InvalidId) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minted_id_parses_to_itself_and_sorts_by_time() {
        let early = TripId::mint(DateTime::UNIX_EPOCH);
        let late = TripId::mint(DateTime::UNIX_EPOCH + chrono::Duration::seconds(1));
        assert_eq!(TripId::parse(&early.to_string()), Ok(early));
        assert!(early < late);
    }

    #[test]
    fn other_versions_and_spellings_are_refused() {
        for text in [
            "",
            "7",
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
            "{0192a0b0-0000-7000-8000-000000000000}",
            "0192a0b000007000800000000000000000",
        ] {
            assert_eq!(TripId::parse(text), Err(InvalidId), "{text}");
        }
    }
}
