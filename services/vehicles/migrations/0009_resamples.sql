-- Whom the laboratory wants to swab again: few of all whom it ever told of.
create index fitness_resample_wanted_idx on fitness (person_key) where resample_wanted;
