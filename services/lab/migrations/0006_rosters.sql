-- Lists of people that somebody brought for a campaign, and by which list who was registered.

create table rosters (
    import_id uuid not null constraint rosters_pkey primary key,
    campaign_id uuid not null constraint rosters_campaign_id_fkey references campaigns (campaign_id),
    -- Keyed digest of the file: the same file is one list.
    file_index bytea not null,
    rows integer not null,
    wrong_rows integer not null,
    imported_at timestamptz not null,
    imported_by uuid not null,
    undone_at timestamptz
);
create unique index rosters_file_key on rosters (campaign_id, file_index) where undone_at is null;

create table roster_members (
    import_id uuid not null constraint roster_members_import_id_fkey references rosters (import_id),
    subject_id uuid not null constraint roster_members_subject_id_fkey references subjects (subject_id),
    -- Registered by this list; else known before.
    registered boolean not null,
    constraint roster_members_pkey primary key (import_id, subject_id)
);
create index roster_members_subject_id_idx on roster_members (subject_id);

-- The name as it is folded, so that somebody without papers is found by it.
alter table subjects add column name_index bytea;
create index subjects_name_index_idx on subjects (name_index, registered_at desc) where name_index is not null;
