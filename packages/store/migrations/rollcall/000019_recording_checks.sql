-- Up Migration
CREATE TABLE recording_checks (
  account text COLLATE "C" NOT NULL,
  call_sid text COLLATE "C" NOT NULL,
  checked_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 1,
  outcome text NOT NULL CHECK (outcome IN ('answered', 'not-asked', 'failed')),
  status integer,
  bytes bigint,
  content_type text,
  reason text,
  PRIMARY KEY (account, call_sid),
  CHECK ((outcome = 'answered') = (status IS NOT NULL) AND (outcome = 'answered') = (reason IS NULL))
);
COMMENT ON TABLE recording_checks IS 'What a recording''s host said to a HEAD, where the account names hosts that may be asked. The URL is not kept here.';
COMMENT ON COLUMN recording_checks.checked_at IS 'By our clock, the last time.';
COMMENT ON COLUMN recording_checks.reason IS 'Why nothing was asked, or the code of what failed.';

-- Down Migration
DROP TABLE recording_checks;
