-- Up Migration
ALTER TABLE windows DROP CONSTRAINT windows_state_check,
  ADD CONSTRAINT windows_state_check CHECK (state IN ('open', 'settling', 'provisional', 'final', 'amended', 'gap')),
  ADD COLUMN reason text NOT NULL DEFAULT 'made';
COMMENT ON COLUMN windows.reason IS 'Why the window is in this state.';
ALTER TABLE windows ALTER COLUMN reason DROP DEFAULT;

-- A gap is closed by nothing: what looks for work must not meet it, and what looks for the watermark must.
DROP INDEX windows_unclosed;
CREATE INDEX windows_unclosed ON windows (account, window_from) WHERE state NOT IN ('final', 'amended', 'gap');
CREATE INDEX windows_gap ON windows (account, window_from) WHERE state = 'gap';

CREATE TABLE window_history (
  account text NOT NULL,
  window_from timestamptz NOT NULL,
  state text NOT NULL,
  since timestamptz NOT NULL,
  detail jsonb NOT NULL,
  reason text NOT NULL,
  replaced_at timestamptz NOT NULL
);
CREATE INDEX window_history_of_window ON window_history (account, window_from);
COMMENT ON TABLE window_history IS 'Final and amended states that a later difference has amended, as they were.';

CREATE TABLE window_listings (
  account text NOT NULL,
  window_from timestamptz NOT NULL,
  digest text NOT NULL,
  calls bytea NOT NULL,
  PRIMARY KEY (account, window_from)
);
COMMENT ON TABLE window_listings IS 'The listing that a window''s state stands for: 16 bytes for each call, a hash of its CallSid and one of what its row said.';

ALTER TABLE scans ADD COLUMN projected_to jsonb;
COMMENT ON COLUMN scans.projected_to IS 'How far each partition of the observations was projected, at the least, when the scan was read back: the next offset, by partition. Null: it was not.';

CREATE TABLE audit_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ce_id uuid NOT NULL DEFAULT gen_random_uuid(),
  account text NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  noted_at timestamptz NOT NULL,
  lease_epoch bigint NOT NULL,
  value text NOT NULL
);
CREATE INDEX audit_outbox_oldest ON audit_outbox (account, id);
COMMENT ON TABLE audit_outbox IS 'Audit records noted in the transaction of what they tell, and not yet known to be in rollcall.audit.v1. Published in order of id, then deleted.';

-- Down Migration
DROP TABLE audit_outbox, window_listings, window_history;
ALTER TABLE scans DROP COLUMN projected_to;
DROP INDEX windows_gap, windows_unclosed;
CREATE INDEX windows_unclosed ON windows (account, window_from) WHERE state NOT IN ('final', 'amended');
ALTER TABLE windows DROP COLUMN reason, DROP CONSTRAINT windows_state_check,
  ADD CONSTRAINT windows_state_check CHECK (state IN ('open', 'settling', 'provisional', 'final', 'amended'));
