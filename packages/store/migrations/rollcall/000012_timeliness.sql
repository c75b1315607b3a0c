-- Up Migration
CREATE TABLE timeliness (
  account text NOT NULL,
  minute timestamptz NOT NULL,
  fact text NOT NULL CHECK (fact IN ('ended', 'recorded')),
  how text NOT NULL,
  facts integer NOT NULL,
  late integer NOT NULL,
  breached integer NOT NULL,
  PRIMARY KEY (account, minute, fact, how)
);
COMMENT ON TABLE timeliness IS 'Facts by the minute since which they are durable, and how many were durable too late: what error budgets and burn rates are counted from.';
COMMENT ON COLUMN timeliness.how IS 'How it came: webhook, the lane of a scan, chase, or lookup.';
COMMENT ON COLUMN timeliness.late IS 'Not within the objective; breached: not within the recovery point objective either.';

ALTER TABLE accounts ADD COLUMN timeliness_at timestamptz;
COMMENT ON COLUMN accounts.timeliness_at IS 'When timeliness was last counted.';

-- Down Migration
ALTER TABLE accounts DROP COLUMN timeliness_at;
DROP TABLE timeliness;
