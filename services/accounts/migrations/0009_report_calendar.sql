-- The province's working days: its police administrators declare changes of them.
update accounts.roles set permissions = array(
        select distinct permission from unnest(permissions || array['reports.calendar.manage']) permission order by permission)
where id = 'PROVINCE_POLICE_ADMIN' and valid_from >= '2021-10-18T00:00:00+07:00';
