-- Photos of reports. Their bytes lie in the folder of files, sealed with a key of the photo's own.

create table photos (
    photo_id uuid not null constraint photos_pkey primary key,
    position bigint generated always as identity,
    -- Keyed digest of the submission it was added under, or of the report to which its reporter adds it; none once it was taken back.
    owner_index bytea,
    -- Keyed digest of the file, by which a repeat is told from another photo under the same id.
    content_index bytea not null,
    kind text not null constraint photos_kind_check check (kind in ('JPEG', 'PNG', 'WEBP')),
    width integer not null,
    height integer not null,
    added_at timestamptz not null,
    -- Whether its bytes are there.
    stored boolean not null default false,
    -- When time looks at it next: it goes where no report came for it, or where its report was erased.
    look_at timestamptz not null,
    report_id uuid constraint photos_report_id_fkey references reports (report_id),
    -- SHA-256 of the file as it came.
    sealed_digest bytea not null,
    -- The photo's key sealed with that of its report, so that erasing the report erases the photo.
    sealed_key bytea,
    constraint photos_sealed_key_check check ((report_id is null) = (sealed_key is null))
);
create index photos_owner_index_idx on photos (owner_index) where report_id is null;
create index photos_report_id_idx on photos (report_id, position) where report_id is not null;
create index photos_look_at_idx on photos (look_at);

-- Counts photos for the client that sent them; nothing joins a line to a photo.
create table sent_photos (
    position bigint generated always as identity constraint sent_photos_pkey primary key,
    client_key bytea not null,
    sent_at timestamptz not null
);
create index sent_photos_client_key_idx on sent_photos (client_key, sent_at);
create index sent_photos_sent_at_idx on sent_photos (sent_at);
