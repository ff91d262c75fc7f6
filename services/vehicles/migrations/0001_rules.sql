-- What changes every few weeks is dated data: a row is in force from valid_from until a later row of the same key.

create table policies (
    policy_id text not null,
    version integer not null constraint policies_version_check check (version > 0),
    valid_from timestamptz not null,
    rules jsonb not null,
    constraint policies_pkey primary key (policy_id, version)
);
create index policies_valid_from_idx on policies (valid_from desc);

-- Risk level of an area, 1 green to 4 red. A place without a row of its own takes that of the nearest area above it.
create table area_levels (
    area text not null,
    valid_from timestamptz not null,
    level smallint not null constraint area_levels_level_check check (level between 1 and 4),
    source text not null,
    constraint area_levels_pkey primary key (area, valid_from)
);

create table commitment_templates (
    template_id text not null,
    version integer not null constraint commitment_templates_version_check check (version > 0),
    purpose text not null,
    valid_from timestamptz not null,
    clauses_vi text[] not null,
    clauses_en text[] not null,
    constraint commitment_templates_pkey primary key (template_id, version)
);
create index commitment_templates_purpose_idx on commitment_templates (purpose, valid_from desc);

create table settings (
    name text not null,
    valid_from timestamptz not null,
    value jsonb not null,
    constraint settings_pkey primary key (name, valid_from)
);
