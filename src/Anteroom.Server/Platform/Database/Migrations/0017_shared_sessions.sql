-- compatible_from: 1
-- Where the sessions of one session at Entra are that came by a shared app. Its sign-out loads one address for all organizations and names
-- nothing but that session, so this is asked before an organization is known: no row-level security by purpose. It holds a hash and ids; what
-- it leads to is compared with the session itself.
CREATE TABLE shared_sessions (
    sid_sha256      bytea NOT NULL CHECK (length(sid_sha256) = 32),
    organization_id uuid NOT NULL,
    session_id      uuid NOT NULL,
    client_id       text NOT NULL, -- of the shared app by which it came
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (sid_sha256, organization_id, session_id)
);
CREATE INDEX shared_sessions_expiry ON shared_sessions (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON shared_sessions TO anteroom_app;
