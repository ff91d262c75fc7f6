-- A trip: facts of the vehicle in columns, everything of a person sealed with the trip's own key.

create table trips (
    trip_id uuid not null constraint trips_pkey primary key,
    short_code text not null constraint trips_short_code_key unique,
    pass_hash bytea not null constraint trips_pass_hash_key unique,
    request_hash bytea not null,
    version bigint not null default 1,
    state text not null,
    direction text not null,
    purpose text not null,
    plate_text text not null,
    plate_country text not null,
    plate_color text not null,
    plate_recognised boolean not null,
    -- Key: blind and the province's, for joins with other services. Compact: what is typed into a search. Fold: letters that look alike made one.
    plate_key bytea not null,
    plate_compact text not null,
    plate_fold text not null,
    vehicle_type text not null,
    seats integer not null,
    goods_kind text not null,
    entry_post text not null,
    exit_post text,
    -- The post whose desk has it, while it waits there.
    at_post text,
    expected_exit_at timestamptz,
    origin_area text not null,
    destination_areas text[] not null,
    destination_times timestamptz[] not null,
    -- Its posts and destinations with all areas above them: who sees the row.
    areas text[] not null,
    declared_by text not null,
    people integer not null,
    people_counted integer,
    declared_at timestamptz not null,
    received_at timestamptz,
    decided_at timestamptz,
    -- The last decision, and the account that admitted.
    decision_id uuid,
    policy_id text,
    policy_version integer,
    admitted_at timestamptz,
    admitted_by uuid,
    due_at timestamptz,
    -- Deadline of a transit with its grace; the timer clears it when it has acted.
    overdue_after timestamptz,
    -- Until when the slip of an admitted trip counts.
    pass_until timestamptz,
    ended_at timestamptz,
    open_violations integer not null default 0,
    -- Null: not on the public list.
    public_state text,
    public_since timestamptz,
    -- Declaration without its people (contract message), sealed.
    sealed bytea not null
);
create index trips_areas_idx on trips using gin (areas);
create index trips_plate_key_idx on trips (plate_key, declared_at desc);
create index trips_open_post_idx on trips (entry_post, declared_at desc)
    where ended_at is null;
create index trips_overdue_after_idx on trips (overdue_after) where overdue_after is not null;
create index trips_declared_at_idx on trips (declared_at desc, trip_id desc);
create index trips_public_idx on trips (admitted_at desc, trip_id desc) where public_state is not null;
create index trips_public_plate_idx on trips (plate_compact text_pattern_ops) where public_state is not null;
create index trips_open_fold_idx on trips (plate_fold text_pattern_ops) where ended_at is null;

-- One trip on the road per plate. A second one is a conflict that an officer solves.
create table open_plates (
    plate_key bytea not null constraint open_plates_pkey primary key,
    trip_id uuid not null constraint open_plates_trip_id_key unique
        constraint open_plates_trip_id_fkey references trips (trip_id)
);

create table trip_people (
    person_id uuid not null constraint trip_people_pkey primary key,
    trip_id uuid not null constraint trip_people_trip_id_fkey references trips (trip_id),
    position smallint not null,
    role text not null,
    added_at_post boolean not null,
    id_index bytea,
    other_id_index bytea,
    phone_index bytea,
    -- Name, birth and phone together: a possible match only.
    match_index bytea,
    person_key bytea,
    sealed bytea not null,
    constraint trip_people_position_key unique (trip_id, position)
);
create index trip_people_id_index_idx on trip_people (id_index) where id_index is not null;
create index trip_people_other_id_index_idx on trip_people (other_id_index) where other_id_index is not null;
create index trip_people_phone_index_idx on trip_people (phone_index) where phone_index is not null;
create index trip_people_match_index_idx on trip_people (match_index) where match_index is not null;
create index trip_people_person_key_idx on trip_people (person_key) where person_key is not null;

-- Numbers of one person that officers saw together: CCCD and the old CMND, a passport. The subject is the smallest of the linked keys.
create table person_numbers (
    number_key bytea not null constraint person_numbers_pkey primary key,
    subject_key bytea not null,
    linked_at timestamptz not null
);
create index person_numbers_subject_key_idx on person_numbers (subject_key);

create table trip_history (
    trip_id uuid not null constraint trip_history_trip_id_fkey references trips (trip_id),
    position bigint generated always as identity,
    at timestamptz not null,
    kind text not null,
    post text,
    area text,
    detail text not null,
    constraint trip_history_pkey primary key (trip_id, position)
);
