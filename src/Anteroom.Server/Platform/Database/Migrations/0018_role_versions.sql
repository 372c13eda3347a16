-- compatible_from: 1
-- Who changes a role says which version of it they have seen, as for everything else that can be changed.
ALTER TABLE roles ADD COLUMN version integer NOT NULL DEFAULT 1;
