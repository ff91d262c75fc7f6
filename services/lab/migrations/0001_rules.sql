-- What changes with the epidemic is dated data: a row is in force from valid_from until a later one.

-- How samples are pooled and what results mean. Whatever is derived keeps the version that it used.
create table testing_policies (
    version integer not null constraint testing_policies_pkey primary key constraint testing_policies_version_check check (version > 0),
    valid_from timestamptz not null,
    policy jsonb not null
);

create table laboratories (
    laboratory_id text not null constraint laboratories_pkey primary key,
    name text not null,
    area text not null,
    -- The area with all above it.
    seen_by text[] not null
);

-- Commands that were done: whoever sends one again finds that it was.
create table commands (
    command_id uuid not null constraint commands_pkey primary key,
    request_hash bytea not null,
    account_id uuid,
    at timestamptz not null
);
