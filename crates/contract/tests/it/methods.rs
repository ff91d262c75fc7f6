//! The table of methods.
use std::collections::HashSet;

use contract::{Audience, METHODS, Permission, Records, Verb};

#[test]
fn a_method_carries_what_its_options_say() {
    let decide = contract::method("/gsvt.vehicles.v1.VehicleService/DecideTrip").unwrap();
    assert_eq!((decide.name, decide.service, decide.action), ("DecideTrip", "vehicles", "vehicles.DecideTrip"));
    assert_eq!((decide.audience, decide.permission), (Audience::Holder, Some(Permission::VehiclesTripsDecide)));
    assert_eq!((decide.records, decide.streaming), (Records::PersonData, false));
    let route = decide.routes[0];
    assert_eq!((route.verb, route.template, route.body), (Verb::Post, "/v1/trips/{trip_id}/decide", true));

    let watch = contract::method("/gsvt.vehicles.v1.VehicleService/WatchTrips").unwrap();
    assert!(watch.streaming && !watch.routes[0].body);
    assert!(contract::method("/gsvt.vehicles.v1.VehicleService/Nothing").is_none());
}

#[test]
fn every_method_has_one_way_in() {
    let mut seen = HashSet::new();
    for method in METHODS {
        assert_eq!(method.permission.is_some(), method.audience == Audience::Holder, "{}", method.path);
        assert_eq!(method.routes.is_empty(), method.audience == Audience::Gateway, "{}", method.path);
        assert!(contract::method(method.path).is_some_and(|found| found.path == method.path));
        for route in method.routes {
            assert!(route.template.starts_with("/v1/"), "{}", route.template);
            assert!(seen.insert((route.verb, route.template)), "{} has {} twice", method.path, route.template);
        }
    }
}

#[test]
fn permissions_read_back() {
    for permission in Permission::ALL {
        assert_eq!(Permission::parse(permission.as_str()), Some(*permission));
    }
    assert_eq!(Permission::parse("vehicles.trips.decide"), Some(Permission::VehiclesTripsDecide));
    assert_eq!(Permission::parse("vehicles.trips"), None);
}
