create table decisions (
    decision_id uuid not null constraint decisions_pkey primary key,
    trip_id uuid not null constraint decisions_trip_id_fkey references trips (trip_id),
    request_hash bytea not null,
    decision text not null,
    state text not null,
    post text not null,
    direction text not null,
    officer_id uuid not null,
    unit_id uuid not null,
    decided_at timestamptz not null,
    people_counted integer not null,
    policy_id text not null,
    policy_version integer not null,
    origin_level smallint not null,
    template_id text,
    template_version integer,
    signing_method text,
    signed_at timestamptz,
    clauses_vi text[] not null default '{}',
    clauses_en text[] not null default '{}',
    -- Findings, reasons and the officer's name (contract messages), sealed with the trip's key.
    sealed bytea not null,
    constraint decisions_policy_fkey foreign key (policy_id, policy_version) references policies (policy_id, version)
);
create index decisions_trip_id_idx on decisions (trip_id, decided_at);
create index decisions_decided_at_idx on decisions (decided_at);
