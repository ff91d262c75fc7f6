create table arrivals (
    arrival_id uuid not null constraint arrivals_pkey primary key,
    trip_id uuid not null constraint arrivals_trip_id_fkey references trips (trip_id),
    position smallint not null,
    area text not null,
    -- The area and all above it: who is asked to confirm.
    areas text[] not null,
    state text not null,
    asked_at timestamptz not null,
    due_at timestamptz not null,
    -- Deadline with its grace; the timer clears it when it has acted.
    overdue_after timestamptz,
    overdue_at timestamptz,
    answered_at timestamptz,
    answered_by uuid,
    result text,
    headcount integer,
    confirmation_id uuid constraint arrivals_confirmation_id_key unique,
    request_hash bytea,
    -- Address, receiver and driver (contract message), sealed with the trip's key; so is the note of the answer.
    sealed bytea not null,
    sealed_note bytea,
    constraint arrivals_position_key unique (trip_id, position)
);
create index arrivals_areas_idx on arrivals using gin (areas);
create index arrivals_overdue_after_idx on arrivals (overdue_after) where overdue_after is not null;
create index arrivals_open_idx on arrivals (area, due_at) where answered_at is null;
create index arrivals_asked_at_idx on arrivals (asked_at);

create table sightings (
    sighting_id uuid not null constraint sightings_pkey primary key,
    trip_id uuid not null constraint sightings_trip_id_fkey references trips (trip_id),
    request_hash bytea not null,
    post text,
    area text not null,
    seen_at timestamptz not null,
    recorded_at timestamptz not null,
    recorded_by uuid not null,
    outcome text not null,
    state text not null,
    violation_id uuid,
    sealed_note bytea
);
create index sightings_trip_id_idx on sightings (trip_id, seen_at);

create table violations (
    violation_id uuid not null constraint violations_pkey primary key,
    trip_id uuid not null constraint violations_trip_id_fkey references trips (trip_id),
    kind text not null,
    state text not null,
    area text not null,
    detected_at timestamptz not null,
    sealed_note bytea
);
create index violations_trip_id_idx on violations (trip_id, detected_at);
create index violations_detected_at_idx on violations (detected_at);
