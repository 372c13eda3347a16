-- A vendor with ten thousand customers, one of them with a million people, a month of their sign-ins and the trail of it all.
-- :organization is that customer. Run by the owner of the tables; rows of an organization are written in its scope, as by the server.

-- A million names in one transaction would need a million locks; nobody races here.
ALTER TABLE routes DISABLE TRIGGER USER;

SELECT set_config('app.organization', platform_organization()::text, false);
INSERT INTO organizations (organization_id, slug, name, company_code, created_at)
SELECT gen_random_uuid(), 'room-' || n, (ARRAY['Fabrikam','Northwind','Adventure Works','Tailspin','Litware'])[n % 5 + 1] || ' ' || n,
       'ROOM' || n, now() - n * interval '1 hour'
  FROM generate_series(1, 10000) n;
INSERT INTO routes (kind, key, organization_id)
SELECT kind, key, organization_id
  FROM organizations CROSS JOIN LATERAL (VALUES ('slug', slug), ('code', lower(company_code)), ('domain', slug || '.example')) r (kind, key)
 WHERE slug LIKE 'room-%';

DO $$
DECLARE
    customer uuid;
BEGIN
    FOR customer IN SELECT organization_id FROM organizations WHERE slug LIKE 'room-%' LOOP
        PERFORM set_config('app.organization', customer::text, false);
        INSERT INTO roles (organization_id, role_id, key, name, built_in, created_at)
        SELECT customer, gen_random_uuid(), key, initcap(key), true, now() FROM unnest(ARRAY['administrator', 'member']) key;
        WITH made AS (
            INSERT INTO connections (organization_id, connection_id, key, name, kind, state, revision, created_at)
            SELECT customer, gen_random_uuid(), replace(gen_random_uuid()::text, '-', ''), 'Connection ' || n, 'entra', 'active', 1, now()
              FROM generate_series(1, 3) n RETURNING connection_id, key),
        revised AS (
            INSERT INTO connection_revisions (organization_id, connection_id, revision, settings, created_at, created_by)
            SELECT customer, connection_id, 1,
                   jsonb_build_object('cloud', 'global', 'tenantId', gen_random_uuid(), 'clientId', gen_random_uuid()), now(), customer FROM made)
        INSERT INTO routes (kind, key, organization_id, target) SELECT 'connection', key, customer, connection_id FROM made;
        PERFORM set_config('app.organization', platform_organization()::text, false);
    END LOOP;
END $$;

SELECT set_config('app.organization', :'organization', false);
INSERT INTO users (organization_id, user_id, subject, user_name, user_name_folded, display_name, given_name, family_name, email, role_id, origin,
                   created_at, updated_at, last_sign_in_at)
SELECT :'organization', gen_random_uuid(), replace(gen_random_uuid()::text, '-', ''), name, name, given || ' ' || family, given, family, name,
       (SELECT role_id FROM roles WHERE organization_id = :'organization' AND key = 'member'), 'scim',
       now() - (n % 900) * interval '1 day', now(), now() - (n % 30) * interval '1 day'
  FROM generate_series(1, 1000000) n
  CROSS JOIN LATERAL (SELECT (ARRAY['Mira','Jonas','Aylin','Chidi','Sofia','Zoë','Li','Amara','Noah','Ines'])[n % 10 + 1] AS given,
                             (ARRAY['Koch','Weber','Demir','Okafor','Rossi','Novak','Wang','Diallo','Smith','Silva'])[n / 10 % 10 + 1]
                             || (n / 1000)::text AS family) words
  CROSS JOIN LATERAL (SELECT lower(given) || '.' || lower(family) || '.' || n || '@people.example' AS name) names;
INSERT INTO routes (kind, key, organization_id, target) SELECT 'user_name', user_name_folded, organization_id, user_id FROM users
    ON CONFLICT DO NOTHING; -- who signed in before has one

CREATE TEMPORARY TABLE numbered AS SELECT row_number() OVER () AS n, user_id, user_name FROM users;
INSERT INTO sign_ins (organization_id, sign_in_id, at, correlation_id, client_id, user_id, facts, decision, reason, network)
SELECT :'organization', gen_random_uuid(), now() - n * interval '2.5 seconds', 'c' || n, 'portal', user_id,
       '{"upstream":null,"amr":["pwd"],"knownAccount":true}', CASE WHEN n % 20 = 0 THEN 'refused' ELSE 'admitted' END,
       CASE WHEN n % 20 = 0 THEN (ARRAY['domain_not_authorized','account_blocked','upstream_refused'])[n % 3 + 1] ELSE 'account_known' END,
       '203.0.113.0/24'
  FROM numbered;
INSERT INTO audit_names (organization_id, id, name) SELECT :'organization', user_id, user_name FROM numbered;
INSERT INTO audit_events (organization_id, at, actor_kind, actor_id, action, target_kind, target_id, result, reason, network, correlation_id)
SELECT :'organization', now() - (1000000 - n) * interval '2.5 seconds', 'user', user_id,
       CASE WHEN n % 100000 = 0 THEN 'connection.updated' WHEN n % 20 = 0 THEN 'sign_in.refused' ELSE 'sign_in.succeeded' END, 'user', user_id,
       CASE WHEN n % 20 = 0 THEN 'refused' ELSE 'success' END, NULL, '203.0.113.0/24', 'c' || n
  FROM numbered ORDER BY n;
DROP TABLE numbered;

ALTER TABLE routes ENABLE TRIGGER USER;
