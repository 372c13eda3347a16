-- compatible_from: 1
-- What people are reminded of before it ends: secrets of shared apps, and what connections prove themselves by.
ALTER TABLE shared_registrations ADD COLUMN secret_expires_on date;

-- A day for each connection that has one, and nothing else of it: operators are told which organizations must act, without looking into them.
CREATE TABLE credential_ends (
    organization_id uuid NOT NULL,
    connection_id   uuid NOT NULL,
    ends_on         date NOT NULL,
    PRIMARY KEY (organization_id, connection_id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections
);
CREATE INDEX credential_ends_day ON credential_ends (ends_on);
ALTER TABLE credential_ends ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential_ends FORCE ROW LEVEL SECURITY;
CREATE POLICY readable ON credential_ends FOR SELECT
    USING (organization_id = current_organization() OR current_organization() = platform_organization());
CREATE POLICY inserted ON credential_ends FOR INSERT WITH CHECK (organization_id = current_organization());
CREATE POLICY changed ON credential_ends FOR UPDATE USING (organization_id = current_organization())
    WITH CHECK (organization_id = current_organization());
CREATE POLICY removed ON credential_ends FOR DELETE USING (organization_id = current_organization());
GRANT SELECT, INSERT, UPDATE, DELETE ON credential_ends TO anteroom_app;

DO $$
DECLARE
    one uuid;
BEGIN
    FOR one IN SELECT DISTINCT organization_id FROM routes WHERE kind = 'connection' LOOP
        PERFORM set_config('app.organization', one::text, true);
        INSERT INTO credential_ends
            SELECT c.organization_id, c.connection_id, ((r.settings #>> '{certificate,endsAt}')::timestamptz AT TIME ZONE 'UTC')::date
              FROM connections c JOIN connection_revisions r USING (organization_id, connection_id, revision)
             WHERE c.organization_id = one AND c.state <> 'disabled' AND r.settings #>> '{certificate,endsAt}' IS NOT NULL;
    END LOOP;
    PERFORM set_config('app.organization', '', true);
END $$;
