-- Up Migration
CREATE OR REPLACE VIEW audited_tables AS
  SELECT * FROM (VALUES
    ('projection', 'calls', NULL, 'account, call_sid, status, direction, exophone, created_at, started_at, ended_at, duration_seconds, conversation_seconds, price, leg1_status, leg2_status, leg1_seconds, leg2_seconds, parent_call_sid, verified, first_webhook_at, first_api_at, conflicts, digest, version, ended_told_at, ended_told_by, recording_told_at, recording_told_by'),
    ('projection', 'observations', NULL, 'partition, log_offset, account, call_sid, surface, event, source, received_at, ce_id, payload_sha256, outcome, exceptions, scan_id'),
    ('projection', 'dead_letters', 'partition, log_offset, account, surface, reason, received_at', 'partition, log_offset, account, surface, reason, received_at'),
    ('rollcall', 'accounts', NULL, NULL), ('rollcall', 'runs', NULL, NULL), ('rollcall', 'scans', NULL, NULL), ('rollcall', 'windows', NULL, NULL),
    ('rollcall', 'window_scans', NULL, NULL), ('rollcall', 'window_history', NULL, NULL), ('rollcall', 'window_changes', NULL, NULL), ('rollcall', 'verdicts', NULL, NULL),
    ('rollcall', 'absences', NULL, NULL), ('rollcall', 'judgements', NULL, NULL), ('rollcall', 'judgement_history', NULL, NULL), ('rollcall', 'chases', NULL, NULL),
    ('rollcall', 'chase_reads', NULL, NULL), ('rollcall', 'recording_checks', NULL, NULL), ('rollcall', 'exception_actions', NULL, NULL), ('rollcall', 'reveals', NULL, NULL),
    ('rollcall', 'day_measures', NULL, NULL), ('rollcall', 'window_certificates', NULL, NULL), ('rollcall', 'certified_leaves', NULL, NULL), ('rollcall', 'audit_leaves', NULL, NULL)
  ) AS t (schema_name, table_name, api_columns, auditor_columns);

-- It stands on nothing that a rebuild replaces.
CREATE VIEW audit.certificates WITH (security_invoker = true) AS
  SELECT c.account, c.window_from, ((c.window_from AT TIME ZONE 'UTC') + interval '330 minutes')::date AS day, c.sequence, c.state, c.certified_at, c.root, c.leaves, c.sha256,
         (SELECT min(l.leaf) FROM rollcall.audit_leaves l WHERE l.account = c.account AND l.type = 'certificate' AND l.subject = to_char(c.window_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AND l.value_sha256 = c.sha256) AS leaf,
         EXISTS (SELECT FROM rollcall.window_certificates n WHERE n.account = c.account AND n.window_from = c.window_from AND n.sequence > c.sequence) AS superseded,
         c.value::jsonb AS certificate
  FROM rollcall.window_certificates c;
COMMENT ON VIEW audit.certificates IS 'One row per certificate: what was certified of a window when it became provisional, final or amended. docs/audit-proof.md';
COMMENT ON COLUMN audit.certificates.account IS 'The Exotel account.';
COMMENT ON COLUMN audit.certificates.window_from IS 'Start of the window, by Exotel''s creation time.';
COMMENT ON COLUMN audit.certificates.day IS 'The IST day that it is in.';
COMMENT ON COLUMN audit.certificates.sequence IS 'Counts the certificates of the window, from 1.';
COMMENT ON COLUMN audit.certificates.state IS 'provisional, final, amended.';
COMMENT ON COLUMN audit.certificates.certified_at IS 'When the window moved, by Exotel''s clock.';
COMMENT ON COLUMN audit.certificates.root IS 'Root of the tree of the window''s calls, SHA-256 in hex.';
COMMENT ON COLUMN audit.certificates.leaves IS 'How many calls are in that tree.';
COMMENT ON COLUMN audit.certificates.sha256 IS 'Of the certificate''s text, hex: what the next one calls previous.';
COMMENT ON COLUMN audit.certificates.leaf IS 'Its number in the tree over rollcall.audit.v1; null while it is not in the log yet.';
COMMENT ON COLUMN audit.certificates.superseded IS 'There is a later one of the same window.';
COMMENT ON COLUMN audit.certificates.certificate IS 'The certificate: counts, totals, what Exotel listed, the scans that it rests on.';

DO $$ BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor')) = 2 THEN
    GRANT SELECT ON audit.certificates TO rollcall_audit_api, rollcall_auditor;
  END IF;
END $$;

-- Down Migration
DROP VIEW audit.certificates;

CREATE OR REPLACE VIEW audited_tables AS
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
