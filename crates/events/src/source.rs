//! Where events come from: one stream per service, and the connection to NATS.

use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::{self, Context};

/// A service as a source of events: `vehicles` has the stream `VEHICLES` with the subjects `gsvt.vehicles.>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(String);

impl Source {
    /// From the service's name, as in `vehicles::NAME`.
    pub fn new(service: &str) -> Self {
        Self(service.to_ascii_lowercase())
    }

    /// The name of the service.
    pub fn service(&self) -> &str {
        &self.0
    }

    /// The name of its stream.
    pub fn stream(&self) -> String {
        self.0.to_ascii_uppercase()
    }

    /// Every subject of its stream.
    pub fn subjects(&self) -> String {
        format!("gsvt.{}.>", self.0)
    }

    /// The CloudEvents attribute `source`.
    pub(crate) fn uri(&self) -> String {
        format!("/gsvt/{}", self.0)
    }
}

/// The address cannot be used. An unreachable server is no error: the client goes on trying.
#[derive(Debug, thiserror::Error)]
#[error("NATS_URL cannot be used")]
pub struct ConnectError(#[source] async_nats::ConnectError);

const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
const SLOWEST_RECONNECT: Duration = Duration::from_secs(2);

/// Connects to NATS as `name`, with the user and password of the address if it has them; returns before the server is reachable and reconnects for ever.
pub async fn connect(url: &str, name: &str) -> Result<Context, ConnectError> {
    let client = options_for(url)
        .name(name)
        .retry_on_initial_connect()
        .max_reconnects(None)
        .reconnect_delay_callback(backoff)
        .request_timeout(Some(REQUEST_TIMEOUT))
        .event_callback(|event| async move { tracing::info!(%event, "NATS") })
        .connect(url)
        .await
        .map_err(ConnectError)?;
    let mut jetstream = jetstream::new(client);
    jetstream.set_timeout(REQUEST_TIMEOUT);
    Ok(jetstream)
}

/// The client itself ignores what stands before the host.
fn options_for(url: &str) -> async_nats::ConnectOptions {
    let address = url.parse::<async_nats::ServerAddr>().ok();
    match address.as_ref().and_then(|address| Some((address.username()?, address.password()?))) {
        Some((user, password)) => async_nats::ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned()),
        None => async_nats::ConnectOptions::new(),
    }
}

/// Whether NATS answers as far as the client knows. Asking first keeps the client from queueing what would be sent at a reconnect.
pub(crate) fn is_connected(jetstream: &Context) -> bool {
    jetstream.client().connection_state() == State::Connected
}

/// 50 ms, doubled with every failure, 2 s at most.
pub(crate) fn backoff(failures: usize) -> Duration {
    let doubled = 1_u32.checked_shl(u32::try_from(failures.saturating_sub(1)).unwrap_or(u32::MAX)).unwrap_or(u32::MAX);
    Duration::from_millis(50).saturating_mul(doubled).min(SLOWEST_RECONNECT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_two_seconds() {
        for (failures, milliseconds) in [(0, 50), (1, 50), (2, 100), (6, 1_600), (7, 2_000), (400, 2_000)] {
            assert_eq!(backoff(failures), Duration::from_millis(milliseconds), "{failures}");
        }
    }

    #[test]
    fn a_service_names_its_stream_and_subjects() {
        let source = Source::new("vehicles");
        assert_eq!((source.stream(), source.subjects()), ("VEHICLES".to_owned(), "gsvt.vehicles.>".to_owned()));
    }
}
