-- Limits of who has no account. Keys are keyed digests, so that no address is readable here.

create table wrong_births (
    client_key bytea not null constraint wrong_births_pkey primary key,
    tries integer not null,
    window_ends_at timestamptz not null
);
create index wrong_births_window_ends_at_idx on wrong_births (window_ends_at);
