-- The tree of agencies. A unit carries its way to the root and the areas above its own, so that "inside my unit" and "inside my area" are one
-- indexed comparison each.
create schema if not exists accounts;

create table accounts.units (
    id uuid not null,
    -- Name of the unit in the province's profile, such as 'gia-lai-2021/CP1': seeding it again finds it.
    code text not null,
    parent_id uuid,
    name text not null,
    kind smallint not null,
    -- Area key, '2021.64.622'.
    area text not null,
    -- The area itself and those above it.
    areas text[] not null,
    -- From the root down to the unit itself.
    path uuid[] not null,
    post_code text,
    created_at timestamptz not null default now(),
    constraint units_pkey primary key (id),
    constraint units_code_key unique (code),
    constraint units_parent_id_fkey foreign key (parent_id) references accounts.units (id),
    constraint units_kind_check check (kind between 1 and 5),
    constraint units_area_in_areas check (area = any (areas)),
    constraint units_path_ends_here check (path[cardinality(path)] = id and cardinality(path) > 0)
);
create index units_areas_idx on accounts.units using gin (areas);
create index units_path_idx on accounts.units using gin (path);
