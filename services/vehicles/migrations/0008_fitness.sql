-- Whether people may travel, as the laboratory told it: by the province's person key, without a name and without a reason. The highest version stands.
create table fitness (
    person_key bytea not null constraint fitness_pkey primary key,
    version bigint not null,
    fitness text not null,
    until timestamptz,
    resample_wanted boolean not null,
    changed_at timestamptz not null
);
