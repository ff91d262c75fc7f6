//! The page on which an account gets one more grant.
use contract::accounts::v1::{Account, AccountState, AddGrantRequest, AddGrantResponse, GetAccountResponse};
use http::StatusCode;
use runtime::grpc::Problem;
use tonic::Code;

use crate::{
    office::{ACCOUNT, account, administrator, content, get, post, world},
    world::time,
};

const ID: &str = "0199f000-0000-7000-8000-000000000051";

fn path() -> String {
    format!("/accounts/{ACCOUNT}/grants/new")
}

fn filled<'a>() -> Vec<(&'a str, &'a str)> {
    let times = [("from", ""), ("until", "2021-10-27T07:00")];
    [("id", ID), ("version", "7"), ("role", "COMMUNE_POLICE"), ("area", "Xã Biển Hồ, Thành phố Pleiku"), ("reason", "Trực thay")]
        .into_iter()
        .chain(times)
        .collect()
}

#[tokio::test]
async fn a_grant_is_given_once_with_a_reason_and_a_version() {
    let world = world().await;
    let form = get(&world, &path()).await;
    assert_eq!((form.status(), form.headers()["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
    assert!(!form.body().split("</title>").next().unwrap().contains("Bưm"), "no name in a browser's history");
    for name in ["id", "version", "role", "area", "from", "until", "reason"] {
        assert!(content(&form).contains(&format!("name=\"{name}\"")), "{name}");
    }
    for (state, done) in [(AccountState::Active, "granted"), (AccountState::Invited, "granted-waits")] {
        world.services.answers("AddGrant", vec![AddGrantResponse { account: Some(account(state)) }]);
        let answer = post(&world, &path(), &filled()).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], format!("/accounts/{ACCOUNT}?done={done}"));
        assert!(get(&world, &format!("/accounts/{ACCOUNT}?done={done}")).await.body().contains("Đã giao quyền."));
    }
    let asked: AddGrantRequest = world.services.asked("AddGrant").unwrap();
    let grant = asked.grant.unwrap();
    assert_eq!((asked.account_id.as_str(), asked.version, asked.reason.as_str()), (ACCOUNT, 7, "Trực thay"));
    assert_eq!((grant.grant_id.as_str(), grant.role_id.as_str()), (ID, "COMMUNE_POLICE"));
    assert_eq!((grant.area.unwrap().code.as_str(), grant.valid_from, grant.valid_until), ("23590", None, time("27T07:00")));
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_box_and_what_was_typed_stays() {
    let world = world().await;
    let empty = post(&world, &path(), &[("id", ID), ("version", "7"), ("until", "mai")]).await;
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["role", "until", "reason"] {
        assert!(empty.body().contains(&format!("<a href=\"#{field}\">")), "{field}");
    }
    for (code, reason, status, place) in [
        (Code::PermissionDenied, "GRANT_BEYOND_OWN", StatusCode::FORBIDDEN, "<a href=\"#role\">Không được.</a>"),
        (Code::Aborted, "STALE_VERSION", StatusCode::CONFLICT, "<li>Không được.</li>"),
    ] {
        world.services.refuses("AddGrant", Problem::new(code, reason, "Không được.", "No.").into());
        let refused = post(&world, &path(), &filled()).await;
        assert_eq!(refused.status(), status);
        assert!(refused.body().contains(place) && refused.body().contains(">Trực thay</textarea>"), "{}", content(&refused));
        assert!(refused.body().contains(&format!("name=\"id\" value=\"{ID}\"")), "the same grant, sent again");
    }
}

#[tokio::test]
async fn nobody_gives_himself_anything() {
    let world = world().await;
    let own = administrator().account_id;
    let account = Account { account_id: own.clone(), ..account(AccountState::Active) };
    world.services.answers("GetAccount", vec![GetAccountResponse { account: Some(account) }]);
    assert_eq!(get(&world, &format!("/accounts/{own}/grants/new")).await.status(), StatusCode::NOT_FOUND);
}
