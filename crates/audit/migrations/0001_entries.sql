-- Who read or wrote what, written in the same transaction. Nothing here is a person's data in plaintext.
create schema audit;

create table audit.entries (
    position bigint generated always as identity constraint entries_pkey primary key,
    id uuid not null constraint entries_id_key unique,
    at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    kind text not null constraint entries_kind_check check (kind in ('read', 'write')),
    action text not null,
    outcome text not null constraint entries_outcome_check check (outcome in ('done', 'refused')),
    account uuid,
    session uuid,
    unit uuid,
    permission text,
    area text,
    subject uuid,
    reason text,
    detail jsonb not null,
    request_id text not null,
    client text
);

create index entries_at on audit.entries (at);
create index entries_account on audit.entries (account, at);
create index entries_subject on audit.entries (subject, at);

create function audit.keep_entries() returns trigger language plpgsql as $$
begin
    raise exception 'audit.entries is append-only' using errcode = 'restrict_violation';
end
$$;

create trigger entries_kept before update or delete on audit.entries
    for each row execute function audit.keep_entries();
create trigger entries_never_emptied before truncate on audit.entries
    for each statement execute function audit.keep_entries();
