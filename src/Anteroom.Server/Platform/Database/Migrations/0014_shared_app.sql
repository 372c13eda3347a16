-- compatible_from: 1
-- The platform's own app registrations at Entra, which connections of organizations may use in place of one of their own: at most one active
-- per cloud. And which tenants come in by them, for each organization (SEC-063): no row, nobody.
CREATE TABLE shared_registrations (
    organization_id uuid NOT NULL REFERENCES organizations CHECK (organization_id = platform_organization()),
    registration_id uuid NOT NULL,
    cloud           text NOT NULL,
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    client_id       uuid NOT NULL,
    client_secret   bytea NOT NULL, -- sealed
    secret_last4    text NOT NULL,
    secret_at       timestamptz NOT NULL,
    state           text NOT NULL CHECK (state IN ('active', 'disabled')),
    version         bigint NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, registration_id)
);
CREATE UNIQUE INDEX shared_registrations_active ON shared_registrations (organization_id, cloud) WHERE state = 'active';
SELECT protect_shared('shared_registrations');
GRANT SELECT, INSERT, UPDATE ON shared_registrations TO anteroom_app;

CREATE TABLE tenant_bindings (
    organization_id uuid NOT NULL REFERENCES organizations,
    binding_id      uuid NOT NULL,
    cloud           text NOT NULL,
    tenant_id       uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('operator', 'administrator', 'verifiedDomain')),
    domain          text CHECK (length(domain) BETWEEN 1 AND 253), -- of the account that proved it; a label for people
    bound_by        uuid, -- the actor of the audit row, where its name lies
    bound_at        timestamptz NOT NULL,
    PRIMARY KEY (organization_id, binding_id),
    UNIQUE (organization_id, cloud, tenant_id)
);
SELECT protect_own('tenant_bindings');
GRANT SELECT, INSERT, DELETE ON tenant_bindings TO anteroom_app;
