-- Up Migration
CREATE TABLE day_checks (
  check_id uuid PRIMARY KEY,
  account text COLLATE "C" NOT NULL,
  day date NOT NULL,
  seed text,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  observations bigint NOT NULL,
  calls_told integer NOT NULL,
  calls_stored integer NOT NULL,
  told_sha256 text NOT NULL,
  stored_sha256 text NOT NULL,
  differing integer NOT NULL,
  differences jsonb NOT NULL
);
CREATE INDEX day_checks_latest ON day_checks (account, day, started_at DESC);
COMMENT ON TABLE day_checks IS 'Days that were folded from the log again and compared with the projection, as rollcall.audit.v1 tells it.';
COMMENT ON COLUMN day_checks.day IS 'A day of IST, by the creation of its calls.';
COMMENT ON COLUMN day_checks.seed IS 'What the day was chosen by; null where somebody asked for it.';
COMMENT ON COLUMN day_checks.observations IS 'Records of the log that were folded for it.';
COMMENT ON COLUMN day_checks.calls_told IS 'Calls of the day by the log; calls_stored: by the projection.';
COMMENT ON COLUMN day_checks.told_sha256 IS 'Digest of those calls by the log; stored_sha256: by the projection.';
COMMENT ON COLUMN day_checks.differing IS 'Calls that are not the same on both sides, at least.';
COMMENT ON COLUMN day_checks.differences IS 'Some of them: CallSid, what is wrong, in which columns. No values.';

-- Down Migration
DROP TABLE day_checks;
