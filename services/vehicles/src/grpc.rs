//! The service as tonic sees it: one line per RPC.

use contract::vehicles::v1::{self as pb, vehicle_service_server::VehicleService};
use tonic::{Request, Response, Status};

use crate::{rpc, service::Vehicles};

/// Writes the service: each RPC takes the checked caller out of the request and hands both to the file of its name.
macro_rules! rpcs {
    ($($rpc:ident: $request:ident -> $response:ident,)*) => {
        #[tonic::async_trait]
        impl VehicleService for Vehicles {
            type WatchTripsStream = rpc::watch_trips::Changes;

            async fn watch_trips(&self, request: Request<pb::WatchTripsRequest>) -> Result<Response<Self::WatchTripsStream>, Status> {
                let (caller, message) = runtime::grpc::accept(request)?;
                Ok(Response::new(rpc::watch_trips::handle(self, &caller, message).await?))
            }

            $(
                async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                    let (caller, message) = runtime::grpc::accept(request)?;
                    Ok(Response::new(rpc::$rpc::handle(self, &caller, message).await?))
                }
            )*
        }
    };
}

rpcs! {
    answer_possible_person: AnswerPossiblePersonRequest -> AnswerPossiblePersonResponse,
    assess_trip: AssessTripRequest -> AssessTripResponse,
    cancel_trip: CancelTripRequest -> CancelTripResponse,
    close_trip: CloseTripRequest -> CloseTripResponse,
    confirm_arrival: ConfirmArrivalRequest -> ConfirmArrivalResponse,
    decide_trip: DecideTripRequest -> DecideTripResponse,
    declare_trip: DeclareTripRequest -> DeclareTripResponse,
    enter_trip: EnterTripRequest -> EnterTripResponse,
    export_statistics: ExportStatisticsRequest -> ExportStatisticsResponse,
    find_trips: FindTripsRequest -> FindTripsResponse,
    get_arrival: GetArrivalRequest -> GetArrivalResponse,
    get_pass: GetPassRequest -> GetPassResponse,
    get_public_trip: GetPublicTripRequest -> GetPublicTripResponse,
    get_statistics: GetStatisticsRequest -> GetStatisticsResponse,
    get_trip: GetTripRequest -> GetTripResponse,
    list_areas: ListAreasRequest -> ListAreasResponse,
    list_arrivals: ListArrivalsRequest -> ListArrivalsResponse,
    list_commitment_templates: ListCommitmentTemplatesRequest -> ListCommitmentTemplatesResponse,
    list_pass_keys: ListPassKeysRequest -> ListPassKeysResponse,
    list_possible_people: ListPossiblePeopleRequest -> ListPossiblePeopleResponse,
    list_posts: ListPostsRequest -> ListPostsResponse,
    list_public_trips: ListPublicTripsRequest -> ListPublicTripsResponse,
    list_trips: ListTripsRequest -> ListTripsResponse,
    receive_trip: ReceiveTripRequest -> ReceiveTripResponse,
    record_sighting: RecordSightingRequest -> RecordSightingResponse,
}
