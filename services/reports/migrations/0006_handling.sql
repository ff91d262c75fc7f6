-- Handling: reports about one matter merged, transfers to other agencies, escalation, changed working days, and what is erased when its time is over.

alter table reports
    -- From when the deadline counts; the working days may change afterwards.
    add column due_from timestamptz,
    -- The report that it is handled with, in state MERGED and afterwards.
    add column merged_into uuid constraint reports_merged_into_fkey references reports (report_id),
    -- How many are handled with it.
    add column merged integer not null default 0,
    -- The form that was filled in, whatever it was sorted as since.
    add column answered_category text,
    add column answered_version integer,
    -- The last transfer; the rest while another agency has it.
    add column transfer_id uuid,
    add column transfer_since timestamptz,
    add column transfer_days integer,
    add column transfer_due_at timestamptz,
    -- When the police above are told that it is overdue, and who was told.
    add column escalate_at timestamptz,
    add column escalated_to text,
    add column escalated_at timestamptz,
    add column contact_erased_at timestamptz,
    add column erased_at timestamptz;
update reports set answered_category = category_id, answered_version = category_version,
    due_from = case when due_at is null then null else coalesce(
        (select max(at) from report_history where report_history.report_id = reports.report_id and kind = 'ReportReopened'),
        (select min(at) from report_history where report_history.report_id = reports.report_id and kind = 'ReportAssigned'),
        received_at) end;
alter table reports alter column answered_category set not null, alter column answered_version set not null;

drop index reports_open_idx;
create index reports_open_idx on reports using gin (seen_by) where state not in ('ANSWERED', 'REJECTED', 'CLOSED', 'MERGED');
drop index reports_due_at_idx;
create index reports_due_at_idx on reports (least(due_at, transfer_due_at)) where not overdue and state not in ('ANSWERED', 'REJECTED', 'CLOSED', 'MERGED');
create index reports_escalate_at_idx on reports (escalate_at) where escalate_at is not null;
drop index reports_ended_at_idx;
create index reports_ended_at_idx on reports (ended_at) where state in ('ANSWERED', 'REJECTED', 'MERGED');
create index reports_merged_into_idx on reports (merged_into) where merged_into is not null;
create index reports_area_idx on reports (area, seen_at) where state not in ('ANSWERED', 'REJECTED', 'CLOSED', 'MERGED');
create index reports_contact_idx on reports (ended_at) where state = 'CLOSED' and contact_erased_at is null;
create index reports_text_idx on reports (ended_at) where state = 'CLOSED' and erased_at is null;

-- Where a deadline moved.
alter table report_history add column due_before timestamptz, add column due_after timestamptz;

-- The id is that of the line in the history.
create table transfers (
    transfer_id uuid not null constraint transfers_pkey primary key,
    report_id uuid not null constraint transfers_report_id_fkey references reports (report_id),
    agency_id text not null,
    -- As it was called then.
    name_vi text not null,
    name_en text not null,
    working_days integer not null,
    transferred_at timestamptz not null,
    due_at timestamptz not null,
    ended_at timestamptz,
    refused boolean not null default false,
    sealed_reason bytea,
    sealed_answer bytea
);
create index transfers_report_id_idx on transfers (report_id);

-- Agencies, escalation, retention: each kind is dated data with versions of its own.
create table handling_rules (
    kind text not null constraint handling_rules_kind_check check (kind in ('AGENCIES', 'ESCALATION', 'RETENTION')),
    version integer not null constraint handling_rules_version_check check (version > 0),
    valid_from timestamptz not null,
    rules jsonb not null,
    constraint handling_rules_pkey primary key (kind, version)
);

-- Days that the province declared to be off or worked, beside the notices that are shipped.
create table working_days (
    change_id uuid not null constraint working_days_pkey primary key,
    day date not null,
    kind text not null constraint working_days_kind_check check (kind in ('OFF', 'MADE_UP')),
    reason text not null,
    declared_by uuid not null,
    declared_at timestamptz not null,
    request_hash bytea not null,
    withdrawn_by uuid,
    withdrawn_at timestamptz,
    withdrawn_reason text
);
create unique index working_days_day_key on working_days (day) where withdrawn_at is null;
