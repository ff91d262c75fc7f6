-- The journeys of vehicles as their public events tell them: only what joins a report to the trip that was on the road.
create table trips (
    trip_id uuid not null constraint trips_pkey primary key,
    plate_key bytea not null,
    admitted_at timestamptz not null,
    ended_at timestamptz
);
create index trips_plate_key_idx on trips (plate_key, admitted_at desc);
