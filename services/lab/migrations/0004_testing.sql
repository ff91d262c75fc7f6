-- Runs, what their wells said, and what that means for people. A result belongs to a tube, and a tube to nobody who can be named from these tables.

create table runs (
    run_id uuid not null constraint runs_pkey primary key,
    request_hash bytea not null,
    number text not null constraint runs_number_key unique,
    laboratory_id text not null constraint runs_laboratory_id_fkey references laboratories (laboratory_id),
    seen_by text[] not null,
    method text not null,
    kit text not null,
    machine text not null,
    state text not null,
    started_at timestamptz not null,
    started_by uuid not null,
    read_at timestamptz,
    read_by uuid,
    void_reason text not null default '',
    version bigint not null default 1
);
create index runs_seen_by_idx on runs using gin (seen_by);
create index runs_started_at_idx on runs (started_at desc, run_id desc);

create table wells (
    run_id uuid not null constraint wells_run_id_fkey references runs (run_id),
    position text not null,
    ordinal smallint not null,
    kind text not null,
    constraint wells_pkey primary key (run_id, position)
);

create table well_tubes (
    run_id uuid not null,
    position text not null,
    tube_id uuid not null constraint well_tubes_tube_id_fkey references tubes (tube_id),
    constraint well_tubes_pkey primary key (run_id, position, tube_id),
    constraint well_tubes_well_fkey foreign key (run_id, position) references wells (run_id, position)
);
create index well_tubes_tube_id_idx on well_tubes (tube_id);

-- Versions of what a well said: never changed but for their state.
create table results (
    result_id uuid not null constraint results_pkey primary key,
    run_id uuid not null,
    position text not null,
    version integer not null,
    outcome text not null,
    -- [{"gene": "E", "ct": 23.4}]
    ct jsonb not null,
    state text not null,
    tested_at timestamptz not null,
    read_by uuid not null,
    approved_by uuid,
    approved_at timestamptz,
    -- With it all people of a positive pool would be negative: it is looked at by itself.
    discordant boolean not null default false,
    -- Of a correction, under a key of the result's own.
    sealed_reason bytea,
    constraint results_version_key unique (run_id, position, version),
    constraint results_well_fkey foreign key (run_id, position) references wells (run_id, position)
);
create index results_waiting_idx on results (run_id) where state = 'READ';

-- What is derived for a person from one of his tubes. The person's answer is made of these, in whatever order they came.
create table person_outcomes (
    subject_id uuid not null constraint person_outcomes_subject_id_fkey references subjects (subject_id),
    tube_id uuid not null constraint person_outcomes_tube_id_fkey references tubes (tube_id),
    outcome text not null,
    -- Why there is no answer.
    cause text,
    method text,
    sampled_at timestamptz not null,
    -- Of the result that says so.
    result_id uuid,
    tested_at timestamptz,
    -- The tube by which a suspicion or a missing answer was settled.
    answered_by uuid,
    policy_version integer not null,
    -- When the outcome was last another.
    decided_at timestamptz not null,
    version integer not null default 1,
    -- Since when the person may read it.
    released_at timestamptz,
    constraint person_outcomes_pkey primary key (subject_id, tube_id)
);
create index person_outcomes_tube_id_idx on person_outcomes (tube_id);
create index person_outcomes_positive_idx on person_outcomes (decided_at desc, subject_id) where outcome = 'POSITIVE';
create index person_outcomes_suspect_idx on person_outcomes (tube_id) where outcome = 'SUSPECT_PENDING' and answered_by is null;

create table tasks (
    task_id uuid not null constraint tasks_pkey primary key,
    kind text not null,
    tube_id uuid not null constraint tasks_tube_id_fkey references tubes (tube_id),
    -- Of a re-swab.
    subject_id uuid constraint tasks_subject_id_fkey references subjects (subject_id),
    cause text not null,
    area text not null,
    seen_by text[] not null,
    created_at timestamptz not null,
    due_at timestamptz not null,
    done_at timestamptz,
    -- Of a discordant pool: what the approver decided.
    accept_singles boolean,
    decided_by uuid
);
create unique index tasks_open_key on tasks (kind, tube_id, subject_id) nulls not distinct where done_at is null;
create index tasks_seen_by_idx on tasks using gin (seen_by);
create index tasks_due_at_idx on tasks (due_at, task_id) where done_at is null;
create index tasks_tube_id_idx on tasks (tube_id);
create index tasks_subject_id_idx on tasks (subject_id) where subject_id is not null;
create index subjects_not_fit_idx on subjects (fit_until) where fit_status = 'NOT_FIT';
create index results_well_idx on results (run_id, position, state);
create index results_approved_at_idx on results (approved_at) where version = 1;
create index tube_steps_rejected_idx on tube_steps (at) where kind = 'TubeRejected';
