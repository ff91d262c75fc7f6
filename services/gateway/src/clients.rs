//! The gRPC clients of the pages.
use contract::vehicles::v1::vehicle_service_client::VehicleServiceClient;
use tonic::transport::Channel;

use crate::text::Lang;

/// One channel per service, shared by all requests.
#[derive(Clone)]
pub struct Clients {
    pub vehicles: Channel,
    pub accounts: Channel,
}

impl Clients {
    pub fn vehicles_for(&self, _lang: Lang) -> VehicleServiceClient<Channel> {
        VehicleServiceClient::new(self.vehicles.clone())
    }
}
