//! `/reports/{report}/photos`: a handler adds a photo. Below it each as those see it who handle the report, and the file itself, as evidence, for who may
//! have it.
use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    reports::v1::{AddCasePhotoRequest, GetPhotoEvidenceRequest, GetReportPhotoRequest},
};
use http::{HeaderValue, StatusCode, header};
use ids::{PhotoId, ReportId};

use super::show_report::{self, Refusal};
use crate::{
    api::disposition,
    error::PageError,
    reporting::photos,
    session::{CurrentUser, OfficerForm, OfficerUpload},
    site::Site,
    uploads::{self, File},
    view::Mistake,
};

/// A picture, whatever somebody makes of its address: it runs nothing and reaches nothing.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
/// The box of the reason for which a file is fetched, before the number of its photo.
pub const REASON: &str = "evidence-";

/// `GET /reports/{report}/photos/{photo}`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path((report, photo)): Path<(String, String)>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    user.require(Permission::ReportsReportsRead)?;
    let (report_id, photo_id) = ids(&report, &photo)?;
    let request = GetReportPhotoRequest { report_id, photo_id };
    let photo = site.clients.photos(user.caller.clone()).get_report_photo(request).await?.into_inner();
    let mut response = file(photo.content, "image/jpeg");
    let inline = disposition(&photo.file_name).replacen("attachment", "inline", 1);
    set_disposition(&mut response, &inline);
    Ok(response)
}

/// `POST /reports/{report}/photos`: a handler's own.
pub async fn add(State(site): State<Arc<Site>>, Path(report): Path<String>, form: OfficerUpload) -> Result<Response, PageError> {
    form.user().require(Permission::ReportsReportsHandle)?;
    let report_id = ReportId::parse(&report).map_err(|_| PageError::NotFound)?.to_string();
    let request_id = form.user().caller.request_id;
    let work = async {
        let (user, typed, file) = form.read().await?;
        let photo_id = PhotoId::parse(typed.get("photo_id")).map_err(|_| PageError::Unreadable)?.to_string();
        let words = site.words(user.lang);
        let mistake = match file {
            None => words.t("photo-missing"),
            Some(File::TooLarge) => words.t("photo-too-large"),
            Some(File::Whole(bytes)) => {
                let request = AddCasePhotoRequest { report_id: report_id.clone(), photo_id, content: bytes.into() };
                match site.clients.photos(user.caller.clone()).add_case_photo(request).await {
                    Ok(_) => return Ok(Redirect::to(&format!("/reports/{report_id}#photos")).into_response()),
                    Err(status) => photos::said(&site, user.lang, status)?,
                }
            }
        };
        let refusal = Refusal { typed, mistakes: vec![Mistake::new(photos::BOX, mistake)], ..Refusal::default() };
        show_report::show(&site, &user, &report_id, None, refusal, StatusCode::UNPROCESSABLE_ENTITY).await
    };
    uploads::in_time(request_id, work).await
}

/// `POST /reports/{report}/photos/{photo}/evidence`
pub async fn evidence(
    State(site): State<Arc<Site>>,
    Path((report, photo)): Path<(String, String)>,
    form: OfficerForm,
) -> Result<Response, PageError> {
    let OfficerForm { user, typed } = form;
    user.require(Permission::ReportsEvidenceRead)?;
    let (report_id, photo_id) = ids(&report, &photo)?;
    let (name, reason) = typed.pairs().find(|(name, _)| name.starts_with(REASON)).ok_or(PageError::NotFound)?;
    let request = GetPhotoEvidenceRequest { report_id: report_id.clone(), photo_id, reason: reason.trim().to_owned() };
    match site.clients.photos(user.caller.clone()).get_photo_evidence(request).await.map_err(PageError::from) {
        Ok(found) => {
            let found = found.into_inner();
            let mut response = file(found.content, &found.media_type);
            set_disposition(&mut response, &disposition(&found.file_name));
            Ok(response)
        }
        Err(PageError::Invalid(_)) => {
            let mistakes = vec![Mistake::new(name, site.words(user.lang).t("evidence-missing-reason"))];
            let refusal = Refusal { typed: typed.clone(), mistakes, ..Refusal::default() };
            show_report::show(&site, &user, &report_id, None, refusal, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

fn ids(report: &str, photo: &str) -> Result<(String, String), PageError> {
    let report = ReportId::parse(report).map_err(|_| PageError::NotFound)?;
    let photo = PhotoId::parse(photo).map_err(|_| PageError::NotFound)?;
    Ok((report.to_string(), photo.to_string()))
}

/// Bytes that are shown as what we say they are, and kept nowhere.
fn file(content: Vec<u8>, media_type: &str) -> Response {
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn set_disposition(response: &mut Response, disposition: &str) {
    if let Ok(value) = HeaderValue::from_str(disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
}
