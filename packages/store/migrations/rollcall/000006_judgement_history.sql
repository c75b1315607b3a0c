-- Up Migration
CREATE TABLE judgement_history (
  account text NOT NULL,
  call_sid text NOT NULL,
  expectation text NOT NULL,
  rule text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('arrived', 'missing', 'not-expected')),
  reason text,
  arrived_at timestamptz,
  judged_at timestamptz NOT NULL,
  replaced_at timestamptz NOT NULL
);
CREATE INDEX judgement_history_of_call ON judgement_history (account, call_sid);
COMMENT ON TABLE judgement_history IS 'What was said of a webhook before something else was: by a late webhook, more that is known of the call, or another coverage policy.';
COMMENT ON COLUMN judgement_history.judged_at IS 'Like replaced_at, by the vendor''s clock.';

-- Down Migration
DROP TABLE judgement_history;
