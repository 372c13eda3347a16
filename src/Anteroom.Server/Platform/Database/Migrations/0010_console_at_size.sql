-- compatible_from: 1
-- What the console looks for among a million people and sign-ins.

-- Search begins a name or an address. Row-level security lets no function of a column lead to an index (only comparisons of a column are
-- leakproof), so what is compared is a column itself, byte by byte, so that all that begin alike lie together.
ALTER TABLE users
    ALTER COLUMN user_name_folded TYPE text COLLATE "C",
    ADD COLUMN display_name_folded text COLLATE "C" GENERATED ALWAYS AS (lower(display_name COLLATE "und-x-icu")) STORED,
    ADD COLUMN family_name_folded text COLLATE "C" GENERATED ALWAYS AS (lower(family_name COLLATE "und-x-icu")) STORED,
    ADD COLUMN email_folded text COLLATE "C" GENERATED ALWAYS AS (lower(email COLLATE "und-x-icu")) STORED;
CREATE INDEX users_display_name ON users (organization_id, display_name_folded, user_id) WHERE deleted_at IS NULL AND display_name_folded IS NOT NULL;
CREATE INDEX users_family_name ON users (organization_id, family_name_folded, user_id) WHERE deleted_at IS NULL AND family_name_folded IS NOT NULL;
CREATE INDEX users_email ON users (organization_id, email_folded, user_id) WHERE deleted_at IS NULL AND email_folded IS NOT NULL;

-- Past sign-ins counted by the hour: made when somebody looks, from hours that are over.
CREATE TABLE sign_in_hours (
    organization_id uuid NOT NULL REFERENCES organizations,
    hour            timestamptz NOT NULL,
    decision        text NOT NULL CHECK (decision IN ('admitted', 'created', 'refused')),
    reason          text NOT NULL,
    count           integer NOT NULL,
    PRIMARY KEY (organization_id, hour, decision, reason)
);
SELECT protect_own('sign_in_hours');
GRANT SELECT, INSERT, DELETE ON sign_in_hours TO anteroom_app;

-- Until when each organization's hours are counted.
CREATE TABLE sign_in_counts (
    organization_id uuid PRIMARY KEY REFERENCES organizations,
    until           timestamptz NOT NULL
);
SELECT protect_own('sign_in_counts');
GRANT SELECT, INSERT, UPDATE ON sign_in_counts TO anteroom_app;
