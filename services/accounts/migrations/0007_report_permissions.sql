-- Citizens' reports: who reads, handles, approves and looks through them. A version of each role that has to do with them, from the day on which
-- the province opened the system; the technical administrators have none of it.
insert into accounts.roles (id, valid_from, name_vi, name_en, permissions, password_length)
select role.id, '2021-10-18T00:00:00+07:00', role.name_vi, role.name_en,
    array(select distinct permission from unnest(role.permissions || added.permissions) permission order by permission), role.password_length
from accounts.roles role
join (values
    ('COMMUNE_POLICE', array['reports.reports.handle', 'reports.reports.read']),
    ('POST_OFFICER', array['reports.reports.handle', 'reports.reports.read']),
    ('DISTRICT_POLICE', array['reports.answers.approve', 'reports.reports.handle', 'reports.reports.read', 'reports.reports.triage']),
    ('PROVINCE_POLICE_ADMIN', array['reports.answers.approve', 'reports.reports.handle', 'reports.reports.read', 'reports.reports.triage'])
) added (id, permissions) using (id)
where role.valid_from = '2021-01-01T00:00:00+07:00'
on conflict on constraint roles_pkey do nothing;
