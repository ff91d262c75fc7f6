//! GetPass and ListPassKeys: what a slip says, at every stage.

use contract::vehicles::v1::{self as pb, Decision, PassStanding};
use ids::TripId;
use tonic::Code;

use crate::world::{IA_LE, to_tra_da, world};

#[tokio::test]
async fn only_a_decision_makes_a_pass_that_admits() {
    let mut world = world().await;
    for (decision, standing, clauses) in [
        (None, PassStanding::Declared, 0),
        (Some(Decision::Destination), PassStanding::Admitted, 4),
        (Some(Decision::TurnBack), PassStanding::TurnedBack, 0),
        (Some(Decision::Refuse), PassStanding::Refused, 0),
        (Some(Decision::Refer), PassStanding::Referred, 0),
    ] {
        let now = world.now();
        let trip_id = TripId::mint(now).to_string();
        let plate = format!("81C-123.{}{}", standing as i32, standing as i32);
        let request = pb::DeclareTripRequest { trip_id: trip_id.clone(), declaration: Some(to_tra_da(&plate, now)) };
        let pass_token = world.citizen().declare_trip(request).await.unwrap().into_inner().pass_token;
        if let Some(decision) = decision {
            let mut officer = world.officer("CP3", IA_LE);
            let received = officer.receive_trip(pb::ReceiveTripRequest { post_id: "CP3".to_owned(), trip_id }).await.unwrap();
            let request = world.decision(received.get_ref().trip.as_ref().unwrap(), "CP3", decision);
            officer.decide_trip(request).await.unwrap();
        }
        let pass = world.citizen().get_pass(pb::GetPassRequest { pass_token, language: "en".to_owned() }).await.unwrap();
        let pass = pass.into_inner().pass.unwrap();
        assert_eq!((pass.standing(), pass.clauses.len()), (standing, clauses));
        assert!(pass.qr_text.starts_with("GL1:"));
        if clauses > 0 {
            assert_eq!(pass.clauses[1], "Tell the commune police on arrival");
        }
    }
    let forged = world.citizen().get_pass(pb::GetPassRequest { pass_token: "0".repeat(32), language: String::new() }).await.unwrap_err();
    assert_eq!(forged.code(), Code::NotFound);
    let keys = world.citizen().list_pass_keys(pb::ListPassKeysRequest {}).await.unwrap().into_inner().keys;
    assert_eq!((keys.len(), keys[0].key_id.len(), keys[0].public_key.len()), (1, 16, 43));
    world.events().await;
}
