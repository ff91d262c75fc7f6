//! All targets in this process.

use runtime::Process;
use tokio::net::TcpListener;

use super::Settings;
use crate::{serve, targets::TARGETS};

/// A free loopback port for every target that has none yet, and how the others find it.
pub async fn listeners(front: TcpListener) -> anyhow::Result<(Vec<TcpListener>, Settings)> {
    let (mut front, mut listeners, mut settings) = (Some(front), Vec::new(), Settings::new());
    for target in TARGETS {
        let listener = match front.take_if(|_| target.is_front()) {
            Some(front) => front,
            None => serve::bind(&target.address_variable(), "127.0.0.1:0").await?,
        };
        let address = listener.local_addr()?;
        settings.push((target.address_variable(), address.to_string()));
        settings.push((target.variable("URL"), format!("http://{address}")));
        listeners.push(listener);
    }
    Ok((listeners, settings))
}

/// Serves every target on its listener.
pub async fn start(process: &Process, listeners: Vec<TcpListener>) -> anyhow::Result<()> {
    for (target, listener) in TARGETS.iter().zip(listeners) {
        serve::start(process, target, listener).await?;
    }
    Ok(())
}
