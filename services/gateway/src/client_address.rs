//! Which address a request comes from: the connection's, or what a proxy that we were told to trust says of it.
use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap};

/// `GATEWAY_TRUSTED_PROXIES`: addresses of proxies, separated by commas.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpAddr>);

impl TrustedProxies {
    pub fn parse(text: &str) -> Result<Self, std::net::AddrParseError> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect::<Result<_, _>>().map(Self)
    }

    /// The right-most hop that is no proxy of ours; what stands left of it anybody can write.
    pub fn client(&self, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
        let peer =
            extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([127, 0, 0, 1]), |ConnectInfo(peer)| peer.ip().to_canonical());
        if !self.0.contains(&peer) {
            return peer;
        }
        let hops: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
        let outside =
            hops.iter().rev().filter_map(|hop| hop.trim().parse::<IpAddr>().ok()).find(|hop| !self.0.contains(&hop.to_canonical()));
        outside.map_or(peer, |hop| hop.to_canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted = TrustedProxies::parse("10.0.0.1, 10.0.0.2").unwrap();
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static("x-forwarded-for"),
            HeaderValue::from_static("6.6.6.6, 113.160.1.2, 10.0.0.2"),
        )]);
        for (peer, client) in [("10.0.0.1", "113.160.1.2"), ("8.8.8.8", "8.8.8.8")] {
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
            assert_eq!(trusted.client(&extensions, &headers), client.parse::<IpAddr>().unwrap());
        }
    }
}
