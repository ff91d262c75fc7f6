-- How far each consumer in this database has come in each source's stream. It moves in the transaction of the effect.
create table events.applied (
    consumer text not null,
    source text not null,
    number bigint not null,
    epoch bigint not null,
    constraint applied_pkey primary key (consumer, source)
);

-- Events a consumer could not apply, and the later ones of the same aggregate, so that its order holds.
create table events.parked (
    consumer text not null,
    source text not null,
    number bigint not null,
    aggregate uuid not null,
    subject text not null,
    headers jsonb not null,
    payload bytea not null,
    error text,
    tries integer not null,
    retry_at timestamptz,
    parked_at timestamptz not null,
    constraint parked_pkey primary key (consumer, source, number)
);

create index parked_aggregate on events.parked (consumer, source, aggregate, number);
