-- Photos that handlers add, as evidence.

-- Account of the handler; none where the reporter sent it.
alter table photos add column added_by uuid;
