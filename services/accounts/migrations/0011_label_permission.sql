-- Labels for tubes are printed in an office for all sites of a campaign, and at a site when they run out.
update accounts.roles set permissions = array(
        select distinct permission from unnest(permissions || array['lab.labels.print']) permission order by permission)
where id in ('CAMPAIGN_MANAGER', 'HEALTH_ADMIN', 'SAMPLER') and valid_from >= '2021-10-18T00:00:00+07:00';
