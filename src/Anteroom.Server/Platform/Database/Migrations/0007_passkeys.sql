-- compatible_from: 1
-- A passkey is found by the id of its credential before the organisation is known: its route has the SHA-256 of that id for a key, and has
-- one owner over all organisations (SEC-221).
ALTER TABLE routes DROP CONSTRAINT routes_kind_check;
ALTER TABLE routes ADD CONSTRAINT routes_kind_check CHECK
    (kind IN ('slug', 'code', 'user_name', 'domain', 'client', 'connection', 'directory', 'host', 'origin', 'audience', 'passkey'));
CREATE UNIQUE INDEX routes_one_passkey ON routes (key) WHERE kind = 'passkey';

-- What authenticators know a person by: random, for each user one, told to no application (SEC-224).
CREATE TABLE passkey_users (
    organization_id uuid NOT NULL,
    user_id         uuid NOT NULL,
    handle          bytea NOT NULL CHECK (length(handle) = 32),
    PRIMARY KEY (organization_id, user_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users
);
SELECT protect_own('passkey_users');
GRANT SELECT, INSERT, DELETE ON passkey_users TO anteroom_app;

CREATE TABLE passkeys (
    organization_id uuid NOT NULL,
    passkey_id      uuid NOT NULL,
    user_id         uuid NOT NULL,
    relying_party   text NOT NULL, -- the host that it was made for; it answers nowhere else
    credential_id   bytea NOT NULL CHECK (length(credential_id) BETWEEN 16 AND 1023),
    public_key      bytea NOT NULL, -- COSE_Key, with its algorithm
    sign_count      bigint NOT NULL,
    user_verified   boolean NOT NULL,
    backup_eligible boolean NOT NULL,
    backed_up       boolean NOT NULL,
    transports      text[] NOT NULL DEFAULT '{}',
    aaguid          uuid NOT NULL,
    attestation     text NOT NULL, -- the statement's format; no statement is believed
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    created_at      timestamptz NOT NULL,
    last_used_at    timestamptz,
    suspended_at    timestamptz, -- its counter went back: there may be two of it (SEC-222)
    PRIMARY KEY (organization_id, passkey_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (organization_id, credential_id);
CREATE INDEX passkeys_user ON passkeys (organization_id, user_id);
SELECT protect_own('passkeys');
GRANT SELECT, INSERT, UPDATE, DELETE ON passkeys TO anteroom_app;

-- Ceremonies that wait for an authenticator. Deleting is consuming (SEC-219). Capped per network (SEC-362).
CREATE TABLE passkey_challenges (
    organization_id uuid NOT NULL REFERENCES organizations, -- the platform while the organisation is unknown
    sha256          bytea NOT NULL, -- of the challenge
    ceremony        text NOT NULL CHECK (ceremony IN ('create', 'get')),
    bound_to        bytea NOT NULL, -- hash of what only this browser has
    user_id         uuid,           -- whose passkey is made; none where nobody is known yet
    state           text NOT NULL,  -- what the ceremony began with
    network         text NOT NULL,
    expires_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, sha256)
);
CREATE INDEX passkey_challenges_expiry ON passkey_challenges (expires_at);
CREATE INDEX passkey_challenges_network ON passkey_challenges (organization_id, network, created_at);
SELECT protect_own('passkey_challenges');
GRANT SELECT, INSERT, DELETE ON passkey_challenges TO anteroom_app;

SELECT put_keys_last();
