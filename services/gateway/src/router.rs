//! The only route table of the pages, readable as a site map.
use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};

use crate::{
    answers,
    api::{self, ApiState},
    assets, face, interop,
    pages::{
        account, add_grant, change_account, change_report, command, confirm_arrival, create_account, decide_trip, declare_trip, enter_trip,
        find_trips, follow_report, guide, list, list_accounts, list_arrivals, list_published_reports, list_reports, list_roles, list_units,
        live, open_trips, pass, possible_people, print_commitment, report, report_photo, report_worker, robots, routing_rules,
        set_password, show_account, show_public_trip, show_report, sign_in, statistics, unlock, working_days,
    },
    pages::{
        change_run, create_campaign, lab_bench, lab_statistics, list_imports, list_positives, list_rosters, list_runs, list_sampling,
        list_shipments, list_tasks, look_up_result, own_certificate, print_labels, register, sampling_desk, show_import, show_run,
        show_sample, show_shipment, start_run, undo_roster, verify_certificate, verify_worker,
    },
    security,
    site::Site,
    visitor,
};

/// No form of ours is larger.
const FORM_BYTES: usize = 256 * 1024;

/// Every page, with what every answer passes through.
pub fn pages(site: Arc<Site>) -> Router {
    let public = Router::new()
        .merge(public_pages())
        .route("/live", get(live::public))
        .route("/certificates/keys.json", get(verify_certificate::keys))
        .route("/certificates/trusted.json", get(verify_certificate::trusted))
        .route("/certificates/revoked.json", get(verify_certificate::revoked))
        .route(verify_worker::PATH, get(verify_worker::get))
        .route(report_worker::PATH, get(report_worker::get))
        .nest("/en", public_pages())
        .route("/en/", get(list::get))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), visitor::limit))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), face::public));
    let staff = Router::new()
        .merge(door())
        .nest("/en", password_pages())
        .layer(middleware::from_fn_with_state(Arc::clone(&site), visitor::limit))
        .merge(desks())
        .merge(laboratory())
        .layer(middleware::from_fn_with_state(Arc::clone(&site), face::staff));
    let both = Router::new()
        .merge(prose())
        .nest("/en", prose())
        .layer(middleware::from_fn_with_state(Arc::clone(&site), visitor::limit))
        .route("/assets/{name}", get(assets::get))
        .route("/robots.txt", get(robots::get));
    with_answers(public.merge(staff).merge(both).with_state(Arc::clone(&site)), &site)
}

/// Everything that the gateway answers. Of two routers merged the second says what an unknown address gets: the page.
pub fn all(site: Arc<Site>, state: ApiState) -> Router {
    api(state).merge(interop::open311::router(Arc::clone(&site))).merge(pages(site))
}

/// `/v1` and its description. No page's frame: a program wants no error page, and sends no `Origin`.
fn api(state: ApiState) -> Router {
    api::router(state).layer(middleware::from_fn(security::headers))
}

/// Public pages: Vietnamese at `/`, English below `/en`.
fn public_pages() -> Router<Arc<Site>> {
    Router::new()
        .route("/", get(list::get))
        .route("/list/{trip}", get(show_public_trip::get))
        .route("/declare", get(declare_trip::get).post(declare_trip::post))
        .route("/pass/{token}", get(pass::get))
        .route("/pass/{token}/cancel", post(pass::cancel))
        .route("/report", get(report::get).post(report::post))
        .route("/report/cut", get(report_worker::cut))
        .route("/follow", get(follow_report::get).post(follow_report::post))
        .route("/published", get(list_published_reports::get))
        .route("/register", get(register::get).post(register::post))
        .route("/results", get(look_up_result::get).post(look_up_result::post))
        .route("/results/certificate", post(own_certificate::certificate))
        .route("/results/slip", post(own_certificate::slip))
        .route("/verify", get(verify_certificate::get).post(verify_certificate::post))
}

/// What both faces say: the guides are for officers too.
fn prose() -> Router<Arc<Site>> {
    Router::new()
        .route("/about", get(guide::about))
        .route("/guide/{role}", get(guide::get))
        .route("/accessibility", get(guide::accessibility))
}

/// The officers' door: before anybody is signed in, so counted by address.
fn door() -> Router<Arc<Site>> {
    password_pages().route("/sign-in", get(sign_in::get).post(sign_in::post))
}

fn password_pages() -> Router<Arc<Site>> {
    Router::new().route("/password/{token}", get(set_password::get).post(set_password::post))
}

/// Officers' pages: every handler asks for `CurrentUser`, so they are never counted by address.
fn desks() -> Router<Arc<Site>> {
    Router::new()
        .route("/sign-out", post(sign_in::sign_out))
        .route("/lock", post(unlock::lock))
        .route("/unlock", get(unlock::get).post(unlock::post))
        .route("/account", get(account::get).post(account::post))
        .route("/staff/live", get(live::staff))
        .route("/staff/live/reports", get(live::reports))
        .route("/posts/{post}", get(find_trips::get).post(find_trips::post))
        .route("/posts/{post}/new", get(enter_trip::get).post(enter_trip::post))
        .route("/posts/{post}/trips/{trip}", get(decide_trip::get).post(decide_trip::post))
        .route("/posts/{post}/trips/{trip}/receive", post(find_trips::take))
        .route("/posts/{post}/trips/{trip}/possible-people", get(possible_people::get).post(possible_people::post))
        .route("/posts/{post}/trips/{trip}/commitment", get(print_commitment::get))
        .route("/posts/{post}/open", get(open_trips::open).post(open_trips::record))
        .route("/posts/{post}/overdue", get(open_trips::overdue))
        .route("/overdue", get(open_trips::all_overdue))
        .route("/areas/{code}/arrivals", get(list_arrivals::get))
        .route("/areas/{code}/arrivals/{arrival}", get(confirm_arrival::get).post(confirm_arrival::post))
        .route("/areas/{code}/overdue", get(list_arrivals::overdue))
        .route("/reports", get(list_reports::get))
        .route("/reports/rules", get(routing_rules::get))
        .route("/reports/calendar", get(working_days::get).post(working_days::post))
        .route("/reports/calendar/{change}/withdraw", post(working_days::withdraw))
        .route("/reports/{report}", get(show_report::get))
        .route("/reports/{report}/{verb}", post(change_report::post))
        .route("/reports/{report}/photos", post(report_photo::add))
        .route("/reports/{report}/photos/{photo}", get(report_photo::get))
        .route("/reports/{report}/photos/{photo}/evidence", post(report_photo::evidence))
        .route("/command", get(command::get))
        .route("/statistics", get(statistics::get))
        .route("/statistics/workbook", get(statistics::workbook))
        .route("/accounts", get(list_accounts::get).post(list_accounts::post))
        .route("/accounts/new", get(create_account::get).post(create_account::post))
        .route("/accounts/{account}", get(show_account::get))
        .route("/accounts/{account}/lock", post(change_account::lock))
        .route("/accounts/{account}/unlock", post(change_account::unlock))
        .route("/accounts/{account}/password-link", post(change_account::renew_password))
        .route("/accounts/{account}/grants/new", get(add_grant::get).post(add_grant::post))
        .route("/accounts/{account}/grants/{grant}/revoke", post(change_account::revoke_grant))
        .route("/units", get(list_units::get))
        .route("/roles", get(list_roles::get))
}

/// Pages of the health service: sampling, boxes and laboratory.
fn laboratory() -> Router<Arc<Site>> {
    Router::new()
        .route("/sampling", get(list_sampling::get).post(list_sampling::post))
        .route("/sampling/campaigns/new", get(create_campaign::get).post(create_campaign::post))
        .route("/sampling/campaigns/{campaign}/rosters", get(list_rosters::get).post(list_rosters::post))
        .route("/sampling/campaigns/{campaign}/rosters/{import}/undo", get(undo_roster::get).post(undo_roster::post))
        .route("/sampling/roster-template", get(list_rosters::template))
        .route("/sampling/labels", get(print_labels::get).post(print_labels::post))
        .route("/sampling/{session}", get(sampling_desk::get).post(sampling_desk::post))
        .route("/shipments", get(list_shipments::get).post(list_shipments::post))
        .route("/shipments/{shipment}", get(show_shipment::get).post(show_shipment::post))
        .route("/lab", get(lab_bench::get).post(lab_bench::post))
        .route("/lab/imports", get(list_imports::get).post(list_imports::post))
        .route("/lab/imports/template", get(list_imports::template))
        .route("/lab/imports/{import}", get(show_import::get).post(show_import::post))
        .route("/lab/runs", get(list_runs::get))
        .route("/lab/runs/new", get(start_run::get).post(start_run::post))
        .route("/lab/runs/{run}", get(show_run::get).post(change_run::post))
        .route("/lab/positives", get(list_positives::get).post(list_positives::post))
        .route("/lab/tasks", get(list_tasks::get).post(list_tasks::post))
        .route("/lab/statistics", get(lab_statistics::get))
        .route("/samples", get(show_sample::find))
        .route("/samples/{barcode}", get(show_sample::get))
}

/// The frame of every page's answer, from the inside out.
fn with_answers(pages: Router, site: &Arc<Site>) -> Router {
    pages
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(middleware::from_fn(security::own_pages_only))
        .layer(middleware::from_fn_with_state(Arc::clone(site), answers::with_error_pages))
        .layer(middleware::from_fn(security::headers))
        .layer(middleware::from_fn_with_state(Arc::clone(site), list::from_memory))
}
