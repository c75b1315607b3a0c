-- Up Migration
-- Who saw, took away or changed something, and who may: all that people did, as rollcall.audit.v1 tells it, in one place.
CREATE TABLE erasures (
  account text COLLATE "C" NOT NULL,
  log_offset bigint NOT NULL,
  ce_id text COLLATE "C" NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  call_sid text COLLATE "C",
  created_before timestamptz,
  calls integer NOT NULL,
  PRIMARY KEY (account, log_offset)
);
CREATE INDEX erasures_in_order ON erasures (log_offset);
CREATE INDEX erasures_by_time ON erasures (account, at, log_offset);
COMMENT ON TABLE erasures IS 'Who deleted salts, when and of which calls, as rollcall.audit.v1 tells it.';
COMMENT ON COLUMN erasures.actor IS 'A name as it was told on the command line.';
COMMENT ON COLUMN erasures.call_sid IS 'The one call; null: all that were created before created_before.';

CREATE TABLE token_actions (
  account text COLLATE "C" NOT NULL,
  log_offset bigint NOT NULL,
  ce_id text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  type text NOT NULL,
  token_id text COLLATE "C" NOT NULL,
  holder text NOT NULL,
  scopes text[] NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (account, log_offset),
  UNIQUE (ce_id, account)
);
CREATE INDEX token_actions_in_order ON token_actions (log_offset);
CREATE INDEX token_actions_by_time ON token_actions (account, at, log_offset);
COMMENT ON TABLE token_actions IS 'Who made or revoked tokens of the audit API, as rollcall.audit.v1 tells it: a row for each account that the token reaches.';
COMMENT ON COLUMN token_actions.account IS 'Empty: the token reaches all accounts, also those to come.';
COMMENT ON COLUMN token_actions.actor IS 'A name as it was told on the command line.';
COMMENT ON COLUMN token_actions.type IS 'token-created, token-revoked.';
COMMENT ON COLUMN token_actions.holder IS 'Whose token it is.';
-- A token that reaches all accounts concerns whoever may read of any. What else a token reaches stands in rows of other accounts.
CREATE POLICY of_all_accounts ON token_actions FOR SELECT USING (account = '');

ALTER TABLE exports ADD COLUMN as_told boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN exports.as_told IS 'The actor is a name as it was told on the command line, and no token''s.';
CREATE INDEX exception_actions_by_time ON exception_actions (account, at, log_offset);
CREATE INDEX exports_by_time ON exports (account, at, log_offset);
CREATE INDEX reveals_by_time ON reveals (account, at, log_offset);

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
    ('rollcall', 'exports', NULL, NULL), ('rollcall', 'day_checks', NULL, NULL),
    ('rollcall', 'erasures', NULL, NULL), ('rollcall', 'token_actions', NULL, NULL)
  ) AS t (schema_name, table_name, api_columns, auditor_columns);

-- It stands on nothing that a rebuild replaces. One more kind of deed is one more part of it.
CREATE VIEW audit.access_log WITH (security_invoker = true) AS
  SELECT account, at, 'reveal' AS type, actor, false AS as_told, call_sid, jsonb_build_object('observation', observation, 'reason', reason) AS detail, log_offset
  FROM rollcall.reveals
  UNION ALL
  SELECT account, at, 'export', actor, as_told, NULL, jsonb_build_object('range_from', range_from, 'range_to', range_to, 'format', format, 'calls', calls), log_offset
  FROM rollcall.exports
  UNION ALL
  SELECT account, at, 'exception-action', actor, false, CASE WHEN kind IN ('missing-webhook', 'late-webhook', 'conflict', 'claim') THEN subject ->> 0 END,
         jsonb_build_object('kind', kind, 'subject', subject, 'action', action, 'assignee', assignee, 'resolution', resolution, 'note', note), log_offset
  FROM rollcall.exception_actions
  UNION ALL
  SELECT account, at, 'erasure', actor, true, call_sid, jsonb_build_object('created_before', created_before, 'calls', calls), log_offset
  FROM rollcall.erasures
  UNION ALL
  SELECT account, at, type, actor, true, NULL, jsonb_build_object('token', token_id, 'holder', holder, 'scopes', scopes, 'all_accounts', false, 'expires_at', expires_at), log_offset
  FROM rollcall.token_actions WHERE account <> ''
  UNION ALL
  SELECT a.account, t.at, t.type, t.actor, true, NULL, jsonb_build_object('token', token_id, 'holder', holder, 'scopes', scopes, 'all_accounts', true, 'expires_at', expires_at), t.log_offset
  FROM rollcall.token_actions t CROSS JOIN rollcall.accounts a WHERE t.account = '';
COMMENT ON VIEW audit.access_log IS 'One row per deed of a person that concerns an account: who saw, took away or changed something, and who may. docs/audit-api.md';
COMMENT ON COLUMN audit.access_log.account IS 'The Exotel account. Of a token that reaches all: each that reconciliation has taken on.';
COMMENT ON COLUMN audit.access_log.at IS 'When, by our clock.';
COMMENT ON COLUMN audit.access_log.type IS 'reveal, export, exception-action, erasure, token-created, token-revoked.';
COMMENT ON COLUMN audit.access_log.actor IS 'Who did it.';
COMMENT ON COLUMN audit.access_log.as_told IS 'The actor is a name as it was told on the command line; otherwise it is that of a token, or a sign-in.';
COMMENT ON COLUMN audit.access_log.call_sid IS 'The one call that it was about; null where it was about several, or none.';
COMMENT ON COLUMN audit.access_log.detail IS 'Of a reveal: observation (partition/offset; null: the call record), reason. Of an export: range_from, range_to, format, calls. Of an exception-action: kind, subject, action, assignee, resolution, note. Of an erasure: created_before (null: the one call), calls. Of a token: token, holder, scopes, all_accounts, expires_at.';
COMMENT ON COLUMN audit.access_log.log_offset IS 'Its place in rollcall.audit.v1; also its leaf in the tree.';

DO $$ BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor')) = 2 THEN
    GRANT SELECT ON audit.access_log TO rollcall_audit_api, rollcall_auditor;
  END IF;
END $$;

CREATE VIEW folded_tables AS
  SELECT * FROM (VALUES ('window_changes'), ('exception_actions'), ('reveals'), ('exports'), ('erasures'), ('token_actions')) AS t (table_name);
COMMENT ON VIEW folded_tables IS 'What the audit topic is folded into.';

CREATE OR REPLACE FUNCTION let_writer_write() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  written regclass;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rollcall_audit_writer') THEN
    RETURN;
  END IF;
  -- It adds, and forgets all where the log is another one; what is there it neither reads nor changes.
  FOR written IN SELECT format('rollcall.%I', table_name) FROM rollcall.folded_tables LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_policy WHERE polrelid = written AND polname = 'writer') AND has_table_privilege('rollcall_audit_writer', written, 'INSERT');
    EXECUTE format('GRANT INSERT, DELETE ON %s TO rollcall_audit_writer', written);
    EXECUTE format('DROP POLICY IF EXISTS writer ON %s', written);
    EXECUTE format('CREATE POLICY writer ON %s TO rollcall_audit_writer USING (true) WITH CHECK (true)', written);
  END LOOP;
  IF NOT has_table_privilege('rollcall_audit_writer', 'rollcall.audit_fold', 'UPDATE') THEN
    GRANT USAGE ON SCHEMA rollcall TO rollcall_audit_writer;
    GRANT SELECT, INSERT, UPDATE ON rollcall.audit_fold TO rollcall_audit_writer;
  END IF;
END $$;

-- Down Migration
DROP VIEW audit.access_log;

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

CREATE OR REPLACE FUNCTION let_writer_write() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
DROP VIEW folded_tables;

DROP INDEX exception_actions_by_time, exports_by_time, reveals_by_time;
ALTER TABLE exports DROP COLUMN as_told;
DROP TABLE token_actions, erasures;
