//! The two services as tonic sees them: one line per RPC.

use contract::lab::v1::{self as pb, laboratory_service_server::LaboratoryService, sampling_service_server::SamplingService};
use tonic::{Request, Response, Status};

use crate::{rpc, service::Lab};

/// Writes a service: each RPC takes the checked caller out of the request and hands both to the file of its name.
macro_rules! rpcs {
    ($service:ident: $($rpc:ident: $request:ident -> $response:ident,)*) => {
        #[tonic::async_trait]
        impl $service for Lab {
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
    SamplingService:
    add_tube_member: AddTubeMemberRequest -> AddTubeMemberResponse,
    close_sampling_session: CloseSamplingSessionRequest -> CloseSamplingSessionResponse,
    create_campaign: CreateCampaignRequest -> CreateCampaignResponse,
    find_subject: FindSubjectRequest -> FindSubjectResponse,
    get_roster_template: GetRosterTemplateRequest -> GetRosterTemplateResponse,
    get_sampling_session: GetSamplingSessionRequest -> GetSamplingSessionResponse,
    get_shipment: GetShipmentRequest -> GetShipmentResponse,
    get_tube: GetTubeRequest -> GetTubeResponse,
    hand_over_shipment: HandOverShipmentRequest -> HandOverShipmentResponse,
    import_roster: ImportRosterRequest -> ImportRosterResponse,
    leave_shipment: LeaveShipmentRequest -> LeaveShipmentResponse,
    list_campaigns: ListCampaignsRequest -> ListCampaignsResponse,
    list_laboratories: ListLaboratoriesRequest -> ListLaboratoriesResponse,
    list_received_tubes: ListReceivedTubesRequest -> ListReceivedTubesResponse,
    list_rosters: ListRostersRequest -> ListRostersResponse,
    list_sampling_sessions: ListSamplingSessionsRequest -> ListSamplingSessionsResponse,
    list_sealed_tubes: ListSealedTubesRequest -> ListSealedTubesResponse,
    list_shipments: ListShipmentsRequest -> ListShipmentsResponse,
    open_sampling_session: OpenSamplingSessionRequest -> OpenSamplingSessionResponse,
    open_tube: OpenTubeRequest -> OpenTubeResponse,
    pack_shipment: PackShipmentRequest -> PackShipmentResponse,
    print_tube_labels: PrintTubeLabelsRequest -> PrintTubeLabelsResponse,
    receive_shipment: ReceiveShipmentRequest -> ReceiveShipmentResponse,
    receive_tubes: ReceiveTubesRequest -> ReceiveTubesResponse,
    register_myself: RegisterMyselfRequest -> RegisterMyselfResponse,
    register_subject: RegisterSubjectRequest -> RegisterSubjectResponse,
    reject_tube: RejectTubeRequest -> RejectTubeResponse,
    remove_tube_member: RemoveTubeMemberRequest -> RemoveTubeMemberResponse,
    resolve_manifest_line: ResolveManifestLineRequest -> ResolveManifestLineResponse,
    seal_tube: SealTubeRequest -> SealTubeResponse,
    undo_roster: UndoRosterRequest -> UndoRosterResponse,
    void_tube: VoidTubeRequest -> VoidTubeResponse,
}

rpcs! {
    LaboratoryService:
    approve_result_import: ApproveResultImportRequest -> ApproveResultImportResponse,
    approve_results: ApproveResultsRequest -> ApproveResultsResponse,
    correct_result: CorrectResultRequest -> CorrectResultResponse,
    get_lab_statistics: GetLabStatisticsRequest -> GetLabStatisticsResponse,
    get_result_import: GetResultImportRequest -> GetResultImportResponse,
    get_result_template: GetResultTemplateRequest -> GetResultTemplateResponse,
    get_run: GetRunRequest -> GetRunResponse,
    import_run_results: ImportRunResultsRequest -> ImportRunResultsResponse,
    issue_own_certificate: IssueOwnCertificateRequest -> IssueOwnCertificateResponse,
    list_certificate_keys: ListCertificateKeysRequest -> ListCertificateKeysResponse,
    list_positive_people: ListPositivePeopleRequest -> ListPositivePeopleResponse,
    list_result_imports: ListResultImportsRequest -> ListResultImportsResponse,
    list_revoked_certificates: ListRevokedCertificatesRequest -> ListRevokedCertificatesResponse,
    list_runs: ListRunsRequest -> ListRunsResponse,
    list_tasks: ListTasksRequest -> ListTasksResponse,
    look_up_result: LookUpResultRequest -> LookUpResultResponse,
    print_own_result: PrintOwnResultRequest -> PrintOwnResultResponse,
    record_run_results: RecordRunResultsRequest -> RecordRunResultsResponse,
    refuse_result: RefuseResultRequest -> RefuseResultResponse,
    release_positive: ReleasePositiveRequest -> ReleasePositiveResponse,
    resolve_discordant_pool: ResolveDiscordantPoolRequest -> ResolveDiscordantPoolResponse,
    retry_result_import: RetryResultImportRequest -> RetryResultImportResponse,
    settle_result_import: SettleResultImportRequest -> SettleResultImportResponse,
    start_run: StartRunRequest -> StartRunResponse,
    void_run: VoidRunRequest -> VoidRunResponse,
    verify_certificate: VerifyCertificateRequest -> VerifyCertificateResponse,
}
