//! The contract: messages, JSON, clients and servers made from `proto/`, the table of methods, and the descriptor set.
mod methods;
pub mod rules;
mod timestamp;
pub mod transcode;

pub use methods::{Audience, METHODS, Method, Permission, Records, Route, Verb, method};
pub use timestamp::{OutOfRange, Timestamp};

/// Every file of `proto/` with its comments and options, encoded.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.binpb"));

/// The OpenAPI 3.1 document of `/v1`.
pub const OPENAPI: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

macro_rules! package {
    ($file:literal) => {
        include!(concat!(env!("OUT_DIR"), "/", $file, ".rs"));
        include!(concat!(env!("OUT_DIR"), "/", $file, ".serde.rs"));
    };
}

#[expect(clippy::allow_attributes, reason = "generated")]
pub mod common {
    pub mod v1 {
        package!("gsvt.common.v1");
    }
}
#[expect(clippy::allow_attributes, reason = "generated")]
pub mod accounts {
    pub mod v1 {
        package!("gsvt.accounts.v1");
    }
}
#[expect(clippy::allow_attributes, reason = "generated")]
pub mod lab {
    pub mod v1 {
        package!("gsvt.lab.v1");
    }
}
#[expect(clippy::allow_attributes, reason = "generated")]
pub mod reports {
    pub mod v1 {
        package!("gsvt.reports.v1");
    }
}
#[expect(clippy::allow_attributes, reason = "generated")]
pub mod vehicles {
    pub mod v1 {
        package!("gsvt.vehicles.v1");
    }
}
