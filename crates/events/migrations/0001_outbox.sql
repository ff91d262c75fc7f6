-- What the service has to tell, written in the transaction of the change. The history is kept: a stream can be rebuilt from it.
create schema events;

create table events.outbox (
    position bigint generated always as identity constraint outbox_pkey primary key,
    event_id uuid not null constraint outbox_event_id_key unique,
    number bigint constraint outbox_number_key unique constraint outbox_number_check check (number > 0),
    schema text not null,
    aggregate uuid not null,
    subject text not null constraint outbox_subject_check check (subject ~ '^gsvt(\.[A-Za-z0-9_]+){6}$'),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    traceparent text,
    payload bytea not null constraint outbox_payload_check check (octet_length(payload) <= 196608)
);

-- "Still unnumbered" is a predicate and no cursor, so a transaction that commits late is never skipped.
create index outbox_pending on events.outbox (position) where number is null;

create function events.keep_history() returns trigger language plpgsql as $$
begin
    raise exception 'events.outbox is append-only' using errcode = 'restrict_violation';
end
$$;

create trigger outbox_kept before delete or update of
    position, event_id, schema, aggregate, subject, occurred_at, recorded_at, traceparent, payload on events.outbox
    for each row execute function events.keep_history();
create trigger outbox_numbered_once before update of number on events.outbox
    for each row when (old.number is not null) execute function events.keep_history();
create trigger outbox_never_emptied before truncate on events.outbox
    for each statement execute function events.keep_history();

-- One row: where numbering and publishing stand. A number equals the sequence in the stream, for ever.
create table events.relay (
    id boolean not null default true constraint relay_pkey primary key constraint relay_single_check check (id),
    next_number bigint not null default 1,
    published_number bigint not null default 0,
    epoch bigint not null default 1,
    constraint relay_order_check check (published_number < next_number)
);

insert into events.relay default values;
