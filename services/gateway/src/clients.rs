//! The gRPC clients of the pages: every call says on whose behalf it is made.
use std::{collections::BTreeMap, sync::Arc};

use contract::{
    accounts::v1::account_service_client::AccountServiceClient,
    lab::v1::{laboratory_service_client::LaboratoryServiceClient, sampling_service_client::SamplingServiceClient},
    reports::v1::{photo_service_client::PhotoServiceClient, report_service_client::ReportServiceClient},
    vehicles::v1::vehicle_service_client::VehicleServiceClient,
};
use runtime::{Caller, CallerSigner, Clock, ConfigError, Env, grpc::Client};

use crate::principal::Principals;

/// The file of a photo as it was sent has up to 5 MB, and ten small photos together have less.
const PHOTO_BYTES: usize = 6 * 1024 * 1024;

/// A list of people comes back as a workbook, which may be larger than the list.
const WORKBOOK_BYTES: usize = 16 * 1024 * 1024;

/// One connection per service, shared by all requests.
#[derive(Clone)]
pub struct Clients {
    vehicles: Client,
    accounts: Client,
    reports: Client,
    lab: Client,
}

impl Clients {
    /// From `VEHICLES_URL`, `ACCOUNTS_URL`, `REPORTS_URL` and `LAB_URL`; they connect when they are first used.
    pub fn from_env(env: &Env, signer: &CallerSigner, clock: &Clock) -> Result<Self, ConfigError> {
        let client = |service| Client::from_env(env, service, signer.clone(), clock.clone());
        Ok(Self { vehicles: client("vehicles")?, accounts: client("accounts")?, reports: client("reports")?, lab: client("lab")? })
    }

    /// By the name that `Method::service` says.
    pub fn by_service(&self) -> BTreeMap<&'static str, Client> {
        BTreeMap::from([
            ("vehicles", self.vehicles.clone()),
            ("accounts", self.accounts.clone()),
            ("reports", self.reports.clone()),
            ("lab", self.lab.clone()),
        ])
    }

    /// Whose a session token is.
    pub fn principals(&self) -> Principals {
        Principals::new(self.accounts.clone())
    }

    pub fn vehicles(&self, caller: impl Into<Arc<Caller>>) -> VehicleServiceClient<Client> {
        VehicleServiceClient::new(self.vehicles.on_behalf_of(caller))
    }

    pub fn accounts(&self, caller: impl Into<Arc<Caller>>) -> AccountServiceClient<Client> {
        AccountServiceClient::new(self.accounts.on_behalf_of(caller))
    }

    pub fn reports(&self, caller: impl Into<Arc<Caller>>) -> ReportServiceClient<Client> {
        ReportServiceClient::new(self.reports.on_behalf_of(caller))
    }

    pub fn photos(&self, caller: impl Into<Arc<Caller>>) -> PhotoServiceClient<Client> {
        PhotoServiceClient::new(self.reports.on_behalf_of(caller)).max_decoding_message_size(PHOTO_BYTES)
    }

    pub fn sampling(&self, caller: impl Into<Arc<Caller>>) -> SamplingServiceClient<Client> {
        SamplingServiceClient::new(self.lab.on_behalf_of(caller))
    }

    pub fn rosters(&self, caller: impl Into<Arc<Caller>>) -> SamplingServiceClient<Client> {
        self.sampling(caller).max_decoding_message_size(WORKBOOK_BYTES)
    }

    /// On the same connection: one service answers both.
    pub fn laboratory(&self, caller: impl Into<Arc<Caller>>) -> LaboratoryServiceClient<Client> {
        LaboratoryServiceClient::new(self.lab.on_behalf_of(caller))
    }
}
