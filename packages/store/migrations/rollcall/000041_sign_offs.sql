-- Up Migration
CREATE TABLE sign_offs (
  account text COLLATE "C" NOT NULL,
  day date NOT NULL,
  log_offset bigint NOT NULL,
  ce_id text COLLATE "C" NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  windows_final bigint NOT NULL,
  windows_amended bigint NOT NULL,
  calls_listed bigint NOT NULL,
  calls_exact bigint NOT NULL,
  calls_unlisted bigint NOT NULL,
  calls_claimed bigint NOT NULL,
  digest text NOT NULL,
  note text,
  PRIMARY KEY (account, day, log_offset)
);
CREATE INDEX sign_offs_in_order ON sign_offs (log_offset);
COMMENT ON TABLE sign_offs IS 'Who reviewed which day and signed it off, as rollcall.audit.v1 tells it. Nothing of it is ever changed.';
COMMENT ON COLUMN sign_offs.day IS 'A day of IST, by the creation of its calls.';
COMMENT ON COLUMN sign_offs.actor IS 'Whose token, or sign-in, it was.';
COMMENT ON COLUMN sign_offs.digest IS 'What day_digest gave then.';

-- Who closed an exception of a day does not sign it off.
CREATE INDEX exception_actions_closed ON exception_actions (account, actor, log_offset) WHERE action = 'close';

CREATE FUNCTION day_digest(of_account text, of_day date) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT encode(sha256(convert_to(coalesce(string_agg(
           concat(to_char(n.window_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), ' ', n.sequence, ' ', n.state, ' ', n.sha256, E'\n'), '' ORDER BY n.window_from), ''), 'UTF8')), 'hex')
  FROM (SELECT DISTINCT ON (c.window_from) c.window_from, c.sequence, c.state, c.sha256 FROM rollcall.window_certificates c
        WHERE c.account = of_account AND c.window_from >= (of_day::timestamp - interval '330 minutes') AT TIME ZONE 'UTC' AND c.window_from < (of_day::timestamp + interval '1110 minutes') AT TIME ZONE 'UTC'
        ORDER BY c.window_from, c.sequence DESC) n
$$;
COMMENT ON FUNCTION day_digest IS 'SHA-256 in hex of a line for each window of an IST day that is certified, in order: its start, and sequence, state and sha256 of its newest certificate. docs/audit-proof.md';

CREATE VIEW audit.sign_offs WITH (security_invoker = true) AS
  SELECT account, day, at AS signed_at, actor AS signed_by, windows_final, windows_amended, calls_listed, calls_exact, calls_unlisted, calls_claimed, digest,
         digest = rollcall.day_digest(account, day) AS unchanged, note, log_offset AS leaf
  FROM rollcall.sign_offs;
COMMENT ON VIEW audit.sign_offs IS 'One row per sign-off: who reviewed which IST day, what it was then, and whether it is so still. docs/audit-proof.md';
COMMENT ON COLUMN audit.sign_offs.account IS 'The Exotel account.';
COMMENT ON COLUMN audit.sign_offs.day IS 'The IST day, by the creation of its calls.';
COMMENT ON COLUMN audit.sign_offs.signed_at IS 'When, by our clock.';
COMMENT ON COLUMN audit.sign_offs.signed_by IS 'Whose token, or sign-in, it was. Nobody who had closed an exception of the day.';
COMMENT ON COLUMN audit.sign_offs.windows_final IS 'Windows of the day that were final then; with windows_amended, all of them.';
COMMENT ON COLUMN audit.sign_offs.windows_amended IS 'Windows of the day that were amended then.';
COMMENT ON COLUMN audit.sign_offs.calls_listed IS 'Calls that Exotel listed in them when it was last asked before.';
COMMENT ON COLUMN audit.sign_offs.calls_exact IS 'Of those, held as they were listed.';
COMMENT ON COLUMN audit.sign_offs.calls_unlisted IS 'Verified calls that no list showed; beside calls_listed.';
COMMENT ON COLUMN audit.sign_offs.calls_claimed IS 'Calls that only webhooks told of; they count nowhere.';
COMMENT ON COLUMN audit.sign_offs.digest IS 'SHA-256 in hex of the newest certificates of the day''s windows then.';
COMMENT ON COLUMN audit.sign_offs.unchanged IS 'They are the same still.';
COMMENT ON COLUMN audit.sign_offs.note IS 'What they noted; null: nothing.';
COMMENT ON COLUMN audit.sign_offs.leaf IS 'Its number in the tree over rollcall.audit.v1.';

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
    ('rollcall', 'erasures', NULL, NULL), ('rollcall', 'token_actions', NULL, NULL), ('rollcall', 'sign_offs', NULL, NULL)
  ) AS t (schema_name, table_name, api_columns, auditor_columns);

CREATE OR REPLACE VIEW folded_tables AS
  SELECT * FROM (VALUES ('window_changes'), ('exception_actions'), ('reveals'), ('exports'), ('erasures'), ('token_actions'), ('sign_offs')) AS t (table_name);

DO $$ BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor')) = 2 THEN
    GRANT SELECT ON audit.sign_offs TO rollcall_audit_api, rollcall_auditor;
  END IF;
END $$;

-- Down Migration
CREATE OR REPLACE VIEW folded_tables AS
  SELECT * FROM (VALUES ('window_changes'), ('exception_actions'), ('reveals'), ('exports'), ('erasures'), ('token_actions')) AS t (table_name);

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

DROP VIEW audit.sign_offs;
DROP FUNCTION day_digest;
DROP INDEX exception_actions_closed;
DROP TABLE sign_offs;
