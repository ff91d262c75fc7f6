-- What lists, searches and counts read.

-- Set by the sweep once a row has left the public list for good: the list's indexes hold only what it may still show, however old the table grows.
alter table trips add column public_ended boolean not null default false;
drop index trips_public_idx;
drop index trips_public_plate_idx;
create index trips_listed_idx on trips (admitted_at desc, trip_id desc) include (public_state, entry_post, ended_at)
    where public_state is not null and not public_ended;
create index trips_listed_plate_idx on trips (replace(plate_compact, 'Đ', 'D') text_pattern_ops)
    where public_state is not null and not public_ended;
create index trips_listed_destinations_idx on trips using gin (destination_areas) with (fastupdate = off)
    where public_state is not null and not public_ended;
create index trips_listed_ended_at_idx on trips (ended_at)
    where public_state is not null and not public_ended and ended_at is not null;

-- A declaration that nobody ever received stays open: it is kept apart from what posts and communes have in hand.
create index trips_in_hand_idx on trips (entry_post) where ended_at is null and state <> 'DECLARED';
create index trips_expected_idx on trips (declared_at) where ended_at is null and state = 'DECLARED';
create index trips_ended_at_idx on trips (ended_at desc, trip_id desc) where ended_at is not null;

create index arrivals_answered_idx on arrivals (area, answered_at desc) where answered_at is not null;
-- As many as were counted when it was asked for; counts would else read every trip of their year.
alter table arrivals add column people integer not null default 0;
update arrivals set people = coalesce(t.people_counted, t.people) from trips t where t.trip_id = arrivals.trip_id;
alter table arrivals alter column people drop default;
drop index arrivals_asked_at_idx;
create index arrivals_statistics_idx on arrivals (asked_at)
    include (trip_id, position, areas, state, due_at, answered_at, people);
drop index decisions_decided_at_idx;
create index decisions_statistics_idx on decisions (decided_at) include (post, direction, decision, people_counted);
