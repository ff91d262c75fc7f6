-- What changes with the epidemic is dated data: a row is in force from valid_from until a later one of the same key.

-- What can be reported, with its questions. A report keeps the version that its reporter filled in.
create table category_forms (
    category_id text not null,
    version integer not null constraint category_forms_version_check check (version > 0),
    valid_from timestamptz not null,
    -- The order in which they are offered.
    position smallint not null,
    form jsonb not null,
    constraint category_forms_pkey primary key (category_id, version)
);

-- To whom a new report goes: rules in their order, the first that fits decides.
create table routing_rules (
    version integer not null constraint routing_rules_version_check check (version > 0),
    valid_from timestamptz not null,
    rules jsonb not null,
    constraint routing_rules_pkey primary key (version)
);
