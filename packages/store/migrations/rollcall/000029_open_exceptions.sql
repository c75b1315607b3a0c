-- Up Migration
-- The views of each kind of exception are in schema rollcall: where the roles came after them, they have to be opened too.
CREATE OR REPLACE FUNCTION open_to_auditors() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  kind regclass;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('rollcall.open_to_auditors'));
  PERFORM rollcall.protect_audited_tables();
  IF to_regclass('audit.exceptions') IS NULL OR to_regclass('audit.calls') IS NULL THEN
    PERFORM rollcall.make_audit_views();
  END IF;
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor')) < 2 THEN
    RETURN;
  END IF;
  IF NOT (has_table_privilege('rollcall_auditor', 'audit.exceptions', 'SELECT') AND has_schema_privilege('rollcall_auditor', 'audit', 'USAGE')) THEN
    GRANT USAGE ON SCHEMA audit TO rollcall_audit_api, rollcall_auditor;
    GRANT SELECT ON ALL TABLES IN SCHEMA audit TO rollcall_audit_api, rollcall_auditor;
  END IF;
  FOR kind IN SELECT oid FROM pg_class WHERE relnamespace = 'rollcall'::regnamespace AND relkind = 'v' AND relname LIKE 'exceptions\_%' LOOP
    IF NOT (has_table_privilege('rollcall_auditor', kind, 'SELECT') AND has_table_privilege('rollcall_audit_api', kind, 'SELECT')) THEN
      EXECUTE format('GRANT SELECT ON %s TO rollcall_audit_api, rollcall_auditor', kind);
    END IF;
  END LOOP;
END $$;

-- Down Migration
CREATE OR REPLACE FUNCTION open_to_auditors() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('rollcall.open_to_auditors'));
  PERFORM rollcall.protect_audited_tables();
  IF to_regclass('audit.exceptions') IS NULL OR to_regclass('audit.calls') IS NULL THEN
    PERFORM rollcall.make_audit_views();
  END IF;
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor')) = 2
     AND NOT (has_table_privilege('rollcall_auditor', 'audit.exceptions', 'SELECT') AND has_schema_privilege('rollcall_auditor', 'audit', 'USAGE')) THEN
    GRANT USAGE ON SCHEMA audit TO rollcall_audit_api, rollcall_auditor;
    GRANT SELECT ON ALL TABLES IN SCHEMA audit TO rollcall_audit_api, rollcall_auditor;
  END IF;
END $$;
