-- Sessions and one-time links. Only the SHA-256 of a token is here; tokens have 256 random bits. All times are the database's.
create table accounts.sessions (
    id uuid not null,
    token_hash bytea not null,
    account_id uuid not null,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    -- Twelve hours after the beginning, whatever happens in between.
    expires_at timestamptz not null,
    ended_at timestamptz,
    constraint sessions_pkey primary key (id),
    constraint sessions_token_hash_key unique (token_hash),
    constraint sessions_account_id_fkey foreign key (account_id) references accounts.accounts (id)
);
create index sessions_open_account_id_idx on accounts.sessions (account_id) where ended_at is null;
create index sessions_expires_at_idx on accounts.sessions (expires_at);

create table accounts.password_links (
    id uuid not null,
    token_hash bytea not null,
    account_id uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    -- Used, or replaced by a newer one.
    ended_at timestamptz,
    constraint password_links_pkey primary key (id),
    constraint password_links_token_hash_key unique (token_hash),
    constraint password_links_account_id_fkey foreign key (account_id) references accounts.accounts (id)
);
create index password_links_open_account_id_idx on accounts.password_links (account_id) where ended_at is null;
create index password_links_expires_at_idx on accounts.password_links (expires_at);
