-- What a role may do, dated: the version in force is the latest that has begun.
create table accounts.roles (
    id text not null,
    valid_from timestamptz not null,
    name_vi text not null,
    name_en text not null,
    permissions text[] not null,
    -- Who administers others needs a longer password.
    password_length smallint not null default 12,
    constraint roles_pkey primary key (id, valid_from),
    constraint roles_id_check check (id ~ '^[A-Z][A-Z_]{2,39}$')
);

insert into accounts.roles (id, valid_from, name_vi, name_en, permissions, password_length) values
    ('PROVINCE_POLICE_ADMIN', '2021-01-01T00:00:00+07:00', 'Quản trị của Công an tỉnh', 'Provincial police administrator',
     array['accounts.accounts.manage', 'accounts.accounts.read', 'vehicles.arrivals.confirm', 'vehicles.arrivals.read', 'vehicles.sightings.record',
           'vehicles.statistics.read', 'vehicles.trips.decide', 'vehicles.trips.enter', 'vehicles.trips.find', 'vehicles.trips.read'], 15),
    ('POST_OFFICER', '2021-01-01T00:00:00+07:00', 'Cán bộ Chốt kiểm soát', 'Post officer',
     array['vehicles.sightings.record', 'vehicles.statistics.read', 'vehicles.trips.decide', 'vehicles.trips.enter', 'vehicles.trips.find',
           'vehicles.trips.read'], 12),
    ('DISTRICT_POLICE', '2021-01-01T00:00:00+07:00', 'Công an huyện, thị xã, thành phố', 'District police',
     array['vehicles.arrivals.confirm', 'vehicles.arrivals.read', 'vehicles.sightings.record', 'vehicles.statistics.read', 'vehicles.trips.read'], 12),
    ('COMMUNE_POLICE', '2021-01-01T00:00:00+07:00', 'Công an xã, phường, thị trấn', 'Commune police',
     array['vehicles.arrivals.confirm', 'vehicles.arrivals.read', 'vehicles.sightings.record', 'vehicles.statistics.read', 'vehicles.trips.read'], 12),
    ('TECH_ADMIN', '2021-01-01T00:00:00+07:00', 'Quản trị kỹ thuật của Sở Thông tin và Truyền thông', 'Technical administrator', array[]::text[], 15);
