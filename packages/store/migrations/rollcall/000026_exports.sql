-- Up Migration
CREATE TABLE exports (
  account text COLLATE "C" NOT NULL,
  log_offset bigint NOT NULL,
  ce_id text COLLATE "C" NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  range_from timestamptz NOT NULL,
  range_to timestamptz NOT NULL,
  format text NOT NULL,
  calls integer NOT NULL,
  PRIMARY KEY (account, log_offset)
);
COMMENT ON TABLE exports IS 'Who took certified calls away, when and of what, as rollcall.audit.v1 tells it.';
COMMENT ON COLUMN exports.actor IS 'Whose token, or sign-in, it was.';
COMMENT ON COLUMN exports.format IS 'pack, or that of a table: csv, csv-raw, jsonl, parquet.';
COMMENT ON COLUMN exports.calls IS 'Certified in the range when it was asked for.';

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

-- Down Migration
DROP TABLE exports;

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
