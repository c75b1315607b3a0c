-- Up Migration
-- What Exotel tells that is about no call. Each row is the greatest of all that was told, in an order that ends in the payload's hash, so
-- that it does not matter in which order, or how often, it was told.
CREATE TABLE heartbeats (
  account text COLLATE "C" PRIMARY KEY,
  state text NOT NULL,
  stated_at timestamptz,
  received_at timestamptz NOT NULL,
  incoming jsonb NOT NULL,
  outgoing jsonb NOT NULL,
  ordered_at timestamptz NOT NULL,
  payload_sha256 text COLLATE "C" NOT NULL
);
COMMENT ON TABLE heartbeats IS 'The last heartbeat of each account: whether Exotel''s network reaches its ExoPhones.';
COMMENT ON COLUMN heartbeats.stated_at IS 'When it was so, as Exotel states it.';
COMMENT ON COLUMN heartbeats.incoming IS 'The ExoPhones that cannot be called, with their alternates: a count of all, and a list.';
COMMENT ON COLUMN heartbeats.outgoing IS 'The ExoPhones that cannot call, in the same way.';
COMMENT ON COLUMN heartbeats.ordered_at IS 'The time stated, or of receipt where none is, or it lies ahead.';

CREATE TABLE sms_statuses (
  account text COLLATE "C" NOT NULL,
  sms_sid text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  rank smallint NOT NULL,
  received_at timestamptz NOT NULL,
  ordered_at timestamptz NOT NULL,
  payload_sha256 text COLLATE "C" NOT NULL,
  PRIMARY KEY (account, sms_sid)
);
COMMENT ON TABLE sms_statuses IS 'What became of each SMS that a callback told of. Its numbers and its text are in the log alone.';
COMMENT ON COLUMN sms_statuses.rank IS 'How far along the status is; a later word never takes an SMS back.';

-- Down Migration
DROP TABLE sms_statuses, heartbeats;
