-- Campaigns, their sites and shifts, people and tubes. Whoever a person is lies sealed under his own key; ids join him to tubes.

create table campaigns (
    campaign_id uuid not null constraint campaigns_pkey primary key,
    request_hash bytea not null,
    name text not null,
    reason text not null,
    area text not null,
    -- The area with all above it.
    areas text[] not null,
    from_day date not null,
    to_day date not null,
    created_at timestamptz not null,
    constraint campaigns_days_check check (from_day <= to_day)
);
create index campaigns_areas_idx on campaigns using gin (areas);

create table sites (
    campaign_id uuid not null constraint sites_campaign_id_fkey references campaigns (campaign_id),
    site_id text not null,
    name text not null,
    area text not null,
    capacity_per_hour integer not null,
    constraint sites_pkey primary key (campaign_id, site_id)
);

create table sessions (
    session_id uuid not null constraint sessions_pkey primary key,
    request_hash bytea not null,
    campaign_id uuid not null,
    site_id text not null,
    team text not null,
    day date not null,
    shift text not null,
    reason text not null,
    area text not null,
    areas text[] not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    constraint sessions_site_fkey foreign key (campaign_id, site_id) references sites (campaign_id, site_id)
);
create index sessions_day_idx on sessions (day desc, session_id desc);

create table subjects (
    subject_id uuid not null constraint subjects_pkey primary key,
    request_hash bytea not null,
    -- The personal code, eight symbols.
    code text not null constraint subjects_code_key unique,
    -- Blind indexes, each with a key of its own.
    qid_index bytea,
    id_index bytea,
    match_index bytea,
    birth_index bytea not null,
    -- Keyed with the linking key of the province: vehicles knows people by it.
    person_key bytea,
    area text,
    registered_at timestamptz not null,
    sealed bytea not null,
    -- What the road was last told of him.
    fit_version bigint not null default 0,
    fit_status text not null default 'UNKNOWN',
    fit_until timestamptz,
    resample_wanted boolean not null default false
);
create index subjects_qid_index_idx on subjects (qid_index) where qid_index is not null;
create index subjects_id_index_idx on subjects (id_index) where id_index is not null;
create index subjects_match_index_idx on subjects (match_index) where match_index is not null;

create table tubes (
    tube_id uuid not null constraint tubes_pkey primary key,
    request_hash bytea not null,
    barcode text not null,
    -- Of Vietnam, on the day of collection.
    year smallint not null,
    kind text not null,
    pool_limit smallint not null constraint tubes_pool_limit_check check (pool_limit between 1 and 10),
    specimen text not null,
    state text not null,
    session_id uuid not null constraint tubes_session_id_fkey references sessions (session_id),
    reason text not null,
    area text not null,
    -- The site's area with all above it, and those of the laboratory that it was sent to.
    seen_by text[] not null,
    opened_at timestamptz not null,
    -- What the device's clock said.
    device_at timestamptz,
    sealed_at timestamptz,
    version bigint not null default 1,
    people smallint not null default 0,
    reject_reason text,
    laboratory_id text,
    shipment_id uuid,
    received_at timestamptz,
    constraint tubes_barcode_key unique (barcode, year)
);
create index tubes_session_id_idx on tubes (session_id);
create index tubes_sealed_idx on tubes using gin (seen_by) where state = 'SEALED';
create index tubes_received_idx on tubes (laboratory_id, opened_at) where state = 'RECEIVED';
create index tubes_opened_at_idx on tubes (opened_at);

create table tube_members (
    tube_id uuid not null constraint tube_members_tube_id_fkey references tubes (tube_id),
    subject_id uuid not null constraint tube_members_subject_id_fkey references subjects (subject_id),
    session_id uuid not null,
    position smallint not null,
    swabbed_at timestamptz not null,
    device_at timestamptz,
    -- Of a tube that is open: nobody is in two of a session.
    open boolean not null default true,
    constraint tube_members_pkey primary key (tube_id, subject_id)
);
create unique index tube_members_open_key on tube_members (session_id, subject_id) where open;
create index tube_members_subject_id_idx on tube_members (subject_id);

-- What happened to a tube.
create table tube_steps (
    step_id uuid not null constraint tube_steps_pkey primary key,
    tube_id uuid not null constraint tube_steps_tube_id_fkey references tubes (tube_id),
    position bigint generated always as identity,
    at timestamptz not null,
    kind text not null,
    account_id uuid,
    -- The shipment, run or result.
    reference text not null,
    -- Somebody's words, under a key of the step's own.
    sealed_note bytea
);
create index tube_steps_tube_id_idx on tube_steps (tube_id, position);
