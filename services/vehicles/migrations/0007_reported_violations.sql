-- A violation that a citizen's report told of: one for each report, however often it is told.
alter table violations add column report_id uuid constraint violations_report_id_key unique;
