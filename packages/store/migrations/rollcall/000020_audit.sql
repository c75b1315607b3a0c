-- Up Migration
-- What services/audit keeps. All of it but the tokens follows from the logs and can be made again.
CREATE TABLE audit_fold (
  topic text PRIMARY KEY,
  next_offset bigint NOT NULL,
  log_cluster_id text NOT NULL
);
COMMENT ON TABLE audit_fold IS 'How far rollcall.audit.v1 is folded into the tables below; moves in the transaction that writes them.';

CREATE TABLE window_changes (
  account text COLLATE "C" NOT NULL,
  window_from timestamptz NOT NULL,
  log_offset bigint NOT NULL,
  ce_id text COLLATE "C" NOT NULL UNIQUE,
  noted_at timestamptz NOT NULL,
  at timestamptz NOT NULL,
  from_state text,
  to_state text NOT NULL,
  reason text NOT NULL,
  evidence jsonb NOT NULL,
  PRIMARY KEY (account, window_from, log_offset)
);
COMMENT ON TABLE window_changes IS 'Every move of every window, as rollcall.audit.v1 tells it.';
COMMENT ON COLUMN window_changes.log_offset IS 'In the audit topic; also its leaf in the tree.';
COMMENT ON COLUMN window_changes.noted_at IS 'By our clock: since then we knew.';
COMMENT ON COLUMN window_changes.at IS 'By Exotel''s clock.';

CREATE TABLE exception_actions (
  account text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  subject jsonb NOT NULL,
  log_offset bigint NOT NULL,
  ce_id text COLLATE "C" NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL CHECK (action IN ('assign', 'annotate', 'close')),
  assignee text,
  resolution text,
  note text,
  PRIMARY KEY (account, log_offset)
);
CREATE INDEX exception_actions_of_subject ON exception_actions (account, kind, subject, log_offset);
COMMENT ON TABLE exception_actions IS 'What people did about exceptions, as rollcall.audit.v1 tells it. Nothing of it is ever changed.';
COMMENT ON COLUMN exception_actions.actor IS 'Whose token, or sign-in, it was.';

CREATE TABLE reveals (
  account text COLLATE "C" NOT NULL,
  log_offset bigint NOT NULL,
  ce_id text COLLATE "C" NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  call_sid text COLLATE "C" NOT NULL,
  observation text,
  reason text NOT NULL,
  PRIMARY KEY (account, log_offset)
);
COMMENT ON TABLE reveals IS 'Who saw personal data in clear, when and why, as rollcall.audit.v1 tells it.';
COMMENT ON COLUMN reveals.observation IS 'partition/offset where one delivery was shown; null where the call record was.';

CREATE TABLE day_measures (
  account text COLLATE "C" NOT NULL,
  day date NOT NULL,
  measured_at timestamptz NOT NULL,
  measures jsonb NOT NULL,
  PRIMARY KEY (account, day)
);
COMMENT ON TABLE day_measures IS 'The three measures of each IST day, counted when something in it had last changed: what a year is shown by.';

CREATE TABLE audit_tokens (
  token_id text COLLATE "C" PRIMARY KEY,
  sha256 bytea NOT NULL UNIQUE,
  subject text NOT NULL,
  scopes text[] NOT NULL,
  accounts text[],
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
COMMENT ON TABLE audit_tokens IS 'Tokens of the audit API, by their hash: none can be read from here.';
COMMENT ON COLUMN audit_tokens.accounts IS 'Which accounts it sees; null: all.';

CREATE TABLE auditor_accounts (
  auditor name NOT NULL,
  account text COLLATE "C" NOT NULL,
  PRIMARY KEY (auditor, account)
);
COMMENT ON TABLE auditor_accounts IS 'Which accounts a login role of Postgres sees in schema audit (docs/sql-for-auditors.md).';

CREATE INDEX scans_of_run ON scans (run_id);
CREATE INDEX judgements_late ON judgements (account, judged_at) WHERE reason = 'late';

-- Down Migration
DROP INDEX judgements_late, scans_of_run;
DROP TABLE auditor_accounts, audit_tokens, day_measures, reveals, exception_actions, window_changes, audit_fold;
