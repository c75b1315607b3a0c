-- Up Migration
-- Everything in this schema is a pure function of the log: it can be dropped at any moment and folded again. Names are unqualified, so that
-- a rebuild folds the same tables in a schema beside it and then takes its place.

CREATE TABLE calls (
  account text COLLATE "C" NOT NULL,
  call_sid text COLLATE "C" NOT NULL,
  status text,
  direction text,
  from_number text,
  to_number text,
  exophone text,
  created_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  duration_seconds numeric,
  conversation_seconds numeric,
  price numeric,
  leg1_status text,
  leg2_status text,
  leg1_seconds numeric,
  leg2_seconds numeric,
  answered_by text,
  recording_url text,
  custom_field text,
  parent_call_sid text,
  forwarded_from text,
  caller_name text,
  verified boolean NOT NULL,
  first_webhook_at timestamptz,
  first_api_at timestamptz,
  conflicts text[] NOT NULL,
  state jsonb NOT NULL,
  digest bytea NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (account, call_sid)
);
CREATE INDEX calls_created ON calls (account, created_at);
COMMENT ON TABLE calls IS 'One row per call: the merge of everything any observation said of it.';
COMMENT ON COLUMN calls.exophone IS 'The ExoPhone number; Exotel calls it PhoneNumberSid.';
COMMENT ON COLUMN calls.created_at IS 'Exotel''s DateCreated. Null while only a webhook without it has told of the call.';
COMMENT ON COLUMN calls.duration_seconds IS 'The whole session, ringing included.';
COMMENT ON COLUMN calls.conversation_seconds IS 'How long both legs were connected.';
COMMENT ON COLUMN calls.price IS 'As Exotel states it, exact. 0 may mean: not billed yet.';
COMMENT ON COLUMN calls.verified IS 'True once an authenticated API read contained the call; a webhook alone is a claim.';
COMMENT ON COLUMN calls.first_webhook_at IS 'When the first webhook about the call was received.';
COMMENT ON COLUMN calls.first_api_at IS 'When an API read first contained the call.';
COMMENT ON COLUMN calls.conflicts IS 'Where sources contradict each other, as kind:field.';
COMMENT ON COLUMN calls.state IS 'The merge''s registers: per field the winning value, its source and the vendor''s time of it.';
COMMENT ON COLUMN calls.digest IS 'SHA-256 of the canonical text of the state.';
COMMENT ON COLUMN calls.version IS 'Grows by one with every change.';

CREATE TABLE observations (
  partition integer NOT NULL,
  log_offset bigint NOT NULL,
  account text NOT NULL,
  call_sid text,
  surface text NOT NULL,
  event text,
  source text NOT NULL,
  received_at timestamptz NOT NULL,
  ce_id text NOT NULL,
  payload_sha256 text NOT NULL,
  outcome text NOT NULL,
  facts jsonb,
  PRIMARY KEY (partition, log_offset, received_at)
) PARTITION BY RANGE (received_at);
CREATE TABLE observations_other PARTITION OF observations DEFAULT;
CREATE INDEX observations_of_call ON observations (account, call_sid);
COMMENT ON TABLE observations IS 'Where every fact came from: one row per record of the log, by position.';
COMMENT ON COLUMN observations.source IS 'Which process received or read it.';
COMMENT ON COLUMN observations.outcome IS 'facts: it told of a call; no-call: it did not mean to; dead-letter: no reader understood it.';

CREATE TABLE projection_positions (
  topic text NOT NULL,
  partition integer NOT NULL,
  next_offset bigint NOT NULL DEFAULT 0,
  last_record_sha256 text,
  epoch bigint NOT NULL DEFAULT 0,
  owner text,
  lease_until timestamptz,
  log_cluster_id text,
  PRIMARY KEY (topic, partition)
);
COMMENT ON TABLE projection_positions IS 'How far each partition is folded, and who folds it. Moves in the transaction that writes the rows, and nowhere else.';
COMMENT ON COLUMN projection_positions.last_record_sha256 IS 'Hash of the record before next_offset: at a start the log must still hold it.';
COMMENT ON COLUMN projection_positions.epoch IS 'Grows with every change of owner; a paused former owner is refused by it.';

CREATE TABLE dead_letters (
  partition integer NOT NULL,
  log_offset bigint NOT NULL,
  account text,
  surface text,
  reason text NOT NULL,
  headers jsonb NOT NULL,
  payload bytea NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (partition, log_offset)
);
COMMENT ON TABLE dead_letters IS 'Records that no reader understands, kept with the reason.';

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partition integer NOT NULL,
  account text NOT NULL,
  call_sid text NOT NULL,
  version bigint NOT NULL,
  changed text[] NOT NULL,
  log_offset bigint NOT NULL
);
CREATE INDEX outbox_of_partition ON outbox (partition, id);
COMMENT ON TABLE outbox IS 'Changes of call records that are still to be published to rollcall.calls.v1.';

-- Down Migration
DROP TABLE outbox, dead_letters, projection_positions, observations, calls;
