-- compatible_from: 1
-- Whose list of verified domains proved a domain: it counts for sign-ins by that tenant, and is asked again every day.
ALTER TABLE organization_domains
    ADD COLUMN proof_cloud  text,
    ADD COLUMN proof_tenant uuid,
    ADD CONSTRAINT organization_domains_proof_tenant CHECK ((proof IS NOT DISTINCT FROM 'tenant') = (proof_tenant IS NOT NULL)
                                                            AND (proof_tenant IS NULL) = (proof_cloud IS NULL));

ALTER TABLE organization_domains DROP CONSTRAINT organization_domains_check_result_check;
ALTER TABLE organization_domains ADD CONSTRAINT organization_domains_check_result_check CHECK
    (check_result IN ('found', 'no_name', 'no_text', 'other_text', 'unanswered', 'elsewhere', 'in_tenant', 'not_in_tenant', 'tenant_unread'));
