-- Where an outcome counts for the advice on pool sizes: in the district of its tube and, where there are no districts, in the province. Not where the
-- tube is tested: a laboratory sees the tubes of the whole province.
alter table person_outcomes add column district text;
update person_outcomes set district =
    array_to_string((string_to_array(tubes.area, '.'))[:case when starts_with(tubes.area, '2021.') then 3 else 2 end], '.')
    from tubes where tubes.tube_id = person_outcomes.tube_id;
alter table person_outcomes alter column district set not null;

-- The newest that say something.
create index person_outcomes_advice_idx on person_outcomes (district, sampled_at desc) include (subject_id, outcome)
    where outcome in ('POSITIVE', 'NEGATIVE', 'SUSPECT_PENDING');
