-- A report: codes, times and who has it in columns, everything that somebody wrote sealed with the report's own key.

create table reports (
    report_id uuid not null constraint reports_pkey primary key,
    code text not null constraint reports_code_key unique,
    -- Keyed digests: the reporter's submission id and PIN are nowhere else.
    submission_index bytea not null constraint reports_submission_index_key unique,
    pin_hash bytea not null,
    request_hash bytea not null,
    version bigint not null default 1,
    state text not null,
    category_id text not null,
    category_version integer not null,
    urgency text not null,
    -- SLOW: from somebody or about a plate with very many; it comes last.
    lane text not null constraint reports_lane_check check (lane in ('USUAL', 'SLOW')),
    recipient_area text not null,
    recipient_post text,
    -- Who sees it: the recipient's area with all above it; of a post, the post itself and what lies above its commune.
    seen_by text[] not null,
    -- Where it was, as the reporter said it, and in the state of the map that the province has now.
    said_area text,
    area text,
    areas text[] not null,
    plate_text text not null,
    plate_key bytea,
    chosen_trip uuid,
    seen_at timestamptz not null,
    received_at timestamptz not null,
    due_at timestamptz,
    overdue boolean not null default false,
    handler_id uuid,
    unread boolean not null default false,
    contact_hidden boolean not null default false,
    answer_id uuid,
    published_id uuid,
    rejection text,
    rejection_text text,
    -- Since when it is answered or rejected.
    ended_at timestamptz,
    reopened smallint not null default 0,
    rating smallint not null default 0,
    -- What was seen, where and how the questions were answered (contract message), without what looked like a contact.
    sealed bytea not null,
    sealed_rating bytea
);
create index reports_open_idx on reports using gin (seen_by) where state not in ('ANSWERED', 'REJECTED', 'CLOSED');
create index reports_done_idx on reports using gin (seen_by) where state in ('ANSWERED', 'REJECTED', 'CLOSED');
create index reports_due_at_idx on reports (due_at) where not overdue and state not in ('ANSWERED', 'REJECTED', 'CLOSED');
create index reports_ended_at_idx on reports (ended_at) where state in ('ANSWERED', 'REJECTED');
create index reports_plate_key_idx on reports (plate_key, received_at) where plate_key is not null;

-- What was done, one line for a command: its id is the line's, for ever.
create table report_history (
    entry_id uuid not null constraint report_history_pkey primary key,
    report_id uuid not null constraint report_history_report_id_fkey references reports (report_id),
    position bigint generated always as identity,
    at timestamptz not null,
    kind text not null,
    -- None: the reporter, or the system.
    account_id uuid,
    state text not null,
    recipient_area text not null,
    recipient_post text,
    -- Of the command's request; none for what no command did.
    request_hash bytea,
    sealed_detail bytea
);
create index report_history_report_id_idx on report_history (report_id, position);

-- Said between the reporter and those who work on it. The id is that of the line in the history.
create table messages (
    message_id uuid not null constraint messages_pkey primary key,
    report_id uuid not null constraint messages_report_id_fkey references reports (report_id),
    position bigint generated always as identity,
    speaker text not null,
    sent_at timestamptz not null,
    sealed bytea not null
);
create index messages_report_id_idx on messages (report_id, position);

create table answers (
    answer_id uuid not null constraint answers_pkey primary key,
    report_id uuid not null constraint answers_report_id_fkey references reports (report_id),
    outcome text not null,
    public_text text not null,
    drafted_by uuid not null,
    drafted_at timestamptz not null,
    published_at timestamptz,
    sealed_internal bytea
);
create index answers_published_at_idx on answers (published_at desc, answer_id desc) where published_at is not null;

-- How a reporter can be reached, and his words where something in them looked like it. Written here and read by nothing that answers anybody.
create table withheld (
    withheld_id uuid not null constraint withheld_pkey primary key,
    report_id uuid not null constraint withheld_report_id_fkey references reports (report_id),
    kind text not null constraint withheld_kind_check check (kind in ('CONTACT', 'ORIGINAL')),
    sealed bytea not null
);
create index withheld_report_id_idx on withheld (report_id);

-- The last number given out on a day.
create table report_numbers (
    day date not null constraint report_numbers_pkey primary key,
    last integer not null
);
