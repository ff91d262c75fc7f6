-- Accounts and their grants. The full name is sealed under the account's own data key; a login is what the agency chose and names nobody.
create table accounts.accounts (
    id uuid not null,
    login text not null,
    full_name bytea not null,
    unit_id uuid not null,
    locked boolean not null default false,
    -- PHC string of Argon2id; null until the owner has set a password.
    password_hash text,
    version bigint not null default 1,
    -- Keyed digest of what was asked when the account was made: the same id with other content is refused.
    request_digest bytea not null,
    -- Null: seeded.
    created_by uuid,
    created_at timestamptz not null,
    last_signed_in_at timestamptz,
    language text not null default 'vi',
    theme text not null default '',
    gloves boolean not null default false,
    constraint accounts_pkey primary key (id),
    constraint accounts_login_key unique (login),
    constraint accounts_login_check check (login ~ '^[a-z0-9][a-z0-9.-]{2,59}$'),
    constraint accounts_unit_id_fkey foreign key (unit_id) references accounts.units (id),
    constraint accounts_created_by_fkey foreign key (created_by) references accounts.accounts (id),
    constraint accounts_language_check check (language in ('vi', 'en')),
    constraint accounts_theme_check check (theme in ('', 'light', 'dark'))
);
create index accounts_unit_id_idx on accounts.accounts (unit_id);

create table accounts.grants (
    id uuid not null,
    account_id uuid not null,
    role_id text not null,
    -- Area key: the whole subtree below it.
    area text not null,
    valid_from timestamptz not null,
    -- Exclusive; null: until revoked.
    valid_until timestamptz,
    revoked_at timestamptz,
    created_by uuid,
    created_at timestamptz not null,
    constraint grants_pkey primary key (id),
    constraint grants_account_id_fkey foreign key (account_id) references accounts.accounts (id),
    constraint grants_created_by_fkey foreign key (created_by) references accounts.accounts (id),
    constraint grants_period_check check (valid_until is null or valid_until > valid_from)
);
create index grants_account_id_idx on accounts.grants (account_id);
