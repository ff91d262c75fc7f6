//! What the protos say of each method beside its types: route, audience, permission, disclosure. The table itself is generated.
use crate::transcode::{Answer, Codec, Parameter, Value};

/// One method of a service.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// `DecideTrip`
    pub name: &'static str,
    /// The path of a gRPC call, `/gsvt.vehicles.v1.VehicleService/DecideTrip`.
    pub path: &'static str,
    /// The room that answers it, `vehicles`: also its serve target and the audience of its caller context.
    pub service: &'static str,
    /// `vehicles.DecideTrip`, as spans and audit rows name it.
    pub action: &'static str,
    pub audience: Audience,
    /// The permission that the caller needs; present exactly when the audience is `Holder`.
    pub permission: Option<Permission>,
    pub records: Records,
    /// The answer is a stream of messages.
    pub streaming: bool,
    /// The rule of `google.api.http` and its additional bindings; empty when the method has no HTTP form.
    pub routes: &'static [Route],
    /// Fields that a path or a query can name.
    pub parameters: &'static [Parameter],
    pub answer: Answer,
    /// The request holds a file, so that it is larger and takes longer than others.
    pub upload: bool,
    /// The request holds a secret, so that its URL and answer are nobody's to keep.
    pub secret: bool,
    pub codec: Codec,
}

/// One HTTP form of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub verb: Verb,
    /// `/v1/trips/{trip_id}/decide`
    pub template: &'static str,
    /// The message is the body; without it the fields come from path and query.
    pub body: bool,
    /// The fields in the template, from left to right: `["trip_id"]`.
    pub parameters: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    /// The method of an HTTP request, `GET`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Put => "PUT",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
        }
    }
}

/// Who may call a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A signed-in caller who holds the method's permission.
    Holder,
    /// Any signed-in caller, about himself.
    SignedIn,
    /// Anybody, without an account.
    Public,
    /// The gateway itself; never routed to HTTP.
    Gateway,
}

/// What an answer discloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    None,
    /// Personal data: each call leaves an audit row.
    PersonData,
}

include!(concat!(env!("OUT_DIR"), "/methods.rs"));

impl Permission {
    /// The permission of that name, if there is one.
    pub fn parse(name: &str) -> Option<Permission> {
        Permission::ALL.iter().copied().find(|permission| permission.as_str() == name)
    }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The method behind a gRPC path, `/gsvt.vehicles.v1.VehicleService/DecideTrip`.
pub fn method(path: &str) -> Option<&'static Method> {
    METHODS.binary_search_by(|method| method.path.cmp(path)).ok().map(|at| &METHODS[at])
}
