-- Numbers that an officer said are of two people, though name, birth and phone agree: it is not asked again.
create table person_differences (
    one bytea not null,
    other bytea not null,
    answered_at timestamptz not null,
    constraint person_differences_pkey primary key (one, other),
    constraint person_differences_order_check check (one < other)
);
