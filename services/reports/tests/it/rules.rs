//! GetRoutingRules and TryRouting: to whom a report would go, by which rule and why; and the rule's words in a report's history.

use contract::reports::v1::{self as pb, RouteTarget, TripKind};

use crate::world::{TRA_DA, World, area, fields, world};

fn case(category: &str, code: &str, trip: TripKind) -> pb::TryRoutingRequest {
    pb::TryRoutingRequest {
        category_id: category.to_owned(),
        area: area(code).filter(|_| !code.is_empty()),
        trip: trip.into(),
        ..pb::TryRoutingRequest::default()
    }
}

async fn tried(world: &World, request: pb::TryRoutingRequest) -> pb::TryRoutingResponse {
    world.police(TRA_DA).try_routing(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_dry_run_says_who_and_why_and_stores_nothing() {
    let mut world = world().await;
    for (category, code, trip, rule, to) in [
        ("LOAD_UNLOAD", "23596", TripKind::Open, "place-in-a-commune", "23596"),
        ("LOAD_UNLOAD", "23596", TripKind::None, "plate-on-no-open-trip", "622"),
        ("LOAD_UNLOAD", "23596", TripKind::Unspecified, "place-in-a-commune", "23596"),
        ("NO_DECLARATION", "23986", TripKind::Unspecified, "post-jumper-near-a-post", "CP3"),
        ("OTHER", "", TripKind::Unspecified, "no-place", "64"),
    ] {
        let found = tried(&world, case(category, code, trip)).await;
        let recipient = found.recipient.unwrap();
        let who = if recipient.post_id.is_empty() { recipient.area.unwrap().code } else { recipient.post_id };
        let decides = found.rule.unwrap();
        assert_eq!((decides.rule_id.as_str(), who.as_str()), (rule, to), "{category} {code}");
        assert!(!decides.why_vi.is_empty() && !decides.why_en.is_empty());
        assert_eq!((found.triage, found.due_at.is_none()), (code.is_empty(), code.is_empty()));
    }
    let conduct = pb::TryRoutingRequest {
        answers: vec![pb::AnswerCondition { question_id: "unit".to_owned(), value: "commune_police".to_owned() }],
        ..case("OFFICER_CONDUCT", "23596", TripKind::Unspecified)
    };
    let found = tried(&world, conduct).await;
    assert!(found.rule.unwrap().bypass && found.recipient.unwrap().area.unwrap().code == "622");
    let unknown = world.police(TRA_DA).try_routing(case("PARKING", "00001", TripKind::Open)).await.unwrap_err();
    assert_eq!(fields(&unknown), ["category_id", "area"]);
    assert_eq!(world.count("reports").await, 0);
    world.events().await;
}

#[tokio::test]
async fn rules_are_those_in_force_at_the_time() {
    let mut world = world().await;
    let all_up = r#"[{"rule_id": "all-to-the-province", "to": "PROVINCE_POLICE", "why_vi": "Ngày nghỉ", "why_en": "Holiday"}]"#;
    let from = "2021-11-01T00:00:00+07:00";
    let rules =
        serde_json::json!({ "version": 2, "valid_from": from, "rules": serde_json::from_str::<serde_json::Value>(all_up).unwrap() });
    let valid_from: chrono::DateTime<chrono::Utc> = from.parse().unwrap();
    sqlx::query!("insert into routing_rules (version, valid_from, rules) values (2, $1, $2)", valid_from, rules)
        .execute(&world.pool)
        .await
        .unwrap();
    let later = Some((world.now() + chrono::Duration::days(20)).into());
    let mut police = world.police(TRA_DA);
    let now = police.get_routing_rules(pb::GetRoutingRulesRequest::default()).await.unwrap().into_inner().rules.unwrap();
    let then = police.get_routing_rules(pb::GetRoutingRulesRequest { at: later }).await.unwrap().into_inner().rules.unwrap();
    assert_eq!((now.version, now.rules.len(), then.version, then.rules.len()), (1, 8, 2, 1));
    assert_eq!((now.rules[3].target(), now.rules[3].otherwise()), (RouteTarget::NearestPost, RouteTarget::DistrictPolice));
    let found = tried(&world, pb::TryRoutingRequest { at: later, ..case("LOAD_UNLOAD", "23596", TripKind::Open) }).await;
    assert_eq!((found.rules_version, found.rule.unwrap().rule_id.as_str()), (2, "all-to-the-province"));
    world.events().await;
}

#[tokio::test]
async fn the_history_says_the_rule_in_words() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    let line = &report.history[1];
    assert_eq!((line.detail.as_str(), line.rule_vi.as_str()), ("place-in-a-commune", "Công an xã nơi xảy ra"));
    assert_eq!(line.rule_en, "The police of the commune where it was");
    world.events().await;
}
