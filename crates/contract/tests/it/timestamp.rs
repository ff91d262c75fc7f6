//! Times in JSON.
use contract::Timestamp;

#[test]
fn a_time_needs_an_offset_and_leaves_as_utc() {
    let cases = [
        (r#""2021-10-18T07:30:00+07:00""#, Some(r#""2021-10-18T00:30:00Z""#)),
        (r#""2021-10-18T00:30:00.250Z""#, Some(r#""2021-10-18T00:30:00.250Z""#)),
        (r#""2021-10-18T07:30:00""#, None),
        (r#""2021-10-18""#, None),
        (r#""2021-13-18T07:30:00Z""#, None),
        ("1634517000", None),
    ];
    for (text, expected) in cases {
        let read = serde_json::from_str::<Timestamp>(text).ok().map(|at| serde_json::to_string(&at).unwrap());
        assert_eq!(read.as_deref(), expected, "{text}");
    }
}
