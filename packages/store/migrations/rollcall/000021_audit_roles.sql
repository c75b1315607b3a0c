-- Up Migration
-- Roles belong to the whole server, and this one may not be allowed to make any: then an operator does (docs/audit-api.md), and the audit service says so.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['rollcall_audit_api', 'rollcall_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
    END IF;
  END LOOP;
EXCEPTION
  WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'the roles of the audit service are not made here';
END $$;

-- Which tables auditors may read, and of which columns. Null: all of them. The API's role may also read what is personal, which it masks.
CREATE VIEW audited_tables AS
  SELECT * FROM (VALUES
    ('projection', 'calls', NULL, 'account, call_sid, status, direction, exophone, created_at, started_at, ended_at, duration_seconds, conversation_seconds, price, leg1_status, leg2_status, leg1_seconds, leg2_seconds, parent_call_sid, verified, first_webhook_at, first_api_at, conflicts, digest, version, ended_told_at, ended_told_by, recording_told_at, recording_told_by'),
    ('projection', 'observations', NULL, 'partition, log_offset, account, call_sid, surface, event, source, received_at, ce_id, payload_sha256, outcome, exceptions, scan_id'),
    ('projection', 'dead_letters', 'partition, log_offset, account, surface, reason, received_at', 'partition, log_offset, account, surface, reason, received_at'),
    ('rollcall', 'accounts', NULL, NULL), ('rollcall', 'runs', NULL, NULL), ('rollcall', 'scans', NULL, NULL), ('rollcall', 'windows', NULL, NULL),
    ('rollcall', 'window_scans', NULL, NULL), ('rollcall', 'window_history', NULL, NULL), ('rollcall', 'window_changes', NULL, NULL), ('rollcall', 'verdicts', NULL, NULL),
    ('rollcall', 'absences', NULL, NULL), ('rollcall', 'judgements', NULL, NULL), ('rollcall', 'judgement_history', NULL, NULL), ('rollcall', 'chases', NULL, NULL),
    ('rollcall', 'chase_reads', NULL, NULL), ('rollcall', 'recording_checks', NULL, NULL), ('rollcall', 'exception_actions', NULL, NULL), ('rollcall', 'reveals', NULL, NULL),
    ('rollcall', 'day_measures', NULL, NULL)
  ) AS t (schema_name, table_name, api_columns, auditor_columns);
COMMENT ON VIEW audited_tables IS 'What auditors may read: by the API, and by SQL.';

-- Row security on each of them, for the owner too: all rows for the owner; for the API the one account that its transaction names; for an auditor those that
-- auditor_accounts gives the login, which no SET can change. Done again after a rebuild has put other tables in place.
CREATE FUNCTION protect_audited_tables() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  t record;
  qualified text;
BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor')) < 2 THEN
    RETURN;
  END IF;
  GRANT USAGE ON SCHEMA projection, rollcall TO rollcall_audit_api, rollcall_auditor;
  GRANT SELECT ON rollcall.audit_tokens TO rollcall_audit_api;
  GRANT SELECT ON rollcall.auditor_accounts TO rollcall_auditor;
  IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = 'rollcall.auditor_accounts'::regclass) THEN
    ALTER TABLE rollcall.auditor_accounts ENABLE ROW LEVEL SECURITY;
    CREATE POLICY auditor ON rollcall.auditor_accounts FOR SELECT TO rollcall_auditor USING (auditor = session_user);
  END IF;
  FOR t IN SELECT * FROM rollcall.audited_tables LOOP
    qualified := format('%I.%I', t.schema_name, t.table_name);
    CONTINUE WHEN EXISTS (SELECT FROM pg_policy WHERE polrelid = qualified::regclass AND polname = 'auditor');
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', qualified);
    EXECUTE format('CREATE POLICY owner ON %s TO %s USING (true) WITH CHECK (true)', qualified, (SELECT relowner::regrole FROM pg_class WHERE oid = qualified::regclass));
    EXECUTE format('CREATE POLICY api ON %s FOR SELECT TO rollcall_audit_api USING (account = current_setting(''rollcall.account'', true))', qualified);
    EXECUTE format('CREATE POLICY auditor ON %s FOR SELECT TO rollcall_auditor USING (account IN (SELECT a.account FROM rollcall.auditor_accounts a WHERE a.auditor = session_user))', qualified);
    EXECUTE format('GRANT SELECT %s ON %s TO rollcall_audit_api', coalesce('(' || t.api_columns || ')', ''), qualified);
    EXECUTE format('GRANT SELECT %s ON %s TO rollcall_auditor', coalesce('(' || t.auditor_columns || ')', ''), qualified);
  END LOOP;
END $$;
COMMENT ON FUNCTION protect_audited_tables IS 'Lets the roles of auditors read what they may, and each only its accounts. Does nothing where that is so already.';

-- Down Migration
-- The policies stand on what is dropped, and on tables of the projection, which stay.
DO $$
DECLARE
  t record;
  role name;
BEGIN
  FOR t IN SELECT p.polrelid::regclass AS qualified, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace IN ('projection'::regnamespace, 'rollcall'::regnamespace) AND p.polname IN ('owner', 'api', 'auditor') LOOP
    EXECUTE format('DROP POLICY %I ON %s', t.polname, t.qualified);
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', t.qualified);
  END LOOP;
  FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor') LOOP
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA projection, rollcall FROM %I', role);
    EXECUTE format('REVOKE ALL ON SCHEMA projection, rollcall FROM %I', role);
  END LOOP;
END $$;
DROP FUNCTION protect_audited_tables;
DROP VIEW audited_tables;
