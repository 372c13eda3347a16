-- compatible_from: 1
-- While a table has no statistics yet, in its first minutes, PostgreSQL finds all indexes that begin with organization_id equally good for a
-- row's key, and takes the youngest: whoever looked up one session then read all sessions of the organization, and the plan was kept. So the
-- primary key has to be the youngest index of its table. FreshTablesTests asks for that; a migration that adds an index calls this again.
CREATE FUNCTION put_keys_last() RETURNS void LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
    key record;
    reference record;
    again text[];
BEGIN
    FOR key IN
        SELECT c.oid, c.conname, c.conrelid, c.conrelid::regclass AS target, pg_get_constraintdef(c.oid) AS definition
          FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
         WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace AND t.relkind = 'r' AND NOT t.relispartition
           AND EXISTS (SELECT FROM pg_index i JOIN pg_index p ON p.indexrelid = c.conindid
                        WHERE i.indrelid = c.conrelid AND i.indexrelid > c.conindid AND i.indkey[0] = p.indkey[0])
    LOOP
        again := '{}';
        FOR reference IN
            SELECT conrelid::regclass AS source, conname, pg_get_constraintdef(oid) AS definition
              FROM pg_constraint WHERE contype = 'f' AND confrelid = key.conrelid
        LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', reference.source, reference.conname);
            again := again || format('ALTER TABLE %s ADD CONSTRAINT %I %s', reference.source, reference.conname, reference.definition);
        END LOOP;
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.target, key.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', key.target, key.conname, key.definition);
        FOR reference IN SELECT unnest(again) AS statement LOOP
            EXECUTE reference.statement;
        END LOOP;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION put_keys_last() FROM PUBLIC;
SELECT put_keys_last();
