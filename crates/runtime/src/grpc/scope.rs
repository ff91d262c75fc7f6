//! What belongs to the request that a task works on, wherever in it one asks: its number and how much of its time is left.

use std::time::Duration;

use ids::RequestId;
use tokio::time::Instant;

tokio::task_local! {
    static CURRENT: Scope;
}

/// The request that a piece of work belongs to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope {
    pub request_id: Option<RequestId>,
    pub deadline: Option<Instant>,
}

impl Scope {
    /// A request that has `time` left from now.
    pub fn new(request_id: RequestId, time: Duration) -> Self {
        Self { request_id: Some(request_id), deadline: Some(Instant::now() + time) }
    }

    /// Does the work as part of this request; calls made in it pass the rest of its time on.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }
}

fn current() -> Scope {
    CURRENT.try_with(|scope| *scope).unwrap_or_default()
}

/// The number of the request that is being worked on.
pub fn request_id() -> Option<RequestId> {
    current().request_id
}

/// How much time it has left; `None` where it has no limit.
pub fn remaining() -> Option<Duration> {
    current().deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

/// Reads `grpc-timeout`: up to eight digits and a unit.
pub(super) fn read_timeout(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if number.is_empty() || number.len() > 8 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

/// Writes `grpc-timeout` in milliseconds, at most its eight digits.
pub(super) fn write_timeout(time: Duration) -> String {
    format!("{}m", time.as_millis().min(99_999_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_read_as_grpc_writes_it() {
        for (text, time) in [
            ("1H", Some(Duration::from_secs(3600))),
            ("2M", Some(Duration::from_secs(120))),
            ("3S", Some(Duration::from_secs(3))),
            ("40m", Some(Duration::from_millis(40))),
            ("99999999u", Some(Duration::from_micros(99_999_999))),
            ("5n", Some(Duration::from_nanos(5))),
            ("", None),
            ("m", None),
            ("123456789m", None),
            ("+1S", None),
            ("1ế", None),
            ("1x", None),
        ] {
            assert_eq!(read_timeout(text), time, "{text}");
        }
        assert_eq!(write_timeout(Duration::from_millis(4950)), "4950m");
    }

    #[tokio::test]
    async fn a_request_knows_its_number_and_its_time_wherever_one_asks() {
        let id = RequestId::mint(chrono::DateTime::UNIX_EPOCH);
        assert_eq!((request_id(), remaining()), (None, None));
        Scope::new(id, Duration::from_secs(60))
            .run(async {
                assert_eq!(request_id(), Some(id));
                assert!(remaining().is_some_and(|left| left > Duration::from_secs(50)));
            })
            .await;
    }
}
