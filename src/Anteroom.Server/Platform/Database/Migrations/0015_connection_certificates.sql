-- compatible_from: 1
-- Certificates by which our client proves itself at a provider. The private key is made here and never leaves; which of them signs, the
-- connection's revision says.
CREATE TABLE connection_certificates (
    organization_id uuid NOT NULL,
    connection_id   uuid NOT NULL,
    thumbprint      text NOT NULL CHECK (length(thumbprint) = 43), -- SHA-256, base64url
    certificate     bytea NOT NULL, -- DER
    private_key     bytea NOT NULL, -- PKCS #8, sealed
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, connection_id, thumbprint),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections
);
SELECT protect_own('connection_certificates');
GRANT SELECT, INSERT, DELETE ON connection_certificates TO anteroom_app;
