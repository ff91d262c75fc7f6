//! gRPC as every service speaks it: one server stack, one client stack, one form of error. What a method does belongs to the services.

mod again;
mod classes;
mod client;
mod problem;
mod scope;
mod server;

pub use client::Client;
pub use problem::{FieldViolation, Problem};
pub use scope::{Scope, remaining, request_id};
pub use server::serve;

use tonic::{Request, Status};

use crate::{Caller, caller::Denied};

/// The checked caller and the message of a request; the first line of every method of a service.
pub fn accept<T>(request: Request<T>) -> Result<(Caller, T), Status> {
    let (_, mut extensions, message) = request.into_parts();
    match extensions.remove::<Caller>() {
        Some(caller) => Ok((caller, message)),
        None => Err(Denied::NotSignedIn.into()),
    }
}
