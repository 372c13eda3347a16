-- compatible_from: 1
-- Which claims the tokens of a connection have held, so that an administrator who maps them types no name blind. Values only of groups and
-- roles, which are keys; values of other claims are about people and stay out. An empty value is the name alone.
CREATE TABLE seen_claims (
    organization_id uuid NOT NULL REFERENCES organizations,
    connection_id   uuid NOT NULL,
    claim           text NOT NULL CHECK (length(claim) BETWEEN 1 AND 200),
    value           text NOT NULL CHECK (length(value) <= 256),
    seen_at         timestamptz NOT NULL,
    PRIMARY KEY (organization_id, connection_id, claim, value)
);
SELECT protect_own('seen_claims');
GRANT SELECT, INSERT, UPDATE, DELETE ON seen_claims TO anteroom_app;
