-- Up Migration
-- What people did about exceptions, what was revealed and what was taken away is folded by a role that can write these tables and nothing else.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rollcall_audit_writer') THEN
    CREATE ROLE rollcall_audit_writer NOLOGIN;
    GRANT rollcall_audit_writer TO CURRENT_USER;
  END IF;
EXCEPTION
  WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'the role of the audit service that writes is not made here';
END $$;

CREATE FUNCTION let_writer_write() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  written regclass;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rollcall_audit_writer') OR has_table_privilege('rollcall_audit_writer', 'rollcall.audit_fold', 'UPDATE') THEN
    RETURN;
  END IF;
  GRANT USAGE ON SCHEMA rollcall TO rollcall_audit_writer;
  -- It adds, and forgets all where the log is another one; what is there it neither reads nor changes.
  FOREACH written IN ARRAY ARRAY['rollcall.window_changes', 'rollcall.exception_actions', 'rollcall.reveals', 'rollcall.exports']::regclass[] LOOP
    EXECUTE format('GRANT INSERT, DELETE ON %s TO rollcall_audit_writer', written);
    EXECUTE format('CREATE POLICY writer ON %s TO rollcall_audit_writer USING (true) WITH CHECK (true)', written);
  END LOOP;
  GRANT SELECT, INSERT, UPDATE ON rollcall.audit_fold TO rollcall_audit_writer;
END $$;
COMMENT ON FUNCTION let_writer_write IS 'Lets the role by which the audit service folds its topic write what it must. Does nothing where that is so already.';

CREATE OR REPLACE FUNCTION open_to_auditors() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  kind regclass;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('rollcall.open_to_auditors'));
  PERFORM rollcall.protect_audited_tables();
  PERFORM rollcall.let_writer_write();
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

DO $$
DECLARE
  written regclass;
BEGIN
  FOR written IN SELECT polrelid FROM pg_policy WHERE polname = 'writer' AND polrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'rollcall'::regnamespace) LOOP
    EXECUTE format('DROP POLICY writer ON %s', written);
  END LOOP;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rollcall_audit_writer') THEN
    REVOKE ALL ON ALL TABLES IN SCHEMA rollcall FROM rollcall_audit_writer;
    REVOKE ALL ON SCHEMA rollcall FROM rollcall_audit_writer;
  END IF;
END $$;
DROP FUNCTION let_writer_write;
