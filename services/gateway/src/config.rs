//! The gateway's settings, all from the environment.
use runtime::{ConfigError, Env};
use vietnam::province::Profile;

use crate::{client_address::TrustedProxies, face::Hosts};

/// What the environment says.
pub struct Config {
    /// `GSVT_PROVINCE`, default `gia-lai-2021`.
    pub province: Profile,
    /// `GATEWAY_PUBLIC_HOST`, `GATEWAY_STAFF_HOST`: absent, one address serves both faces.
    pub hosts: Hosts,
    /// `GATEWAY_TRUSTED_PROXIES`, default none.
    pub proxies: TrustedProxies,
    /// `GATEWAY_LOCK_MINUTES`, default 10; fractions are allowed.
    pub lock_minutes: f64,
    /// `NATS_URL`
    pub nats: String,
}

impl Config {
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let province = env.text_or("GSVT_PROVINCE", "gia-lai-2021");
        let proxies = env.text_or("GATEWAY_TRUSTED_PROXIES", "");
        Ok(Self {
            province: Profile::load(&province).map_err(|fault| invalid("GSVT_PROVINCE", province, fault))?,
            hosts: Hosts { public: env.text_or("GATEWAY_PUBLIC_HOST", ""), staff: env.text_or("GATEWAY_STAFF_HOST", "") },
            proxies: TrustedProxies::parse(&proxies).map_err(|fault| invalid("GATEWAY_TRUSTED_PROXIES", proxies, fault))?,
            lock_minutes: lock_minutes(env)?,
            nats: env.text("NATS_URL")?,
        })
    }
}

fn lock_minutes(env: &Env) -> Result<f64, ConfigError> {
    let minutes: f64 = env.parsed_or("GATEWAY_LOCK_MINUTES", 10.0)?;
    let fault = || invalid("GATEWAY_LOCK_MINUTES", minutes.to_string(), "must be more than 0");
    if minutes.is_finite() && minutes > 0.0 { Ok(minutes) } else { Err(fault()) }
}

fn invalid(name: &str, value: String, fault: impl std::fmt::Display) -> ConfigError {
    ConfigError::Invalid { name: name.to_owned(), value, fault: fault.to_string() }
}
