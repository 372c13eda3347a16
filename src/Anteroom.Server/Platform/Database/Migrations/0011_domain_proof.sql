-- compatible_from: 1
-- A domain is proven by a TXT record with a random value, and looked at again every day (SEC-269). No domain is verified before this.
ALTER TABLE organization_domains
    ADD CONSTRAINT organization_domains_proof_check CHECK (proof IN ('dns', 'tenant')), -- how it was verified
    ADD CONSTRAINT organization_domains_proof_known CHECK ((proof IS NOT NULL) = (state = 'verified')),
    ADD COLUMN challenge      text CHECK (length(challenge) BETWEEN 26 AND 255), -- the record's value; made when it is first wanted
    ADD COLUMN checked_at     timestamptz,
    ADD COLUMN check_result   text CHECK (check_result IN ('found', 'no_name', 'no_text', 'other_text', 'unanswered', 'elsewhere')),
    ADD COLUMN check_seen     text[] NOT NULL DEFAULT '{}',  -- some of what stood there instead, cleaned and cut
    ADD COLUMN missing_since  timestamptz,                   -- a verified one whose record is away
    ADD COLUMN missing_checks integer NOT NULL DEFAULT 0,
    ADD COLUMN next_check_at  timestamptz;

-- Whose a verified domain is: one owner over all organisations, known before an organisation is.
ALTER TABLE routes DROP CONSTRAINT routes_kind_check;
ALTER TABLE routes ADD CONSTRAINT routes_kind_check CHECK
    (kind IN ('slug', 'code', 'user_name', 'domain', 'verified_domain', 'client', 'connection', 'directory', 'host', 'origin', 'audience', 'passkey'));
CREATE UNIQUE INDEX routes_one_verified_domain ON routes (key) WHERE kind = 'verified_domain';

-- How many domains an organisation has had looked up in the hour that began with the first.
CREATE TABLE domain_check_budgets (
    organization_id uuid PRIMARY KEY REFERENCES organizations,
    began_at        timestamptz NOT NULL,
    used            integer NOT NULL
);
SELECT protect_own('domain_check_budgets');
GRANT SELECT, INSERT, UPDATE ON domain_check_budgets TO anteroom_app;

SELECT put_keys_last();
