-- Up Migration
CREATE TABLE backfills (
  backfill_id uuid PRIMARY KEY,
  account text NOT NULL,
  requested_at timestamptz NOT NULL,
  requested_from timestamptz NOT NULL,
  range_from timestamptz NOT NULL,
  range_to timestamptz NOT NULL,
  read_to timestamptz NOT NULL,
  alone_to timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'reading', 'done')),
  began_at timestamptz,
  ended_at timestamptz,
  calls_expected integer,
  requests integer NOT NULL DEFAULT 0,
  calls_listed integer NOT NULL DEFAULT 0,
  calls_found integer NOT NULL DEFAULT 0,
  failures integer NOT NULL DEFAULT 0,
  windows_skipped integer NOT NULL DEFAULT 0,
  lost_to timestamptz,
  trouble text
);
CREATE INDEX backfills_open ON backfills (account, range_from) WHERE state <> 'done';
CREATE INDEX backfills_latest ON backfills (account, requested_at DESC);
COMMENT ON TABLE backfills IS 'Ranges of the past that the history lane reads, oldest first, and how far it is.';
COMMENT ON COLUMN backfills.requested_from IS 'As it was asked for; what lies before range_from is older than Exotel tells of.';
COMMENT ON COLUMN backfills.read_to IS 'Every call created before this is in the log; reading goes on here, whoever reads.';
COMMENT ON COLUMN backfills.alone_to IS 'No other lane asks for windows that begin before this until they are read. Later ones were young when it was asked for: calls could still run in them.';
COMMENT ON COLUMN backfills.calls_expected IS 'As Exotel counted them beforehand: a hint. Null where it did not tell.';
COMMENT ON COLUMN backfills.failures IS 'Reads in a row from read_to that were refused.';
COMMENT ON COLUMN backfills.windows_skipped IS 'Windows that could not be read alone; the finalise lane goes on asking for them.';
COMMENT ON COLUMN backfills.lost_to IS 'Exotel forgot what lies before this before it was read; null where nothing was lost.';
COMMENT ON COLUMN backfills.trouble IS 'Why the last read did not succeed; null where it did.';

-- Down Migration
DROP TABLE backfills;
