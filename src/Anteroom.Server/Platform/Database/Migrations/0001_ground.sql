-- The ground that every feature stands on. Two roles: anteroom_owner owns and migrates, anteroom_app does everything else.
-- Each table of an organisation leads its key with organization_id and forces row-level security (SEC-260). A query without
-- the setting app.organization sees nothing. Tables without it are a closed list, kept with reasons in RowLevelSecurityTests.

CREATE FUNCTION current_organization() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.organization', true), '')::uuid;

-- The platform is an organisation too: its rows (shared applications, clouds, keys) are readable by all, writable by it alone.
CREATE FUNCTION platform_organization() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '00000000-0000-7000-8000-000000000001'::uuid;

CREATE FUNCTION protect_own(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY own ON %s USING (organization_id = current_organization())
                    WITH CHECK (organization_id = current_organization())', target);
END $$;

CREATE FUNCTION protect_shared(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY readable ON %s FOR SELECT USING (organization_id IN (current_organization(), platform_organization()))', target);
    EXECUTE format('CREATE POLICY inserted ON %s FOR INSERT WITH CHECK (organization_id = current_organization())', target);
    EXECUTE format('CREATE POLICY changed ON %s FOR UPDATE USING (organization_id = current_organization())
                    WITH CHECK (organization_id = current_organization())', target);
    EXECUTE format('CREATE POLICY removed ON %s FOR DELETE USING (organization_id = current_organization())', target);
END $$;

-- Organisations ------------------------------------------------------------------------------------------------------

CREATE TABLE organizations (
    organization_id uuid PRIMARY KEY,
    slug            text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    company_code    text UNIQUE,
    status          text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    settings        jsonb NOT NULL DEFAULT '{}',
    version         bigint NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL
);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
-- The platform's administrators list and make organisations; an organisation sees itself and the platform's name.
CREATE POLICY readable ON organizations FOR SELECT
    USING (organization_id IN (current_organization(), platform_organization()) OR current_organization() = platform_organization());
CREATE POLICY inserted ON organizations FOR INSERT WITH CHECK (current_organization() = platform_organization());
CREATE POLICY changed ON organizations FOR UPDATE
    USING (organization_id = current_organization() OR current_organization() = platform_organization());
GRANT SELECT, INSERT, UPDATE ON organizations TO anteroom_app;

-- Finding the organisation before it is known: no row-level security by purpose.
-- Kinds: slug, code (company code), user_name, domain, client, connection, directory; host (label of an organisation's own host); origin (web origins of browser applications) and
-- audience (whose API a name is: no other organization gets tokens made for it).
CREATE TABLE routes (
    kind            text NOT NULL CHECK (kind IN ('slug', 'code', 'user_name', 'domain', 'client', 'connection', 'directory', 'host', 'origin', 'audience')),
    key             text NOT NULL CHECK (length(key) BETWEEN 1 AND 320),
    organization_id uuid NOT NULL REFERENCES organizations,
    target          uuid,
    PRIMARY KEY (kind, key, organization_id)
);
CREATE UNIQUE INDEX routes_one_owner ON routes (kind, key) WHERE kind IN ('slug', 'code', 'client', 'connection', 'directory', 'host', 'audience');
GRANT SELECT, INSERT, DELETE ON routes TO anteroom_app;

-- A company code and a user name never share a spelling, in no organisation (HEL-27). The lock makes the check safe in a race.
CREATE FUNCTION routes_exclude_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('entry:' || NEW.key, 0));
    IF EXISTS (SELECT FROM routes WHERE key = NEW.key AND kind = CASE NEW.kind WHEN 'code' THEN 'user_name' ELSE 'code' END) THEN
        RAISE unique_violation USING MESSAGE = 'a company code and a user name cannot be the same', CONSTRAINT = 'routes_code_or_user_name';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER routes_exclude_names BEFORE INSERT ON routes
    FOR EACH ROW WHEN (NEW.kind IN ('code', 'user_name')) EXECUTE FUNCTION routes_exclude_names();

CREATE TABLE organization_domains (
    organization_id uuid NOT NULL REFERENCES organizations,
    name            text NOT NULL CHECK (name = lower(name) AND length(name) <= 253),
    state           text NOT NULL CHECK (state IN ('asserted', 'verified')),
    proof           text,
    verified_at     timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, name)
);
CREATE UNIQUE INDEX organization_domains_one_verified ON organization_domains (name) WHERE state = 'verified';
SELECT protect_own('organization_domains');
GRANT SELECT, INSERT, UPDATE, DELETE ON organization_domains TO anteroom_app;

CREATE TABLE custom_fields (
    organization_id uuid NOT NULL REFERENCES organizations,
    key             text NOT NULL CHECK (key ~ '^[a-z][a-zA-Z0-9]{0,39}$'),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    max_length      integer NOT NULL DEFAULT 256 CHECK (max_length BETWEEN 1 AND 1024),
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, key)
);
SELECT protect_own('custom_fields');
GRANT SELECT, INSERT, UPDATE, DELETE ON custom_fields TO anteroom_app;

-- People -------------------------------------------------------------------------------------------------------------

CREATE TABLE roles (
    organization_id uuid NOT NULL REFERENCES organizations,
    role_id         uuid NOT NULL,
    key             text NOT NULL CHECK (key ~ '^[a-z][a-z0-9-]{0,39}$'),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    permissions     text[] NOT NULL DEFAULT '{}',
    channels        text[] NOT NULL DEFAULT '{web,native,unlock}',
    built_in        boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, role_id),
    UNIQUE (organization_id, key)
);
SELECT protect_own('roles');
GRANT SELECT, INSERT, UPDATE, DELETE ON roles TO anteroom_app;

CREATE TABLE users (
    organization_id  uuid NOT NULL REFERENCES organizations,
    user_id          uuid NOT NULL,
    subject          text NOT NULL,
    user_name        text NOT NULL CHECK (length(user_name) BETWEEN 1 AND 256),
    user_name_folded text NOT NULL,
    display_name     text,
    given_name       text,
    family_name      text,
    email            text,
    custom           jsonb NOT NULL DEFAULT '{}',
    stamps           jsonb NOT NULL DEFAULT '{}', -- attribute -> {source, at}: who wrote it last, and when
    role_id          uuid NOT NULL,
    origin           text NOT NULL CHECK (origin IN ('signIn', 'scim', 'graph', 'invitation', 'administrator')),
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    last_sign_in_at  timestamptz,
    deleted_at       timestamptz,
    PRIMARY KEY (organization_id, user_id),
    UNIQUE (organization_id, subject),
    FOREIGN KEY (organization_id, role_id) REFERENCES roles
);
CREATE UNIQUE INDEX users_user_name ON users (organization_id, user_name_folded) WHERE deleted_at IS NULL;
SELECT protect_own('users');
GRANT SELECT, INSERT, UPDATE ON users TO anteroom_app;

CREATE TABLE user_blocks (
    organization_id uuid NOT NULL,
    user_id         uuid NOT NULL,
    source          text NOT NULL CHECK (source IN ('administrator', 'scim', 'graph', 'security')),
    channels        text[] NOT NULL CHECK (channels <@ '{web,native,unlock}' AND cardinality(channels) > 0),
    reason          text,
    at              timestamptz NOT NULL,
    PRIMARY KEY (organization_id, user_id, source),
    FOREIGN KEY (organization_id, user_id) REFERENCES users
);
SELECT protect_own('user_blocks');
GRANT SELECT, INSERT, UPDATE, DELETE ON user_blocks TO anteroom_app;

CREATE TABLE groups (
    organization_id uuid NOT NULL REFERENCES organizations,
    group_id        uuid NOT NULL,
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 256),
    external_key    text, -- the object id at its source; names are labels
    source          text NOT NULL CHECK (source IN ('scim', 'graph', 'token', 'administrator')),
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, group_id)
);
CREATE UNIQUE INDEX groups_external_key ON groups (organization_id, source, external_key) WHERE external_key IS NOT NULL;
SELECT protect_own('groups');
GRANT SELECT, INSERT, UPDATE, DELETE ON groups TO anteroom_app;

CREATE TABLE group_members (
    organization_id uuid NOT NULL,
    group_id        uuid NOT NULL,
    user_id         uuid NOT NULL,
    source          text NOT NULL CHECK (source IN ('scim', 'graph', 'token', 'administrator')),
    at              timestamptz NOT NULL,
    PRIMARY KEY (organization_id, group_id, user_id, source),
    FOREIGN KEY (organization_id, group_id) REFERENCES groups ON DELETE CASCADE,
    FOREIGN KEY (organization_id, user_id) REFERENCES users
);
CREATE INDEX group_members_user ON group_members (organization_id, user_id);
SELECT protect_own('group_members');
GRANT SELECT, INSERT, UPDATE, DELETE ON group_members TO anteroom_app;

-- Connections ----------------------------------------------------------------------------------------------------------

CREATE TABLE clouds (
    organization_id uuid NOT NULL REFERENCES organizations, -- always the platform
    key             text NOT NULL CHECK (key ~ '^[a-z][a-z0-9-]{0,39}$'),
    name            text NOT NULL,
    authority       text NOT NULL, -- scheme, host and port; the tenant id follows as the first path segment
    aliases         text[] NOT NULL DEFAULT '{}',
    graph           text NOT NULL,
    trusted_ca      text,          -- PEM; only for clouds that do not use a public certificate authority
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, key)
);
SELECT protect_shared('clouds');
GRANT SELECT, INSERT, UPDATE, DELETE ON clouds TO anteroom_app;

CREATE TABLE connections (
    organization_id uuid NOT NULL REFERENCES organizations,
    connection_id   uuid NOT NULL,
    key             text NOT NULL,
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    kind            text NOT NULL CHECK (kind IN ('entra', 'oidc')),
    state           text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'submitted', 'testing', 'active', 'disabled')),
    revision        integer NOT NULL,
    version         bigint NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, connection_id)
);
SELECT protect_own('connections');
GRANT SELECT, INSERT, UPDATE ON connections TO anteroom_app;

-- Immutable: a change of settings is a new revision and a moved pointer.
CREATE TABLE connection_revisions (
    organization_id uuid NOT NULL,
    connection_id   uuid NOT NULL,
    revision        integer NOT NULL,
    settings        jsonb NOT NULL,
    client_secret   bytea, -- sealed
    secret_last4    text,
    created_at      timestamptz NOT NULL,
    created_by      uuid NOT NULL,
    PRIMARY KEY (organization_id, connection_id, revision),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections
);
SELECT protect_own('connection_revisions');
GRANT SELECT, INSERT ON connection_revisions TO anteroom_app;

CREATE TABLE external_identities (
    organization_id uuid NOT NULL,
    identity_id     uuid NOT NULL,
    user_id         uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('entra', 'oidc')),
    cloud           text,
    tenant_id       uuid,
    object_id       uuid,
    connection_id   uuid, -- kind oidc: part of the key; kind entra: only "last used"
    issuer          text,
    subject         text,
    linked_by       text NOT NULL CHECK (linked_by IN ('signIn', 'administrator', 'scim', 'graph', 'session', 'firstLink')),
    created_at      timestamptz NOT NULL,
    last_used_at    timestamptz,
    PRIMARY KEY (organization_id, identity_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users,
    CHECK (CASE kind WHEN 'entra' THEN cloud IS NOT NULL AND tenant_id IS NOT NULL AND object_id IS NOT NULL AND issuer IS NULL AND subject IS NULL
                     ELSE connection_id IS NOT NULL AND issuer IS NOT NULL AND subject IS NOT NULL AND tenant_id IS NULL AND object_id IS NULL END)
);
CREATE UNIQUE INDEX external_identities_entra ON external_identities (organization_id, cloud, tenant_id, object_id) WHERE kind = 'entra';
CREATE UNIQUE INDEX external_identities_oidc ON external_identities (organization_id, connection_id, issuer, subject) WHERE kind = 'oidc';
CREATE INDEX external_identities_user ON external_identities (organization_id, user_id);
SELECT protect_own('external_identities');
GRANT SELECT, INSERT, UPDATE, DELETE ON external_identities TO anteroom_app;

-- Applications ---------------------------------------------------------------------------------------------------------

CREATE TABLE applications (
    organization_id           uuid NOT NULL REFERENCES organizations,
    application_id            uuid NOT NULL,
    client_id                 text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 128),
    name                      text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    protocol                  text NOT NULL CHECK (protocol IN ('oidc', 'saml', 'wsfed')),
    client_kind               text NOT NULL CHECK (client_kind IN ('confidential', 'public', 'native')),
    client_authentication     text NOT NULL CHECK (client_authentication IN ('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none')),
    redirect_uris             text[] NOT NULL,
    post_logout_redirect_uris text[] NOT NULL DEFAULT '{}',
    audience                  text NOT NULL,
    signing_algorithm         text NOT NULL DEFAULT 'ES256' CHECK (signing_algorithm IN ('ES256', 'RS256')),
    settings                  jsonb NOT NULL DEFAULT '{}',
    disabled_at               timestamptz,
    version                   bigint NOT NULL DEFAULT 1,
    created_at                timestamptz NOT NULL,
    PRIMARY KEY (organization_id, application_id),
    UNIQUE (client_id)
);
SELECT protect_shared('applications');
GRANT SELECT, INSERT, UPDATE ON applications TO anteroom_app;

CREATE TABLE application_secrets (
    organization_id uuid NOT NULL,
    secret_id       uuid NOT NULL,
    application_id  uuid NOT NULL,
    sha256          bytea NOT NULL,
    last4           text NOT NULL,
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, secret_id),
    FOREIGN KEY (organization_id, application_id) REFERENCES applications
);
CREATE INDEX application_secrets_application ON application_secrets (organization_id, application_id);
SELECT protect_shared('application_secrets');
GRANT SELECT, INSERT, UPDATE ON application_secrets TO anteroom_app;

CREATE TABLE api_keys (
    organization_id uuid NOT NULL REFERENCES organizations,
    api_key_id      uuid NOT NULL,
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    sha256          bytea NOT NULL,
    last4           text NOT NULL,
    permissions     text[] NOT NULL,
    expires_at      timestamptz NOT NULL,
    last_used_at    timestamptz,
    revoked_at      timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, api_key_id)
);
CREATE UNIQUE INDEX api_keys_sha256 ON api_keys (organization_id, sha256);
SELECT protect_own('api_keys');
GRANT SELECT, INSERT, UPDATE ON api_keys TO anteroom_app;

-- One-use links that open a door once: the owner link today, invitations and recovery later (SEC-266).
CREATE TABLE one_time_links (
    organization_id uuid NOT NULL REFERENCES organizations,
    link_id         uuid NOT NULL,
    purpose         text NOT NULL,
    sha256          bytea NOT NULL,
    expires_at      timestamptz NOT NULL,
    consumed_at     timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, link_id)
);
CREATE UNIQUE INDEX one_time_links_sha256 ON one_time_links (organization_id, sha256);
SELECT protect_own('one_time_links');
GRANT SELECT, INSERT, UPDATE, DELETE ON one_time_links TO anteroom_app;

-- Keys -----------------------------------------------------------------------------------------------------------------

-- Data keys, one or more per organisation, wrapped by the key-encryption key that lies outside the database (SEC-280).
CREATE TABLE data_keys (
    organization_id uuid NOT NULL REFERENCES organizations,
    version         integer NOT NULL,
    kek_id          text NOT NULL,
    wrapped         bytea NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, version)
);
SELECT protect_shared('data_keys');
GRANT SELECT, INSERT, UPDATE ON data_keys TO anteroom_app;

CREATE TABLE signing_keys (
    organization_id uuid NOT NULL REFERENCES organizations, -- the platform; an organisation with keys of its own later
    kid             text NOT NULL,
    algorithm       text NOT NULL CHECK (algorithm IN ('ES256', 'RS256')),
    public_key      jsonb NOT NULL,
    private_key     bytea NOT NULL, -- sealed PKCS#8
    created_at      timestamptz NOT NULL,
    active_from     timestamptz NOT NULL, -- published from created_at, signs from here
    retired_at      timestamptz,          -- signs no longer
    expires_at      timestamptz,          -- leaves the key set
    PRIMARY KEY (organization_id, kid)
);
SELECT protect_shared('signing_keys');
GRANT SELECT, INSERT, UPDATE, DELETE ON signing_keys TO anteroom_app;

-- What pairwise subjects are made with: one row, of the platform. Never changed, because every pairwise sub hangs on it (OIDC Core §8.1).
CREATE TABLE subject_keys (
    organization_id uuid PRIMARY KEY REFERENCES organizations,
    secret          bytea NOT NULL -- sealed
);
SELECT protect_own('subject_keys');
GRANT SELECT, INSERT ON subject_keys TO anteroom_app;

CREATE TABLE data_protection_keys (
    organization_id uuid NOT NULL REFERENCES organizations, -- always the platform
    friendly_name   text NOT NULL,
    sealed          bytea NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, friendly_name)
);
SELECT protect_shared('data_protection_keys');
GRANT SELECT, INSERT, DELETE ON data_protection_keys TO anteroom_app;

-- Sign-in ----------------------------------------------------------------------------------------------------------------

-- A row that exists has not been signed out; whether its cookie still counts is decided by the times in it.
CREATE TABLE sessions (
    organization_id     uuid NOT NULL REFERENCES organizations,
    session_id          uuid NOT NULL,
    sha256              bytea NOT NULL,
    user_id             uuid NOT NULL,
    connection_id       uuid,
    device_client_id    text, -- the application that a device got this session for; a browser's has none (docs/decisions/0012)
    evidence            jsonb NOT NULL,
    authenticated_at    timestamptz NOT NULL,
    upstream_issuer     text,
    upstream_client_id  text,
    upstream_sid        text,
    upstream_hint       bytea, -- sealed login_hint for the provider's sign-out
    created_at          timestamptz NOT NULL,
    last_seen_at        timestamptz NOT NULL,
    idle_expires_at     timestamptz NOT NULL,
    absolute_expires_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, session_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users
);
CREATE UNIQUE INDEX sessions_sha256 ON sessions (organization_id, sha256);
CREATE INDEX sessions_user ON sessions (organization_id, user_id);
CREATE INDEX sessions_upstream ON sessions (organization_id, connection_id, upstream_sid) WHERE upstream_sid IS NOT NULL;
CREATE INDEX sessions_expiry ON sessions (absolute_expires_at);
SELECT protect_own('sessions');
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO anteroom_app;

-- Which applications took part in a session: whom to tell when it ends.
CREATE TABLE session_applications (
    organization_id uuid NOT NULL,
    session_id      uuid NOT NULL,
    client_id       text NOT NULL,
    first_at        timestamptz NOT NULL,
    PRIMARY KEY (organization_id, session_id, client_id),
    FOREIGN KEY (organization_id, session_id) REFERENCES sessions ON DELETE CASCADE
);
SELECT protect_own('session_applications');
GRANT SELECT, INSERT, DELETE ON session_applications TO anteroom_app;

-- state, hand-over handles, assertion ids: what may count once. Inserting is consuming; the row outlives what it protects from.
CREATE TABLE consumed (
    organization_id uuid NOT NULL REFERENCES organizations,
    sha256          bytea NOT NULL,
    purpose         text NOT NULL,
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, sha256)
);
CREATE INDEX consumed_expiry ON consumed (expires_at);
SELECT protect_own('consumed');
GRANT SELECT, INSERT, DELETE ON consumed TO anteroom_app;

-- Authorization requests too large for a cookie, and those that crossed sites by POST. Capped per network (SEC-362).
CREATE TABLE stored_requests (
    organization_id uuid NOT NULL REFERENCES organizations, -- the platform while the organisation is unknown
    sha256          bytea NOT NULL,
    network         text NOT NULL,
    sealed          bytea NOT NULL,
    expires_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, sha256)
);
CREATE INDEX stored_requests_expiry ON stored_requests (expires_at);
CREATE INDEX stored_requests_network ON stored_requests (organization_id, network, created_at);
SELECT protect_own('stored_requests');
GRANT SELECT, INSERT, DELETE ON stored_requests TO anteroom_app;

CREATE TABLE sign_ins (
    organization_id uuid NOT NULL,
    sign_in_id      uuid NOT NULL,
    at              timestamptz NOT NULL,
    correlation_id  text NOT NULL,
    client_id       text,
    connection_id   uuid,
    revision        integer,
    user_id         uuid,
    facts           jsonb NOT NULL, -- redacted: what admission saw, without tokens
    decision        text NOT NULL CHECK (decision IN ('admitted', 'created', 'refused')),
    reason          text NOT NULL,
    network         text,
    PRIMARY KEY (organization_id, at, sign_in_id)
) PARTITION BY RANGE (at);
CREATE TABLE sign_ins_default PARTITION OF sign_ins DEFAULT;
CREATE INDEX sign_ins_user ON sign_ins (organization_id, user_id, at);
SELECT protect_own('sign_ins');
GRANT SELECT, INSERT ON sign_ins TO anteroom_app;

-- Months are made ahead and dropped after their time by the owner's functions, which the application may call.
CREATE FUNCTION make_sign_in_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    label text := 'sign_ins_' || to_char(first, 'YYYYMM');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sign_ins', 0));
    IF to_regclass(label) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF sign_ins FOR VALUES FROM (%L) TO (%L)', label, first, (first + interval '1 month')::date);
    END IF;
END $$;
CREATE FUNCTION drop_sign_in_months(before date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    label text;
    dropped integer := 0;
BEGIN
    FOR label IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                  WHERE i.inhparent = 'sign_ins'::regclass AND c.relname ~ '^sign_ins_[0-9]{6}$'
                    AND c.relname < 'sign_ins_' || to_char(before, 'YYYYMM') LOOP
        EXECUTE format('DROP TABLE %I', label);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION make_sign_in_month(date), drop_sign_in_months(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_sign_in_month(date), drop_sign_in_months(date) TO anteroom_app;

-- OIDC provider ------------------------------------------------------------------------------------------------------------

-- One row per authorization that an application redeemed or may redeem; codes and refresh tokens hang on it.
CREATE TABLE grants (
    organization_id uuid NOT NULL,
    grant_id        uuid NOT NULL,
    user_id         uuid NOT NULL,
    session_id      uuid NOT NULL,
    client_id       text NOT NULL,
    scope           text NOT NULL,
    resource        text, -- the APIs that the authorization request named, one space between them (RFC 8707)
    -- What the person had proven then: a refreshed id_token repeats it (OIDC Core §12.2), whatever the session became.
    authenticated_at timestamptz NOT NULL,
    amr             text[] NOT NULL DEFAULT '{}',
    acr             text,
    created_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    revoked_for     text,
    PRIMARY KEY (organization_id, grant_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users
);
CREATE INDEX grants_user ON grants (organization_id, user_id);
CREATE INDEX grants_session ON grants (organization_id, session_id);
SELECT protect_own('grants');
GRANT SELECT, INSERT, UPDATE, DELETE ON grants TO anteroom_app;

CREATE TABLE authorization_codes (
    organization_id uuid NOT NULL,
    code_sha256     bytea NOT NULL,
    grant_id        uuid NOT NULL,
    client_id       text NOT NULL,
    redirect_uri    text NOT NULL,
    code_challenge  text NOT NULL,
    nonce           text,
    expires_at      timestamptz NOT NULL,
    redeemed_at     timestamptz,
    PRIMARY KEY (organization_id, code_sha256),
    FOREIGN KEY (organization_id, grant_id) REFERENCES grants ON DELETE CASCADE
);
CREATE INDEX authorization_codes_expiry ON authorization_codes (expires_at);
SELECT protect_own('authorization_codes');
GRANT SELECT, INSERT, UPDATE, DELETE ON authorization_codes TO anteroom_app;

CREATE TABLE refresh_tokens (
    organization_id     uuid NOT NULL,
    token_sha256        bytea NOT NULL,
    grant_id            uuid NOT NULL,
    scope               text NOT NULL,
    issued_at           timestamptz NOT NULL,
    idle_expires_at     timestamptz NOT NULL,
    absolute_expires_at timestamptz NOT NULL,
    rotated_at          timestamptz,
    successor           bytea, -- sealed: the same successor is answered within the grace period
    PRIMARY KEY (organization_id, token_sha256),
    FOREIGN KEY (organization_id, grant_id) REFERENCES grants ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_grant ON refresh_tokens (organization_id, grant_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (absolute_expires_at);
SELECT protect_own('refresh_tokens');
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_tokens TO anteroom_app;

-- A device that waits until somebody with a browser says yes (RFC 8628). The platform's rows, because whose person will come is not known
-- yet; they hold what was asked for, and in the end which grant of which organisation the device gets.
CREATE TABLE device_authorizations (
    organization_id    uuid NOT NULL REFERENCES organizations CHECK (organization_id = platform_organization()),
    device_code_sha256 bytea NOT NULL,
    user_code_sha256   bytea NOT NULL,
    client_id          text NOT NULL,
    scope              text NOT NULL,
    resource           text, -- as in grants
    network            text NOT NULL,
    interval_seconds   integer NOT NULL, -- between two questions of the device; grows where it does not wait
    polled_at          timestamptz,
    approved_at        timestamptz,
    approved_in        uuid, -- the organisation of the grant
    grant_id           uuid,
    denied_at          timestamptz,
    redeemed_at        timestamptz,
    expires_at         timestamptz NOT NULL,
    created_at         timestamptz NOT NULL,
    PRIMARY KEY (organization_id, device_code_sha256),
    UNIQUE (organization_id, user_code_sha256),
    CHECK (num_nulls(approved_at, approved_in, grant_id) IN (0, 3)),
    CHECK (approved_at IS NULL OR denied_at IS NULL),
    CHECK (redeemed_at IS NULL OR approved_at IS NOT NULL)
);
CREATE INDEX device_authorizations_expiry ON device_authorizations (expires_at);
CREATE INDEX device_authorizations_network ON device_authorizations (organization_id, network, created_at);
SELECT protect_own('device_authorizations');
GRANT SELECT, INSERT, UPDATE, DELETE ON device_authorizations TO anteroom_app;

-- Audit ----------------------------------------------------------------------------------------------------------------------

-- Append-only. Actors and targets are pseudonymous ids; their names live in audit_names and can be erased (SEC-326).
CREATE TABLE audit_events (
    organization_id uuid NOT NULL REFERENCES organizations,
    audit_id        bigint GENERATED ALWAYS AS IDENTITY,
    transaction_id  xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at              timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_kind      text NOT NULL CHECK (actor_kind IN ('user', 'apiKey', 'application', 'system', 'anonymous', 'ownerLink')),
    actor_id        uuid,
    action          text NOT NULL,
    target_kind     text,
    target_id       uuid,
    result          text NOT NULL CHECK (result IN ('success', 'refused', 'failed')),
    reason          text,
    network         text,
    session_hash    text,
    correlation_id  text,
    details         jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (organization_id, audit_id)
);
CREATE INDEX audit_events_action ON audit_events (organization_id, action, audit_id);
CREATE INDEX audit_events_target ON audit_events (organization_id, target_id, audit_id);
CREATE INDEX audit_events_actor ON audit_events (organization_id, actor_id, audit_id);
CREATE INDEX audit_events_cursor ON audit_events (organization_id, transaction_id, audit_id); -- the sealer's order
SELECT protect_own('audit_events');
GRANT SELECT, INSERT ON audit_events TO anteroom_app;

-- The newest row of an id is its name. Nothing unique but the number: two transactions that name the same person do not wait for one
-- another (SEC-321); what they write twice is thinned out later.
CREATE TABLE audit_names (
    organization_id uuid NOT NULL REFERENCES organizations,
    id              uuid NOT NULL,
    number          bigint GENERATED ALWAYS AS IDENTITY,
    name            text NOT NULL,
    PRIMARY KEY (organization_id, id, number)
);
SELECT protect_own('audit_names');
GRANT SELECT, INSERT, DELETE ON audit_names TO anteroom_app;

CREATE TABLE audit_seals (
    organization_id  uuid NOT NULL REFERENCES organizations,
    number           bigint NOT NULL,
    audit_ids        bigint[] NOT NULL CHECK (cardinality(audit_ids) > 0), -- the rows of this seal in the order in which they were hashed
    row_hashes       bytea NOT NULL,  -- 32 bytes for each of them, so that a changed row can be named
    last_transaction xid8 NOT NULL,   -- of the last of them: the next seal begins behind (last_transaction, last of audit_ids)
    previous         bytea NOT NULL,
    hash             bytea NOT NULL,
    sealed_at        timestamptz NOT NULL,
    PRIMARY KEY (organization_id, number)
);
SELECT protect_own('audit_seals');
GRANT SELECT, INSERT ON audit_seals TO anteroom_app;

-- How long audit rows stay (SEC-326). Only the owner writes it, so that nobody with the application's rights can shorten it.
CREATE TABLE audit_retention (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    days     integer NOT NULL DEFAULT 400 CHECK (days BETWEEN 30 AND 36500)
);
INSERT INTO audit_retention DEFAULT VALUES;
GRANT SELECT ON audit_retention TO anteroom_app;

-- Where a trail begins since its oldest seals are gone: what the oldest seal that is left must continue.
CREATE TABLE audit_cuts (
    organization_id  uuid PRIMARY KEY REFERENCES organizations,
    seal             bigint NOT NULL,      -- the last seal that is gone
    hash             bytea NOT NULL,       -- its hash
    last_transaction xid8 NOT NULL,        -- of its last row
    last_audit_id    bigint NOT NULL,      -- its last row
    removed          bigint NOT NULL,      -- rows gone in all
    through          timestamptz NOT NULL, -- when the newest of them was recorded
    cut_at           timestamptz NOT NULL
);
SELECT protect_own('audit_cuts');
GRANT SELECT ON audit_cuts TO anteroom_app;

-- The one way in which audit rows go: whole seals from the oldest on, each of whose rows was recorded before the retention began, by the
-- database's own clock.
CREATE FUNCTION expire_audit(before timestamptz, most_seals integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    org     uuid := current_organization();
    too_old timestamptz := least(before, clock_timestamp() - (SELECT make_interval(days => days) FROM audit_retention));
    seal    audit_seals;
    newest  timestamptz;
    gone    bigint;
    total   bigint := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('audit_seals:' || org, 0));
    FOR seal IN SELECT * FROM audit_seals WHERE organization_id = org ORDER BY number LIMIT most_seals LOOP
        SELECT max(recorded_at) INTO newest FROM audit_events WHERE organization_id = org AND audit_id = ANY (seal.audit_ids);
        EXIT WHEN newest IS NULL OR newest >= too_old;
        DELETE FROM audit_events WHERE organization_id = org AND audit_id = ANY (seal.audit_ids);
        GET DIAGNOSTICS gone = ROW_COUNT;
        DELETE FROM audit_seals WHERE organization_id = org AND number = seal.number;
        INSERT INTO audit_cuts AS cut (organization_id, seal, hash, last_transaction, last_audit_id, removed, through, cut_at)
        VALUES (org, seal.number, seal.hash, seal.last_transaction, seal.audit_ids[cardinality(seal.audit_ids)], gone, newest, clock_timestamp())
        ON CONFLICT (organization_id) DO UPDATE
            SET seal = excluded.seal, hash = excluded.hash, last_transaction = excluded.last_transaction, last_audit_id = excluded.last_audit_id,
                removed = cut.removed + excluded.removed, through = greatest(cut.through, excluded.through), cut_at = excluded.cut_at;
        total := total + gone;
    END LOOP;
    RETURN total;
END $$;
REVOKE ALL ON FUNCTION expire_audit(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION expire_audit(timestamptz, integer) TO anteroom_app;

-- Work and events --------------------------------------------------------------------------------------------------------------

-- No row-level security: workers lease across organisations and set the organisation from the row. Payloads hold ids, never data.
CREATE TABLE jobs (
    job_id          uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations,
    kind            text NOT NULL,
    unique_key      text UNIQUE, -- recurring work: one row for all nodes
    payload         jsonb NOT NULL DEFAULT '{}',
    run_at          timestamptz NOT NULL,
    every           interval,
    attempts        integer NOT NULL DEFAULT 0,
    lease_owner     uuid,
    lease_until     timestamptz,
    last_error      text,
    done_at         timestamptz,
    created_at      timestamptz NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE done_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO anteroom_app;

-- What must reach the outside exactly because a transaction committed. Same reason as jobs for no row-level security.
CREATE TABLE outbox (
    outbox_id       uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations,
    kind            text NOT NULL,
    payload         jsonb NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    give_up_at      timestamptz NOT NULL,
    lease_owner     uuid,
    lease_until     timestamptz,
    last_error      text,
    outcome         text CHECK (outcome IN ('delivered', 'givenUp')), -- set with done_at
    done_at         timestamptz,
    created_at      timestamptz NOT NULL
);
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE done_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO anteroom_app;

-- The event log. Readers page by (transaction_id, event_id) and stop at the oldest open transaction, so that no gap can fill behind them.
CREATE TABLE events (
    organization_id uuid NOT NULL REFERENCES organizations,
    event_id        bigint GENERATED ALWAYS AS IDENTITY,
    transaction_id  xid8 NOT NULL DEFAULT pg_current_xact_id(),
    type            text NOT NULL,
    subject_id      uuid,
    payload         jsonb NOT NULL DEFAULT '{}',
    at              timestamptz NOT NULL,
    PRIMARY KEY (organization_id, event_id)
);
CREATE INDEX events_cursor ON events (organization_id, transaction_id, event_id);
SELECT protect_own('events');
GRANT SELECT, INSERT ON events TO anteroom_app;

-- The nodes of this installation; no row-level security: they belong to no organisation.
CREATE TABLE nodes (
    node_id    uuid PRIMARY KEY,
    name       text NOT NULL,
    version    text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON nodes TO anteroom_app;

-- The platform itself and its built-in roles -----------------------------------------------------------------------------------
SELECT set_config('app.organization', platform_organization()::text, true);
INSERT INTO organizations (organization_id, slug, name, created_at) VALUES (platform_organization(), 'platform', 'Platform', clock_timestamp());
INSERT INTO routes (kind, key, organization_id) VALUES ('slug', 'platform', platform_organization());
