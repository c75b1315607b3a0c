-- Up Migration
CREATE TABLE ingest_hosts (
  instance text NOT NULL,
  spool text NOT NULL,
  host text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'stopped')),
  seen_at timestamptz NOT NULL,
  drained_to timestamptz,
  spool_records bigint NOT NULL,
  spool_bytes bigint NOT NULL,
  oldest_at timestamptz,
  given_up_at timestamptz,
  retired_at timestamptz,
  PRIMARY KEY (instance, spool)
);
COMMENT ON TABLE ingest_hosts IS 'The spools of ingest, by their last sign of life. All times are the database''s.';
COMMENT ON COLUMN ingest_hosts.instance IS 'Kept in the folder of the spools: whoever starts on it, under whatever name, is the same instance.';
COMMENT ON COLUMN ingest_hosts.host IS 'Where it last ran.';
COMMENT ON COLUMN ingest_hosts.drained_to IS 'Everything received before this is in the log. Null: not known of any moment yet.';
COMMENT ON COLUMN ingest_hosts.spool_records IS 'Records that the log had not acknowledged.';
COMMENT ON COLUMN ingest_hosts.given_up_at IS 'It was silent for so long that what it may hold is taken to be lost; null once it is back.';
COMMENT ON COLUMN ingest_hosts.retired_at IS 'An operator said that it will not come back; null once it does.';

CREATE TABLE ingest_refusals (
  account text NOT NULL,
  minute timestamptz NOT NULL,
  reason text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (account, minute, reason)
);
COMMENT ON TABLE ingest_refusals IS 'Webhooks that ingest did not keep although their secret was right, by the minute of its clock.';

CREATE TABLE ingest_accounts (
  account text PRIMARY KEY,
  received_at timestamptz NOT NULL
);
COMMENT ON TABLE ingest_accounts IS 'When ingest last kept a webhook of each account, by the database''s clock.';

ALTER TABLE judgements DROP CONSTRAINT judgements_reason_check,
  ADD CONSTRAINT judgements_reason_check CHECK (reason IN ('never-arrived', 'late', 'spooled', 'quarantined', 'refused', 'not-expected'));
COMMENT ON COLUMN judgements.reason IS 'Why it is not there, or was not in time. Null for one that was in time, and for one that still is.';

-- Down Migration
ALTER TABLE judgements DROP CONSTRAINT judgements_reason_check, ADD CONSTRAINT judgements_reason_check CHECK (reason IN ('never-arrived', 'late'));
DROP TABLE ingest_accounts, ingest_refusals, ingest_hosts;
COMMENT ON COLUMN judgements.reason IS NULL;
