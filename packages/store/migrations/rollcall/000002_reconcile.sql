-- Up Migration
CREATE TABLE accounts (
  account text PRIMARY KEY,
  first_window timestamptz NOT NULL
);
COMMENT ON TABLE accounts IS 'Accounts that reconciliation has taken on, and where each one''s windows begin.';

CREATE TABLE runs (
  run_id uuid PRIMARY KEY,
  account text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('cron', 'one-shot')),
  planned_at timestamptz NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  lease_epoch bigint NOT NULL,
  outcome text NOT NULL DEFAULT 'running' CHECK (outcome IN ('running', 'complete', 'gaps-remain', 'lease-lost', 'stopped', 'failed')),
  scans integer NOT NULL DEFAULT 0,
  requests integer NOT NULL DEFAULT 0,
  windows_closed integer NOT NULL DEFAULT 0,
  calls_found integer NOT NULL DEFAULT 0,
  webhooks_missing integer NOT NULL DEFAULT 0,
  stop_reason text
);
CREATE INDEX runs_latest ON runs (account, started_at DESC);
COMMENT ON TABLE runs IS 'One row per pass of the reconciler. A row that never got an outcome was killed.';
COMMENT ON COLUMN runs.calls_found IS 'Calls that no observation had told us of before this run.';
COMMENT ON COLUMN runs.webhooks_missing IS 'Expected webhooks that this run newly judged missing.';

CREATE TABLE scans (
  scan_id uuid PRIMARY KEY,
  run_id uuid NOT NULL,
  account text NOT NULL,
  lane text NOT NULL,
  range_from timestamptz NOT NULL,
  range_to timestamptz NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('complete', 'incomplete')),
  reason text,
  pages integer NOT NULL,
  requests integer NOT NULL,
  calls_listed integer NOT NULL,
  digest text,
  clock_skew_ms integer
);
CREATE INDEX scans_latest ON scans (account, started_at DESC);
COMMENT ON TABLE scans IS 'Every paged read of the list API. An incomplete one counts for nothing and says why.';

CREATE TABLE windows (
  account text NOT NULL,
  window_from timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'settling', 'provisional', 'final', 'amended')),
  since timestamptz NOT NULL,
  detail jsonb NOT NULL,
  PRIMARY KEY (account, window_from)
);
CREATE INDEX windows_unclosed ON windows (account, window_from) WHERE state NOT IN ('final', 'amended');
COMMENT ON TABLE windows IS 'Five minutes of the vendor''s creation time each; every one exists, also without a call.';
COMMENT ON COLUMN windows.detail IS 'The state with its evidence: the scans that led to it.';

CREATE TABLE window_scans (
  account text NOT NULL,
  window_from timestamptz NOT NULL,
  scan_id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  digest text NOT NULL,
  projected boolean NOT NULL,
  unresolved integer NOT NULL,
  calls_listed integer NOT NULL,
  calls_held integer NOT NULL,
  calls_found integer NOT NULL,
  PRIMARY KEY (account, window_from, started_at, scan_id)
);
COMMENT ON TABLE window_scans IS 'What each complete scan said of each window that it covered.';
COMMENT ON COLUMN window_scans.projected IS 'Every listed row was afterwards read back from the projection.';
COMMENT ON COLUMN window_scans.unresolved IS 'Calls we hold that the scan did not list and that are not explained yet.';

CREATE TABLE verdicts (
  account text NOT NULL,
  call_sid text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('partial', 'mismatch', 'only-ours', 'only-theirs')),
  fields text[] NOT NULL,
  scan_id uuid NOT NULL,
  found_at timestamptz NOT NULL,
  PRIMARY KEY (account, call_sid, kind)
);
CREATE INDEX verdicts_latest ON verdicts (account, kind, found_at);
COMMENT ON TABLE verdicts IS 'The first time a comparison said something else than "exact" of a call, by kind.';

CREATE TABLE absences (
  account text NOT NULL,
  call_sid text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  times integer NOT NULL,
  PRIMARY KEY (account, call_sid)
);
COMMENT ON TABLE absences IS 'Calls that a webhook claimed and the API did not know when asked by Sid.';

CREATE TABLE judgements (
  account text NOT NULL,
  call_sid text NOT NULL,
  expectation text NOT NULL,
  rule text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('arrived', 'pending', 'missing', 'not-expected')),
  reason text CHECK (reason IN ('never-arrived', 'late')),
  arrived_at timestamptz,
  judged_at timestamptz NOT NULL,
  PRIMARY KEY (account, call_sid, expectation)
);
CREATE INDEX judgements_outcome ON judgements (account, outcome);
COMMENT ON TABLE judgements IS 'Per call and expected webhook: did it arrive, and if not, why.';
COMMENT ON COLUMN judgements.rule IS 'The coverage rule that says what this call should have had.';

-- Down Migration
DROP TABLE judgements, absences, verdicts, window_scans, windows, scans, runs, accounts;
