-- compatible_from: 1
-- A session of the console is one of its own beside the person's session (SEC-265): shorter, strong, and gone when that session goes.
CREATE TABLE console_sessions (
    organization_id     uuid NOT NULL,
    console_session_id  uuid NOT NULL,
    session_id          uuid NOT NULL,
    user_id             uuid NOT NULL,
    browser_sha256      bytea NOT NULL, -- which browser asked; it alone may arrive
    arrival_sha256      bytea,          -- the way in, once, for a minute
    arrival_expires_at  timestamptz NOT NULL,
    sha256              bytea,          -- the cookie's value, once somebody has arrived
    authenticated_at    timestamptz NOT NULL,
    visits              uuid[] NOT NULL DEFAULT '{}', -- organizations that an operator has entered, visibly
    created_at          timestamptz NOT NULL,
    last_seen_at        timestamptz NOT NULL,
    idle_expires_at     timestamptz NOT NULL,
    absolute_expires_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, console_session_id),
    FOREIGN KEY (organization_id, session_id) REFERENCES sessions ON DELETE CASCADE
);
CREATE UNIQUE INDEX console_sessions_sha256 ON console_sessions (organization_id, sha256);
CREATE UNIQUE INDEX console_sessions_arrival ON console_sessions (organization_id, arrival_sha256);
CREATE INDEX console_sessions_session ON console_sessions (organization_id, session_id);
SELECT protect_own('console_sessions');
GRANT SELECT, INSERT, UPDATE, DELETE ON console_sessions TO anteroom_app;
SELECT put_keys_last();
