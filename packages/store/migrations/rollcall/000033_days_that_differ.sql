-- Up Migration
-- A day whose calls are not stored as the log has them is an exception of its own kind, and auditors see what every check of a day found.
ALTER TABLE day_checks ADD COLUMN refused integer NOT NULL DEFAULT 0;
ALTER TABLE day_checks ALTER COLUMN refused DROP DEFAULT;
COMMENT ON COLUMN day_checks.refused IS 'Records of the log that were left out, since Postgres refuses what they say.';
CREATE INDEX day_checks_differing ON day_checks (account, ended_at) WHERE differing > 0;

CREATE OR REPLACE VIEW audited_tables AS
  SELECT * FROM (VALUES
    ('projection', 'calls', NULL, 'account, call_sid, status, direction, exophone, created_at, started_at, ended_at, duration_seconds, conversation_seconds, price, leg1_status, leg2_status, leg1_seconds, leg2_seconds, parent_call_sid, verified, first_webhook_at, first_api_at, conflicts, digest, version, ended_told_at, ended_told_by, recording_told_at, recording_told_by'),
    ('projection', 'observations', NULL, 'partition, log_offset, account, call_sid, surface, event, source, received_at, ce_id, payload_sha256, outcome, exceptions, scan_id'),
    ('projection', 'dead_letters', 'partition, log_offset, account, surface, reason, received_at', 'partition, log_offset, account, surface, reason, received_at'),
    ('rollcall', 'accounts', NULL, NULL), ('rollcall', 'runs', NULL, NULL), ('rollcall', 'scans', NULL, NULL), ('rollcall', 'windows', NULL, NULL),
    ('rollcall', 'window_scans', NULL, NULL), ('rollcall', 'window_history', NULL, NULL), ('rollcall', 'window_changes', NULL, NULL), ('rollcall', 'verdicts', NULL, NULL),
    ('rollcall', 'absences', NULL, NULL), ('rollcall', 'judgements', NULL, NULL), ('rollcall', 'judgement_history', NULL, NULL), ('rollcall', 'chases', NULL, NULL),
    ('rollcall', 'chase_reads', NULL, NULL), ('rollcall', 'recording_checks', NULL, NULL), ('rollcall', 'exception_actions', NULL, NULL), ('rollcall', 'reveals', NULL, NULL),
    ('rollcall', 'day_measures', NULL, NULL), ('rollcall', 'window_certificates', NULL, NULL), ('rollcall', 'certified_leaves', NULL, NULL), ('rollcall', 'audit_leaves', NULL, NULL),
    ('rollcall', 'exports', NULL, NULL), ('rollcall', 'day_checks', NULL, NULL)
  ) AS t (schema_name, table_name, api_columns, auditor_columns);

-- Neither of these stands on a table that a rebuild replaces.
CREATE VIEW audit.day_checks WITH (security_invoker = true) AS
  SELECT account, day, check_id, started_at, ended_at, seed IS NULL AS asked_for, seed, observations, refused, calls_told, calls_stored, told_sha256, stored_sha256,
         differing = 0 AS equal, differing, differences,
         NOT EXISTS (SELECT FROM rollcall.day_checks l WHERE l.account = c.account AND l.day = c.day AND l.started_at > c.started_at) AS latest
  FROM rollcall.day_checks c;
COMMENT ON VIEW audit.day_checks IS 'One row per check of a day: its calls were folded from the log again and compared with those that are stored. docs/decisions/0026-checking-a-day.md';
COMMENT ON COLUMN audit.day_checks.account IS 'The Exotel account.';
COMMENT ON COLUMN audit.day_checks.day IS 'The IST day, by the creation of its calls.';
COMMENT ON COLUMN audit.day_checks.check_id IS 'Its name.';
COMMENT ON COLUMN audit.day_checks.started_at IS 'When it began, by our clock.';
COMMENT ON COLUMN audit.day_checks.ended_at IS 'When it had ended.';
COMMENT ON COLUMN audit.day_checks.asked_for IS 'Somebody asked for this day; otherwise it was chosen by chance.';
COMMENT ON COLUMN audit.day_checks.seed IS 'What it was chosen by; null where somebody asked for it.';
COMMENT ON COLUMN audit.day_checks.observations IS 'Records of the log that were folded.';
COMMENT ON COLUMN audit.day_checks.refused IS 'Records that were left out, since Postgres refuses what they say.';
COMMENT ON COLUMN audit.day_checks.calls_told IS 'Calls of the day by the log.';
COMMENT ON COLUMN audit.day_checks.calls_stored IS 'Calls of the day by what is stored.';
COMMENT ON COLUMN audit.day_checks.told_sha256 IS 'Digest of the calls by the log, hex.';
COMMENT ON COLUMN audit.day_checks.stored_sha256 IS 'Digest of the calls by what is stored, hex.';
COMMENT ON COLUMN audit.day_checks.equal IS 'The two digests are equal.';
COMMENT ON COLUMN audit.day_checks.differing IS 'Calls that are not the same on both sides, at least.';
COMMENT ON COLUMN audit.day_checks.differences IS 'Some of them: CallSid, what is wrong (other, missing, untold), in which columns. No values.';
COMMENT ON COLUMN audit.day_checks.latest IS 'No later check of this day has begun.';

-- By what is stored, too: a day that is changed once more is another exception, whatever somebody did about the first one.
CREATE VIEW exceptions_day_differs WITH (security_invoker = true) AS
  SELECT f.account, f.kind, f.subject, f.severity, f.reason, f.detected_at, f.call_sid, f.window_from, f.partition, f.log_offset, f.detail,
         CASE h.last_action WHEN 'close' THEN 'closed' WHEN 'assign' THEN 'assigned' ELSE 'open' END AS state,
         h.assignee, CASE h.last_action WHEN 'close' THEN h.resolution END AS resolution, h.actions
  FROM (SELECT account, 'day-differs' AS kind, jsonb_build_array(day::text, stored_sha256) AS subject, 'high' AS severity, stored_sha256 AS reason, ended_at AS detected_at,
               NULL::text COLLATE "C" AS call_sid, (day::timestamp - interval '330 minutes') AT TIME ZONE 'UTC' AS window_from, NULL::integer AS partition, NULL::bigint AS log_offset,
               day::text AS detail
        FROM rollcall.day_checks c
        WHERE differing > 0 AND NOT EXISTS (SELECT FROM rollcall.day_checks l WHERE l.account = c.account AND l.day = c.day AND l.started_at > c.started_at)) f
  CROSS JOIN LATERAL (
    SELECT count(*) AS actions,
           (array_agg(action ORDER BY log_offset DESC) FILTER (WHERE action <> 'annotate'))[1] AS last_action,
           (array_agg(assignee ORDER BY log_offset DESC) FILTER (WHERE action = 'assign'))[1] AS assignee,
           (array_agg(resolution ORDER BY log_offset DESC) FILTER (WHERE action = 'close'))[1] AS resolution
    FROM rollcall.exception_actions a WHERE a.account = f.account AND a.kind = f.kind AND a.subject = f.subject) h;
COMMENT ON VIEW exceptions_day_differs IS 'One kind of audit.exceptions.';

DO $$ BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor')) = 2 THEN
    GRANT SELECT ON audit.day_checks, rollcall.exceptions_day_differs TO rollcall_audit_api, rollcall_auditor;
  END IF;
END $$;

ALTER FUNCTION make_audit_views RENAME TO make_views_of_projection;
COMMENT ON FUNCTION make_views_of_projection IS 'Makes the views anew that stand on tables which a rebuild replaces, and those beside them; make_audit_views is what to ask for.';

CREATE FUNCTION make_audit_views() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM rollcall.make_views_of_projection();
  EXECUTE 'CREATE OR REPLACE VIEW audit.exceptions WITH (security_invoker = true) AS ' || rtrim(pg_get_viewdef('audit.exceptions'::regclass), ';')
    || ' UNION ALL SELECT * FROM rollcall.exceptions_day_differs';
  COMMENT ON COLUMN audit.exceptions.kind IS 'missing-webhook, late-webhook, conflict, claim, dead-letter, unknown-word, not-held, gap, amended, day-differs (docs/audit-api.md).';
  COMMENT ON COLUMN audit.exceptions.reason IS 'Of a missing webhook: never-arrived, quarantined, refused. Of a day that differs: the digest of what is stored.';
END $$;
COMMENT ON FUNCTION make_audit_views IS 'Makes the views of schema audit anew.';

SELECT rollcall.make_audit_views();

-- Down Migration
DROP FUNCTION make_audit_views;
ALTER FUNCTION make_views_of_projection RENAME TO make_audit_views;
COMMENT ON FUNCTION make_audit_views IS 'Makes the views of schema audit anew.';
SELECT rollcall.make_audit_views();
DROP VIEW audit.day_checks, exceptions_day_differs;

CREATE OR REPLACE VIEW audited_tables AS
  SELECT * FROM (VALUES
    ('projection', 'calls', NULL, 'account, call_sid, status, direction, exophone, created_at, started_at, ended_at, duration_seconds, conversation_seconds, price, leg1_status, leg2_status, leg1_seconds, leg2_seconds, parent_call_sid, verified, first_webhook_at, first_api_at, conflicts, digest, version, ended_told_at, ended_told_by, recording_told_at, recording_told_by'),
    ('projection', 'observations', NULL, 'partition, log_offset, account, call_sid, surface, event, source, received_at, ce_id, payload_sha256, outcome, exceptions, scan_id'),
    ('projection', 'dead_letters', 'partition, log_offset, account, surface, reason, received_at', 'partition, log_offset, account, surface, reason, received_at'),
    ('rollcall', 'accounts', NULL, NULL), ('rollcall', 'runs', NULL, NULL), ('rollcall', 'scans', NULL, NULL), ('rollcall', 'windows', NULL, NULL),
    ('rollcall', 'window_scans', NULL, NULL), ('rollcall', 'window_history', NULL, NULL), ('rollcall', 'window_changes', NULL, NULL), ('rollcall', 'verdicts', NULL, NULL),
    ('rollcall', 'absences', NULL, NULL), ('rollcall', 'judgements', NULL, NULL), ('rollcall', 'judgement_history', NULL, NULL), ('rollcall', 'chases', NULL, NULL),
    ('rollcall', 'chase_reads', NULL, NULL), ('rollcall', 'recording_checks', NULL, NULL), ('rollcall', 'exception_actions', NULL, NULL), ('rollcall', 'reveals', NULL, NULL),
    ('rollcall', 'day_measures', NULL, NULL), ('rollcall', 'window_certificates', NULL, NULL), ('rollcall', 'certified_leaves', NULL, NULL), ('rollcall', 'audit_leaves', NULL, NULL),
    ('rollcall', 'exports', NULL, NULL)
  ) AS t (schema_name, table_name, api_columns, auditor_columns);

DROP INDEX day_checks_differing;
ALTER TABLE day_checks DROP COLUMN refused;
DO $$
DECLARE
  policy name;
  role name;
BEGIN
  FOR policy IN SELECT polname FROM pg_policy WHERE polrelid = 'rollcall.day_checks'::regclass LOOP
    EXECUTE format('DROP POLICY %I ON rollcall.day_checks', policy);
  END LOOP;
  ALTER TABLE day_checks DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
  FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor') LOOP
    EXECUTE format('REVOKE ALL ON rollcall.day_checks FROM %I', role);
  END LOOP;
END $$;
