//! The service as tonic sees it: one line per RPC.

use std::pin::Pin;

use contract::vehicles::v1::{self as pb, vehicle_service_server::VehicleService};
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

use crate::{rpc, service::Vehicles};

/// Writes the service: each RPC takes the checked caller out of the request and hands both to the file of its name.
macro_rules! rpcs {
    (built { $($rpc:ident: $request:ident -> $response:ident,)* } missing { $($missing:ident: $asked:ident -> $answered:ident,)* }) => {
        #[tonic::async_trait]
        impl VehicleService for Vehicles {
            type WatchTripsStream = Pin<Box<dyn Stream<Item = Result<pb::WatchTripsResponse, Status>> + Send>>;

            async fn watch_trips(&self, _request: Request<pb::WatchTripsRequest>) -> Result<Response<Self::WatchTripsStream>, Status> {
                Err(Status::unimplemented("WatchTrips"))
            }
            $(
                async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                    let (caller, message) = runtime::grpc::accept(request)?;
                    Ok(Response::new(rpc::$rpc::handle(self, &caller, message).await?))
                }
            )*
            $(
                async fn $missing(&self, _request: Request<pb::$asked>) -> Result<Response<pb::$answered>, Status> {
                    Err(Status::unimplemented(stringify!($missing)))
                }
            )*
        }
    };
}

rpcs! {
built {
    assess_trip: AssessTripRequest -> AssessTripResponse,
    cancel_trip: CancelTripRequest -> CancelTripResponse,
    close_trip: CloseTripRequest -> CloseTripResponse,
    confirm_arrival: ConfirmArrivalRequest -> ConfirmArrivalResponse,
    decide_trip: DecideTripRequest -> DecideTripResponse,
    declare_trip: DeclareTripRequest -> DeclareTripResponse,
    enter_trip: EnterTripRequest -> EnterTripResponse,
    get_pass: GetPassRequest -> GetPassResponse,
    get_trip: GetTripRequest -> GetTripResponse,
    list_pass_keys: ListPassKeysRequest -> ListPassKeysResponse,
    receive_trip: ReceiveTripRequest -> ReceiveTripResponse,
    record_sighting: RecordSightingRequest -> RecordSightingResponse,
}
missing {
    list_public_trips: ListPublicTripsRequest -> ListPublicTripsResponse,
    get_public_trip: GetPublicTripRequest -> GetPublicTripResponse,
    list_posts: ListPostsRequest -> ListPostsResponse,
    list_areas: ListAreasRequest -> ListAreasResponse,
    list_commitment_templates: ListCommitmentTemplatesRequest -> ListCommitmentTemplatesResponse,
    find_trips: FindTripsRequest -> FindTripsResponse,
    list_trips: ListTripsRequest -> ListTripsResponse,
    list_arrivals: ListArrivalsRequest -> ListArrivalsResponse,
    get_arrival: GetArrivalRequest -> GetArrivalResponse,
    get_statistics: GetStatisticsRequest -> GetStatisticsResponse,
    export_statistics: ExportStatisticsRequest -> ExportStatisticsResponse,
}
}
