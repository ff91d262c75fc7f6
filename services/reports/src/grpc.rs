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
    declare_working_day: DeclareWorkingDayRequest -> DeclareWorkingDayResponse,
    draft_answer: DraftAnswerRequest -> DraftAnswerResponse,
    end_transfer: EndTransferRequest -> EndTransferResponse,
    follow_report: FollowReportRequest -> FollowReportResponse,
    get_proof_challenge: GetProofChallengeRequest -> GetProofChallengeResponse,
    get_report: GetReportRequest -> GetReportResponse,
    get_routing_rules: GetRoutingRulesRequest -> GetRoutingRulesResponse,
    list_agencies: ListAgenciesRequest -> ListAgenciesResponse,
    list_merge_candidates: ListMergeCandidatesRequest -> ListMergeCandidatesResponse,
    list_published_reports: ListPublishedReportsRequest -> ListPublishedReportsResponse,
    list_report_categories: ListReportCategoriesRequest -> ListReportCategoriesResponse,
    list_reports: ListReportsRequest -> ListReportsResponse,
    list_working_days: ListWorkingDaysRequest -> ListWorkingDaysResponse,
    merge_report: MergeReportRequest -> MergeReportResponse,
    rate_report: RateReportRequest -> RateReportResponse,
    reject_report: RejectReportRequest -> RejectReportResponse,
    reopen_report: ReopenReportRequest -> ReopenReportResponse,
    return_report: ReturnReportRequest -> ReturnReportResponse,
    start_report: StartReportRequest -> StartReportResponse,
    transfer_report: TransferReportRequest -> TransferReportResponse,
    try_routing: TryRoutingRequest -> TryRoutingResponse,
    unmerge_report: UnmergeReportRequest -> UnmergeReportResponse,
    withdraw_working_day: WithdrawWorkingDayRequest -> WithdrawWorkingDayResponse,
}

rpcs! {
    PhotoService;
    add_case_photo: AddCasePhotoRequest -> AddCasePhotoResponse,
    add_photo: AddPhotoRequest -> AddPhotoResponse,
    add_reporter_photo: AddReporterPhotoRequest -> AddReporterPhotoResponse,
    get_photo_evidence: GetPhotoEvidenceRequest -> GetPhotoEvidenceResponse,
    get_report_photo: GetReportPhotoRequest -> GetReportPhotoResponse,
    list_report_photos: ListReportPhotosRequest -> ListReportPhotosResponse,
    list_reporter_photos: ListReporterPhotosRequest -> ListReporterPhotosResponse,
    list_submission_photos: ListSubmissionPhotosRequest -> ListSubmissionPhotosResponse,
    remove_photo: RemovePhotoRequest -> RemovePhotoResponse,
}
