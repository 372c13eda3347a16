-- compatible_from: 1
CREATE TABLE passwords (
    organization_id uuid NOT NULL,
    user_id         uuid NOT NULL,
    hash            text NOT NULL,        -- with its algorithm, iterations and salt (SEC-212)
    set_at          timestamptz NOT NULL, -- by the person; a hash that is only renewed keeps it
    PRIMARY KEY (organization_id, user_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users
);
SELECT protect_own('passwords');
GRANT SELECT, INSERT, UPDATE, DELETE ON passwords TO anteroom_app;

-- Tries at passwords, counted before any is verified (SEC-214). Keys are hashes, so that nobody reads here who was tried from where.
CREATE TABLE password_tries (
    organization_id uuid NOT NULL REFERENCES organizations,
    scope           text NOT NULL CHECK (scope IN ('account', 'account_network', 'device', 'network')),
    key             bytea NOT NULL,
    user_id         uuid,                 -- whose account; none where no such account exists, and of a network
    failures        integer NOT NULL,     -- verified and wrong, or not yet answered; of a network: in this minute
    failed_at       timestamptz,          -- the last of them; of a network: when the minute began
    tries           integer NOT NULL,     -- with those that were not even verified
    tried_at        timestamptz NOT NULL,
    PRIMARY KEY (organization_id, scope, key)
);
CREATE INDEX password_tries_user ON password_tries (organization_id, user_id) WHERE user_id IS NOT NULL;
SELECT protect_own('password_tries');
GRANT SELECT, INSERT, UPDATE, DELETE ON password_tries TO anteroom_app;

-- Mailed links that set a password, once (SEC-226): one open for each user.
CREATE TABLE password_links (
    organization_id uuid NOT NULL,
    link_id         uuid NOT NULL,
    user_id         uuid NOT NULL,
    purpose         text NOT NULL CHECK (purpose IN ('set', 'recover')),
    sha256          bytea NOT NULL,
    expires_at      timestamptz NOT NULL,
    closed_at       timestamptz, -- used, or replaced by a newer one, or void since
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, link_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users
);
CREATE UNIQUE INDEX password_links_sha256 ON password_links (organization_id, sha256);
CREATE UNIQUE INDEX password_links_one_open ON password_links (organization_id, user_id) WHERE closed_at IS NULL;
CREATE INDEX password_links_user ON password_links (organization_id, user_id, created_at);
SELECT protect_own('password_links');
GRANT SELECT, INSERT, UPDATE, DELETE ON password_links TO anteroom_app;

-- Who asked for a way back, before anybody looks whether there is such an account (SEC-042). Capped per network (SEC-227).
CREATE TABLE recovery_requests (
    organization_id uuid NOT NULL REFERENCES organizations,
    request_id      uuid NOT NULL,
    user_id         uuid, -- none where nobody has that name
    network         text NOT NULL,
    correlation_id  text NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, request_id)
);
CREATE INDEX recovery_requests_network ON recovery_requests (organization_id, network, created_at);
SELECT protect_own('recovery_requests');
GRANT SELECT, INSERT, DELETE ON recovery_requests TO anteroom_app;

SELECT put_keys_last();
