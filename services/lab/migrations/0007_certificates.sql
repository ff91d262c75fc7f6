-- Certificates of answers: one for each answer. One whose answer has changed does not hold any more, which is seen from the answer itself.
create table certificates (
    subject_id uuid not null,
    tube_id uuid not null,
    outcome text not null,
    result_id uuid not null constraint certificates_result_id_fkey references results (result_id),
    -- The text of the QR, under the person's key.
    sealed bytea not null,
    -- Hashes by which a list of revoked ones names it; they tell nobody.
    uci bytea not null,
    country_uci bytea not null,
    signature bytea not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    constraint certificates_pkey primary key (subject_id, tube_id, result_id),
    constraint certificates_outcome_fkey foreign key (subject_id, tube_id) references person_outcomes (subject_id, tube_id)
);
create index certificates_expires_at_idx on certificates (expires_at);

-- Serial numbers of labels that were printed, by year.
create table label_serials (
    year smallint not null constraint label_serials_pkey primary key,
    last integer not null
);
