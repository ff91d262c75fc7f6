//! ListPublishedReports: the day, the area, what it was about and what came of it, and nothing else.

use contract::reports::v1 as pb;

use crate::world::{area, world};

#[tokio::test]
async fn an_answer_is_read_by_anybody_once_it_is_approved() {
    let mut world = world().await;
    let place =
        pb::Place { area: area("23596"), landmark: "trước nhà bà Hai".to_owned(), latitude: Some(13.98), longitude: Some(108.0) };
    let request = pb::CreateReportRequest { plate: "81C-123.45".to_owned(), place: Some(place), ..world.report() };
    world.admitted("81C-123.45", world.now() - chrono::Duration::hours(3)).await;
    let (sent, other) = (world.sent(request).await, world.sent(world.report()).await);
    let list = |area_code: &str, category_id: &str| pb::ListPublishedReportsRequest {
        area_code: area_code.to_owned(),
        category_id: category_id.to_owned(),
        ..pb::ListPublishedReportsRequest::default()
    };
    assert!(world.citizen().list_published_reports(list("", "")).await.unwrap().into_inner().reports.is_empty());
    world.answered(&sent.id, pb::Outcome::VerifiedViolation).await;
    world.advance(1);
    world.answered(&other.id, pb::Outcome::NotFound).await;
    let published = world.citizen().list_published_reports(list("", "")).await.unwrap().into_inner().reports;
    let codes: Vec<&str> = published.iter().map(|report| report.code.as_str()).collect();
    assert_eq!(codes, [other.ticket.code.as_str(), sent.ticket.code.as_str()], "the newest first");
    let shown = &published[1];
    assert_eq!((shown.seen_on.as_str(), shown.area.as_ref().unwrap().code.as_str()), ("2021-10-18", "23596"));
    assert_eq!(shown.outcome(), pb::Outcome::VerifiedViolation);
    let text = format!("{published:?}");
    for hidden in ["81C", "bà Hai", "13.98", "Trần Văn Kín", "dỡ hàng trước"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    for (area, category, count) in [("23596", "", 2), ("622", "", 2), ("23986", "", 0), ("", "LOAD_UNLOAD", 2), ("", "OTHER", 0)] {
        let answer = world.citizen().list_published_reports(list(area, category)).await.unwrap().into_inner();
        assert_eq!(answer.reports.len(), count, "{area} {category}");
    }
    let filtered = async |codes: &[&str], from: &str, to: &str| {
        let request = pb::ListPublishedReportsRequest {
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
            received_from: from.to_owned(),
            received_to: to.to_owned(),
            ..list("", "")
        };
        let found = world.citizen().list_published_reports(request).await.map(|found| found.into_inner().reports.len());
        found.map_err(|status| crate::world::fields(&status))
    };
    let code = sent.ticket.code.to_lowercase();
    for (codes, from, to, count) in [
        (&[][..], "2021-10-18", "2021-10-18", 2),
        (&[], "2021-10-19", "", 0),
        (&[], "", "2021-10-17", 0),
        (&[code.as_str(), "PA-20211018-9999"], "", "", 1),
        (&[code.as_str()], "2021-10-19", "2021-10-20", 0),
    ] {
        assert_eq!(filtered(codes, from, to).await, Ok(count), "{codes:?} {from} {to}");
    }
    assert_eq!(filtered(&[], "hôm qua", "").await, Err(vec!["received_from".to_owned()]));
    let first = pb::ListPublishedReportsRequest { page_size: 1, ..list("", "") };
    let page = world.citizen().list_published_reports(first.clone()).await.unwrap().into_inner();
    let second = pb::ListPublishedReportsRequest { page_token: page.next_page_token, ..first };
    let page = world.citizen().list_published_reports(second).await.unwrap().into_inner();
    assert_eq!((page.reports[0].code.as_str(), page.next_page_token.as_str()), (sent.ticket.code.as_str(), ""));
    world.events().await;
}
