-- When the screen of a session was left alone: such a session opens nothing, it can only be replaced by signing in again or ended.
alter table accounts.sessions add column locked_at timestamptz;
