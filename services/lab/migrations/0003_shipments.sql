-- Boxes on the way to a laboratory, with what should be in them and what was.

create table shipments (
    shipment_id uuid not null constraint shipments_pkey primary key,
    request_hash bytea not null,
    number text not null constraint shipments_number_key unique,
    state text not null,
    area text not null,
    -- Where it was packed and where it goes, with all above.
    seen_by text[] not null,
    laboratory_id text not null constraint shipments_laboratory_id_fkey references laboratories (laboratory_id),
    packed_at timestamptz not null,
    packed_by uuid not null,
    handed_at timestamptz,
    handed_celsius double precision,
    left_at timestamptz,
    left_where text not null default '',
    received_at timestamptz,
    received_celsius double precision,
    version bigint not null default 1
);
create index shipments_seen_by_idx on shipments using gin (seen_by);
create index shipments_packed_at_idx on shipments (packed_at desc, shipment_id desc);

create table manifest_lines (
    shipment_id uuid not null constraint manifest_lines_shipment_id_fkey references shipments (shipment_id),
    -- As it was read; a tube that nobody knows has no id.
    barcode text not null,
    tube_id uuid,
    state text not null,
    position smallint not null,
    -- How a difference was explained, under a key of the step's own.
    step_id uuid,
    sealed_note bytea,
    constraint manifest_lines_pkey primary key (shipment_id, barcode)
);

-- The last number given out on a day, of shipments and of runs.
create table day_numbers (
    kind text not null,
    day date not null,
    last integer not null,
    constraint day_numbers_pkey primary key (kind, day)
);
