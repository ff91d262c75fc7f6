-- Limits of who has no account. Keys are keyed digests, so that no address is readable here, and nothing joins them to a report.

create table wrong_pins (
    client_key bytea not null constraint wrong_pins_pkey primary key,
    tries integer not null,
    window_ends_at timestamptz not null
);
create index wrong_pins_window_ends_at_idx on wrong_pins (window_ends_at);

create table sent_reports (
    position bigint generated always as identity constraint sent_reports_pkey primary key,
    client_key bytea not null,
    sent_at timestamptz not null
);
create index sent_reports_client_key_idx on sent_reports (client_key, sent_at);
create index sent_reports_sent_at_idx on sent_reports (sent_at);
