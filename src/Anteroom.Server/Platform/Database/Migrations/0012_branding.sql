-- compatible_from: 1
-- Pictures of organizations for their sign-in pages: one each, PNG of our own making.
CREATE TABLE organization_logos (
    organization_id uuid PRIMARY KEY REFERENCES organizations,
    name            text NOT NULL CHECK (name ~ '^[0-9a-f]{64}$'),
    content         bytea NOT NULL CHECK (octet_length(content) <= 1048576),
    width           integer NOT NULL CHECK (width BETWEEN 1 AND 480),
    height          integer NOT NULL CHECK (height BETWEEN 1 AND 160),
    updated_at      timestamptz NOT NULL
);
SELECT protect_own('organization_logos');
GRANT SELECT, INSERT, UPDATE, DELETE ON organization_logos TO anteroom_app;
