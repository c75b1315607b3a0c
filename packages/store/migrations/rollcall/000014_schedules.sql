-- Up Migration
ALTER TABLE runs ADD COLUMN lanes text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN runs.lanes IS 'The lanes that it took on; a one-shot run reads its range whatever they are.';

CREATE TABLE schedules (
  account text NOT NULL,
  lane_group text NOT NULL CHECK (lane_group IN ('rpo', 'closing', 'history')),
  expression text NOT NULL,
  last_slot timestamptz NOT NULL,
  next_slot timestamptz NOT NULL,
  on_time bigint NOT NULL DEFAULT 0,
  late bigint NOT NULL DEFAULT 0,
  coalesced bigint NOT NULL DEFAULT 0,
  missed bigint NOT NULL DEFAULT 0,
  last_late_ms bigint,
  missed_from timestamptz,
  missed_to timestamptz,
  PRIMARY KEY (account, lane_group)
);
COMMENT ON TABLE schedules IS 'What became of the slots of each schedule: when the next run should be, and how many were on time, late, coalesced with another, or missed.';
COMMENT ON COLUMN schedules.last_slot IS 'The latest slot that is accounted for.';
COMMENT ON COLUMN schedules.next_slot IS 'The slot after it: long past means that no run happens that should.';
COMMENT ON COLUMN schedules.missed_from IS 'First slot of the latest stretch in which no process ran; missed_to is its last.';

-- Down Migration
DROP TABLE schedules;
ALTER TABLE runs DROP COLUMN lanes;
