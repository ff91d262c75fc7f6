//! What every request of Open311 says: the form and the language of its answer, its address, its query.
use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, Query},
    response::Response,
};
use http::{StatusCode, request::Parts};
use ids::RequestId;
use runtime::{Caller, ClientId};

use super::{
    document::{Document, Format},
    failure::Failure,
};
use crate::{forms::Typed, limits::Cost, site::Site, text::Lang, visitor};

/// Who asks, and for what.
#[derive(Debug, Clone)]
pub struct Asked {
    pub format: Format,
    pub lang: Lang,
    pub address: IpAddr,
    pub caller: Caller,
    pub query: Typed,
}

impl FromRequestParts<Arc<Site>> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Response> {
        let format = Format::of_path(parts.uri.path());
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let pairs = pairs.map_err(|_| Failure::of_http(site, StatusCode::BAD_REQUEST).respond(format))?;
        let query = Typed::new(pairs.0);
        let address = site.proxies.client(&parts.extensions, &parts.headers);
        // `vi-VN` and `en-US` are languages too.
        let lang = Lang::of_preference(query.get("locale").to_ascii_lowercase().get(..2).unwrap_or_default());
        let request_id = runtime::grpc::request_id().unwrap_or_else(|| RequestId::mint(site.now()));
        let caller = Caller::anonymous(ClientId::of(address, &site.client_key), request_id, visitor::language(lang));
        let asked = Self { format, lang, address, caller, query };
        asked.check(site).map_err(|failure| failure.respond(format))?;
        Ok(asked)
    }
}

impl Asked {
    /// What no address may hold: somebody else's jurisdiction, or a PIN, which addresses give away.
    fn check(&self, site: &Site) -> Result<(), Failure> {
        if self.query.has("pin") {
            return Err(Failure::parameters(site, &[("pin", "open311-pin-in-address")]));
        }
        jurisdiction(site, self.query.get("jurisdiction_id"))
    }

    /// Counts a question to a service.
    pub fn count(&self, site: &Site) -> Result<(), Failure> {
        if site.limits.allows(Cost::Ask, self.address) { Ok(()) } else { Err(Failure::too_many(site)) }
    }

    pub fn answer(&self, made: Result<Document, Failure>) -> Response {
        match made {
            Ok(document) => document.respond(self.format),
            Err(failure) => failure.respond(self.format),
        }
    }
}

/// Ours when it is given: the province's profile, or the host of the public pages.
pub fn jurisdiction(site: &Site, id: &str) -> Result<(), Failure> {
    let ours = id.is_empty() || id.eq_ignore_ascii_case(&site.province.id) || id.eq_ignore_ascii_case(&site.hosts.public);
    if ours { Ok(()) } else { Err(Failure::new(site, StatusCode::NOT_FOUND, "open311-other-jurisdiction")) }
}
