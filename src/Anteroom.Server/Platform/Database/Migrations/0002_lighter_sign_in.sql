-- compatible_from: 1
-- A sign-in writes these rows. Each reference to organizations made every one of them lock its organization's row, the same for all who
-- sign in there at that moment. Nothing is lost: a scope is only ever set from a handle or a row of that organization, row-level security
-- ties each new row to the scope, and organizations are never deleted. A session has its organization through its user, too.
ALTER TABLE sessions DROP CONSTRAINT sessions_organization_id_fkey;
ALTER TABLE consumed DROP CONSTRAINT consumed_organization_id_fkey;
ALTER TABLE audit_events DROP CONSTRAINT audit_events_organization_id_fkey;
