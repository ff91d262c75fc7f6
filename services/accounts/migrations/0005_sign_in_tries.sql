-- Limits of sign-in. Keys are keyed digests of login and client, so that neither a typed login nor an address is readable here.
create table accounts.sign_in_tries (
    -- What is counted: 1 a login from one client, 2 a login from all clients it never signed in from, 3 a client over all logins.
    kind smallint not null,
    key bytea not null,
    -- Begun in this window, those that succeeded taken off again.
    tries integer not null,
    window_ends_at timestamptz not null,
    blocked_until timestamptz not null,
    constraint sign_in_tries_pkey primary key (kind, key),
    constraint sign_in_tries_kind_check check (kind between 1 and 3)
);
create index sign_in_tries_window_ends_at_idx on accounts.sign_in_tries (window_ends_at);

-- Clients from which a login succeeded before: strangers' tries elsewhere do not use up their budget.
create table accounts.known_clients (
    login_client bytea not null,
    account_id uuid not null,
    last_signed_in_at timestamptz not null default now(),
    constraint known_clients_pkey primary key (login_client),
    constraint known_clients_account_id_fkey foreign key (account_id) references accounts.accounts (id)
);
create index known_clients_last_signed_in_at_idx on accounts.known_clients (last_signed_in_at);
