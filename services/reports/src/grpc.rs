//! The services as tonic sees them: one line per RPC.

use contract::reports::v1::{self as pb, photo_service_server::PhotoService, report_service_server::ReportService};
use tonic::{Request, Response, Status};

use crate::{rpc, service::Reports};

/// Writes a service: each RPC takes the checked caller out of the request and hands both to the file of its name.
macro_rules! rpcs {
    ($service:ident; $($rpc:ident: $request:ident -> $response:ident,)*) => {
        #[tonic::async_trait]
        impl $service for Reports {
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
    ReportService;
    add_report_note: AddReportNoteRequest -> AddReportNoteResponse,
    add_reporter_message: AddReporterMessageRequest -> AddReporterMessageResponse,
    approve_answer: ApproveAnswerRequest -> ApproveAnswerResponse,
    ask_reporter: AskReporterRequest -> AskReporterResponse,
    assign_report: AssignReportRequest -> AssignReportResponse,
    create_report: CreateReportRequest -> CreateReportResponse,
    draft_answer: DraftAnswerRequest -> DraftAnswerResponse,
    follow_report: FollowReportRequest -> FollowReportResponse,
    get_report: GetReportRequest -> GetReportResponse,
    list_published_reports: ListPublishedReportsRequest -> ListPublishedReportsResponse,
    list_report_categories: ListReportCategoriesRequest -> ListReportCategoriesResponse,
    list_reports: ListReportsRequest -> ListReportsResponse,
    rate_report: RateReportRequest -> RateReportResponse,
    reject_report: RejectReportRequest -> RejectReportResponse,
    reopen_report: ReopenReportRequest -> ReopenReportResponse,
    return_report: ReturnReportRequest -> ReturnReportResponse,
    start_report: StartReportRequest -> StartReportResponse,
}

rpcs! {
    PhotoService;
    add_photo: AddPhotoRequest -> AddPhotoResponse,
    add_reporter_photo: AddReporterPhotoRequest -> AddReporterPhotoResponse,
    get_photo_evidence: GetPhotoEvidenceRequest -> GetPhotoEvidenceResponse,
    get_report_photo: GetReportPhotoRequest -> GetReportPhotoResponse,
    list_report_photos: ListReportPhotosRequest -> ListReportPhotosResponse,
    list_reporter_photos: ListReporterPhotosRequest -> ListReporterPhotosResponse,
    list_submission_photos: ListSubmissionPhotosRequest -> ListSubmissionPhotosResponse,
    remove_photo: RemovePhotoRequest -> RemovePhotoResponse,
}
