-- Files of instruments: which runs they say something of, and the rows that are in none.

create table result_imports (
    import_id uuid not null constraint result_imports_pkey primary key,
    laboratory_id text not null constraint result_imports_laboratory_id_fkey references laboratories (laboratory_id),
    seen_by text[] not null,
    -- Keyed digest of the file: the same file is one import.
    file_index bytea not null,
    rows integer not null,
    known_rows integer not null,
    imported_at timestamptz not null,
    imported_by uuid not null,
    -- In whose name its runs are recorded, and approved: under the import's own key.
    sealed_importer bytea not null,
    sealed_approver bytea,
    constraint result_imports_file_key unique (laboratory_id, file_index)
);
create index result_imports_seen_by_idx on result_imports using gin (seen_by);
create index result_imports_imported_at_idx on result_imports (imported_at desc, import_id desc);

create table imported_runs (
    import_id uuid not null constraint imported_runs_import_id_fkey references result_imports (import_id),
    run_id uuid not null constraint imported_runs_run_id_fkey references runs (run_id),
    state text not null,
    -- Its rows, under the import's key, until they are recorded.
    sealed bytea,
    -- When somebody last began to record or to approve it: it is left to him for a minute.
    claimed_at timestamptz,
    -- Each is done once, however often it is begun.
    record_command_id uuid not null,
    approve_command_id uuid not null,
    approval text not null default 'NONE',
    constraint imported_runs_pkey primary key (import_id, run_id)
);
create index imported_runs_waiting_idx on imported_runs (import_id, run_id) where state = 'WAITING';
create index imported_runs_approval_idx on imported_runs (import_id, run_id) where approval = 'ASKED';

-- Rows kept aside: never deleted but for a run that takes them after all.
create table imported_rows (
    import_id uuid not null constraint imported_rows_import_id_fkey references result_imports (import_id),
    number integer not null,
    reason text not null,
    sealed bytea not null,
    settled_at timestamptz,
    settled_by uuid,
    sealed_settlement bytea,
    constraint imported_rows_pkey primary key (import_id, number)
);
create index imported_rows_open_idx on imported_rows (import_id, number) where settled_at is null;
