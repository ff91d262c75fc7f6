-- The files of citizens' photos as they came, with place and time in them: for the province's police alone, who give a reason each time.
update accounts.roles
set permissions = array(select distinct permission from unnest(permissions || array['reports.evidence.read']) permission order by permission)
where id = 'PROVINCE_POLICE_ADMIN' and valid_from = '2021-10-18T00:00:00+07:00';
