-- One data key per record, wrapped by the key-encryption key that lives outside the database. An erased record keeps its row without a
-- key: after a restore from a backup it says what has to be erased again.
create schema if not exists seal;

create table seal.data_keys (
    record_id uuid not null,
    wrapped bytea,
    created_at timestamptz not null default now(),
    erased_at timestamptz,
    constraint data_keys_pkey primary key (record_id),
    constraint data_keys_erased_has_no_key check ((wrapped is null) = (erased_at is not null))
) with (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0.0);
comment on table seal.data_keys is 'autovacuum settings: an erased key must not linger in a dead row';
